import { readFileSync } from "node:fs";

export interface CodeBlock {
  readonly language: string;
  readonly text: string;
  /** The path in a comment on the first line. */
  readonly path: string | undefined;
}

/** The code blocks of one section of the guide to race tests, as a reader copies them. */
export function blocksOf(section: string): readonly CodeBlock[] {
  const guide = readFileSync(new URL("../../../docs/guide/race-tests.md", import.meta.url), "utf8");
  const text = guide.split(/^## /m).find((part) => part.startsWith(`${section}\n`));
  if (text === undefined) throw new Error(`The guide has no section "${section}".`);
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = "", code = ""]) => ({
    language,
    text: code,
    path: /^(?:\/\/|--) (\S+\.\w+)\n/.exec(code)?.[1],
  }));
}

/** The files of a section. */
export function filesOf(section: string): ReadonlyMap<string, string> {
  return new Map(blocksOf(section).flatMap(({ path, text }) => (path === undefined ? [] : [[path, text]])));
}
