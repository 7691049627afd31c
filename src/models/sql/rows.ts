/** What the rows that a statement returns call its columns. */
import type { Node } from "libpg-query";
import type { Value } from "../../ir/value.js";
import { functionName } from "./functions.js";
import { columnName, columnOf, type Scope } from "./scope.js";
import { as, pathOf, withoutCast } from "./tree.js";

/** A row's own name of a column to the column's; names that are equal may be left out. */
export type RowNames = ReadonlyMap<string, string>;

/** `undefined`: all columns of several tables in one row, where equal names cannot be told apart. */
export function rowNames(targets: readonly Node[], scope: Scope): RowNames | undefined {
  const names = new Map<string, string>();
  for (const target of targets) {
    const { name, val } = as(target, "ResTarget") ?? {};
    const path = pathOf(withoutCast(val));
    if (path?.at(-1) === "*") {
      if (!isMainStar(path, scope)) return undefined;
      for (const [column, property] of scope.main?.schema?.columnNames ?? []) names.set(column, property);
    } else if (path !== undefined) names.set(name ?? path.at(-1) ?? "", columnName(columnOf(path, scope), scope));
    else names.set(name ?? defaultName(val), `?.${name ?? defaultName(val)}`);
  }
  return names;
}

function isMainStar(path: readonly string[], { main, others, queries }: Scope): boolean {
  const isOnly = others.length === 0 && queries.size === 0;
  return main !== undefined && (path.length === 1 ? isOnly : path.at(-2) === main.alias);
}

/** https://www.postgresql.org/docs/current/queries-select-lists.html#QUERIES-COLUMN-LABELS */
function defaultName(expression: Node | undefined): string {
  const call = as(withoutCast(expression), "FuncCall");
  if (call !== undefined) return functionName(call) ?? "?column?";
  return as(expression, "SubLink")?.subLinkType === "EXISTS_SUBLINK" ? "exists" : "?column?";
}

const aggregates = new Set([
  "count",
  "sum",
  "avg",
  "min",
  "max",
  "bool_and",
  "bool_or",
  "every",
  "array_agg",
  "json_agg",
  "jsonb_agg",
  "string_agg",
]);

/** `count`: the only row's every column is a number of rows; `scalar`: there is one row, of aggregates. */
export function aggregation(targets: readonly Node[]): "count" | "scalar" | undefined {
  const names = targets.map((t) => functionNameIn(as(t, "ResTarget")?.val));
  if (names.length === 1 && names[0] === "count") return "count";
  return names.some((n) => n !== undefined && aggregates.has(n)) ? "scalar" : undefined;
}

function functionNameIn(expression: Node | undefined): string | undefined {
  const call = as(withoutCast(expression), "FuncCall");
  return call === undefined || call.over !== undefined ? undefined : functionName(call);
}

/** One row whose only column holds the result: of `SELECT count(*)` and `SELECT EXISTS (..)`. */
export function singleValue(target: Node | undefined, result: Value, scope: Scope): Value {
  const { values } = scope.reading.context;
  const { name, val } = as(target, "ResTarget") ?? {};
  return values.list([values.fields({ [name ?? defaultName(val)]: result })]);
}
