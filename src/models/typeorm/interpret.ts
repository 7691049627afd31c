/** Gives a call of a tabled method its meaning. */
import type { Handle, Value } from "../../ir/value.js";
import { entityIdOf, entityOfType } from "../entity.js";
import { isUndefined } from "../fields.js";
import type { CallContext, Meaning } from "../model.js";
import type { MethodRow } from "./methods.js";
import { identity, merge, preload, read } from "./reads.js";
import { typeormSchema } from "./schema.js";
import type { Site } from "./site.js";
import { create, insert, mark, persist, remove, step, update, upsert } from "./writes.js";

type Interpreters = { readonly [K in MethodRow["kind"]]: (row: Extract<MethodRow, { kind: K }>, site: Site) => Meaning };

const interpreters: Interpreters = {
  read,
  update,
  delete: remove,
  mark,
  step,
  insert,
  upsert,
  persist,
  preload,
  create,
  merge,
  identity,
};

export function interpret(row: MethodRow, site: Site): Meaning {
  const interpreter = interpreters[row.kind] as (row: MethodRow, site: Site) => Meaning;
  return interpreter(row, site);
}

export function siteOf(handle: Handle, method: string, context: CallContext, parts: Partial<Site> = {}): Site {
  const entity = "entity" in parts ? parts.entity : handle.entity;
  const id = entityIdOf(entity);
  const schema = id === undefined ? undefined : typeormSchema(id, context.facts);
  return { handle, method, context, entity, schema, arguments: parts.arguments ?? context.arguments };
}

/** Names of `SaveOptions` and `RemoveOptions`, which may follow the object where an entity may stand in front of it. */
const saveOptions = new Set(["chunk", "data", "listeners", "reload", "transaction"]);

/**
 * An `EntityManager`'s method: the entity comes first, but may be left out where an entity object is given (`manager.save(job)`).
 */
export function managerSite(row: MethodRow, handle: Handle, method: string, context: CallContext): Site {
  const [first = context.values.undefined, ...rest] = context.arguments;
  const entity = context.entity(first);
  const optional = row.kind === "persist" || row.kind === "identity";
  if (optional && !followsEntity(rest[0])) {
    return siteOf(handle, method, context, { entity: entityOfObject(first, context), arguments: context.arguments });
  }
  return siteOf(handle, method, context, { entity: entity ?? first, arguments: rest });
}

/** Whether the second argument is the object, so that the first one is its entity. */
function followsEntity(second: Value | undefined): boolean {
  if (second === undefined || isUndefined(second)) return false;
  if (second.kind !== "object") return true;
  return !second.parts.every((p) => p.kind === "field" && saveOptions.has(p.name));
}

/** The entity class that TypeScript gives the object; for a row that was read the engine knows better. */
function entityOfObject(object: Value, context: CallContext): Value | undefined {
  const type = object.at === undefined ? undefined : context.facts.typeOf(object.at);
  if (type?.kind !== "class" || typeormSchema(type.id, context.facts) === undefined) return undefined;
  return entityOfType(type, context.values);
}
