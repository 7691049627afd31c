/** JavaScript's operators on symbolic values: everything that can be decided or simplified without knowing a library. */
import type { Literal, NodeRef } from "../ir/ir.js";
import { wholeRow, type Alternative, type Condition, type Handle, type Value, type ValueFactory, type ValueOf } from "../ir/value.js";

/** Reads what the flow has assigned to a property, and what a handle's property is. */
export interface PropertySource {
  assigned(base: Value, name: string): Value | undefined;
  ofHandle(handle: Handle, name: string): Value | undefined;
}

const nullish: readonly Literal[] = [null, undefined];
const arithmetic = new Set(["+", "-", "*", "/", "%", "**"]);
const negated: Readonly<Record<string, string>> = { "!==": "===", "!=": "==" };

export class Operations {
  constructor(private readonly values: ValueFactory) {}

  /** Whether the value is certainly truthy or falsy. */
  truth(value: Value): boolean | undefined {
    switch (value.kind) {
      case "const":
        return Boolean(value.value);
      case "object":
      case "list":
      case "mapped":
      case "filtered":
      case "handle":
      case "class":
      case "closure":
      case "clock":
      case "symbol":
        return true;
      case "not":
        return negate(this.truth(value.operand));
      case "join":
        return agreeing(value.alternatives.map((a) => this.truth(a.value)));
      default:
        return undefined;
    }
  }

  not(value: Value): Value {
    const known = this.truth(value);
    if (known !== undefined) return this.values.constant(!known);
    return value.kind === "not" && isBoolean(value.operand) ? value.operand : this.values.make({ kind: "not", operand: value });
  }

  binary(operator: string, left: Value, right: Value): Value {
    const positive = negated[operator];
    if (positive !== undefined) return this.not(this.binary(positive, left, right));
    if (operator === "===" || operator === "==") return this.equal(operator, left, right);
    if (left.kind === "const" && right.kind === "const") {
      const folded = fold(operator, left.value, right.value);
      if (folded !== undefined) return this.values.constant(folded);
    }
    return this.values.make({ kind: "binary", operator, left, right });
  }

  private equal(operator: string, left: Value, right: Value): Value {
    if (left.kind === "const" && right.kind === "const") {
      const loose = operator === "==" && nullish.includes(left.value) && nullish.includes(right.value);
      return this.values.constant(loose || left.value === right.value);
    }
    for (const [a, b] of [
      [left, right],
      [right, left],
    ] as const) {
      if (a.kind === "const" && nullish.includes(a.value) && isObjectLike(b)) return this.values.false;
    }
    if (left.kind === "join" && right.kind === "const") {
      return this.values.join(left.alternatives.map((a) => ({ value: this.equal(operator, a.value, right), when: a.when })));
    }
    if (left.kind === "const" || left.kind === "symbol") return this.values.make({ kind: "binary", operator, left: right, right: left });
    return this.values.make({ kind: "binary", operator, left, right });
  }

  unary(operator: string, operand: Value): Value {
    if (operator === "!") return this.not(operand);
    if (operator === "void") return this.values.undefined;
    if (operator === "-" && operand.kind === "const" && typeof operand.value === "number") return this.values.constant(-operand.value);
    return this.values.computed(operator, [operand]);
  }

  /** `base.name`. */
  get(base: Value, property: string, source: PropertySource, at?: NodeRef): Value {
    const name = this.values.columnNamed(base, property);
    if (name === wholeRow && property !== wholeRow) return base;
    const assigned = source.assigned(base, name);
    if (assigned !== undefined) return assigned;
    switch (base.kind) {
      case "const":
        return typeof base.value === "string" ? this.values.computed(`.${name}`, [base]) : this.values.undefined;
      case "object":
        return this.fieldOf(base, name, source);
      case "join":
        return this.getFromEach(base, name, source, at);
      case "handle":
        return source.ofHandle(base, name) ?? this.values.make({ kind: "member", base, name }, at);
      case "list":
        return name === "length" && !hasOthersElements(base)
          ? this.values.constant(base.elements.length)
          : this.values.computed(`.${name}`, [base]);
      case "mapped":
        return name === "length" ? this.get(base.list, name, source, at) : this.values.computed(`.${name}`, [base]);
      case "element":
        return this.getFromElement(base, name, source, at);
      case "unknown":
        return this.values.unknown;
      case "binary":
      case "not":
      case "exists":
      case "clock":
      case "affected":
        return this.values.computed(`.${name}`, [base]);
      default:
        return this.values.make({ kind: "member", base, name }, at);
    }
  }

  private getFromElement(base: ValueOf<"element">, name: string, source: PropertySource, at: NodeRef | undefined): Value {
    if (base.list.kind === "mapped") return this.get(base.list.item, name, source, at);
    return this.values.make({ kind: "member", base, name }, at);
  }

  private fieldOf(object: ValueOf<"object">, name: string, source: PropertySource): Value {
    for (const part of object.parts.toReversed()) {
      if (part.kind === "spread") return this.get(part.value, name, source);
      if (part.name === name) return part.value;
    }
    return this.values.undefined;
  }

  /** Reading a property of `null` throws or gives `undefined` and is never what the flow is about, so nullish alternatives drop out. */
  private getFromEach(join: ValueOf<"join">, name: string, source: PropertySource, at: NodeRef | undefined): Value {
    const present = join.alternatives.filter((a) => !(a.value.kind === "const" && nullish.includes(a.value.value)));
    return this.values.join(present.map((a) => ({ value: this.get(a.value, name, source, at), when: a.when })));
  }

