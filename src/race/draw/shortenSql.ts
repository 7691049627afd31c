import { compactTokens } from "./compactSql.js";
import { depthsOf, isWord, textOf, type Token } from "./sqlTokens.js";

/** From the first to before the last index. */
type Range = readonly [from: number, to: number];

const elision: Token = { kind: "elision", text: "…" };
const gap: Token = { kind: "gap", text: " " };

/** A list shorter than this says more than an ellipsis. */
const shortList = 16;
const longString = 28;
const listItems = 3;

/** The end of a clause: the next of `words`, or the bracket that closes around it. */
function endOfClause(tokens: readonly Token[], from: number, words: readonly string[]): number {
  const depths = depthsOf(tokens);
  const depth = depths[from] ?? 0;
  const end = tokens.findIndex((token, index) => {
    const here = depths[index] ?? 0;
    return index >= from && (here < depth || (here === depth && isWord(token, ...words)));
  });
  return end < 0 ? tokens.length : end;
}

function startsOf(tokens: readonly Token[], ...words: readonly string[]): number[] {
  return tokens.flatMap((token, index) => (isWord(token, ...words) ? [index + 1] : []));
}

/** Replaces ranges, from the last to the first so that the indices stay right; inner ranges of a replaced one are dropped. */
function replaced(tokens: readonly Token[], ranges: readonly Range[], by: (part: readonly Token[]) => readonly Token[]): Token[] {
  const outer = ranges.filter(([from, to]) => !ranges.some(([start, end]) => start < from && to <= end));
  return outer.reduceRight((rest, [from, to]) => [...rest.slice(0, from), ...by(rest.slice(from, to)), ...rest.slice(to)], [...tokens]);
}

function withoutList(tokens: readonly Token[], ranges: readonly Range[]): Token[] {
  const long = ranges.filter(([from, to]) => textOf(tokens.slice(from, to)).length > shortList);
  return replaced(tokens, long, () => [gap, elision, gap]);
}

/** Only lists that a FROM follows: a SELECT without one is short, or has its meaning in the list. A list with a WHERE inside stays. */
function withoutSelectLists(tokens: readonly Token[]): Token[] {
  const ranges = startsOf(tokens, "SELECT").map((from): Range => [from, endOfClause(tokens, from, ["FROM"])]);
  const listed = ranges.filter(([from, to]) => isWord(tokens[to], "FROM") && startsOf(tokens.slice(from, to), "WHERE").length === 0);
  return withoutList(tokens, listed);
}

function withoutReturning(tokens: readonly Token[]): Token[] {
  return withoutList(
    tokens,
    startsOf(tokens, "RETURNING").map((from) => [from, endOfClause(tokens, from, [])]),
  );
}

/** The brackets between two words: column lists after INSERT INTO, tuples after VALUES. */
function bracketsAfter(tokens: readonly Token[], word: string, until: readonly string[]): Range[] {
  const depths = depthsOf(tokens);
  return startsOf(tokens, word).flatMap((from) => {
    const to = endOfClause(tokens, from, until);
    const depth = depths[from] ?? 0;
    return tokens.flatMap((token, index): Range[] => {
      if (index < from || index >= to || token.text !== "(" || depths[index] !== depth) return [];
      return [[index + 1, endOfClause(tokens, index + 1, [])]];
    });
  });
}

function withoutInsertLists(tokens: readonly Token[]): Token[] {
  const shortened = replaced(tokens, bracketsAfter(tokens, "INTO", ["VALUES", "SELECT", "OVERRIDING", "DEFAULT", "WITH"]), firstItems);
  return replaced(shortened, bracketsAfter(shortened, "VALUES", ["ON", "RETURNING"]), firstItems);
}

/** The first items of a list at its own depth, and how many there are besides. */
function firstItems(part: readonly Token[]): Token[] {
  const depths = depthsOf(part);
  const commas = part.flatMap(({ text }, index) => (text === "," && depths[index] === 0 ? [index] : []));
  if (commas.length <= listItems) return [...part];
  const others = commas.length + 1 - listItems;
  return [...part.slice(0, (commas[listItems - 1] ?? 0) + 1), gap, { kind: "elision", text: `… ${others} more` }];
}

function withoutLongIn(tokens: readonly Token[]): Token[] {
  return replaced(tokens, bracketsAfter(tokens, "IN", ["AND", "OR"]), firstItems);
}

function withoutLongSet(tokens: readonly Token[]): Token[] {
  const ends = ["WHERE", "FROM", "RETURNING"];
  const ranges = startsOf(tokens, "SET").map((from): Range => [from, endOfClause(tokens, from, ends)]);
  return replaced(tokens, ranges, (part) => [...firstItems(part), gap]);
}

function withoutLongStrings(tokens: readonly Token[]): Token[] {
  return tokens.map((token) =>
    token.kind === "string" && token.text.length > longString
      ? { kind: "string", text: `${token.text.slice(0, longString - 6)}…'` }
      : token,
  );
}

/** What may be left out, the least telling first. None of them touches a condition but for the middle of a long IN list. */
const steps = [withoutReturning, withoutSelectLists, withoutInsertLists, withoutLongStrings, withoutLongIn, withoutLongSet];

/**
 * A statement in at most `limit` characters where leaving out lists can do that, and longer otherwise: a WHERE is what decides
 * whether a schedule is a race, so it is never cut.
 */
export function shortenSql(sql: string, limit: number): string {
  let tokens = compactTokens(sql);
  for (const step of steps) {
    if (textOf(tokens).length <= limit) break;
    tokens = step(tokens);
  }
  return textOf(tokens);
}
