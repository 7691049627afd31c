/** Reads the parts of statements that a layer takes as texts: conditions and expressions that name its own properties. */
import type { Value } from "../../ir/value.js";
import { unknownOf, unknownRows } from "../filter.js";
import type { CallContext, Filter, WrittenColumn } from "../model.js";
import { conditionOf } from "./conditions.js";
import { spreadOf } from "./expressions.js";
import { scan, type Token } from "./parser.js";
import { setColumns } from "./patches.js";
import { plainSplice, statementPieces, type Piece, type Splice } from "./pieces.js";
import type { Scope } from "./scope.js";
import { readerOf } from "./select.js";
import { readText, type SqlText } from "./text.js";
import { as } from "./tree.js";

export interface FragmentNames {
  readonly context: CallContext;
  /** The property that a column reference (`j.status`, `status`) means. */
  readonly column: (path: readonly string[]) => string;
  /** The value bound to `:name`. */
  readonly parameter: (name: string) => Value;
  /** How the text is put together, if it is no plain string. */
  readonly splice?: Splice;
}

export function conditionIn(text: Value, names: FragmentNames): Filter {
  const pieces = statementPieces(text, spliceOf(names));
  if (pieces === undefined) return unknownRows;
  const read = readFragment("SELECT 1 WHERE (", pieces, ")", names);
  const where = as(read?.statements[0], "SelectStmt")?.whereClause;
  return read === undefined || where === undefined ? mentioned(pieces, names) : conditionOf(where, readerOf(scopeOf(read, names)));
}

/** The new value of the column; `undefined` if the text cannot be read. */
export function assignmentIn(column: string, text: Value, names: FragmentNames): WrittenColumn | undefined {
  const pieces = statementPieces(text, spliceOf(names));
  const read = pieces && readFragment(`UPDATE t SET "${column}" = `, pieces, "", names);
  const targets = as(read?.statements[0], "UpdateStmt")?.targetList;
  const [written, ...more] = read === undefined || targets === undefined ? [] : setColumns(targets, scopeOf(read, names)).written;
  return more.length === 0 && written?.how !== "raw" ? written : undefined;
}

function spliceOf({ splice, context }: FragmentNames): Splice {
  return splice ?? plainSplice(context.values);
}

function readFragment(before: string, pieces: readonly Piece[], after: string, names: FragmentNames): SqlText | undefined {
  const { parameter, context } = names;
  const whole: readonly Piece[] = [{ kind: "text", text: before }, ...pieces, { kind: "text", text: after }];
  const named = (name: string) => spreadOf(parameter(name), context.values);
  const read = readText(whole, spliceOf(names), { named, properties: true });
  return read?.statements.length === 1 ? read : undefined;
}

function scopeOf({ holes }: SqlText, { context, column }: FragmentNames): Scope {
  const parameter = (number: number) => holes.get(number) ?? context.values.unknown;
  const reading = { context, parameter, queries: new Map(), changes: new Set<string>() };
  return { reading, main: undefined, others: [], queries: new Map(), nameOf: column };
}

/** Every column that a text may constrain: names with a dot in between. */
function mentioned(pieces: readonly Piece[], { column }: FragmentNames): Filter {
  const tokens = scan(pieces.map((p) => (p.kind === "text" ? p.text : " ")).join(""));
  return tokens === undefined ? unknownRows : unknownOf(pathsIn(tokens).map(column));
}

function pathsIn(tokens: readonly Token[]): readonly (readonly string[])[] {
  const paths: string[][] = [];
  for (const [at, token] of tokens.entries()) {
    const before = tokens[at - 2];
    const isContinued = tokens[at - 1]?.text === "." && before !== undefined && isName(before);
    if (!isName(token) || tokens[at - 1]?.text === ":") continue;
    if (isContinued) paths.at(-1)?.push(unquoted(token));
    else paths.push([unquoted(token)]);
  }
  return paths.filter((p) => p.length > 1);
}

function isName(token: Token): boolean {
  return token.tokenName === "IDENT" || token.keywordName !== "NO_KEYWORD";
}

function unquoted({ text }: Token): string {
  return text.startsWith('"') ? text.slice(1, -1) : text;
}