  /** The element of a list: the one at `index` if that is a literal, otherwise any. */
  element(list: Value, index?: Value): Value {
    switch (list.kind) {
      case "list":
        return this.elementOfLiteral(list, index);
      case "mapped":
        return list.item;
      case "join":
        return this.values.join(list.alternatives.map((a) => ({ value: this.element(a.value, index), when: a.when })));
      case "unknown":
        return list;
      case "computed":
        return list.operation === "Map" && list.inputs[0] !== undefined
          ? this.element(list.inputs[0], index)
          : this.values.make({ kind: "element", list });
      default:
        return this.values.make({ kind: "element", list });
    }
  }

  private elementOfLiteral(list: ValueOf<"list">, index: Value | undefined): Value {
    if (index?.kind === "const" && typeof index.value === "number") return list.elements.at(index.value) ?? this.values.undefined;
    const distinct = [...new Set(list.elements)];
    return distinct.length === 1 && distinct[0] !== undefined
      ? distinct[0]
      : this.values.join(distinct.map((value) => ({ value, when: [] })));
  }

  /** `object` without the named properties. */
  rest(object: Value, excluded: readonly string[]): Value {
    if (object.kind === "object" && object.parts.every((p) => p.kind === "field")) {
      return this.values.object(object.parts.filter((p) => !excluded.includes(p.name)));
    }
    return this.values.computed(`rest without ${excluded.join(",")}`, [object]);
  }

  /**
   * The conjunction of simple conditions that the condition stands for: `!`, `=== true`, `Boolean(..)` are seen through, and a value that
   * was chosen under conditions gives those conditions when only one of its alternatives fits.
   */
  expand(condition: Condition, depth = 4): readonly Condition[] {
    const { value, polarity } = condition;
    if (depth === 0) return [condition];
    if (value.kind === "not") return this.expand({ ...condition, value: value.operand, polarity: !polarity }, depth);
    if (value.kind === "computed" && value.operation === "Boolean" && value.inputs[0] !== undefined) {
      return this.expand({ ...condition, value: value.inputs[0] }, depth);
    }
    if (
      value.kind === "binary" &&
      (value.operator === "===" || value.operator === "==") &&
      value.right.kind === "const" &&
      typeof value.right.value === "boolean" &&
      isBoolean(value.left)
    ) {
      return this.expand({ ...condition, value: value.left, polarity: polarity === value.right.value }, depth);
    }
    if (value.kind !== "join") return [condition];
    // `a && b` is `a` only where that does not hold.
    const isDenied = (a: Alternative) => a.when.some((c) => c.value === a.value && c.polarity !== polarity);
    const fitting = value.alternatives.filter((a) => this.truth(a.value) !== !polarity && !isDenied(a));
    const [only] = fitting;
    if (only === undefined || fitting.length > 1) return [condition];
    return [...only.when, { ...condition, value: only.value }]
      .flatMap((c) => this.expand(c, depth - 1))
      .filter((c) => this.truth(c.value) === undefined);
  }

  /** Whether the condition certainly holds or certainly does not. */
  decide(condition: Condition): boolean | undefined {
    const truth = this.truth(condition.value);
    return truth === undefined ? undefined : truth === condition.polarity;
  }

  /** A join whose impossible alternatives are dropped and whose certain conditions are left out. */
  choose(alternatives: readonly Alternative[]): Value {
    const possible = alternatives.filter((a) => a.when.every((c) => this.decide(c) !== false));
    return this.values.join(possible.map((a) => ({ value: a.value, when: a.when.filter((c) => this.decide(c) === undefined) })));
  }
}

/** Kinds of values that may be lists when their type is not known. */
export function looksLikeList(value: Value): boolean {
  return ["list", "mapped", "filtered", "result", "member", "join", "parameter", "element"].includes(value.kind);
}

/** Elements of other lists were spread into it: it has as many as those have. */
export function hasOthersElements(list: ValueOf<"list">): boolean {
  return list.elements.some((e) => e.kind === "element" || (e.kind === "join" && e.alternatives.some((a) => a.value.kind === "element")));
}

function negate(truth: boolean | undefined): boolean | undefined {
  return truth === undefined ? undefined : !truth;
}

function agreeing(truths: readonly (boolean | undefined)[]): boolean | undefined {
  const [first] = truths;
  return truths.every((t) => t === first) ? first : undefined;
}

function isObjectLike(value: Value): boolean {
  return ["object", "list", "mapped", "filtered", "handle", "class", "closure", "clock"].includes(value.kind);
}

function isBoolean(value: Value): boolean {
  if (value.kind === "const") return typeof value.value === "boolean";
  if (value.kind === "binary") return !arithmetic.has(value.operator);
  if (value.kind === "join") return value.alternatives.every((a) => isBoolean(a.value));
  return value.kind === "not" || value.kind === "exists";
}

function fold(operator: string, left: Literal, right: Literal): Literal | undefined {
  if (typeof left === "number" && typeof right === "number") {
    switch (operator) {
      case "+":
        return left + right;
      case "-":
        return left - right;
      case "*":
        return left * right;
      case "<":
        return left < right;
      case "<=":
        return left <= right;
      case ">":
        return left > right;
      case ">=":
        return left >= right;
    }
  }
  return operator === "+" && typeof left === "string" && typeof right === "string" ? left + right : undefined;
}
