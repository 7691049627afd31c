/**
 * Finds the pairs of a flow that may be a race, and decides.
 *
 * Excluded, each by a gate with its own counter: writes of another row; conditions that do not depend on the row's columns; columns that the
 * write does not write; dirty checks and throttles; rows that this flow inserted; everything that protection.ts knows; losing that does not
 * matter.
 *
 * Reported is the act in the lowest function where check and act meet: the write, or the call that leads to it. When read, check and act
 * are all inside one callee the callee's own evaluation reports; a guard that was tested n calls below anchors n calls below.
 *
 * Known approximations: conditions that share a branch with others are taken one by one; a loop's second round is not told from its first;
 * what a callee that was cut off by a bound does is not seen (each bound has a counter).
 */
import { childrenOf, type Condition, type Value } from "../ir/value.js";
import type { Predicate, WrittenColumn } from "../models/model.js";
import { predicateConstants } from "./constraint.js";
import type { Environment } from "./environment.js";
import type { Drop, Pair } from "./pair.js";
import { protectionOf, type ProtectionContext } from "./protection.js";
import type { ColumnUse, ColumnUses } from "./rows.js";
import type { AccessEvent, Guard } from "./summary.js";
import type { Unit } from "./unit.js";

/** Operations whose result was not there before this flow. */
const creating = new Set(["insert"]);

/** All pairs of the flow that agree on row and columns, before anything is excused. */
export function pairsOf(unit: Unit, context: ProtectionContext): readonly Pair[] {
  return unit.events
    .filter((e): e is AccessEvent => e.kind === "access" && isWrite(e))
    .flatMap((write) => pairsOfWrite(unit, write, context));
}

export function isWrite(event: AccessEvent): boolean {
  const { operation } = event.access;
  return operation === "update" || operation === "delete" || operation === "upsert";
}

export function pairsOfWrite(unit: Unit, write: AccessEvent, context: ProtectionContext): readonly Pair[] {
  const choices = choiceGuards(write).flatMap((g) => context.environment.operations.expand(g).map((c) => ({ ...g, ...c })));
  return [...write.guards, ...choices].flatMap((check) =>
    context.uses.of(check.value).flatMap((use) => pairOf(unit, write, check, use, context) ?? []),
  );
}

/** Conditions that chose what the write writes or which row. */
function choiceGuards(write: AccessEvent): readonly Guard[] {
  const values = [...write.access.written.map((w) => w.value), ...write.access.filter.predicates.map((p) => p.value), write.access.target];
  return values
    .flatMap((v) => (v === undefined ? [] : conditionsIn(v, 3)))
    .filter((g, i, all) => all.findIndex((h) => h.value === g.value && h.polarity === g.polarity) === i);
}

function conditionsIn(value: Value, depth: number): readonly Guard[] {
  if (depth === 0) return [];
  switch (value.kind) {
    case "join":
      return value.alternatives
        .filter((a) => !isNothing(a.value))
        .flatMap((a) => a.when.map((c) => ({ ...c, level: 0, certain: false, source: "choice" as const })));
    case "member":
      return conditionsIn(value.base, depth - 1);
    case "element":
      return conditionsIn(value.list, depth - 1);
    case "filtered": {
      const at = value.test.at ?? value.at;
      const inner = conditionsIn(value.list, depth - 1);
      return at === undefined ? inner : [{ value: value.test, polarity: true, at, level: 0, certain: true, source: "choice" }, ...inner];
    }
    case "mapped":
      return [...conditionsIn(value.list, depth - 1), ...conditionsIn(value.item, depth - 1)];
    case "object":
      return value.parts.flatMap((p) => conditionsIn(p.value, depth - 1));
    default:
      return [];
  }
}

function isNothing(value: Value): boolean {
  return value.kind === "const" && (value.value === undefined || value.value === null);
}

function pairOf(unit: Unit, write: AccessEvent, check: Guard, use: ColumnUse, context: ProtectionContext): Pair | undefined {
  const read = unit.readOf(use.row);
  if (read === undefined || read === write || read.access.operation === "lock" || unit.order(read.id) > unit.order(write.id))
    return undefined;
  if (isInsideOneCallee(read, write)) return undefined;
  const byFilter = use.column === undefined;
  const columns = meeting(use, read, write, check, context);
  if (columns.length === 0 || !context.sameRow.holds(write.access, use.row, read.access)) return undefined;
  return { unit, read, write, check, row: use.row, columns, byFilter, level: check.level };
}

/** Both belong to one call: the callee's own evaluation reports. */
export function isInsideOneCallee(read: Pick<AccessEvent, "path">, write: Pick<AccessEvent, "path">): boolean {
  const [r, w] = [read.path[0], write.path[0]];
  return read.path.length > 1 && write.path.length > 1 && r?.call.node === w?.call.node && r?.call.file === w?.call.file;
}

/** The columns that are both checked and written. */
function meeting(use: ColumnUse, read: AccessEvent, write: AccessEvent, check: Guard, context: ProtectionContext): readonly string[] {
  const written = writtenColumns(write, read, use.row, context);
  const checked =
    use.column !== undefined ? [use.column] : isAbsence(check, context.environment) ? [] : filterColumns(read, write, context);
  return checked.filter((c) => written.has(c) && !isDirtyCheck(check, use.row, c, write, context)).toSorted();
}

