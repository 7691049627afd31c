/** `word` is a keyword or a bare name, `name` a quoted one, `gap` one space for any white space and comments, `…` stands for what was left out. */
export interface Token {
  readonly kind: "word" | "name" | "string" | "number" | "parameter" | "gap" | "other" | "elision";
  readonly text: string;
}

/** https://www.postgresql.org/docs/current/sql-syntax-lexical.html, as far as drawing needs it: nested comments end early. */
const lexeme = new RegExp(
  [
    String.raw`(?<gap>(?:\s+|--[^\n]*|/\*[\s\S]*?\*/)+)`,
    String.raw`(?<string>[eE]'(?:[^'\\]|''|\\[\s\S])*'|'(?:[^']|'')*'|(?<tag>\$(?:[A-Za-z_]\w*)?\$)[\s\S]*?\k<tag>)`,
    String.raw`(?<name>"(?:[^"]|"")*")`,
    String.raw`(?<parameter>\$\d+)`,
    String.raw`(?<word>[\p{L}_][\p{L}\p{N}_$]*)`,
    String.raw`(?<number>\d[\w.]*)`,
    String.raw`(?<other>[\s\S])`,
  ].join("|"),
  "gu",
);

const kinds = ["gap", "string", "name", "parameter", "word", "number"] as const;

export function sqlTokens(sql: string): Token[] {
  return Array.from(sql.matchAll(lexeme), (match) => {
    const kind = kinds.find((each) => match.groups?.[each] !== undefined) ?? "other";
    return { kind, text: kind === "gap" ? " " : match[0] };
  });
}

export function textOf(tokens: readonly Token[]): string {
  return tokens
    .filter(({ kind }, index) => kind !== "gap" || tokens[index - 1]?.kind !== "gap")
    .map(({ text }) => text)
    .join("")
    .trim();
}

export function isWord(token: Token | undefined, ...words: readonly string[]): boolean {
  return token?.kind === "word" && words.includes(token.text.toUpperCase());
}

/** How many brackets are open before each token; a bracket counts as outside itself. */
export function depthsOf(tokens: readonly Token[]): number[] {
  let depth = 0;
  return tokens.map(({ kind, text }) => {
    if (kind === "other" && text === ")") depth -= 1;
    const here = depth;
    if (kind === "other" && text === "(") depth += 1;
    return here;
  });
}
