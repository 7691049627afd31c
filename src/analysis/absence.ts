/** Conditions that hold when a read found nothing, or fewer rows than some limit. */
import type { Condition, Value } from "../ir/value.js";
import type { Cardinality } from "../models/model.js";

/** What the reads of the flow resolve to. */
export type CardinalityOf = (result: Value) => Cardinality | undefined;

/** The result of the read of which the condition says that it found nothing, or too little; `undefined`: it says something else. */
export function missing({ value, polarity }: Condition, cardinalityOf: CardinalityOf): Value | undefined {
  if (value.kind === "binary") return missingByComparison(value.operator, value.left, value.right, polarity, cardinalityOf);
  if (polarity) return undefined;
  return countOf(value, cardinalityOf) ?? presenceOf(value, cardinalityOf);
}

function missingByComparison(
  operator: string,
  left: Value,
  right: Value,
  polarity: boolean,
  cardinalityOf: CardinalityOf,
): Value | undefined {
  if (operator === "===" || operator === "==") {
    if (!polarity || right.kind !== "const") return undefined;
    if (right.value === null || right.value === undefined || right.value === false) return presenceOf(left, cardinalityOf);
    return right.value === 0 ? countOf(left, cardinalityOf) : undefined;
  }
  const below = operator === "<" || operator === "<=";
  if (!below && operator !== ">" && operator !== ">=") return undefined;
  return countOf(below === polarity ? left : right, cardinalityOf);
}

/** A row, an element of a list of rows, whether a list has one, or the answer of an `exists`. */
function presenceOf(value: Value, cardinalityOf: CardinalityOf): Value | undefined {
  switch (value.kind) {
    case "result": {
      const cardinality = cardinalityOf(value);
      return cardinality === "row" || cardinality === "exists" ? value : undefined;
    }
    case "element":
      return value.list.kind === "result" && cardinalityOf(value.list) === "rows" ? value.list : undefined;
    case "exists":
      return value.list.kind === "result" && value.test === undefined ? value.list : undefined;
    default:
      return undefined;
  }
}

/** A number of rows, as such or with more added (`count + wanted`). */
function countOf(value: Value, cardinalityOf: CardinalityOf): Value | undefined {
  switch (value.kind) {
    case "result":
      return cardinalityOf(value) === "count" ? value : undefined;
    case "member":
      return value.name === "length" && value.base.kind === "result" && cardinalityOf(value.base) === "rows" ? value.base : undefined;
    case "binary":
      return value.operator === "+" ? (countOf(value.left, cardinalityOf) ?? countOf(value.right, cardinalityOf)) : undefined;
    case "computed":
      return value.operation === "Number" && value.inputs[0] !== undefined ? countOf(value.inputs[0], cardinalityOf) : undefined;
    default:
      return undefined;
  }
}
