/** What a condition says about a column's value, as far as constants go. */
import type { Condition, Value, ValueFactory } from "../ir/value.js";
import type { Predicate } from "../models/model.js";

export interface Constraint {
  /** Whether the condition lets a column with this constant value pass; `undefined`: not known. */
  admits(value: Value): boolean | undefined;
}

/** `isColumn` tells the column's own value apart from others. `undefined` if the condition is no comparison of the column with constants. */
export function constraintOf(condition: Condition, isColumn: (value: Value) => boolean): Constraint | undefined {
  const { value, polarity } = condition;
  if (value.kind === "binary") {
    if ((value.operator === "===" || value.operator === "==") && isColumn(value.left) && isConstant(value.right))
      return equality(value.right, polarity, value.operator === "==");
    if (value.operator === "includes" && isColumn(value.right) && value.left.kind === "list" && value.left.elements.every(isConstant))
      return membership(value.left.elements, polarity);
    return undefined;
  }
  return isColumn(value) ? truthiness(polarity) : undefined;
}

/** Nothing but nothing passes: neither the time nor any constant, which stand for all other values. */
export function admitsOnlyNull(constraint: Constraint | undefined, values: ValueFactory): boolean {
  const some: readonly Value[] = [values.clock, values.constant("a value"), values.constant(1)];
  return constraint?.admits(values.null) === true && some.every((value) => constraint.admits(value) === false);
}

export function isConstant(value: Value): boolean {
  return value.kind === "const" || value.kind === "symbol";
}

/** `null` and `undefined`. */
export function isNothing(value: Value): boolean {
  return value.kind === "const" && (value.value === null || value.value === undefined);
}

function equality(expected: Value, polarity: boolean, loose: boolean): Constraint {
  const nullish = loose && isNothing(expected);
  return {
    admits(value) {
      const equal = nullish ? isNullish(value) : value.kind === "clock" ? false : equalConstants(value, expected);
      return equal === undefined ? undefined : equal === polarity;
    },
  };
}

function membership(list: readonly Value[], polarity: boolean): Constraint {
  return {
    admits(value) {
      const matches = list.map((e) => equalConstants(value, e));
      if (matches.includes(true)) return polarity;
      return matches.includes(undefined) ? undefined : !polarity;
    },
  };
}

function truthiness(polarity: boolean): Constraint {
  return {
    admits: (value) => (value.kind === "const" ? Boolean(value.value) === polarity : value.kind === "clock" ? polarity : undefined),
  };
}

function isNullish(value: Value): boolean | undefined {
  if (value.kind === "const") return isNothing(value);
  return value.kind === "symbol" || value.kind === "clock" ? false : undefined;
}

/**
 * A named constant without a visible literal (an enum of a generated client) is compared with a literal by its spelling: where a program
 * mixes the two they are the same words.
 */
export function equalConstants(a: Value, b: Value): boolean | undefined {
  if (a === b) return true;
  if (a.kind === "const" && b.kind === "const") return false;
  if (a.kind === "symbol" && b.kind === "symbol") return false;
  const [named, literal] = a.kind === "symbol" ? [a, b] : [b, a];
  if (named.kind !== "symbol" || literal.kind !== "const") return undefined;
  if (typeof literal.value === "string") return spelling(lastName(named.name)) === spelling(literal.value);
  return literal.value === null || literal.value === undefined ? false : undefined;
}

function lastName(name: string): string {
  return name.split(/[:.]/).at(-1) ?? name;
}

/** `IN_REVIEW`, `InReview` and `in-review` are one word. */
function spelling(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

/** The values that a predicate admits, if it compares with constants: `{ includes: [..] }` or everything else. */
export function predicateConstants(p: Predicate): { readonly values: readonly Value[]; readonly negated: boolean } | undefined {
  if (p.value === undefined) return undefined;
  const list =
    p.operator === "in" || p.operator === "not in"
      ? p.value.kind === "list"
        ? p.value.elements
        : undefined
      : p.operator === "=" || p.operator === "<>"
        ? [p.value]
        : undefined;
  if (!list?.every(isConstant)) return undefined;
  return { values: list, negated: p.operator === "not in" || p.operator === "<>" };
}

/** Whether a predicate lets a constant through. */
export function predicateAdmits(p: Predicate, value: Value): boolean | undefined {
  if (p.operator === "is null" || p.operator === "is not null") {
    const nullish = isNullish(value);
    return nullish === undefined ? undefined : nullish === (p.operator === "is null");
  }
  const constants = predicateConstants(p);
  if (constants === undefined) return undefined;
  return membership(constants.values, !constants.negated).admits(value);
}
