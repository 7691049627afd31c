/**
 * Whether a write uses its check up. Only then is it a race of two callers of one flow: if the row still passes the check after the write,
 * the second caller goes on whether or not the two overlap.
 */
import type { Condition, Value } from "../ir/value.js";
import type { Predicate } from "../models/model.js";
import { equalConstants, isNothing, predicateAdmits } from "./constraint.js";
import type { Pair } from "./pair.js";
import type { ProtectionContext } from "./protection.js";
import { testsOn } from "./rows.js";
import { textOf } from "./text.js";

/** `by value`: what the check forbids may be written, but need not: it depends on what the caller gives. */
export type UsedUp = "yes" | "no" | "by value";

export function usedUp(pair: Pair, context: ProtectionContext): UsedUp {
  if (pair.write.access.operation === "delete" && pair.write.access.written.length === 0) return "yes";
  return pair.byFilter ? filterUsedUp(pair, context) : conditionUsedUp(pair, context);
}

type Tested = Pick<Condition, "value" | "polarity">;

function conditionUsedUp(pair: Pair, context: ProtectionContext): UsedUp {
  const after = new Evaluator(pair.row, (column) => writtenValue(pair, column, context), context);
  const written = new Set(pair.write.access.written.map((w) => w.column));
  const each = testedBy(pair, context).map(({ value, polarity }): UsedUp => {
    const truth = after.truth(value, 6);
    if (truth !== undefined) return truth === polarity ? "no" : "yes";
    const isKept = looksAt(value, pair.row, written, context) && after.keeps({ value, polarity }, written, 12);
    if (isKept || isOnlyLookedUp(value, pair, context)) return "no";
    return likely({ value, polarity });
  });
  return each.includes("yes") ? "yes" : each.includes("by value") ? "by value" : "no";
}

/** Whether one of these columns of the row is looked at. */
function looksAt(value: Value, row: Value, columns: ReadonlySet<string>, { uses }: ProtectionContext): boolean {
  return uses.of(value).some((u) => u.row === row && u.column !== undefined && columns.has(u.column));
}

/** The check; where it is that a row was found in a list, what the row was found by. */
function testedBy({ check, row, columns }: Pair, context: ProtectionContext): readonly Tested[] {
  if (check.value.kind !== "element" || !check.polarity) return [check];
  const tests = testsOn(check.value).filter((test) => looksAt(test, row, new Set(columns), context));
  return tests.length === 0 ? [check] : tests.map((value) => ({ value, polarity: true }));
}

/**
 * What is compared is only looked up by the column (`plans[row.plan].product === product`), and what is written is not known: it may well
 * be looked up to the same.
 */
function isOnlyLookedUp(value: Value, pair: Pair, context: ProtectionContext): boolean {
  if (value.kind === "not") return isOnlyLookedUp(value.operand, pair, context);
  if (value.kind !== "binary" || (value.operator !== "===" && value.operator !== "==")) return false;
  const columns = new Set(pair.columns);
  const asked = [value.left, value.right].filter((v) => looksAt(v, pair.row, columns, context));
  return asked.length > 0 && asked.every((v) => isLookedUp(v, 4)) && pair.columns.every((c) => !isKnown(writtenValue(pair, c, context)));
}

function isLookedUp(value: Value, depth: number): boolean {
  if (depth === 0) return false;
  if (value.kind === "member") return isLookedUp(value.base, depth - 1);
  if (value.kind === "join") return value.alternatives.some((a) => isLookedUp(a.value, depth - 1));
  return (value.kind === "computed" && value.operation === "[]") || value.kind === "call";
}

function isKnown(value: Value | undefined): boolean {
  return value !== undefined && alternatives(value).every((v) => v.kind === "const" || v.kind === "symbol" || v.kind === "clock");
}

/** What an unknown value does to a condition: it hardly is the one value that is asked for, and hardly the one that is not wanted. */
function likely({ value, polarity }: Tested): UsedUp {
  if (value.kind === "member") return polarity ? "no" : "yes";
  if (value.kind === "not") return likely({ value: value.operand, polarity: !polarity });
  if (value.kind !== "binary") return "yes";
  if (value.operator === "includes" && value.left.kind === "list") return polarity ? "yes" : "by value";
  if (value.operator !== "===" && value.operator !== "==") return "yes";
  if (polarity) return "yes";
  return isNothing(value.right) ? "no" : "by value";
}

