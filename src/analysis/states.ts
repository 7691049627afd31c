/** Which constants a condition or a filter lets a column have. `undefined`: it compares with anything else, or is about something else. */
import type { Condition, Value } from "../ir/value.js";
import type { Predicate } from "../models/model.js";
import { equalConstants, isConstant, predicateConstants } from "./constraint.js";
import type { ProtectionContext } from "./protection.js";

/** One of `values`, or (negated) anything else. */
export interface States {
  readonly values: readonly Value[];
  readonly negated: boolean;
}

export function statesOfCondition(
  { value, polarity }: Condition,
  column: string,
  row: Value,
  { uses }: ProtectionContext,
): States | undefined {
  const isColumn = (v: Value) => v.kind === "member" && v.name === column && uses.normal(v.base) === row;
  if (value.kind !== "binary") return undefined;
  if ((value.operator === "===" || value.operator === "==") && isColumn(value.left) && isConstant(value.right))
    return { values: [value.right], negated: !polarity };
  if (value.operator === "includes" && isColumn(value.right) && value.left.kind === "list" && value.left.elements.every(isConstant))
    return { values: value.left.elements, negated: !polarity };
  return undefined;
}

export function statesOfPredicate(p: Predicate): States | undefined {
  return predicateConstants(p);
}

/** No value is in both. */
export function areDisjoint(a: States, b: States): boolean {
  if (a.negated && b.negated) return false;
  if (a.negated) return areDisjoint(b, a);
  return a.values.every((v) => {
    const equal = b.values.map((w) => equalConstants(v, w));
    return b.negated ? equal.includes(true) : equal.every((e) => e === false);
  });
}
