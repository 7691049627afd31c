/** Writes of a row that nobody can have checked yet. */
import type { AccessSpec } from "../models/model.js";
import type { ConsequenceContext } from "./consequence.js";
import { topLevelOf } from "./functionsOf.js";
import { accessOf } from "./rows.js";
import type { AccessEvent } from "./summary.js";
import type { Unit } from "./unit.js";

interface Write {
  readonly unit: Unit;
  readonly access: AccessEvent;
}

/** Calls above the writing function that are asked what row they pass. */
const maxHeight = 2;

/** The row was inserted by the writer's own flow, or by that of each of its callers. */
export function isOfNewRow({ unit, access }: Write, context: ConsequenceContext, height = maxHeight): boolean {
  if (isInserted(access.access, unit)) return true;
  const writer = access.path.at(0)?.function;
  if (height === 0 || writer === undefined || !isGiven(access.access)) return false;
  const above = context.callers.of(topLevelOf(context.environment, writer) ?? writer);
  return (
    above.length > 0 &&
    above.every((caller) => {
      const instance = caller.unit.access(`${caller.record.prefix}/${access.id}`);
      return instance !== undefined && isOfNewRow({ unit: caller.unit, access: instance }, context, height - 1);
    })
  );
}

function isInserted({ target, filter }: AccessSpec, unit: Unit): boolean {
  const rows = [target, ...filter.predicates.map((p) => p.value)];
  return rows.some((v) => {
    const id = v === undefined ? undefined : accessOf(v);
    return id !== undefined && unit.access(id)?.access.operation === "insert";
  });
}

function isGiven({ target, filter }: AccessSpec): boolean {
  return target?.open === true || filter.predicates.some((p) => p.value?.open === true);
}
