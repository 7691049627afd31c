const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** East Asian wide and full-width characters and emoji take two columns of a terminal. https://www.unicode.org/reports/tr11/ */
const wide =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})/u;

function characters(text: string): string[] {
  return Array.from(graphemes.segment(text), ({ segment }) => segment);
}

function widthOf(character: string): number {
  return wide.test(character) ? 2 : 1;
}

/** Splitting into graphemes is slow, and nearly all text of a schedule is this. */
const ascii = /^[\x20-\x7e]*$/;

/** How many columns of a terminal a line takes. */
export function displayWidth(text: string): number {
  if (ascii.test(text)) return text.length;
  return characters(text).reduce((sum, character) => sum + widthOf(character), 0);
}

/** Control characters would move the cursor, or start an escape sequence, in the middle of a drawing. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, " ");
}

/** Cuts a word that is longer than a line. */
function pieces(word: string, width: number): string[] {
  if (displayWidth(word) <= width) return [word];
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const character of characters(word)) {
    const taken = widthOf(character);
    if (used > 0 && used + taken > width) {
      lines.push(line);
      line = "";
      used = 0;
    }
    line += character;
    used += taken;
  }
  return [...lines, line];
}

/** Breaks a text at spaces into lines of at most `width` columns; lines after the first begin with `indent`. */
export function wrap(text: string, width: number, indent = ""): string[] {
  const inner = Math.max(width - displayWidth(indent), 1);
  const lines: string[] = [];
  let line: string | undefined;
  for (const word of printable(text)
    .split(" ")
    .flatMap((each) => pieces(each, inner))) {
    const longer: string = line === undefined ? word : `${line} ${word}`;
    if (line !== undefined && displayWidth(longer) > (lines.length === 0 ? width : inner)) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  lines.push(line ?? "");
  return lines.map((each, index) => (index === 0 ? each : indent + each));
}

/** The beginning of a text, with an ellipsis if there is more. */
export function clip(text: string, width: number): string {
  const [first = "", ...others] = pieces(text, Math.max(width - 1, 1));
  if (others.length === 0 || displayWidth(text) <= width) return text;
  return `${first}…`;
}
