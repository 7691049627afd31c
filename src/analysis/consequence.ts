/** Why losing the race matters (design 1.6), or that it does not. */
import type { NodeRef } from "../ir/ir.js";
import type { Value } from "../ir/value.js";
import type { AccessSpec, WrittenColumn } from "../models/model.js";
import type { Callers } from "./callers.js";
import type { Census } from "./census.js";
import { isConstant, predicateAdmits } from "./constraint.js";
import { contradicts, effectOf, isCheck, isOpposite } from "./effectOf.js";
import type { Consequence, Place } from "./issue.js";
import type { Drop, Pair } from "./pair.js";
import { arbiterOf } from "./madeOnce.js";
import { partnerOf } from "./partner.js";
import type { ProtectionContext } from "./protection.js";
import { Reproducible } from "./reproducible.js";
import { alternatives } from "./rowAfterWrite.js";
import { whereRowExists, type ColumnUses } from "./rows.js";
import type { AccessEvent, ReturnPoint } from "./summary.js";
import { rowsUpdatedBy } from "./updatedValue.js";
import { isColumnOf, usedUp, type UsedUp } from "./usedUp.js";

export interface ConsequenceContext extends ProtectionContext {
  readonly census: Census;
  readonly callers: Callers;
  place(at: NodeRef): Place;
  /** The protection that every known caller of the pair's flow holds. */
  heldByCallers(pair: Pair): Drop | undefined;
}

/**
 * The strongest first. All but the partner and the stale value are about two callers of this flow, of which the second would be turned away
 * if it came later.
 */
export function consequenceOf(pair: Pair, context: ConsequenceContext): Consequence {
  const used = usedUp(pair, context);
  // Where the database refuses the second caller only what comes before that happens twice.
  const arbiter = arbiterOf(pair, context);
  return (
    (used === "yes" ? effectOf(pair, context, arbiter) : undefined) ??
    (arbiter === undefined ? ownValue(pair, used, context) : undefined) ??
    (used === "yes" && arbiter === undefined ? outcome(pair, context) : undefined) ??
    (isDecisive(pair) ? partnerOf(pair, context) : undefined) ??
    staleValue(pair, context) ?? { kind: "idempotent" }
  );
}

/** A checked column whose new value is computed from the value read. That alone is a lost update, which is reported as one. */
function staleValue(pair: Pair, { uses }: ConsequenceContext): Consequence | undefined {
  const stale = pair.write.access.written.find((w) => pair.columns.includes(w.column) && isUpdate(w, pair, uses));
  return stale === undefined ? undefined : { kind: "stale-value", column: stale.column };
}

function isUpdate({ column, value, how }: WrittenColumn, { row }: Pair, uses: ColumnUses): boolean {
  return how === "set" && rowsUpdatedBy(value, column, uses).includes(row);
}

/**
 * The write happens only if the check passes. A condition of which both ways lead to the write selects at most a validation on the way, and
 * whoever writes last has the last word as well when nobody overlaps.
 */
function isDecisive({ write, check }: Pair): boolean {
  return !write.guards.some((g) => isOpposite(g, check));
}

/** A column whose value is this caller's own: the loser's replaces the winner's. */
function ownValue(pair: Pair, used: UsedUp, context: ConsequenceContext): Consequence | undefined {
  if (used === "no" || !isDecisive(pair) || refusesItself(pair.write.access)) return undefined;
  const { uses, sameRow } = context;
  const { access } = pair.write;
  // A value chosen under the check is about its own column only; so is one that may or may not be what the check forbids. What is computed
  // from the old value tells nobody's from another's: there is an update to be lost.
  const onlyChecked = pair.check.source === "choice" || used === "by value" || staleValue(pair, context) !== undefined;
  const isConcerned = (w: WrittenColumn) => pair.columns.includes(w.column) || (!onlyChecked && isWrittenUnderCheck(w, pair, context));
  const concerned = access.written.filter((w) => isConcerned(w) && !isUpdate(w, pair, uses));
  const reproducible = new Reproducible(pair, uses);
  const { chooses } = pair.check;
  // Of what a condition chose, the other alternatives are written whether or not it holds.
  const chosen = (w: WrittenColumn) => (chooses?.column === w.column ? (chooses.value ?? w.value) : w.value);
  const isOwn = (w: WrittenColumn) => whereRowExists(chosen(w), pair.row, uses).some((v) => !reproducible.holds(v));
  const own = concerned.find((w) => w.how === "set" && isOwn(w));
  if (own !== undefined) return { kind: "overwrite", column: own.column };
  // What the database computes in a way that is not known may come to the same the second time.
  const relative = concerned.find((w) => w.how !== "set" && w.how !== "raw");
  if (relative !== undefined) return { kind: "repeated", column: relative.column };
  // Saving the row itself writes back what was read; what is not known of it is no input.
  const isRowItself = access.target !== undefined && sameRow.rowsOf(access.target).includes(pair.row);
  return access.opaquePatch && !isRowItself && !onlyChecked ? { kind: "overwrite", column: undefined } : undefined;
}

