/** The comments that say what lint must report: `// race: no-racy-transition`. */

/** A rule and the line in which it reports, or must. */
export interface Finding {
  /** Relative to the application's root. */
  readonly file: string;
  readonly line: number;
  readonly rule: string;
}

/** Behind the code of a line, or on a line of its own above it. */
const marker = /^(?<before>.*)\/\/ race: (?<rules>[\w-]+(?:, [\w-]+)*)$/;

export function markersIn(file: string, text: string): readonly Finding[] {
  return text.split("\n").flatMap((line, index) => {
    const { before = "", rules = "" } = marker.exec(line)?.groups ?? {};
    const at = before.trim() === "" ? index + 2 : index + 1;
    return rules === "" ? [] : rules.split(", ").map((rule) => ({ file, line: at, rule }));
  });
}

/** One sentence for each finding that only one side has. */
export function compareFindings(found: readonly Finding[], marked: readonly Finding[]): readonly string[] {
  const without = (some: readonly Finding[], others: readonly Finding[]): readonly string[] =>
    some.map(describe).filter((one) => !others.map(describe).includes(one));
  return [
    ...without(found, marked).map((one) => `reported, but not marked: ${one}`),
    ...without(marked, found).map((one) => `marked, but not reported: ${one}`),
  ];
}

function describe({ file, line, rule }: Finding): string {
  return `${file}:${line} ${rule}`;
}
