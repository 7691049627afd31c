/**
 * Writes of related rows inside `data` (https://www.prisma.io/docs/orm/prisma-client/queries/relation-queries#nested-writes): further
 * statements of the same call, in one transaction.
 */
import type { Handle, Value } from "../../ir/value.js";
import { access, furtherAccess, type AccessParts } from "../access.js";
import { entityNamed } from "../entity.js";
import { isList, isUndefined } from "../fields.js";
import { allRows, every, filterOf, predicate } from "../filter.js";
import type { AccessSpec, Filter, WrittenColumn } from "../model.js";
import { nothingWritten, setColumn, type Patch } from "../patch.js";
import { dataColumns, nestedData, rowsColumns, type NestedData } from "./data.js";
import { entityId, type PrismaModel } from "./schema-file.js";
import { relatedModel, whereFilter, type WhereScope } from "./where.js";

interface Nested {
  readonly item: NestedData;
  readonly scope: WhereScope;
  /** Scope of the related model. */
  readonly related: WhereScope;
  /** The row that the call itself writes. */
  readonly parent: Value;
  /** Foreign key columns of the related row that refer to the parent, if they are there. */
  readonly link: readonly WrittenColumn[];
}

type Parts = AccessParts & { readonly patch?: Patch };
type NestedReader = (value: Value, nested: Nested) => Parts | undefined;

const nestedReaders: Readonly<Record<string, NestedReader>> = {
  create: (value, { related, link }) => ({ operation: "insert", cardinality: "none", patch: linked(rowsColumns(value, related), link) }),
  createMany: (value, { related, link }) => ({
    operation: "insert",
    cardinality: "none",
    patch: linked(rowsColumns(related.context.property(value, "data"), related), link),
  }),
  connectOrCreate: (value, { related, link }) => ({
    operation: "insert",
    cardinality: "none",
    onConflict: "ignore",
    patch: linked(rowsColumns(related.context.property(value, "create"), related), link),
  }),
  update: (value, nested) => ({
    ...rowOf(value, nested),
    operation: "update",
    missThrows: true,
    patch: dataColumns(dataOf(value, nested), nested.related),
  }),
  updateMany: (value, nested) => ({
    ...rowsOf(value, nested),
    operation: "update",
    patch: dataColumns(dataOf(value, nested), nested.related),
  }),
  upsert: (value, nested) => ({
    ...rowOf(value, nested),
    operation: "upsert",
    onConflict: "update",
    patch: dataColumns(nested.related.context.property(value, "update"), nested.related),
  }),
  delete: (value, nested) => ({ ...rowOf(value, nested), operation: "delete", missThrows: true }),
  deleteMany: (value, nested) => ({ ...rowsOf(value, nested), operation: "delete" }),
  connect: (value, nested) => relinked(value, nested, nested.link),
  disconnect: (value, nested) => relinked(value, nested, unlinked(nested)),
};

/** The related rows that a write of `parent` also writes; `from` numbers their accesses. */
export function nestedAccesses(
  handle: Handle,
  method: string,
  data: Value,
  scope: WhereScope,
  parent: Value,
  from = 1,
): readonly AccessSpec[] {
  return nestedData(data, scope).flatMap((item, index) => {
    const relation = scope.model?.schema.relations.get(item.relation);
    if (relation === undefined || !Object.hasOwn(nestedReaders, item.operation)) return [];
    const model = relatedModel(item.relation, scope);
    const nested: Nested = { item, scope, parent, related: { ...scope, model }, link: linkTo(model, scope, parent) };
    const parts = nestedReaders[item.operation]?.(item.value, nested);
    if (parts === undefined) return [];
    const { patch = nothingWritten, ...rest } = parts;
    const name = relation.entity.slice(entityId("").length);
    const entity = entityNamed(relation.entity, name, scope.context.values);
    const id = furtherAccess(scope.context, from + index);
    return [access({ ...handle, entity }, method, scope.context, { ...rest, id, written: patch.written, opaquePatch: patch.opaque })];
  });
}

/** The foreign key by which a related row belongs to `parent`. */
function linkTo(related: PrismaModel | undefined, scope: WhereScope, parent: Value): readonly WrittenColumn[] {
  const own = scope.model?.schema.id;
  const [back, ...more] = [...(related?.schema.relations ?? [])].filter(([, r]) => r.entity === own && r.foreignKey.length > 0);
  if (related === undefined || back === undefined || more.length > 0) return [];
  const [name, { foreignKey }] = back;
  const references = related.references.get(name) ?? [];
  return foreignKey.map((column, i) => setColumn(column, scope.context.property(parent, references[i] ?? "id")));
}

function linked(patch: Patch, link: readonly WrittenColumn[]): Patch {
  return { ...patch, written: [...patch.written, ...link] };
}

function unlinked({ link, scope }: Nested): readonly WrittenColumn[] {
  return link.map((w) => ({ ...w, value: scope.context.values.null }));
}

/** `update: { status }` of the one related row, or `update: { where, data }`. */
function dataOf(value: Value, { related }: Nested): Value {
  const data = related.context.property(value, "data");
  return isUndefined(data) ? value : data;
}

/** The related row: by `where` among those of the parent, otherwise the one that the relation leads to. */
function rowOf(value: Value, nested: Nested): Pick<AccessParts, "cardinality" | "filter" | "target"> {
  const { scope, item, related, parent } = nested;
  const many = scope.model?.schema.relations.get(item.relation)?.many === true;
  const given = related.context.property(value, "where");
  const where = isUndefined(given) && many ? value : given;
  const filter = isUndefined(where) || value.kind === "const" ? allRows : whereFilter(where, related);
  const target = many ? undefined : scope.context.values.make({ kind: "member", base: parent, name: item.relation });
  return { cardinality: "none", filter: many ? every([filter, linkFilter(nested)]) : filter, target };
}

function rowsOf(value: Value, nested: Nested): Pick<AccessParts, "cardinality" | "filter"> {
  const given = nested.related.context.property(value, "where");
  const filter = whereFilter(isUndefined(given) ? value : given, nested.related);
  return { cardinality: "none", filter: every([filter, linkFilter(nested)]) };
}

function linkFilter({ link }: Nested): Filter {
  return filterOf(...link.map((w) => predicate(w.column, "=", w.value)));
}

/** Connecting a row from the other side writes its foreign key; from the owning side the call's own row is written. */
function relinked(value: Value, nested: Nested, written: readonly WrittenColumn[]): Parts | undefined {
  if (written.length === 0 || isList(value)) return undefined;
  const filter = value.kind === "const" ? linkFilter(nested) : whereFilter(value, nested.related);
  return { operation: "update", cardinality: "none", filter, missThrows: true, patch: { written, opaque: false } };
}
