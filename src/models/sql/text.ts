/**
 * Puts a statement's text together from what the program writes: literals, constants, templates, concatenations. What is not known in
 * between becomes a placeholder; where it cannot stand for a value the parser refuses the text.
 */
import type { Value } from "../../ir/value.js";
import type { Piece, Splice } from "./pieces.js";
import { parse, scan, type Statements, type Token } from "./parser.js";

export interface SqlText {
  readonly statements: Statements;
  /** Values of placeholders that were made here, by number; the others are the driver's. */
  readonly holes: ReadonlyMap<number, Value>;
}

/** How a text is written. */
export interface Dialect {
  /** `:name` and `:...name` are placeholders: their values. */
  readonly named?: (name: string) => Value;
  /** Names keep their case and may be reserved words, as the names of properties in an ORM's conditions. */
  readonly properties?: true;
}

/** Numbers of placeholders that are made here: far above those that a driver can be given in one statement. */
const firstHole = 70_000;

class HoleTable {
  readonly values = new Map<number, Value>();

  add(value: Value): string {
    const number = firstHole + this.values.size;
    this.values.set(number, value);
    return `$${String(number)}`;
  }
}

export function readText(pieces: readonly Piece[], splice: Splice, dialect: Dialect = {}): SqlText | undefined {
  if (pieces.every((p) => p.kind === "hole")) return undefined;
  const holes = new HoleTable();
  const text = pieces.map((p) => (p.kind === "text" ? p.text : ` ${holes.add(p.value)} `)).join("");
  const tokens = scan(text);
  if (tokens !== undefined && isSavepoint(tokens)) return { statements: parse("SAVEPOINT a") ?? [], holes: holes.values };
  const bound = tokens === undefined ? undefined : rewrite(text, editsOf(tokens, holes, splice, dialect));
  if (bound === undefined) return undefined;
  const statements = parse(bound) ?? parseWithQuestionMarks(bound);
  return statements && { statements, holes: holes.values };
}

/** Whatever the savepoint is called, such a statement reads, writes and locks nothing. */
function isSavepoint(tokens: readonly Token[]): boolean {
  const words = tokens.filter((t) => !isComment(t)).map((t) => t.text.toUpperCase());
  const [first, ...others] = words.filter((w) => w !== "WORK" && w !== "TRANSACTION");
  return (
    !words.slice(0, -1).includes(";") && (first === "SAVEPOINT" || first === "RELEASE" || (first === "ROLLBACK" && others[0] === "TO"))
  );
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** `undefined`: something unknown stands where it makes a name. */
function editsOf(tokens: readonly Token[], holes: HoleTable, splice: Splice, dialect: Dialect): readonly Edit[] | undefined {
  const edits: Edit[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined) continue;
    const inside = [...holes.values].filter(([number]) => token.tokenName !== "PARAM" && token.text.includes(`$${String(number)}`));
    if (inside.length > 0) {
      if (isComment(token)) continue;
      if (token.tokenName !== "SCONST") return undefined;
      edits.push({ from: token.start, to: token.end, text: quotedHole(token, inside, holes, splice) });
      continue;
    }
    const placeholder = dialect.named === undefined ? undefined : namedPlaceholder(tokens, at);
    if (placeholder !== undefined && dialect.named !== undefined) {
      edits.push({ from: token.start, to: placeholder.end, text: ` ${holes.add(dialect.named(placeholder.name))} ` });
      at = placeholder.last;
    } else if (dialect.properties === true && isProperty(tokens, at)) {
      edits.push({ from: token.start, to: token.end, text: `"${token.text.replaceAll('"', '""')}"` });
    }
  }
  return edits;
}

function isComment(token: Token): boolean {
  return token.tokenName === "SQL_COMMENT" || token.tokenName === "C_COMMENT";
}

/** `'${id}'` is the value itself; in a longer literal it is a part of a value that is not known. */
function quotedHole(token: Token, inside: readonly (readonly [number, Value])[], holes: HoleTable, splice: Splice): string {
  const [only] = inside;
  const isWhole = only !== undefined && inside.length === 1 && token.text === `' $${String(only[0])} '`;
  return ` ${isWhole ? `$${String(only[0])}` : holes.add(splice.part(inside.map(([, value]) => value)))} `;
}

/** `:name`, `:...name`, `:a.b` from the token at `at` on. */
function namedPlaceholder(
  tokens: readonly Token[],
  at: number,
): { readonly name: string; readonly end: number; readonly last: number } | undefined {
  if (tokens[at]?.text !== ":") return undefined;
  const isSpread = tokens[at + 1]?.text === ".." && tokens[at + 2]?.text === ".";
  let last = isSpread ? at + 3 : at + 1;
  const first = tokens[last];
  if (first === undefined || !isWord(first)) return undefined;
  const names = [first.text];
  for (let next = tokens[last + 2]; tokens[last + 1]?.text === "." && next !== undefined && isWord(next); next = tokens[last + 2]) {
    names.push(next.text);
    last += 2;
  }
  return { name: names.join("."), end: tokens[last]?.end ?? first.end, last };
}

function isWord(token: Token): boolean {
  return (token.tokenName === "IDENT" && !token.text.startsWith('"')) || token.keywordName !== "NO_KEYWORD";
}

/** A name beside a dot, or one that PostgreSQL would fold to lower case. */
function isProperty(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  if (token === undefined || !isWord(token)) return false;
  if (tokens[at - 1]?.text === "." || tokens[at + 1]?.text === ".") return true;
  return token.tokenName === "IDENT" && token.text !== token.text.toLowerCase() && tokens[at + 1]?.text !== "(";
}

function rewrite(text: string, edits: readonly Edit[] | undefined): string | undefined {
  if (edits === undefined || edits.length === 0) return edits && text;
  const bytes = Buffer.from(text);
  const parts: string[] = [];
  let at = 0;
  for (const edit of edits) {
    parts.push(bytes.toString("utf8", at, edit.from), edit.text);
    at = edit.to;
  }
  return [...parts, bytes.toString("utf8", at)].join("");
}

/** MySQL's and SQLite's placeholders. PostgreSQL has an operator `?`, so they are looked for only where that makes no statement. */
function parseWithQuestionMarks(text: string): Statements | undefined {
  const marks =
    scan(text)?.filter((t) => t.tokenName !== "SCONST" && !isComment(t) && t.tokenName !== "IDENT" && t.text.endsWith("?")) ?? [];
  if (marks.length === 0) return undefined;
  const edits = marks.map((t, i) => ({ from: t.start, to: t.end, text: `${t.text.slice(0, -1)} $${String(i + 1)} ` }));
  const bound = rewrite(text, edits);
  return bound === undefined ? undefined : parse(bound);
}
