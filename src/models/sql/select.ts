/** Reads SELECT statements. */
import type { Node, RangeVar, SelectStmt, WithClause } from "libpg-query";
import { every, inner, unknownOf, unknownRows } from "../filter.js";
import type { AccessSpec, Cardinality, Filter, RowLock } from "../model.js";
import { conditionOf, type ConditionReader } from "./conditions.js";
import { aggregation, rowNames, singleValue } from "./rows.js";
import { fromItems, tableOf, type Reading, type Scope } from "./scope.js";
import type { Outcome, Sender } from "./sender.js";
import { as, stringIn } from "./tree.js";

/** The scope of a statement about `main`, if that is not the first table of its FROM. */
export function scopeOf(
  from: readonly Node[] | undefined,
  withClause: WithClause | undefined,
  outer: Reading,
  main?: Scope["main"],
): Scope {
  const reading = withCommonTables(withClause, outer);
  const items = fromItems(from);
  const queries = new Map(items.subqueries.map(({ name, query }) => [name, query]));
  const tables: RangeVar[] = [];
  for (const range of items.ranges) {
    const name = range.relname ?? "";
    const query = reading.queries.get(name);
    if (query !== undefined) queries.set(range.alias?.aliasname ?? name, query);
    else if (!reading.changes.has(name)) tables.push(range);
  }
  const [first, ...others] = tables.map((range) => tableOf(range, reading));
  if (main !== undefined) return { reading, main, others: first === undefined ? [] : [first, ...others], queries };
  return { reading, main: first, others, queries };
}

function withCommonTables(withClause: WithClause | undefined, outer: Reading): Reading {
  if (withClause === undefined) return outer;
  const queries = new Map(outer.queries);
  const changes = new Set(outer.changes);
  for (const node of withClause.ctes ?? []) {
    const { ctename = "", ctequery } = as(node, "CommonTableExpr") ?? {};
    const query = as(ctequery, "SelectStmt");
    if (query === undefined) changes.add(ctename);
    else queries.set(ctename, query);
  }
  return { ...outer, queries, changes };
}

const strengths: Readonly<Record<string, RowLock["strength"]>> = {
  LCS_FORUPDATE: "update",
  LCS_FORNOKEYUPDATE: "no key update",
  LCS_FORSHARE: "share",
  LCS_FORKEYSHARE: "key share",
};

const waits: Readonly<Record<string, RowLock["wait"]>> = { LockWaitSkip: "skip locked", LockWaitError: "nowait" };

/** The lock on the rows of the main table; `FOR UPDATE OF other` locks none of them. */
function lockIn(select: SelectStmt, main: Scope["main"]): RowLock | undefined {
  for (const node of select.lockingClause ?? []) {
    const clause = as(node, "LockingClause");
    const strength = strengths[clause?.strength ?? ""];
    const tables = clause?.lockedRels?.map((r) => as(r, "RangeVar")?.relname);
    if (strength !== undefined && (tables === undefined || tables.includes(main?.alias)))
      return { strength, wait: waits[clause?.waitPolicy ?? ""] ?? "block", inText: true };
  }
  return undefined;
}

/** Rows of a sub-select are chosen before anything is locked, so that what it asks of them is no guard. */
export function readerOf(scope: Scope): ConditionReader {
  return { scope, subSelect: (column) => inner(unknownOf([column])) };
}

