/**
 * TypeORM's find operators (https://typeorm.io/docs/working-with-entity-manager/find-options/#advanced-options). A call such as
 * `LessThan(5)` is a `computed` value whose operation is `typeorm.LessThan`, and is read back here.
 */
import type { Value, ValueFactory } from "../../ir/value.js";
import { isNull, isUndefined, mayBeUndefined } from "../fields.js";
import { every, filterOf, negated, predicate, unknownOf } from "../filter.js";
import type { Filter, Predicate } from "../model.js";

const prefix = "typeorm.";

/** Operators with one operand that compare as SQL does. */
const comparisons: Readonly<Record<string, Predicate["operator"]>> = {
  Equal: "=",
  In: "in",
  Any: "in",
  LessThan: "<",
  LessThanOrEqual: "<=",
  MoreThan: ">",
  MoreThanOrEqual: ">=",
};

/** Operators that constrain the column in a way that is not expressed. */
const inexpressible = ["ArrayContainedBy", "ArrayContains", "ArrayOverlap", "ILike", "JsonContains", "Like", "Or", "Raw"] as const;

type Reader = (column: string, operands: readonly Value[], values: ValueFactory) => Filter;

const composed: Readonly<Record<string, Reader>> = {
  IsNull: (column) => filterOf(predicate(column, "is null")),
  Not: (column, operands, values) => negated(conditionOn(column, operands[0] ?? values.unknown, values)),
  Between: (column, operands) => filterOf(predicate(column, ">=", operands[0]), predicate(column, "<=", operands[1])),
  And: (column, operands, values) => every(operands.map((o) => conditionOn(column, o, values))),
};

/** Names of the exported functions that make a find operator. */
export const operatorNames: ReadonlySet<string> = new Set([...Object.keys(comparisons), ...Object.keys(composed), ...inexpressible]);

export function operatorValue(name: string, operands: readonly Value[], values: ValueFactory): Value {
  return values.computed(prefix + name, operands);
}

/**
 * The condition that `{ column: value }` states. TypeORM 0.3 drops `undefined` and `null` from find options and 1.x throws, so what may
 * be `undefined` may also be no condition at all (facts S12).
 */
export function conditionOn(column: string, value: Value, values: ValueFactory): Filter {
  if (isUndefined(value)) return filterOf();
  if (isNull(value)) return filterOf(predicate(column, "unknown"));
  if (value.kind === "join") return conditionOnJoin(column, value);
  if (value.kind !== "computed" || !value.operation.startsWith(prefix)) return filterOf(predicate(column, "=", value));
  const name = value.operation.slice(prefix.length);
  const operator = comparisons[name];
  if (operator !== undefined) return filterOf(predicate(column, operator, value.inputs[0]));
  return composed[name]?.(column, value.inputs, values) ?? unknownOf([column]);
}

function conditionOnJoin(column: string, value: Value & { kind: "join" }): Filter {
  const plain = value.alternatives.every((a) => a.value.kind !== "computed" && a.value.kind !== "object");
  if (plain && !mayBeUndefined(value)) return filterOf(predicate(column, "=", value));
  return mayBeUndefined(value) ? unknownOf([column]) : filterOf(predicate(column, "unknown"));
}
