/** The row as a write leaves it, as far as it is known: whether a condition on it still holds. */
import { childrenOf, type Condition, type Value } from "../ir/value.js";
import { equalConstants, isNothing } from "./constraint.js";
import type { ProtectionContext } from "./protection.js";
import { textOf } from "./text.js";

export class RowAfterWrite {
  constructor(
    private readonly row: Value,
    private readonly column: (name: string) => Value | undefined,
    private readonly context: ProtectionContext,
  ) {}

  truth(value: Value, depth: number): boolean | undefined {
    if (depth === 0) return undefined;
    switch (value.kind) {
      case "not":
        return negate(this.truth(value.operand, depth - 1));
      case "binary":
        return this.comparison(value.operator, this.resolve(value.left), this.resolve(value.right));
      case "join":
        return agreeing(value.alternatives.filter((a) => this.isPossible(a.when, depth)).map((a) => this.truth(a.value, depth - 1)));
      case "computed": {
        const [input] = value.inputs;
        return value.operation === "Boolean" && input !== undefined ? this.truth(input, depth - 1) : undefined;
      }
      default:
        return this.context.environment.operations.truth(this.resolve(value));
    }
  }

  /** Whether a condition that held before the write holds after it: each part of it that is about the written columns does. */
  keeps({ value, polarity }: Pick<Condition, "value" | "polarity">, written: ReadonlySet<string>, depth: number): boolean {
    if (depth === 0) return false;
    const { environment } = this.context;
    if (!this.looksAt(value, written)) return true;
    if (value.kind === "not") return this.keeps({ value: value.operand, polarity: !polarity }, written, depth - 1);
    if (value.kind !== "join") return this.truth(value, depth) === polarity || this.isKeptPart(value, written);
    return value.alternatives
      .filter((a) => environment.operations.truth(a.value) !== !polarity)
      .every((a) => [...a.when, { value: a.value, polarity }].every((c) => this.keeps(c, written, depth - 1)));
  }

  /** Nothing of the written columns is looked at but parts of documents that are written back as they were: `{ ...row.settings, theme }`. */
  private isKeptPart(value: Value, written: ReadonlySet<string>): boolean {
    const keeps = (v: Value): boolean => {
      if (v.kind !== "member") return childrenOf(v).every(keeps);
      const column = v.base.kind === "member" && this.context.uses.normal(v.base.base) === this.row ? v.base : undefined;
      if (column !== undefined && written.has(column.name)) return keepsKey(this.column(column.name), v.name, column);
      return this.context.uses.normal(v.base) === this.row ? !written.has(v.name) : keeps(v.base);
    };
    return keeps(value);
  }

  private looksAt(value: Value, columns: ReadonlySet<string>): boolean {
    return this.context.uses.of(value).some((u) => u.row === this.row && u.column !== undefined && columns.has(u.column));
  }

  private isPossible(when: readonly Condition[], depth: number): boolean {
    return when.every((c) => this.truth(c.value, depth - 1) !== !c.polarity);
  }

  private resolve(value: Value): Value {
    const { values } = this.context.environment;
    const text = textOf(value, (v) => this.constantText(v));
    if (text !== undefined) return typeof text === "string" ? values.constant(text) : values.list(text.map((t) => values.constant(t)));
    return this.ofRow(value) ?? value;
  }

  private ofRow(value: Value): Value | undefined {
    if (value.kind !== "member" || this.context.uses.normal(value.base) !== this.row) return undefined;
    return this.column(value.name);
  }

  private constantText(value: Value): string | undefined {
    const column = this.ofRow(value);
    return column?.kind === "const" && typeof column.value === "string" ? column.value : undefined;
  }

  private comparison(operator: string, left: Value, right: Value): boolean | undefined {
    if ((operator === "===" || operator === "==") && left === right && isOneValue(left)) return true;
    if (left.kind === "join") return agreeing(left.alternatives.map((a) => this.comparison(operator, a.value, right)));
    if (right.kind === "join") return agreeing(right.alternatives.map((a) => this.comparison(operator, left, a.value)));
    if (operator === "===" || operator === "==") return equal(operator, left, right);
    if (operator === "includes" && left.kind === "list") return anyOf(left.elements.map((e) => equal("===", e, right)));
    return this.context.environment.operations.truth(this.context.environment.operations.binary(operator, left, right));
  }
}

/** The document takes over everything that was in the column, and nothing else of this name. */
function keepsKey(document: Value | undefined, key: string, column: Value): boolean {
  if (document?.kind !== "object") return false;
  const isColumn = (v: Value): boolean =>
    v === column ||
    (v.kind === "join" && v.alternatives.every((a) => isColumn(a.value) || (a.value.kind === "object" && a.value.parts.length === 0)));
  return (
    document.parts.every((p) => (p.kind === "spread" ? isColumn(p.value) : p.name !== key)) &&
    document.parts.some((p) => p.kind === "spread")
  );
}

function equal(operator: string, left: Value, right: Value): boolean | undefined {
  if (operator === "==" && isNothing(left) && isNothing(right)) return true;
  // A named constant and the clock are values; whether anything else is one is not known.
  const [a, b] = [left, right].map((v) => v.kind === "clock" || v.kind === "symbol");
  if ((a === true && isNothing(right)) || (b === true && isNothing(left))) return false;
  return equalConstants(left, right);
}

/** Made once, however often it is looked at. */
export function isOneValue(value: Value): boolean {
  if (value.kind === "join") return value.alternatives.every((a) => isOneValue(a.value));
  return value.kind !== "unknown" && value.kind !== "clock" && value.kind !== "element";
}

/** What the value can be in the end, each once: choices share alternatives, and walking every way through them takes exponential time. */
export function alternatives(value: Value, seen = new Set<Value>()): readonly Value[] {
  if (seen.has(value)) return [];
  seen.add(value);
  return value.kind === "join" ? value.alternatives.flatMap((a) => alternatives(a.value, seen)) : [value];
}

function negate(truth: boolean | undefined): boolean | undefined {
  return truth === undefined ? undefined : !truth;
}

function anyOf(truths: readonly (boolean | undefined)[]): boolean | undefined {
  return truths.includes(true) ? true : truths.includes(undefined) ? undefined : false;
}

function agreeing(truths: readonly (boolean | undefined)[]): boolean | undefined {
  const [first] = truths;
  return truths.every((t) => t === first) ? first : undefined;
}
