/** `job.start()` on a row whose type is not known: the method of the entity that the row was read from. */
import type { Value } from "../ir/value.js";
import type { Target } from "../program/facts.js";
import type { Call } from "./call.js";
import { normalRow } from "./rows.js";

export function methodOfRow(made: Call): Target | undefined {
  const { run, receiver, method } = made;
  if (receiver === undefined || method === undefined) return undefined;
  const { operations, facts } = run.environment;
  const row = normalRow(receiver, (list) => operations.element(list));
  const access = accessOfRow(row);
  const entity = access === undefined ? undefined : run.recorder.access(access)?.entity;
  const id = entity?.kind === "class" ? facts.method(entity.id, method) : undefined;
  return id === undefined ? undefined : { function: id, typeArguments: {} };
}

/** The row itself, not one that it leads to. */
function accessOfRow(row: Value): string | undefined {
  const result = row.kind === "element" ? row.list : row;
  return result.kind === "result" ? result.access : undefined;
}
