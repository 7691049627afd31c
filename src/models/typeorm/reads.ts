/** Meanings of the reading methods of `Repository`, and of those that touch nothing. */
import type { Value } from "../../ir/value.js";
import { access, accesses, furtherAccess, plain } from "../access.js";
import { isUndefined } from "../fields.js";
import { allRows, filterOf, predicate, unknownRows } from "../filter.js";
import type { AccessSpec, Filter, Meaning, RowLock } from "../model.js";
import { readFilter } from "./conditions.js";
import { optionsLock } from "./locks.js";
import type { MethodRow } from "./methods.js";
import { argument, primaryKey, type Site } from "./site.js";

type RowOf<K extends MethodRow["kind"]> = Extract<MethodRow, { kind: K }>;

export function read(row: RowOf<"read">, site: Site): Meaning {
  const { values } = site.context;
  const options = row.filter === "options" ? argument(site, row.argument) : undefined;
  const lock = options === undefined || isUndefined(options) ? undefined : optionsLock(options, site.context);
  const filter = readFilter(row.filter, row.argument, site);
  const rows = readAccess(site, filter, lock, row);
  const result = values.result(rows.id);
  if (!row.counted) return accesses([rows], result);
  const count = countAccess(rows, furtherAccess(site.context, 1));
  return accesses([rows, count], values.list([result, values.result(count.id)]));
}

function readAccess(site: Site, filter: Filter, lock: RowLock | undefined, row: RowOf<"read">): AccessSpec {
  const { cardinality, missThrows } = row;
  const parts = { operation: "read", filter, lock, cardinality, missThrows } as const;
  return access({ ...site.handle, entity: site.entity }, site.method, site.context, parts);
}

/** The number of rows, read by a second statement without a lock. */
export function countAccess(rows: AccessSpec, id: string): AccessSpec {
  return { ...rows, id, cardinality: "count", lock: undefined };
}

/** `preload(like)`: one SELECT by the key of `like`; the row with the fields of `like` over it. Nothing is written (facts 2). */
export function preload(_row: RowOf<"preload">, site: Site): Meaning {
  const { values, access: id } = site.context;
  const like = argument(site, 0);
  const row = values.result(id);
  const merged = values.object([
    { kind: "spread", value: row },
    { kind: "spread", value: like },
  ]);
  const parts = { operation: "read", filter: likeFilter(like, site), cardinality: "row" } as const;
  return accesses([access({ ...site.handle, entity: site.entity }, site.method, site.context, parts)], merged);
}

function likeFilter(like: Value, site: Site): Filter {
  const key = primaryKey(site.schema);
  if (key === undefined) return unknownRows;
  const id = site.context.property(like, key);
  return isUndefined(id) ? allRows : filterOf(predicate(key, "=", id));
}

/** `merge(into, ...likes)` assigns in memory. The assignments are in the value it returns. */
export function merge(_row: RowOf<"merge">, site: Site): Meaning {
  return plain(site.context.values.object(site.arguments.map((value) => ({ kind: "spread", value }))));
}

export function identity(_row: RowOf<"identity">, site: Site): Meaning {
  const key = primaryKey(site.schema);
  return plain(key === undefined ? site.context.values.unknown : site.context.property(argument(site, 0), key));
}