/** The flow goes on only when the read found nothing: an insert's business. */
function isAbsence(check: Guard, environment: Environment): boolean {
  const [condition] = environment.operations.expand(check);
  if (condition === undefined) return false;
  const { value, polarity } = condition;
  if (value.kind === "binary" && value.right.kind === "const" && (value.right.value === null || value.right.value === undefined))
    return polarity;
  if (value.kind === "binary" && value.right.kind === "const" && value.right.value === 0 && value.operator === "===") return polarity;
  return !polarity && ["result", "element", "exists", "member"].includes(value.kind);
}

/** A delete ends the row for its owner as for anybody: what the row was looked up by (an owner, a tenant) is not what it was checked for. */
function filterColumns(read: AccessEvent, write: AccessEvent, { sameRow, environment }: ProtectionContext): readonly string[] {
  const schema = environment.schema(read.access.entity);
  const looksUp = (p: Predicate) =>
    write.access.operation === "delete" &&
    (p.operator === "=" || p.operator === "in") &&
    p.value !== undefined &&
    predicateConstants(p) === undefined;
  return read.access.filter.predicates.filter((p) => !sameRow.isKey(p.column, schema) && !looksUp(p)).map((p) => p.column);
}

/** A column that keeps the value it was read with is not written. A delete ends every column. */
function writtenColumns(write: AccessEvent, read: AccessEvent, row: Value, context: ProtectionContext): { has(column: string): boolean } {
  if (write.access.operation === "delete" && write.access.written.length === 0) return { has: () => true };
  return new Set(write.access.written.filter((w) => !keepsValue(w, read, row, context)).map((w) => w.column));
}

/** Written is what the row was read with, or what the read selected the row by. */
function keepsValue({ value, column }: WrittenColumn, read: AccessEvent, row: Value, { uses }: ProtectionContext): boolean {
  const present = whereRowExists(value, row, uses);
  if (present.length > 0 && present.every((v) => v.kind === "const" && v.value === undefined)) return true;
  if (read.access.filter.predicates.some((p) => p.column === column && p.operator === "=" && p.value === value)) return true;
  return present.length > 0 && present.every((v) => v.kind === "member" && v.name === column && uses.normal(v.base) === row);
}

/** What a value can be on the ways on which the row was there: in a get-or-create, what the other branch writes is about a new row. */
function whereRowExists(value: Value, row: Value, uses: ColumnUses): readonly Value[] {
  if (value.kind !== "join") return [value];
  const isRow = (v: Value) => uses.normal(v) === row;
  const denies = (c: Condition) =>
    (isRow(c.value) && !c.polarity) || (c.value.kind === "binary" && isRow(c.value.left) && isNothing(c.value.right) && c.polarity);
  return value.alternatives.filter((a) => !a.when.some(denies)).map((a) => a.value);
}

type Gate = (pair: Pair, context: ProtectionContext) => Drop | undefined;

/** Gates that need nothing but the pair. */
const gates: readonly Gate[] = [ownRow, throttle];

/** Why the pair is no finding, as far as its own flow tells. */
export function dropOf(pair: Pair, context: ProtectionContext): Drop | undefined {
  for (const gate of gates) {
    const dropped = gate(pair, context);
    if (dropped !== undefined) return dropped;
  }
  return protectionOf(pair, context);
}

/** Nobody else knows a row that this flow has just inserted. */
function ownRow({ read }: Pair): Drop | undefined {
  return creating.has(read.access.operation) ? "row of this flow" : undefined;
}

/**
 * Comparing the column with the very value that is written, going on only when they differ, is no check. With a constant it is a check like
 * any other. In a choice (`needsUpdate`), every condition on the column must be such a comparison.
 */
function isDirtyCheck(check: Guard, row: Value, column: string, write: AccessEvent, context: ProtectionContext): boolean {
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

/** The column is compared with the clock, and the new time is all that is written. A null test beside the comparison (never done before) belongs to it. */
function throttle(pair: Pair, { uses }: ProtectionContext): Drop | undefined {
  const { written, opaquePatch } = pair.write.access;
  if (opaquePatch || written.length === 0 || !written.every((w) => w.value.kind === "clock")) return undefined;
  const compared = (g: Guard) =>
    isClockComparison(g.value, 6) &&
    uses.of(g.value).some((u) => u.row === pair.row && u.column !== undefined && pair.columns.includes(u.column));
  return [pair.check, ...pair.write.guards].some(compared) ? "throttle" : undefined;
}

const relational = new Set(["<", "<=", ">", ">="]);

function isClockComparison(value: Value, depth: number): boolean {
  if (depth === 0) return false;
  if (value.kind === "binary" && relational.has(value.operator)) return mentionsClock(value, depth);
  return childrenOf(value).some((v) => isClockComparison(v, depth - 1));
}

function mentionsClock(value: Value, depth: number): boolean {
  return value.kind === "clock" || (depth > 0 && childrenOf(value).some((v) => mentionsClock(v, depth - 1)));
}
