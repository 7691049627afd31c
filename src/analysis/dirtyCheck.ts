/** Dirty checks: what is compared is what will be written, so that nothing is written where nothing changes. They guard nothing. */
import { childrenOf, type Condition, type Value } from "../ir/value.js";
import { equalConstants, isNothing } from "./constraint.js";
import type { ProtectionContext } from "./protection.js";
import { deniesRow, type ColumnUses } from "./rows.js";
import type { AccessEvent, Guard } from "./summary.js";
import { alternatives } from "./rowAfterWrite.js";

/**
 * Comparing the column with the very value that is written, going on only when they differ, is no check. With a constant it is a check like
 * any other, unless it is one of several that lead to the write (`needsUpdate`). Every condition on the column must be such a comparison.
 */
export function isDirtyCheck(check: Guard, row: Value, column: string, write: AccessEvent, context: ProtectionContext): boolean {
  // With both ways open (`if (row.email !== email) { confirm(); row.email = email }`) the comparison decides only what is written.
  const bothWays = write.guards.some((g) => g.value === check.value && g.polarity !== check.polarity);
  const own = { row, column, uses: context.uses, truth: (v: Value) => context.environment.operations.truth(v) };
  // So does one that only chooses what is written.
  const shared = check.source === "choice" && check.chooses?.column === column;
  const conditions = conditionsOn(check.value, check.polarity, own, 4, { under: [], shared });
  if (conditions.length === 0) return false;
  // One of several flags: where nothing changes here, another one leads to the write.
  const leadsBothWays = (c: Atom) => bothWays || conditions.some((d) => d.value === c.value && d.polarity !== c.polarity);
  return conditions
    .filter((c) => !isEffectiveValue(c.value, row, column, write, context) && !isWithoutInput(c, column, write))
    .every(
      (c) =>
        isDirtyComparison(c, row, column, write, context) ||
        (leadsBothWays(c) && isDirtyComparison({ ...c, polarity: false }, row, column, write, context)),
    );
}

/** `input.amount ?? row.amount`: what the column will be. The old value counts only where the column is not written. */
function isEffectiveValue(value: Value, row: Value, column: string, write: AccessEvent, { uses }: ProtectionContext): boolean {
  const isRow = (v: Value): boolean => uses.normal(v) === row || (v.kind === "join" && v.alternatives.some((a) => isRow(a.value)));
  const own = (v: Value) => v.kind === "member" && v.name === column && isRow(v.base);
  const written = write.access.written.filter((w) => w.column === column);
  const covers = (v: Value): boolean =>
    v.kind === "join" &&
    v.alternatives.some((a) => within(a.value, own)) &&
    v.alternatives.some((a) => !within(a.value, own) && written.some((w) => sharesInput(w.value, a.value)));
  const direct = (v: Value): boolean => own(v) || (!covers(v) && childrenOf(v).some(direct));
  return within(value, covers) && !direct(value);
}

/** The column is looked at only where the input is missing that would be written: then it is not written. */
function isWithoutInput({ under }: Atom, column: string, write: AccessEvent): boolean {
  const missing = under.flatMap(({ value, polarity }) =>
    value.kind === "binary" && polarity && isNothing(value.right) ? [value.left] : polarity ? [] : [value],
  );
  const given = missing.filter((v) => v.open && !isLiteral(v));
  const changed = write.access.written
    .filter((w) => w.column === column)
    .flatMap((w) => alternatives(w.value))
    .filter((v) => v.kind !== "member" || v.name !== column || given.includes(v));
  return changed.length > 0 && given.some((v) => changed.every((c) => sharesInput(c, v)));
}

interface Atom {
  readonly value: Value;
  readonly polarity: boolean;
  /** What had to hold for this condition to be looked at. */
  readonly under: readonly Condition[];
  /** One of several conditions that lead to the same (`needsUpdate`). */
  readonly shared: boolean;
}

/** The column that is asked about. */
interface Own {
  readonly row: Value;
  readonly column: string;
  readonly uses: ColumnUses;
  truth(value: Value): boolean | undefined;
}

/** The simple conditions inside a condition that depend on the column; none for a presence test. */
function conditionsOn(value: Value, polarity: boolean, own: Own, depth: number, around: Pick<Atom, "under" | "shared">): readonly Atom[] {
  if (depth === 0 || !own.uses.of(value).some((u) => u.row === own.row && u.column === own.column)) return [];
  if (value.kind === "not") return conditionsOn(value.operand, !polarity, own, depth - 1, around);
  // Of many alternatives it is not known what was chosen and what it was chosen by.
  if (value.kind === "computed" && value.operation === "one of many")
    return value.inputs.flatMap((v) => conditionsOn(v, v.kind !== "binary", own, depth - 1, { ...around, shared: true }));
  if (value.kind !== "join") return [{ value, polarity, ...around }];
  const fitting = value.alternatives.filter((a) => own.truth(a.value) !== !polarity && !deniesRow(a.when, own.row, own.uses));
  const shared = around.shared || fitting.length > 1;
  return fitting.flatMap((a) => {
    const inside = { under: [...around.under, ...a.when], shared };
    return [
      ...a.when.flatMap((c) => conditionsOn(c.value, c.polarity, own, depth - 1, { ...around, shared })),
      ...conditionsOn(a.value, polarity, own, depth - 1, inside),
    ];
  });
}

function isDirtyComparison(
  { value, polarity, shared }: Atom,
  row: Value,
  column: string,
  write: AccessEvent,
  { uses }: ProtectionContext,
): boolean {
  if (value.kind !== "binary" || (value.operator !== "===" && value.operator !== "==") || polarity) return false;
  return [
    [value.left, value.right],
    [value.right, value.left],
  ].some(([own, other]) => {
    if (own === undefined || other === undefined || !uses.of(own).some((u) => u.row === row && u.column === column)) return false;
    // What both write is the same; a condition that is the only one decides on more than that (`if (job.status !== "running") ...`).
    if (isLiteral(other))
      return shared && write.access.written.some((w) => w.column === column && alternatives(w.value).some((v) => equalConstants(v, other)));
    return write.access.written.some((w) => w.column === column && sharesInput(w.value, other));
  });
}

function within(value: Value, is: (v: Value) => boolean, depth = 4): boolean {
  return is(value) || (depth > 0 && childrenOf(value).some((v) => within(v, is, depth - 1)));
}

/** Both are computed from the same thing, and not merely from the same constant: `dto.email.trim()` and `dto.email.toLowerCase()`. */
function sharesInput(a: Value, b: Value): boolean {
  if (a === b) return !isLiteral(a);
  const parts = sourcesOf(a);
  return [...sourcesOf(b)].some((v) => parts.has(v));
}

/** Values never change, and many conditions of a program are joins of the same ones. */
const sources = new WeakMap<Value, ReadonlySet<Value>>();

function sourcesOf(value: Value): ReadonlySet<Value> {
  const found = sources.get(value) ?? new Set(sourcesWithin(value, 4));
  sources.set(value, found);
  return found;
}

/** The properties, inputs and calls that a value is computed from, itself included. */
function sourcesWithin(value: Value, depth: number): readonly Value[] {
  if (value.kind === "member" || value.kind === "parameter" || value.kind === "result" || value.kind === "element") return [value];
  const inner = depth === 0 ? [] : childrenOf(value).flatMap((v) => sourcesWithin(v, depth - 1));
  return value.kind === "call" ? [value, ...inner] : inner;
}

function isLiteral(value: Value): boolean {
  return value.kind === "const" || value.kind === "symbol";
}
