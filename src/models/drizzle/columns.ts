/** Tables and columns as values: `jobs` and `jobs.status`. */
import type { Value, ValueFactory } from "../../ir/value.js";
import { entityIdOf, entityNamed } from "../entity.js";
import type { ModelContext } from "../model.js";
import { modelName } from "./handles.js";
import { tablesOf, unknownTable } from "./tables.js";

/** The entity of a value in a table's place; an input of the function is its own entity until the caller is known. */
export function entityOf(table: Value | undefined, { values }: ModelContext): Value | undefined {
  switch (table?.kind) {
    case "handle":
      return table.model === modelName && (table.type === "table" || table.type === "subquery") ? table.entity : undefined;
    case "global":
      return entityNamed(unknownTable(table.name), table.name, values);
    case "symbol":
      return namedLast(table.name, values);
    case "member":
      return isNameChain(table.base) ? entityNamed(unknownTable(table.name), table.name, values) : table;
    case "parameter":
    case "capture":
      return table;
    default:
      return undefined;
  }
}

function namedLast(path: string, values: ValueFactory): Value {
  const name = path.split(/[.:]/).at(-1) ?? path;
  return entityNamed(unknownTable(name), name, values);
}

function isNameChain(value: Value): boolean {
  return value.kind === "member" ? isNameChain(value.base) : value.kind === "global";
}

export interface Column {
  readonly entity: Value;
  /** The property's name. */
  readonly name: string;
}

export function columnOf(value: Value | undefined, context: ModelContext): Column | undefined {
  if (value?.kind === "symbol") {
    const at = value.name.lastIndexOf(".");
    return at < 0 ? undefined : { entity: namedLast(value.name.slice(0, at), context.values), name: value.name.slice(at + 1) };
  }
  if (value?.kind !== "member") return undefined;
  const entity = entityOf(value.base, context);
  return entity === undefined ? undefined : { entity, name: value.name };
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
