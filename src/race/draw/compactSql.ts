import { isWord, sqlTokens, textOf, type Token } from "./sqlTokens.js";

/**
 * Names that need their quotes: the reserved words of PostgreSQL that people give to tables and columns, and those whose meaning
 * would change. https://www.postgresql.org/docs/current/sql-keywords-appendix.html
 */
const reserved = new Set(
  (
    "all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create current_date " +
    "current_role current_time current_timestamp current_user default deferrable desc distinct do else end except false fetch for " +
    "foreign from grant group having in initially intersect into lateral leading limit localtime localtimestamp not null offset on " +
    "only or order placing primary references returning select session_user some symmetric table then to trailing true union unique " +
    "user using variadic when where window with"
  ).split(" "),
);

function unquoted(token: Token): Token {
  const name = /^"([a-z_][a-z0-9_]*)"$/.exec(token.text)?.[1];
  return name === undefined || reserved.has(name) ? token : { kind: "word", text: name };
}

/** Whether the token begins a qualification by the schema `public`, which is what an unqualified name means. */
function isPublic(tokens: readonly Token[], index: number): boolean {
  return tokens[index]?.text === "public" && tokens[index + 1]?.text === "." && tokens[index - 1]?.text !== ".";
}

function bare({ text }: Token): string {
  return text.replaceAll('"', "");
}

/** TypeORM names each column of a list after its table and itself, `"Job"."id" AS "Job_id"`, which says nothing and doubles the list. */
function withoutRepeatedNames(tokens: readonly Token[]): Token[] {
  const repeats = (at: number): boolean => {
    const [table, dot, column, , as, , name] = tokens.slice(at, at + 7);
    if (table === undefined || column === undefined || name === undefined || dot?.text !== "." || !isWord(as, "AS")) return false;
    return bare(name) === `${bare(table)}_${bare(column)}`;
  };
  return tokens.filter((_, index) => ![3, 4, 5, 6].some((distance) => repeats(index - distance)));
}

/** The tokens of a statement without comments, needless quotes, the schema `public` and the semicolon at its end. */
export function compactTokens(sql: string): Token[] {
  const tokens = sqlTokens(sql.replace(/[\s;]+$/, "")).map((token) => (token.kind === "name" ? unquoted(token) : token));
  return withoutRepeatedNames(tokens.filter((_, index) => !isPublic(tokens, index) && !isPublic(tokens, index - 1)));
}

/** A statement on one line, as short as it can be without leaving anything out. */
export function compactSql(sql: string): string {
  return textOf(compactTokens(sql));
}
