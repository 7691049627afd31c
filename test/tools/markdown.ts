/** A fenced block of a Markdown file. */
export interface CodeBlock {
  /** `ts`, `json`. */
  readonly language: string;
  /** What follows the language on the opening line: `incorrect { "reportIdempotent": true }`. */
  readonly info: string;
  readonly code: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
}

export interface Heading {
  readonly level: number;
  readonly text: string;
}

const fence = /^```(\S*) ?(.*)\n([\s\S]*?)^```$/gm;

export function codeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(fence)].map((match) => ({
    language: match[1] ?? "",
    info: match[2] ?? "",
    code: match[3] ?? "",
    line: markdown.slice(0, match.index).split("\n").length,
  }));
}

export function headings(markdown: string): Heading[] {
  return [...markdown.replaceAll(fence, "").matchAll(/^(#+) (.*)$/gm)].map((match) => ({
    level: match[1]?.length ?? 0,
    text: match[2] ?? "",
  }));
}
