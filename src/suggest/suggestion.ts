/** What a suggestion is: text edits as plain data, which an editor, a command or a test applies. */

export interface TextEdit {
  /** Absolute path. */
  readonly file: string;
  /** Offsets in the file's text, the end exclusive. An empty range inserts. */
  readonly range: readonly [start: number, end: number];
  readonly text: string;
}

export type Technique = "claim" | "lock" | "queue" | "increment";

export interface Suggestion {
  readonly kind: "suggestion";
  readonly technique: Technique;
  /** In source order and disjoint. Together they leave the program complete: it parses, type-checks and keeps its comments. */
  readonly edits: readonly TextEdit[];
  /** What the suggestion's one-line title names: the method as written, and the columns. */
  readonly method: string;
  readonly columns: readonly string[];
}

/** Why a technique is not offered for an issue. */
export type Reason =
  /** Read, check and write are not what the technique is for. */
  | "not applicable"
  /** Several reads or writes meet in the issue. */
  | "several reads or writes"
  /** Check and write are in different functions or files: one suggestion cannot reach both. */
  | "different functions"
  | "effect before write"
  /** What is written still passes the check: the filter would let two callers through, one after the other. */
  | "write leaves the check open"
  | "written value computed from the read"
  | "may write several rows"
  | "check is no if statement"
  /** No variable or path holds the row that was checked. */
  | "the row has no name"
  /** The write is not awaited, or its result is part of a larger expression. */
  | "write is part of an expression"
  /** What the write gives is used in a way in which a write that counts cannot serve. */
  | "the write's result is used"
  | "exit not valid at the write"
  | "condition cannot be expressed"
  | "value does not round-trip"
  | "column not known"
  | "write cannot be rewritten"
  | "read cannot be rewritten"
  | "outer join in the read";

export interface Withheld {
  readonly kind: "withheld";
  readonly technique: Technique;
  readonly reason: Reason;
}

export type Outcome = Suggestion | Withheld;

/** The new text of a file. Edits of other files are left out. */
export function applyEdits(file: string, text: string, edits: readonly TextEdit[]): string {
  const own = edits.filter((e) => e.file === file).toSorted((a, b) => b.range[0] - a.range[0]);
  return own.reduce((result, { range: [start, end], text: replacement }) => result.slice(0, start) + replacement + result.slice(end), text);
}
