/** Meanings of the writing methods of `Repository`. */
import type { Value } from "../../ir/value.js";
import { access, accesses, plain, type AccessParts } from "../access.js";
import { entityIdOf } from "../entity.js";
import { fieldsOf, isList, isUndefined, stringOf, stringsOf } from "../fields.js";
import { filterOf, predicate } from "../filter.js";
import type { AccessSpec, Filter, Meaning, WrittenColumn } from "../model.js";
import { nothingWritten, setColumn, type Patch } from "../patch.js";
import { entityColumns, patchColumns, savedColumns } from "./columns.js";
import { readFilter } from "./conditions.js";
import type { MethodRow } from "./methods.js";
import { deleteDateColumn } from "./schema.js";
import { argument, primaryKey, type Site } from "./site.js";

type RowOf<K extends MethodRow["kind"]> = Extract<MethodRow, { kind: K }>;

/** The value created by `repository.create()` without an object, which only assignments fill. */
const createdName = "typeorm.create";

/** An access of the site's entity with one patch. */
export function write(site: Site, parts: AccessParts, patch: Patch = nothingWritten): AccessSpec {
  return access({ ...site.handle, entity: site.entity }, site.method, site.context, {
    ...parts,
    written: patch.written,
    opaquePatch: patch.opaque,
  });
}

/** `UpdateResult`, `DeleteResult`: an object that is always truthy; only `affected` tells who won (facts S10). */
export function changed(spec: AccessSpec, site: Site): Meaning {
  const { values, access: id } = site.context;
  const fields = { affected: values.affected(id), raw: values.result(id), generatedMaps: values.unknown };
  return accesses([spec], values.fields(fields));
}

/** `InsertResult`. */
export function inserted(spec: AccessSpec, site: Site): Meaning {
  const { values, access: id } = site.context;
  const rows = values.result(id);
  return accesses([spec], values.fields({ identifiers: rows, generatedMaps: rows, raw: rows }));
}

function criteria(index: number | undefined, site: Site): Filter {
  return index === undefined ? filterOf() : readFilter("criteria", index, site);
}

export function update(row: RowOf<"update">, site: Site): Meaning {
  const patch = patchColumns(argument(site, row.patch), site);
  const options = argument(site, row.patch + 1);
  const returning = !isUndefined(options) && !isUndefined(site.context.property(options, "returning"));
  const parts: AccessParts = {
    operation: "update",
    filter: criteria(row.criteria, site),
    cardinality: returning ? "rows" : "none",
  };
  return changed(write(site, parts, patch), site);
}

export function remove(row: RowOf<"delete">, site: Site): Meaning {
  return changed(write(site, { operation: "delete", filter: criteria(row.criteria, site), cardinality: "none" }), site);
}

export function mark(row: RowOf<"mark">, site: Site): Meaning {
  const patch = { written: [deleteMark(row.deleted, site)], opaque: false };
  return changed(write(site, { operation: "update", filter: criteria(row.criteria, site), cardinality: "none" }, patch), site);
}

export function deleteMark(deleted: boolean, site: Site): WrittenColumn {
  const { values, facts } = site.context;
  const id = entityIdOf(site.entity);
  return setColumn(deleteDateColumn(id, facts), deleted ? values.clock : values.null);
}

export function step(row: RowOf<"step">, site: Site): Meaning {
  const column = stringOf(argument(site, 1));
  const written = column === undefined ? [] : [{ column, value: argument(site, 2), how: row.how }];
  const filter = readFilter("where", 0, site);
  return changed(write(site, { operation: "update", filter, cardinality: "none" }, { written, opaque: column === undefined }), site);
}

export function insert(_row: RowOf<"insert">, site: Site): Meaning {
  const patch = entityColumns(argument(site, 0), site);
  return inserted(write(site, { operation: "insert", cardinality: "rows" }, patch), site);
}

/** `upsert(entities, paths)`: one `INSERT .. ON CONFLICT (paths) DO UPDATE` of all given columns. */
export function upsert(_row: RowOf<"upsert">, site: Site): Meaning {
  const entities = argument(site, 0);
  const conflict = argument(site, 1);
  const paths = stringsOf(conflict) ?? stringsOf(site.context.property(conflict, "conflictPaths"));
  const patch = entityColumns(entities, site);
  const keys = patch.written.filter((w) => paths?.includes(w.column) === true && w.how === "set");
  const filter: Filter = {
    predicates: keys.map((w) => predicate(w.column, isList(entities) ? "in" : "=", w.value)),
    opaque: paths === undefined || keys.length < paths.length,
  };
  return inserted(write(site, { operation: "upsert", filter, cardinality: "rows", onConflict: "update" }, patch), site);
}

export function persist(row: RowOf<"persist">, site: Site): Meaning {
  const target = argument(site, 0);
  return accesses([persistAccess(row.does, target, site)], row.does === "reload" ? site.context.values.undefined : target);
}

function persistAccess(does: RowOf<"persist">["does"], target: Value, site: Site): AccessSpec {
  const cardinality = isList(target) ? "rows" : "row";
  switch (does) {
    case "save":
      return saveAccess(target, site);
    case "remove":
      return write(site, { operation: "delete", target, cardinality });
    case "reload":
      return write(site, { operation: "read", target, cardinality, missThrows: true });
    case "soft-remove":
    case "recover":
      return write(site, { operation: "update", target, cardinality }, markedPatch(does, target, site));
  }
}

function markedPatch(does: "soft-remove" | "recover", target: Value, site: Site): Patch {
  const patch = savedColumns(target, site);
  return { ...patch, written: [...patch.written, deleteMark(does === "soft-remove", site)] };
}

/** An object that was made here and has no key is inserted; TypeORM updates, or inserts, by the key of any other (facts S18). */
function saveAccess(target: Value, site: Site): AccessSpec {
  const cardinality = isList(target) ? "rows" : "row";
  const patch = savedColumns(target, site);
  const key = primaryKey(site.schema);
  const id = target.kind === "object" && key !== undefined ? site.context.property(target, key) : undefined;
  if (isNew(target, site)) return write(site, { operation: "insert", target, cardinality }, patch);
  const filter = id === undefined || key === undefined || isUndefined(id) ? filterOf() : filterOf(predicate(key, "=", id));
  return write(site, { operation: "update", target, cardinality, filter }, patch);
}

function isNew(target: Value, site: Site): boolean {
  if (target.kind === "list") return target.elements.length > 0 && target.elements.every((e) => isNew(e, site));
  if (target.kind === "mapped") return isNew(target.item, site);
  if (target.kind === "call") return target.name === createdName || (site.entity?.kind === "class" && target.name === site.entity.name);
  if (target.kind !== "object") return false;
  const { fields, complete } = fieldsOf(target, site.context);
  const keys = site.schema?.primaryKey ?? ["id"];
  return complete && !keys.every((k) => fields.some((f) => f.name === k));
}

export function create(_row: RowOf<"create">, site: Site): Meaning {
  const object = argument(site, 0);
  if (!isUndefined(object)) return plain(object);
  return plain(site.context.values.make({ kind: "call", site: site.context.access, name: createdName, inputs: [] }));
}
