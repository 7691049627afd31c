/** Dirty checks: what is compared is what will be written, so that nothing is written where nothing changes. They guard nothing. */
import { childrenOf, type Value } from "../ir/value.js";
import type { ProtectionContext } from "./protection.js";
import type { AccessEvent, Guard } from "./summary.js";

/**
 * Comparing the column with the very value that is written, going on only when they differ, is no check. With a constant it is a check like
 * any other. In a choice (`needsUpdate`), every condition on the column must be such a comparison.
 */
export function isDirtyCheck(check: Guard, row: Value, column: string, write: AccessEvent, context: ProtectionContext): boolean {
  // With both ways open (`if (row.email !== email) { confirm(); row.email = email }`) the comparison decides only what is written.
  const bothWays = write.guards.some((g) => g.value === check.value && g.polarity !== check.polarity);
  const conditions = conditionsOn(check.value, check.polarity, row, column, context, 4);
  if (conditions.length === 0) return false;
  return conditions
    .filter((c) => !isEffectiveValue(c.value, row, column, write, context))
    .every(
      (c) =>
        isDirtyComparison(c, row, column, write, context) ||
        (bothWays && isDirtyComparison({ ...c, polarity: false }, row, column, write, context)),
    );
}

/** `input.amount ?? row.amount`: what the column will be. The old value counts only where the column is not written. */
function isEffectiveValue(value: Value, row: Value, column: string, write: AccessEvent, { uses }: ProtectionContext): boolean {
  const own = (v: Value) => v.kind === "member" && v.name === column && uses.normal(v.base) === row;
  const written = write.access.written.filter((w) => w.column === column);
  const covers = (v: Value): boolean =>
    v.kind === "join" &&
    v.alternatives.some((a) => within(a.value, own)) &&
    v.alternatives.some((a) => !within(a.value, own) && written.some((w) => sharesInput(w.value, a.value)));
  const direct = (v: Value): boolean => own(v) || (!covers(v) && childrenOf(v).some(direct));
  return within(value, covers) && !direct(value);
}

interface Atom {
  readonly value: Value;
  readonly polarity: boolean;
}

/** The simple conditions inside a condition that depend on the column; none for a presence test. */
function conditionsOn(
  value: Value,
  polarity: boolean,
  row: Value,
  column: string,
  context: ProtectionContext,
  depth: number,
): readonly Atom[] {
  if (depth === 0 || !context.uses.of(value).some((u) => u.row === row && u.column === column)) return [];
  const inner = (v: Value, p: boolean) => conditionsOn(v, p, row, column, context, depth - 1);
  if (value.kind === "not") return inner(value.operand, !polarity);
  if (value.kind !== "join") return [{ value, polarity }];
  return value.alternatives.flatMap((a) =>
    context.environment.operations.truth(a.value) === !polarity
      ? []
      : [...a.when.flatMap((c) => inner(c.value, c.polarity)), ...inner(a.value, polarity)],
  );
}

function isDirtyComparison(
  { value, polarity }: Atom,
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
    if (isLiteral(other)) return false;
    return write.access.written.some((w) => w.column === column && sharesInput(w.value, other));
  });
}

function within(value: Value, is: (v: Value) => boolean, depth = 4): boolean {
  return is(value) || (depth > 0 && childrenOf(value).some((v) => within(v, is, depth - 1)));
}

/** Both are computed from the same thing, and not merely from the same constant: `dto.email.trim()` and `dto.email.toLowerCase()`. */
function sharesInput(a: Value, b: Value): boolean {
  if (a === b) return !isLiteral(a);
  const parts = new Set(sourcesOf(a, 4));
  return sourcesOf(b, 4).some((v) => parts.has(v));
}

/** The properties, inputs and calls that a value is computed from, itself included. */
function sourcesOf(value: Value, depth: number): readonly Value[] {
  if (value.kind === "member" || value.kind === "parameter" || value.kind === "result" || value.kind === "element") return [value];
  const inner = depth === 0 ? [] : childrenOf(value).flatMap((v) => sourcesOf(v, depth - 1));
  return value.kind === "call" ? [value, ...inner] : inner;
}

function isLiteral(value: Value): boolean {
  return value.kind === "const" || value.kind === "symbol";
}
