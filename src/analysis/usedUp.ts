/**
 * Whether a write uses its check up. Only then is it a race of two callers of one flow: if the row still passes the check after the write,
 * the second caller goes on whether or not the two overlap.
 */
import type { Condition, Value } from "../ir/value.js";
import type { Predicate } from "../models/model.js";
import { isSpelling } from "../models/calls.js";
import { isConstant, isNothing, predicateAdmits } from "./constraint.js";
import type { Pair } from "./pair.js";
import type { ProtectionContext } from "./protection.js";
import { alternatives, isOneValue, RowAfterWrite } from "./rowAfterWrite.js";
import { testsOn } from "./rows.js";

/** `by value`: what the check forbids may be written, but need not: it depends on what the caller gives. */
export type UsedUp = "yes" | "no" | "by value";

export function usedUp(pair: Pair, context: ProtectionContext): UsedUp {
  if (pair.write.access.operation === "delete" && pair.write.access.written.length === 0) return "yes";
  return pair.byFilter ? filterUsedUp(pair, context) : conditionUsedUp(pair, context);
}

type Tested = Pick<Condition, "value" | "polarity">;

function conditionUsedUp(pair: Pair, context: ProtectionContext): UsedUp {
  const after = new RowAfterWrite(pair.row, (column) => writtenValue(pair, column, context), context);
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
  const isKey = (v: Value) => v === key || v === unspelt(key);
  const isAbsent = ({ value, polarity }: Condition) =>
    isKey(value) ? !polarity : value.kind === "binary" && isKey(value.left) && isNothing(value.right) && polarity;
  return environment.values.join(written.alternatives.filter((a) => !a.when.some(isAbsent)));
}

function isSameKey(written: Value, key: Value | undefined): boolean {
  if (key === undefined || isConstant(key)) return written === key;
  const [a, b] = [unspelt(written), unspelt(key)];
  return a !== undefined && a === b && isOneValue(a);
}

/** What a text is a spelling of; where a constant stands for its absence, what it is otherwise. */
function unspelt(value: Value, depth = 6): Value | undefined {
  if (depth === 0) return undefined;
  if ((value.kind === "call" && isSpelling(value.name)) || (value.kind === "computed" && isSpelling(value.operation))) {
    return value.inputs[0] && unspelt(value.inputs[0], depth - 1);
  }
  if (value.kind !== "join") return value;
  const [only, ...others] = new Set(value.alternatives.filter((a) => !isConstant(a.value)).map((a) => unspelt(a.value, depth - 1)));
  return others.length === 0 ? only : undefined;
}

function predicateUsedUp(p: Predicate, written: Value | undefined): UsedUp {
  const isAskedFor = (v: Value) => (p.operator === "=" && isSameKey(v, p.value) ? true : predicateAdmits(p, v));
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
  return new RowAfterWrite(row, column, context).truth(value, 6);
}
