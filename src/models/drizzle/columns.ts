/** Tables and columns as values: `jobs` and `jobs.status`. */
import type { Value } from "../../ir/value.js";
import { entityIdOf, entityNamed } from "../entity.js";
import type { ModelContext } from "../model.js";
import { modelName } from "./handles.js";
import { tableNamed, tablesOf, unknownTable } from "./tables.js";

/** The entity of a value in a table's place; an input of the function is its own entity until the caller is known. */
export function entityOf(table: Value | undefined, context: ModelContext): Value | undefined {
  switch (table?.kind) {
    case "handle":
      return table.model === modelName && (table.type === "table" || table.type === "subquery") ? table.entity : undefined;
    case "global":
    case "symbol":
      return tableCalled(lastName(table.name), context);
    case "member":
      return isNameChain(table.base) ? tableCalled(table.name, context) : table;
    case "parameter":
    case "capture":
      return table;
    default:
      return undefined;
  }
}

/** A table that comes from where nobody can look is the program's table of that name, if there is one. */
export function tableCalled(name: string, { facts, values }: ModelContext): Value {
  const table = tableNamed("name", name, facts);
  return entityNamed(table?.id ?? unknownTable(name), table?.name ?? name, values);
}

function lastName(path: string): string {
  return path.split(/[.:]/).at(-1) ?? path;
}

/** `schema.jobs`, `this.tables.jobs`, `deps.schema.jobs`. */
function isNameChain(value: Value): boolean {
  if (value.kind === "member") return isNameChain(value.base);
  return value.kind === "global" || value.kind === "this" || value.kind === "parameter" || value.kind === "capture";
}

export interface Column {
  readonly entity: Value;
  /** The property's name. */
  readonly name: string;
}

/** A property of what may be a table. In a value's place that is no column: `input.id`, `ctx.user.id`; see `columnOf`. */
export function propertyColumn(value: Value | undefined, context: ModelContext): Column | undefined {
  if (value?.kind === "symbol") {
    const at = value.name.lastIndexOf(".");
    return at < 0 ? undefined : { entity: tableCalled(lastName(value.name.slice(0, at)), context), name: value.name.slice(at + 1) };
  }
  if (value?.kind !== "member") return undefined;
  const entity = entityOf(value.base, context);
  return entity === undefined ? undefined : { entity, name: value.name };
}

/** A property of what is certainly a table: by its definition, or because the statement uses the very value as one. */
export function columnOf(value: Value | undefined, context: ModelContext, tables: readonly Value[]): Column | undefined {
  const column = propertyColumn(value, context);
  if (column === undefined) return undefined;
  if (value?.kind === "symbol") return isImported(column.entity, tables, context) ? column : undefined;
  const base = value?.kind === "member" ? value.base : undefined;
  if (base === undefined) return undefined;
  return base.kind === "handle" || tables.includes(base) || (base.kind === "global" && isImported(column.entity, tables, context))
    ? column
    : undefined;
}

function isImported(entity: Value, tables: readonly Value[], context: ModelContext): boolean {
  const id = entityIdOf(entity);
  const isDefined = id !== undefined && tablesOf(context.facts).byId.has(id);
  return isDefined || tables.some((t) => (t.kind === "global" || t.kind === "symbol") && entityOf(t, context) === entity);
}

/** The column as rows of `main` have it; a column of another table is dotted. */
export function columnName(column: Column, main: Value | undefined): string {
  const other = column.entity.kind === "class" ? column.entity.name : "?";
  return column.entity === main ? column.name : `${other}.${column.name}`;
}

/** What a joined row calls the rows of a table: its name in the database. */
export function tableName(entity: Value | undefined, { facts }: ModelContext): string | undefined {
  const id = entityIdOf(entity);
  if (entity?.kind !== "class" || id === undefined) return undefined;
  return tablesOf(facts).byId.get(id)?.table ?? entity.name;
}
