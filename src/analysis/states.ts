/** Which constants a condition or a filter lets a column have. `undefined`: it compares with anything else, or is about something else. */
import type { Condition, Value } from "../ir/value.js";
import type { Predicate } from "../models/model.js";
import { equalConstants, isConstant, predicateConstants } from "./constraint.js";
import type { ProtectionContext } from "./protection.js";
import { whereRowExists } from "./rows.js";

/** One of `values`, or (negated) anything else. */
interface Named {
  readonly kind: "named";
  readonly values: readonly Value[];
  readonly negated: boolean;
}

/** All that is true, or all that is not, as a condition that is only the column takes it. */
interface Truth {
  readonly kind: "truth";
  readonly truth: boolean;
}

export type States = Named | Truth;

/** Of a row that is there: `row?.active` is then the column. */
export function statesOfCondition(condition: Condition, column: string, row: Value, { uses }: ProtectionContext): States | undefined {
  const { polarity } = condition;
  const isColumn = (v: Value) => v.kind === "member" && v.name === column && uses.normal(v.base) === row;
  const [value, ...others] = whereRowExists(condition.value, row, uses);
  if (value === undefined || others.length > 0) return undefined;
  if (isColumn(value)) return { kind: "truth", truth: polarity };
  if (value.kind === "not" && isColumn(value.operand)) return { kind: "truth", truth: !polarity };
  if (value.kind !== "binary") return undefined;
  if ((value.operator === "===" || value.operator === "==") && isColumn(value.left) && isConstant(value.right))
    return { kind: "named", values: [value.right], negated: !polarity };
  if (value.operator === "includes" && isColumn(value.right) && value.left.kind === "list" && value.left.elements.every(isConstant))
    return { kind: "named", values: value.left.elements, negated: !polarity };
  return undefined;
}

export function statesOfPredicate(p: Predicate): States | undefined {
  const constants = predicateConstants(p);
  return constants === undefined ? undefined : { kind: "named", ...constants };
}

/** No value is in both. */
export function areDisjoint(a: States, b: States): boolean {
  if (a.kind === "truth") return b.kind === "truth" ? a.truth !== b.truth : isOfTruth(b, !a.truth);
  if (b.kind === "truth" || (a.negated && !b.negated)) return areDisjoint(b, a);
  if (a.negated) return false;
  return a.values.every((v) => {
    const equal = b.values.map((w) => equalConstants(v, w));
    return b.negated ? equal.includes(true) : equal.every((e) => e === false);
  });
}

function isOfTruth({ values, negated }: Named, truth: boolean): boolean {
  return !negated && values.every((v) => (v.kind === "const" ? Boolean(v.value) : v.kind === "symbol" || undefined) === truth);
}