export function readSelect(select: SelectStmt, reading: Reading, send: Sender): Outcome {
  const { values } = reading.context;
  if (select.op !== undefined && select.op !== "SETOP_NONE") return send.unread();
  const scope = scopeOf(select.fromClause, select.withClause, reading);
  const targets = select.targetList ?? [];
  if (scope.main === undefined) return readWithoutTable(select, scope, send);
  const items = fromItems(select.fromClause);
  const cardinality = cardinalityOf(select, targets);
  const names = cardinality === "rows" ? rowNames(targets, scope) : new Map<string, string>();
  const read = send.access(scope.main, {
    operation: "read",
    cardinality,
    lock: lockIn(select, scope.main),
    filter: filterOf(select, scope, items.restricted),
  });
  const result = values.result(read.id, names);
  if (cardinality === "count") return { rows: singleValue(targets[0], result, scope), count: values.constant(1) };
  if (cardinality === "scalar") return { rows: values.list([result]), count: values.unknown };
  if (names === undefined) return send.unread();
  return { rows: result, count: values.make({ kind: "member", base: result, name: "length" }) };
}

function cardinalityOf(select: SelectStmt, targets: readonly Node[]): Cardinality {
  if (select.groupClause !== undefined || select.havingClause !== undefined) return "scalar";
  return aggregation(targets) ?? "rows";
}

function filterOf(select: SelectStmt, scope: Scope, restricted: boolean): Filter {
  const where = conditionOf(select.whereClause, readerOf(scope));
  return restricted ? every([where, unknownRows]) : where;
}

/** `SELECT EXISTS (..)`, `SELECT * FROM changed` of a data-changing query, functions. */
function readWithoutTable(select: SelectStmt, scope: Scope, send: Sender): Outcome {
  const [target, ...more] = select.targetList ?? [];
  const isPlain = select.whereClause === undefined && more.length === 0;
  const source = onlySource(select);
  const changed = source === undefined ? undefined : send.changed.get(source);
  if (changed !== undefined && isPlain && isStar(target)) return changed;
  const query = onlyQuery(select, scope);
  if (query !== undefined) return readSelect(query, { ...scope.reading, queries: without(scope.reading.queries, query) }, send);
  const link = as(as(target, "ResTarget")?.val, "SubLink");
  const asked = link?.subLinkType === "EXISTS_SUBLINK" && isPlain ? as(link.subselect, "SelectStmt") : undefined;
  const inside = asked === undefined ? undefined : scopeOf(asked.fromClause, asked.withClause, scope.reading);
  if (asked === undefined || inside?.main === undefined) return send.unread();
  const filter = filterOf(asked, inside, fromItems(asked.fromClause).restricted);
  const { values } = scope.reading.context;
  const read = send.access(inside.main, { operation: "read", cardinality: "exists", filter });
  return { rows: singleValue(target, values.result(read.id), scope), count: values.constant(1) };
}

function onlySource({ fromClause }: SelectStmt): string | undefined {
  return fromClause?.length === 1 ? as(fromClause[0], "RangeVar")?.relname : undefined;
}

/** The query all whose rows the SELECT returns. */
function onlyQuery({ fromClause, whereClause }: SelectStmt, { queries }: Scope): SelectStmt | undefined {
  return fromClause?.length === 1 && whereClause === undefined && queries.size === 1 ? [...queries.values()][0] : undefined;
}

function isStar(target: Node | undefined): boolean {
  return as(as(target, "ResTarget")?.val, "ColumnRef")?.fields?.some((f) => stringIn(f) === undefined) ?? false;
}

/** What a SELECT says of the rows it finds, for a statement that writes these. */
export function foundRows(
  select: SelectStmt,
  reading: Reading,
): { readonly scope: Scope; readonly filter: Filter; readonly lock: AccessSpec["lock"] } {
  const scope = scopeOf(select.fromClause, select.withClause, reading);
  const query = scope.main === undefined ? onlyQuery(select, scope) : undefined;
  if (query !== undefined) return foundRows(query, { ...scope.reading, queries: without(scope.reading.queries, query) });
  return { scope, filter: conditionOf(select.whereClause, readerOf(scope)), lock: lockIn(select, scope.main) };
}

/** A recursive query is not looked at again inside itself. */
function without(queries: Reading["queries"], query: SelectStmt): Reading["queries"] {
  return new Map([...queries].filter(([, q]) => q !== query));
}