function filterUsedUp(pair: Pair, context: ProtectionContext): UsedUp {
  const of = pair.read.access.filter.predicates.filter((p) => pair.columns.includes(p.column));
  const each = of.map((p) => predicateUsedUp(p, foundBy(p, writtenValue(pair, p.column, context), context)));
  return each.includes("yes") || each.length === 0 ? "yes" : each.includes("by value") ? "by value" : "no";
}

/** Of what is written under conditions, what can be written where the row was found by a value: not what stands for its absence. */
function foundBy({ operator, value: key }: Predicate, written: Value | undefined, { environment }: ProtectionContext): Value | undefined {
  if (operator !== "=" || key === undefined || written?.kind !== "join") return written;
  const isAbsent = ({ value, polarity }: Condition) =>
    value === key ? !polarity : value.kind === "binary" && value.left === key && isNothing(value.right) && polarity;
  return environment.values.join(written.alternatives.filter((a) => !a.when.some(isAbsent)));
}

function predicateUsedUp(p: Predicate, written: Value | undefined): UsedUp {
  const isAskedFor = (v: Value) => (p.operator === "=" && v === p.value && isOneValue(v) ? true : predicateAdmits(p, v));
  const admits = written === undefined ? [undefined] : alternatives(written).map(isAskedFor);
  if (admits.every((a) => a === true)) return "no";
  if (admits.includes(false)) return "yes";
  if (p.operator === "is not null") return "no";
  return p.operator === "<>" || p.operator === "not in" ? "by value" : "yes";
}

/** What the write leaves in the column; `undefined` if that is not known. On ways on which it keeps what was read it changes nothing. */
function writtenValue(pair: Pair, column: string, context: ProtectionContext): Value | undefined {
  const written = pair.write.access.written.filter((w) => w.column === column);
  if (written.some((w) => w.how !== "set")) return undefined;
  const all = written.flatMap((w) => alternatives(w.value));
  const changed = all.filter((v) => !isColumnOf(v, column, pair, context));
  const [only] = written;
  if (written.length === 1 && changed.length === all.length) return only?.value;
  return changed.length === 0 ? undefined : context.environment.values.join(changed.map((value) => ({ value, when: [] })));
}

export function isColumnOf(value: Value, column: string, { row }: Pick<Pair, "row">, { uses }: ProtectionContext): boolean {
  return value.kind === "member" && value.name === column && uses.normal(value.base) === row;
}

/** The truth of a condition on a row whose columns have these values; `undefined` for a column: not known. */
export function truthWith(
  value: Value,
  row: Value,
  column: (name: string) => Value | undefined,
  context: ProtectionContext,
): boolean | undefined {
  return new Evaluator(row, column, context).truth(value, 6);
}

class Evaluator {
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
  keeps({ value, polarity }: Tested, written: ReadonlySet<string>, depth: number): boolean {
    if (depth === 0) return false;
    const { environment } = this.context;
    if (!looksAt(value, this.row, written, this.context)) return true;
    if (value.kind === "not") return this.keeps({ value: value.operand, polarity: !polarity }, written, depth - 1);
    if (value.kind !== "join") return this.truth(value, depth) === polarity;
    return value.alternatives
      .filter((a) => environment.operations.truth(a.value) !== !polarity)
      .every((a) => [...a.when, { value: a.value, polarity }].every((c) => this.keeps(c, written, depth - 1)));
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

function equal(operator: string, left: Value, right: Value): boolean | undefined {
  if (operator === "==" && isNothing(left) && isNothing(right)) return true;
  // A named constant and the clock are values; whether anything else is one is not known.
  const [a, b] = [left, right].map((v) => v.kind === "clock" || v.kind === "symbol");
  if ((a === true && isNothing(right)) || (b === true && isNothing(left))) return false;
  return equalConstants(left, right);
}

/** Made once, however often it is looked at. */
function isOneValue(value: Value): boolean {
  if (value.kind === "join") return value.alternatives.every((a) => isOneValue(a.value));
  return value.kind !== "unknown" && value.kind !== "clock" && value.kind !== "element";
}

export function alternatives(value: Value): readonly Value[] {
  return value.kind === "join" ? value.alternatives.flatMap((a) => alternatives(a.value)) : [value];
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
