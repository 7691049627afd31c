/** What a change of the code must know about a pair and its syntax does not tell. Facts only: what to change is `suggest/`'s business. */
import type { ColumnInfo, EntitySchema } from "../models/model.js";
import { isLookup } from "../models/effects.js";
import type { ConsequenceContext } from "./consequence.js";
import { isOpposite } from "./effectOf.js";
import type { Surroundings } from "./issue.js";
import type { Pair } from "./pair.js";
import { isBegun } from "./rowLock.js";
import type { AccessEvent, Event } from "./summary.js";
import { rowsUpdatedBy } from "./updatedValue.js";

/** Keys of entities whose definition is not in the program. */
const usualKeys: readonly (readonly string[])[] = [["id"], ["_id"], ["uuid"]];

export function surroundingsOf(pair: Pair, context: ConsequenceContext): Surroundings {
  const { read, write } = pair;
  const schema = context.environment.schema(write.access.entity) ?? context.environment.schema(read.access.entity);
  const joinsAlways = [...(schema?.relations.values() ?? [])].some((r) => r.eager === true);
  return {
    columns: pair.columns.map((name) => columnOf(name, schema)),
    primaryKey: schema?.primaryKey ?? [],
    writesOneRow: writesOneRow(pair, schema, context),
    isStale: write.access.written.some((w) => w.how === "set" && rowsUpdatedBy(w.value, w.column, context.uses).includes(pair.row)),
    effectBefore: pair.unit.events.some((e) => isEffectBetween(e, pair)),
    oneTransaction: read.access.connection === write.access.connection && isBegun(write.access.connection, pair),
    through: write.access.through,
    readThrough: read.access.through,
    readsOneRow: read.access.cardinality === "row" && !joinsAlways,
    joinsAlways,
    properties: [...(schema?.columns.keys() ?? [])],
    relations: [...(schema?.relations.keys() ?? [])],
    hasListeners: schema?.hasListeners === true,
  };
}

function columnOf(name: string, schema: EntitySchema | undefined): ColumnInfo | { readonly name: string; readonly type: undefined } {
  return schema?.columns.get(name) ?? { name, type: undefined };
}

/** The write changes the row that was read and certainly no other. */
function writesOneRow({ write, row }: Pair, schema: EntitySchema | undefined, { sameRow }: ConsequenceContext): boolean {
  const { target, cardinality, filter } = write.access;
  if (target !== undefined) return cardinality === "row" && sameRow.rowsOf(target).includes(row);
  const equated = new Set(filter.predicates.flatMap((p) => (p.operator === "=" && p.outer ? [p.column] : [])));
  const keys = schema === undefined ? usualKeys : [schema.primaryKey, ...schema.uniques];
  return keys.some((key) => key.length > 0 && key.every((column) => equated.has(column)));
}

/** Something that may not happen twice and happens to who passes the check, before the write decides who goes on. */
function isEffectBetween(event: Event, { unit, read, write, check }: Pair): boolean {
  const at = unit.order(event.id);
  if (at <= unit.order(read.id) || at >= unit.order(write.id) || event.guards.some((g) => isOpposite(g, check))) return false;
  switch (event.kind) {
    case "access":
      return isChange(event);
    case "effect":
      return !isLookup(event.path.at(-1)?.text ?? "", event.inputs);
    case "raw":
    case "invoke":
      return true;
    default:
      return false;
  }
}

function isChange({ access }: AccessEvent): boolean {
  return access.operation !== "read" && access.operation !== "lock";
}
