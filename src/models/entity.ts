/** Entities as values: the class itself, or the model that a name stands for. */
import type { EntityId, Value, ValueFactory } from "../ir/value.js";
import type { TypeRef } from "../program/facts.js";

export function entityNamed(id: EntityId, name: string, values: ValueFactory): Value {
  return values.make({ kind: "class", id, name });
}

/** The id of the entity or class that the value is; `undefined` while it is not known. */
export function entityIdOf(value: Value | undefined): EntityId | undefined {
  return value?.kind === "class" ? value.id : undefined;
}

export function entityOfType(type: TypeRef | undefined, values: ValueFactory): Value | undefined {
  switch (type?.kind) {
    case "class":
      return entityNamed(type.id, type.name, values);
    case "external":
      return entityNamed(`${type.package}#${type.name}`, type.name, values);
    case "parameter":
      return values.make({ kind: "type-parameter", owner: type.owner, name: type.name });
    case "unknown":
    case undefined:
      return undefined;
  }
}
