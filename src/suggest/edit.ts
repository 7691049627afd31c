/** Replaces a range of a file's text. Offsets count UTF-16 units, as syntax trees do; the ranges of one fix do not overlap. */
export interface Edit {
  /** Absolute path as the program names it. */
  readonly file: string;
  readonly range: readonly [start: number, end: number];
  readonly text: string;
}

export function insert(file: string, offset: number, text: string): Edit {
  return { file, range: [offset, offset], text };
}

/** The text after the edits. Insertions at one offset keep their order. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = "";
  let done = 0;
  for (const { range, text: replacement } of edits.toSorted((a, b) => a.range[0] - b.range[0])) {
    result += text.slice(done, range[0]) + replacement;
    done = range[1];
  }
  return result + text.slice(done);
}

/** Where an offset of the old text is in the new one. What is inserted at the offset itself comes before it. */
export function movedOffset(offset: number, edits: readonly Edit[]): number {
  return edits
    .filter(({ range }) => range[1] <= offset)
    .reduce((moved, { range, text }) => moved + text.length - (range[1] - range[0]), offset);
}
