/** Reads Prisma's `data` (https://www.prisma.io/docs/orm/reference/prisma-client-reference#update). */
import type { Value } from "../../ir/value.js";
import { fieldsOf, type Field } from "../fields.js";
import type { WrittenColumn } from "../model.js";
import { patchOf, patchOfEach, setColumn, type Patch } from "../patch.js";
import type { WhereScope } from "./where.js";

/** A relation's nested writes, as they stand in `data`. */
export interface NestedData {
  readonly relation: string;
  /** `create`, `update`, `connect`. */
  readonly operation: string;
  readonly value: Value;
}

const numeric: Readonly<Record<string, WrittenColumn["how"]>> = {
  set: "set",
  increment: "increment",
  decrement: "decrement",
  multiply: "raw",
  divide: "raw",
  push: "append",
};

const relationOperations = new Set([
  ...["create", "createMany", "connect", "connectOrCreate", "disconnect", "set"],
  ...["update", "updateMany", "delete", "deleteMany", "upsert"],
]);

/** Nested writes whose row's key becomes the foreign key here. */
const makesRelated = new Set(["create", "connectOrCreate", "upsert"]);

/** The columns that `data` writes; nested writes of other rows are left out. */
export function dataColumns(data: Value, scope: WhereScope): Patch {
  return patchOf(data, scope.context, (field) => fieldColumns(field, scope));
}

/** The columns of `createMany`'s rows. */
export function rowsColumns(rows: Value, scope: WhereScope): Patch {
  return patchOfEach(rows, scope.context, (field) => fieldColumns(field, scope));
}

function fieldColumns(field: Field, scope: WhereScope): readonly WrittenColumn[] | undefined {
  const { name, value } = field;
  if (isRelation(field, scope)) return connectedColumns(field, scope);
  if (value.kind !== "object" || scope.model?.schema.columns.get(name)?.type === "json") return [setColumn(name, value)];
  const [operation, ...more] = fieldsOf(value, scope.context).fields;
  const how = operation === undefined || more.length > 0 ? undefined : numeric[operation.name];
  return operation === undefined || how === undefined ? [setColumn(name, value)] : [{ column: name, value: operation.value, how }];
}

function isRelation({ name, value }: Field, scope: WhereScope): boolean {
  if (scope.model !== undefined) return scope.model.schema.relations.has(name);
  if (value.kind !== "object") return false;
  const names = fieldsOf(value, scope.context).fields.map((f) => f.name);
  const isScalar = names.length === 1 && Object.hasOwn(numeric, names[0] ?? "");
  return names.length > 0 && !isScalar && names.every((n) => relationOperations.has(n));
}

/** `owner: { connect: { id } }` writes the foreign key, `disconnect: true` empties it; a nested `create` writes a key not known yet. */
function connectedColumns({ name, value }: Field, scope: WhereScope): readonly WrittenColumn[] | undefined {
  const { context, model } = scope;
  const foreignKey = model?.schema.relations.get(name)?.foreignKey ?? [];
  const references = model?.references.get(name) ?? [];
  const { fields, complete } = fieldsOf(value, context);
  if (!complete) return undefined;
  if (foreignKey.length === 0) return [];
  return fields.flatMap((f) => {
    if (f.name === "disconnect") return foreignKey.map((column) => setColumn(column, context.values.null));
    if (makesRelated.has(f.name)) return foreignKey.map((column) => setColumn(column, context.values.unknown));
    if (f.name !== "connect") return [];
    return foreignKey.map((column, i) => setColumn(column, context.property(f.value, references[i] ?? "id")));
  });
}

/** The nested writes of `data`, in order. */
export function nestedData(data: Value, scope: WhereScope): readonly NestedData[] {
  const relations = fieldsOf(data, scope.context).fields.filter((f) => isRelation(f, scope));
  return relations.flatMap((relation) =>
    fieldsOf(relation.value, scope.context).fields.map((f) => ({ relation: relation.name, operation: f.name, value: f.value })),
  );
}
