/**
 * - `word`: a key word or unquoted name, in lower case. `name`: a quoted name, as written. `symbol`: one character of punctuation.
 * - `literal`: a string, number or parameter.
 */
export interface Token {
  readonly kind: "word" | "name" | "symbol" | "literal";
  readonly text: string;
}

/**
 * The lexical rules of https://www.postgresql.org/docs/current/sql-syntax-lexical.html, as far as they decide where strings and
 * comments end: what is in them must not be taken for key words. Block comments nest, which a regular expression cannot say.
 */
const patterns: readonly (readonly [Token["kind"] | "space", RegExp])[] = [
  ["space", /\s+|--[^\n]*/y],
  ["literal", /[eE]'(?:[^'\\]|\\[^]|'')*'/y],
  ["literal", /(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*'/y],
  ["literal", /\$([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$[^]*?\$\1\$/y],
  ["literal", /\$\d+/y],
  ["name", /(?:[uU]&)?"(?:[^"]|"")*"/y],
  ["word", /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y],
  ["literal", /\d[\w.]*|\.\d\w*/y],
  ["symbol", /[^]/y],
];

const commentEdge = /\/\*|\*\//g;

function endOfComment(sql: string, start: number): number {
  commentEdge.lastIndex = start;
  let depth = 0;
  for (let edge = commentEdge.exec(sql); edge !== null; edge = commentEdge.exec(sql)) {
    depth += edge[0] === "/*" ? 1 : -1;
    if (depth === 0) return commentEdge.lastIndex;
  }
  return sql.length;
}

interface Match {
  readonly kind: Token["kind"] | "space";
  readonly text: string;
}

function matchAt(sql: string, at: number): Match {
  if (sql.startsWith("/*", at)) return { kind: "space", text: sql.slice(at, endOfComment(sql, at)) };
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const text = pattern.exec(sql)?.[0];
    if (text !== undefined) return { kind, text };
  }
  return { kind: "symbol", text: sql.charAt(at) };
}

function* tokens(sql: string): Generator<Token, void, undefined> {
  for (let at = 0; at < sql.length;) {
    const { kind, text } = matchAt(sql, at);
    at += text.length;
    if (kind === "space") continue;
    if (kind === "name") yield { kind, text: text.slice(text.indexOf('"') + 1, -1).replaceAll('""', '"') };
    else yield { kind, text: kind === "word" ? text.toLowerCase() : text };
  }
}

/** The statements of a text, each as its tokens; empty ones are left out. */
export function statementsOf(sql: string): readonly (readonly Token[])[] {
  const statements: Token[][] = [[]];
  for (const token of tokens(sql)) {
    if (token.kind === "symbol" && token.text === ";") statements.push([]);
    else statements.at(-1)?.push(token);
  }
  return statements.filter((statement) => statement.length > 0);
}

const remembered = new Map<string, string>();
const mostRemembered = 2000;

/** The text with its literals replaced, so that two runs of one program give one text although their times and keys differ. */
export function withoutLiterals(sql: string): string {
  const known = remembered.get(sql);
  if (known !== undefined) return known;
  const parts: string[] = [];
  for (const { kind, text } of tokens(sql)) parts.push(kind === "literal" ? "?" : text);
  const text = parts.join(" ");
  if (remembered.size >= mostRemembered) remembered.clear();
  remembered.set(sql, text);
  return text;
}