/** The write's own filter does not let through what the write leaves: the second one changes no row. */
function refusesItself({ filter, written }: AccessSpec): boolean {
  return filter.predicates.some((p) => {
    const left = written.filter((w) => w.column === p.column);
    return (
      p.outer &&
      left.length > 0 &&
      left.every((w) => w.how === "set" && alternatives(w.value).every((v) => predicateAdmits(p, v) === false))
    );
  });
}

/** Where other conditions lead to the write as well, what is written on some ways only (`...(stale && { note })`) has a reason of its own. */
function isWrittenUnderCheck({ value, column }: WrittenColumn, pair: Pair, context: ConsequenceContext): boolean {
  const isLeft = (v: Value) => (v.kind === "const" && v.value === undefined) || isColumnOf(v, column, pair, context);
  return pair.check.certain || !alternatives(value).some(isLeft);
}

/** Losing returns something else than winning: a constant, where winning returns another one or no constant. Rows are what they are. */
function outcome(pair: Pair, context: ConsequenceContext): Consequence | undefined {
  const { returns } = pair.unit.evaluation;
  const isAlongWrite = (r: ReturnPoint) => !r.guards.some((g) => pair.write.guards.some((h) => contradicts(g, h)));
  const passing = returns.filter((r) => r.guards.some((g) => isCheck(g, pair.check)));
  const winning = passing.filter(isAlongWrite);
  const [winner] = winning;
  if (winner === undefined || pair.write.leaves === true || isOneOfAll(pair) || isToggle(pair)) return undefined;
  const isLosing = (r: ReturnPoint) => r.guards.some((g) => isOpposite(g, pair.check)) && !passing.includes(r);
  const losing = returns.find((r) => isLosing(r) && winning.every((w) => tellsApart(r.value, w.value)));
  return losing === undefined ? undefined : { kind: "outcome", at: context.place(winner.at), losing: context.place(losing.at) };
}

/** One of the rows that a read found by their state: each caller gets what there is, and says how much it was. */
function isOneOfAll({ row, byFilter }: Pair): boolean {
  return byFilter && row.kind === "element";
}

/** The check tells which way to turn the row: whoever comes second turns it back, and nobody is turned away. */
function isToggle({ unit, write, check, columns }: Pair): boolean {
  const isOther = ({ guards }: AccessEvent) => guards.some((g) => isOpposite(g, check));
  const changes = ({ operation, written }: AccessSpec) => operation === "delete" || written.some((w) => columns.includes(w.column));
  return unit.events.some(
    (e) =>
      e.kind === "access" && e.access.entity === write.access.entity && isOther(e) && e.access.operation !== "insert" && changes(e.access),
  );
}

function tellsApart(losing: Value, winning: Value): boolean {
  if (losing === winning || losing.kind === "unknown" || winning.kind === "unknown") return false;
  if (losing.kind === "object" && winning.kind === "object") {
    const constants = losing.parts.flatMap((p) => (p.kind === "field" && isConstant(p.value) ? [p] : []));
    const isShared = (p: { readonly name: string; readonly value: Value }) =>
      winning.parts.some((q) => q.kind === "field" && q.name === p.name && q.value === p.value);
    // Who comes too late is told that all is well (`{ hasAccess: true, granted: false }`): nobody was turned away.
    if (constants.some((p) => p.value.kind === "const" && p.value.value === true && isShared(p))) return false;
    return constants.some((p) => !isShared(p));
  }
  return isConstant(losing) || isConstant(winning);
}

/** A delete ends every column's life; it meets the check only if somebody changes a checked column to what the check forbids. */
export function deleteWithoutPartner(pair: Pair, context: ConsequenceContext): Drop | undefined {
  if (pair.write.access.operation !== "delete" || pair.write.access.written.length > 0) return undefined;
  return partnerOf(pair, context) === undefined ? "delete without partner" : undefined;
}
