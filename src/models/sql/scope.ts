/** The tables that a statement names, and what their columns are called. */
import type { Node, RangeVar, SelectStmt } from "libpg-query";
import type { Value } from "../../ir/value.js";
import { entityNamed } from "../entity.js";
import type { CallContext, EntitySchema } from "../model.js";
import { as } from "./tree.js";

export interface Reading {
  readonly context: CallContext;
  /** The value of `$n`. */
  readonly parameter: (number: number) => Value;
  /** Queries of the enclosing `WITH`s, by name. */
  readonly queries: ReadonlyMap<string, SelectStmt>;
  /** Names of data-changing queries among them. */
  readonly changes: ReadonlySet<string>;
}

export interface Table {
  /** What the statement calls it. */
  readonly alias: string;
  readonly name: string;
  readonly entity: Value;
  readonly schema: EntitySchema | undefined;
}

export interface Scope {
  readonly reading: Reading;
  /** The table whose rows the statement is about. */
  readonly main: Table | undefined;
  readonly others: readonly Table[];
  /** Queries of `WITH` and of `FROM (SELECT ..)` that the statement selects from, by alias. */
  readonly queries: ReadonlyMap<string, SelectStmt>;
  /** Names columns where a layer puts its own names into texts. */
  readonly nameOf?: (path: readonly string[]) => string;
}

/** The name of the column that a path of names is. */
export function nameIn(path: readonly string[], scope: Scope): string {
  return scope.nameOf?.(path) ?? columnName(columnOf(path, scope), scope);
}

/** An entity of a data layer's if one has this table, otherwise the table stands for itself. */
export function tableOf(range: RangeVar, reading: Reading): Table {
  const { context } = reading;
  const name = range.relname ?? "";
  const entity = context.table(name) ?? entityNamed(`table:${name}`, name, context.values);
  return { alias: range.alias?.aliasname ?? name, name, entity, schema: context.schema(entity) };
}

/** A column of one of the statement's tables. */
export interface Column {
  /** `undefined`: of a query, a function, or a table that is not known. */
  readonly table: Table | undefined;
  /** The alias in front of it, as written. */
  readonly qualifier: string | undefined;
  /** The property's name. */
  readonly name: string;
}

export function columnOf(path: readonly string[], scope: Scope): Column {
  const [qualifier, name] = path.length > 1 ? [path.at(-2), path.at(-1)] : [undefined, path[0]];
  const table = tableOfColumn(qualifier, name ?? "", scope);
  return { table, qualifier, name: propertyOf(name ?? "", table?.schema) };
}

function tableOfColumn(qualifier: string | undefined, name: string, { main, others, queries }: Scope): Table | undefined {
  const tables = [...(main === undefined ? [] : [main]), ...others];
  if (qualifier !== undefined) return tables.find((t) => t.alias === qualifier);
  const declared = tables.find((t) => t.schema !== undefined && hasColumn(name, t.schema));
  if (declared !== undefined) return declared;
  // A column that could be of any of several tables is not told apart.
  return tables.length === 1 && queries.size === 0 ? tables[0] : main?.schema === undefined ? main : undefined;
}

function hasColumn(name: string, schema: EntitySchema): boolean {
  return schema.columns.has(propertyOf(name, schema));
}

/** The property that a column of the table is, by the layer's naming or by the usual one (`locked_by` for `lockedBy`). */
export function propertyOf(column: string, schema: EntitySchema | undefined): string {
  const named = schema?.columnNames?.get(column);
  if (named !== undefined || schema === undefined || schema.columns.has(column)) return named ?? column;
  const property = camelCase(column);
  return schema.columns.has(property) ? property : column;
}

function camelCase(name: string): string {
  const [first = "", ...rest] = name.split("_");
  return first + rest.map((w) => w.charAt(0).toUpperCase() + w.slice(1)).join("");
}

/** The name of the column as the statement's own row has it; a column of another table is dotted: `projects.status`. */
export function columnName(column: Column, scope: Scope): string {
  const isMain = column.table !== undefined && column.table === scope.main;
  return isMain ? column.name : `${column.table?.name ?? column.qualifier ?? "?"}.${column.name}`;
}

/** The items of a `FROM`, joins taken apart. */
export interface FromItems {
  readonly ranges: readonly RangeVar[];
  readonly subqueries: readonly { readonly name: string; readonly query: SelectStmt }[];
  /** Rows can drop out: an inner join, another table beside the first. */
  readonly restricted: boolean;
  /** Conditions of joins. */
  readonly conditions: readonly Node[];
}

export function fromItems(from: readonly Node[] | undefined): FromItems {
  const items = (from ?? []).map(fromItem);
  return {
    ranges: items.flatMap((i) => i.ranges),
    subqueries: items.flatMap((i) => i.subqueries),
    restricted: items.length > 1 || items.some((i) => i.restricted),
    conditions: items.flatMap((i) => i.conditions),
  };
}

const none: FromItems = { ranges: [], subqueries: [], restricted: false, conditions: [] };

function fromItem(node: Node): FromItems {
  const range = as(node, "RangeVar");
  if (range !== undefined) return { ...none, ranges: [range] };
  const subselect = as(node, "RangeSubselect");
  const query = as(subselect?.subquery, "SelectStmt");
  if (query !== undefined) return { ...none, subqueries: [{ name: subselect?.alias?.aliasname ?? "", query }], restricted: true };
  const join = as(node, "JoinExpr");
  if (join === undefined) return { ...none, restricted: true };
  const inner = fromItems([join.larg, join.rarg].filter((n) => n !== undefined));
  const isLeft = join.jointype === "JOIN_LEFT";
  return {
    ...inner,
    restricted: !isLeft || [join.larg].some((n) => n !== undefined && fromItem(n).restricted),
    conditions: [...inner.conditions, ...(join.quals === undefined ? [] : [join.quals])],
  };
}
