/** The columns that TypeORM writes for an object given to `update`, `insert`, `save` or a builder's `set`. */
import type { Value } from "../../ir/value.js";
import { isNull, isRow, type Field } from "../fields.js";
import type { EntitySchema, WrittenColumn } from "../model.js";
import { patchOf, patchOfEach, setColumn, type FieldReader, type Patch } from "../patch.js";
import { databaseExpression } from "./expression.js";
import { primaryKey, type Site } from "./site.js";

/** A patch of `update` or a builder: a function gives a database expression as text. */
export function patchColumns(patch: Value, site: Site): Patch {
  return patchOf(patch, site.context, reader(site));
}

/** Whole entities given to `insert` or `save`, one or a list. */
export function entityColumns(entities: Value, site: Site): Patch {
  return patchOfEach(entities, site.context, reader(site));
}

/**
 * What `save(entity)` writes: TypeORM reads the row again by its key and writes every column that differs, so what was assigned is
 * written, and of an entity that was read nothing else that matters here. The key is no written column.
 */
export function savedColumns(target: Value, site: Site): Patch {
  const patch = entityColumns(target, site);
  const key = primaryKey(site.schema);
  return { written: patch.written.filter((w) => w.column !== key), opaque: patch.opaque && !isRow(target) };
}

function reader(site: Site): FieldReader {
  return (field) => {
    const relation = site.schema?.relations.get(field.name);
    if (relation !== undefined) return relationColumns(field, relation, site);
    if (field.value.kind === "closure") return [databaseExpression(field.name, field.value, site)];
    return [setColumn(field.name, field.value)];
  };
}

/** Assigning a related entity writes the foreign key; the other side's relations write no column of this row. */
function relationColumns(
  field: Field,
  relation: NonNullable<ReturnType<EntitySchema["relations"]["get"]>>,
  site: Site,
): readonly WrittenColumn[] | undefined {
  if (relation.many) return undefined;
  const [foreignKey, ...more] = relation.foreignKey;
  if (foreignKey === undefined || more.length > 0) return [setColumn(field.name, field.value)];
  const scalar = isNull(field.value) || field.value.kind === "const";
  return [setColumn(foreignKey, scalar ? field.value : site.context.property(field.value, "id"))];
}
