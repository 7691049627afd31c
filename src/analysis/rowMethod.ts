/** `job.start()` on a row whose type is not known: the method of the entity that the row was read from. */
import type { EntityId, Value } from "../ir/value.js";
import type { Target } from "../program/facts.js";
import type { Call } from "./call.js";
import type { Interpreter } from "./interpreter.js";
import { normalRow } from "./rows.js";

export function methodOfRow(made: Call): Target | undefined {
  const { run, receiver, method } = made;
  if (receiver === undefined || method === undefined) return undefined;
  const entity = entityOfRow(run, receiver);
  const id = entity === undefined ? undefined : run.environment.facts.method(entity, method);
  return id === undefined ? undefined : { function: id, typeArguments: {} };
}

/** The entity whose row, as it was read, the value is. */
export function entityOfRow(run: Interpreter, value: Value): EntityId | undefined {
  const { operations } = run.environment;
  const access = accessOfRow(normalRow(value, (list) => operations.element(list)));
  const entity = access === undefined ? undefined : run.recorder.access(access)?.entity;
  return entity?.kind === "class" ? entity.id : undefined;
}

/** The row itself, not one that it leads to. */
function accessOfRow(row: Value): string | undefined {
  const result = row.kind === "element" ? row.list : row;
  return result.kind === "result" ? result.access : undefined;
}
