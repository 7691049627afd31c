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
import type { Value } from "../ir/value.js";
import type { AccessSpec, Predicate, WrittenColumn } from "../models/model.js";
import { choiceGuards } from "./choiceGuards.js";
import { isConstant, isNothing, predicateConstants } from "./constraint.js";
import { isDirtyCheck } from "./dirtyCheck.js";
import type { Environment } from "./environment.js";
import { ownRow } from "./ownRow.js";
import type { Drop, Pair } from "./pair.js";
import { protectionOf, type ProtectionContext } from "./protection.js";
import { alternatives } from "./rowAfterWrite.js";
import { whereRowExists, type ColumnUse } from "./rows.js";
import type { AccessEvent, Guard } from "./summary.js";
import { throttle } from "./throttle.js";
import type { Unit } from "./unit.js";
import { rowsUpdatedBy } from "./updatedValue.js";

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

/** `insideCallees`: also pairs whose read and write belong to one call, which that callee's own evaluation reports. */
export function pairsOfWrite(unit: Unit, write: AccessEvent, context: ProtectionContext, { insideCallees = false } = {}): readonly Pair[] {
  const choices = choiceGuards(write).flatMap((g) => context.environment.operations.expand(g).map((c) => ({ ...g, ...c })));
  const pairs: Pair[] = [];
  for (const check of [...write.guards, ...choices]) {
    for (const use of context.uses.of(check.value)) {
      const read = readBefore(unit, write, use);
      if (read === undefined || (!insideCallees && isInsideOneCallee(read, write))) continue;
      const pair = pairOf(unit, read, write, check, use, context);
      if (pair !== undefined) pairs.push(pair);
    }
  }
  return pairs;
}

function readBefore(unit: Unit, write: AccessEvent, { row }: ColumnUse): AccessEvent | undefined {
  const read = unit.readOf(row);
  return read === undefined || read === write || read.access.operation === "lock" || unit.order(read.id) > unit.order(write.id)
    ? undefined
    : read;
}

function pairOf(
  unit: Unit,
  read: AccessEvent,
  write: AccessEvent,
  check: Guard,
  use: ColumnUse,
  context: ProtectionContext,
): Pair | undefined {
  const byFilter = use.column === undefined;
  const met = meeting(use, read, write, check, context);
  if (met.length === 0 || !isOfRow(write, check, use.row, read, context)) return undefined;
  const columns = met.filter((c) => !isDirtyCheck(check, use.row, c, write, context)).toSorted();
  if (columns.length === 0) return undefined;
  return { unit, read, write, check, row: use.row, columns, byFilter, level: check.level };
}

function isOfRow({ access }: AccessEvent, check: Guard, row: Value, read: AccessEvent, { sameRow }: ProtectionContext): boolean {
  return sameRow.holds(access, row, read.access) || sameRow.holdsByTest(access, row, read.access, check);
}

/** Both belong to one call: the callee's own evaluation reports. */
export function isInsideOneCallee(read: Pick<AccessEvent, "path">, write: Pick<AccessEvent, "path">): boolean {
  const [r, w] = [read.path[0], write.path[0]];
  return read.path.length > 1 && write.path.length > 1 && r?.call.node === w?.call.node && r?.call.file === w?.call.file;
}

/** The columns that are both checked and written. */
function meeting(use: ColumnUse, read: AccessEvent, write: AccessEvent, check: Guard, context: ProtectionContext): readonly string[] {
  if (use.column !== undefined && !mayWrite(write, use.column)) return [];
  const checked =
    use.column !== undefined ? [use.column] : isAbsence(check, context.environment) ? [] : filterColumns(read, write, context);
  const isChosen = (c: string) => check.chooses?.column === undefined || check.chooses.column === c;
  return checked.filter((c) => isChosen(c) && mayWrite(write, c) && writes(write, c, read, use.row, context));
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

/** The write names the column. A delete ends every column. */
function mayWrite({ access }: AccessEvent, column: string): boolean {
  return endsAll(access) || access.written.some((w) => w.column === column);
}

/** A column that keeps the value it was read with is not written. */
function writes({ access }: AccessEvent, column: string, read: AccessEvent, row: Value, context: ProtectionContext): boolean {
  return endsAll(access) || access.written.some((w) => w.column === column && !keepsValue(w, access, read, row, context));
}

function endsAll({ operation, written }: AccessSpec): boolean {
  return operation === "delete" && written.length === 0;
}

/**
 * Written is what the row was read with, or what the caller gave to look for it. A constant is written anew: `status: "active"` after looking
 * for an active row undoes what somebody made of it meanwhile. Where one of several rows is written, each keeps its own.
 */
function keepsValue(
  { value, column }: WrittenColumn,
  write: AccessSpec,
  read: AccessEvent,
  row: Value,
  context: ProtectionContext,
): boolean {
  const { uses, sameRow } = context;
  const present = whereRowExists(value, row, uses).flatMap((v) => alternatives(v));
  if (present.length > 0 && present.every((v) => v.kind === "const" && v.value === undefined)) return true;
  const rows = new Set([row, ...(write.target === undefined ? [] : sameRow.rowsOf(write.target))]);
  const selects = (v: Value) => read.access.filter.predicates.some((p) => p.column === column && p.operator === "=" && p.value === v);
  const isKept = (v: Value) =>
    (!isConstant(v) && selects(v)) || (v.kind === "member" && v.name === column && rows.has(uses.normal(v.base)));
  return present.length > 0 && present.every(isKept);
}

type Gate = (pair: Pair, context: ProtectionContext) => Drop | undefined;

/** Gates that need nothing but the pair. */
const gates: readonly Gate[] = [ownRow, throttle, carriedOver];

/** Why the pair is no finding, as far as its own flow tells. */
export function dropOf(pair: Pair, context: ProtectionContext): Drop | undefined {
  for (const gate of gates) {
    const dropped = gate(pair, context);
    if (dropped !== undefined) return dropped;
  }
  return protectionOf(pair, context);
}

/**
 * Whether the column has a value at all decides only how the new value is computed from it (`{ ...(row.settings ?? {}), theme }`): nothing is
 * checked, and what is lost is an update.
 */
function carriedOver({ check, columns, row, write }: Pair, { uses }: ProtectionContext): Drop | undefined {
  const isOwn = (v: Value) => v.kind === "member" && columns.includes(v.name) && uses.normal(v.base) === row;
  const tested = check.value.kind === "not" ? check.value.operand : check.value;
  const isPresence = isOwn(tested) || (tested.kind === "binary" && isOwn(tested.left) && isNothing(tested.right));
  if (!isPresence) return undefined;
  const carried = columns.every((c) => write.access.written.some((w) => w.column === c && rowsUpdatedBy(w.value, c, uses).includes(row)));
  return carried ? "value carried over" : undefined;
}
