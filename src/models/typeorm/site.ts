/** One call of a modelled method, with what all methods need to know of it. */
import type { Handle, Value } from "../../ir/value.js";
import type { CallContext, EntitySchema } from "../model.js";

export interface Site {
  readonly handle: Handle;
  readonly method: string;
  readonly context: CallContext;
  readonly entity: Value | undefined;
  /** `undefined` while the entity, or its definition, is not known. */
  readonly schema: EntitySchema | undefined;
  /** Without the entity that an `EntityManager`'s methods take first. */
  readonly arguments: readonly Value[];
}

export function argument(site: Site, index: number): Value {
  return site.arguments[index] ?? site.context.values.undefined;
}

/** The one primary key property; `id` where the schema is not known. `undefined` for a composite key. */
export function primaryKey(schema: EntitySchema | undefined): string | undefined {
  const key = schema?.primaryKey ?? [];
  return key.length > 1 ? undefined : (key[0] ?? "id");
}
