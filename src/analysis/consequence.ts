/** Why losing the race matters (design 1.6), or that it does not. */
import type { NodeRef } from "../ir/ir.js";
import type { Value } from "../ir/value.js";
import type { WrittenColumn } from "../models/model.js";
import type { Census } from "./census.js";
import { isConstant, predicateAdmits, type Constraint } from "./constraint.js";
import type { Consequence, Place } from "./issue.js";
import type { Drop, Pair } from "./pair.js";
import { columnConstraint, type ProtectionContext } from "./protection.js";
import { rootOf } from "./rows.js";
import type { AccessEvent, Event, Guard, ReturnPoint } from "./summary.js";

export interface ConsequenceContext extends ProtectionContext {
  readonly census: Census;
  place(at: NodeRef): Place;
  /** The protection that every known caller of the pair's flow holds. */
  heldByCallers(pair: Pair): Drop | undefined;
}

export function consequenceOf(pair: Pair, context: ConsequenceContext): Consequence {
  return (
    staleValue(pair, context) ??
    effect(pair, context) ??
    overwrite(pair, context) ??
    outcome(pair, context) ??
    partner(pair, context) ?? { kind: "idempotent" }
  );
}

/** A checked column whose new value is computed from the value read. */
function staleValue(pair: Pair, { uses }: ConsequenceContext): Consequence | undefined {
  const stale = pair.write.access.written.find(
    (w) =>
      pair.columns.includes(w.column) &&
      w.how === "set" &&
      w.value.kind !== "member" &&
      w.value.kind !== "join" &&
      uses.of(w.value).some((u) => u.row === pair.row && u.column === w.column),
  );
  return stale === undefined ? undefined : { kind: "stale-value", column: stale.column };
}

/** Something that the check controls and that must not happen twice: calls to the outside first, then writes. */
function effect(pair: Pair, context: ConsequenceContext): Consequence | undefined {
  const controlled = pair.unit.events.filter(
    (e) => e !== pair.write && e.id !== pair.read.id && e.guards.some((g) => isCheck(g, pair.check)),
  );
  const near = controlled.toSorted((a, b) => a.path.length - b.path.length);
  const found = near.find((e) => e.kind === "effect") ?? near.find((e) => isRepeatedWrite(e, pair, context));
  const site = found?.path.at(-1);
  return site === undefined ? undefined : { kind: "effect", name: site.text, at: context.place(site.name) };
}

function isCheck(guard: Guard, check: Guard): boolean {
  return guard.value === check.value && guard.polarity === check.polarity;
}

/** An insert, an increment, or a write of another row that is more than setting constants. Writing the same row once more changes nothing else. */
function isRepeatedWrite(event: Event, pair: Pair, { sameRow }: ConsequenceContext): boolean {
  if (event.kind !== "access" || event.access.operation === "read" || event.access.operation === "lock") return false;
  if (event.access.operation === "insert") return event.access.onConflict === "error";
  if (event.access.written.some((w) => w.how !== "set")) return true;
  if (
    event.access.operation === "upsert" ||
    event.access.operation === "delete" ||
    event.access.written.every((w) => isConstant(w.value) || w.value.kind === "clock")
  )
    return false;
  return event.access.entity !== pair.write.access.entity && !sameRow.holds(event.access, pair.row, pair.read.access);
}

/** A column whose value is this caller's own: the loser's replaces the winner's. */
function overwrite(pair: Pair, { sameRow }: ConsequenceContext): Consequence | undefined {
  const { access } = pair.write;
  // A value chosen under the check is about its own column only: the others are written on either way.
  const concerned = pair.check.source === "choice" ? access.written.filter((w) => pair.columns.includes(w.column)) : access.written;
  const own = concerned.find((w) => isOwn(w, pair));
  if (own !== undefined) return { kind: "overwrite", column: own.column };
  const relative = concerned.find((w) => w.how !== "set");
  if (relative !== undefined) return { kind: "overwrite", column: relative.column };
  // Saving the row itself writes back what was read; what is not known of it is no input.
  const isRowItself = access.target !== undefined && sameRow.rowsOf(access.target).includes(pair.row);
  return access.opaquePatch && !isRowItself && pair.check.source !== "choice"
    ? { kind: "overwrite", column: pair.columns[0] ?? "" }
    : undefined;
}

/** Written from anything but the key, the row, a constant or the clock. */
function isOwn(written: WrittenColumn, pair: Pair): boolean {
  const keys = new Set(pair.write.access.filter.predicates.map((p) => p.value));
  return written.how === "set" && !isReproducible(written.value, pair, keys, 6);
}

function isReproducible(value: Value, pair: Pair, keys: ReadonlySet<Value | undefined>, depth: number): boolean {
  if (depth === 0 || keys.has(value) || isConstant(value) || value.kind === "clock" || value.kind === "class") return true;
  const root = rootOf(value);
  if (root?.kind === "result") return true;
  switch (value.kind) {
    case "computed":
    case "call":
      return value.inputs.length > 0 && value.inputs.every((i) => isReproducible(i, pair, keys, depth - 1));
    case "binary":
      return isReproducible(value.left, pair, keys, depth - 1) && isReproducible(value.right, pair, keys, depth - 1);
    case "not":
      return isReproducible(value.operand, pair, keys, depth - 1);
    case "join":
      return value.alternatives.every((a) => isReproducible(a.value, pair, keys, depth - 1));
    case "object":
      return value.parts.every((p) => isReproducible(p.value, pair, keys, depth - 1));
    case "list":
      return value.elements.every((e) => isReproducible(e, pair, keys, depth - 1));
    case "mapped":
    case "filtered":
    case "exists":
      return true;
    default:
      return value.kind !== "parameter" && value.kind !== "member" && value.kind !== "this" && value.kind !== "capture";
  }
}

/** Losing returns something else than winning: a constant, where winning returns another one or no constant. Rows are what they are. */
function outcome(pair: Pair, context: ConsequenceContext): Consequence | undefined {
  const { returns } = pair.unit.evaluation;
  const winning = returns.filter((r) => r.guards.some((g) => isCheck(g, pair.check)));
  const isLosing = (r: ReturnPoint) =>
    r.guards.some((g) => g.value === pair.check.value && g.polarity !== pair.check.polarity) && !winning.includes(r);
  const losing = returns.find((r) => isLosing(r) && winning.length > 0 && winning.every((w) => tellsApart(r.value, w.value)));
  return losing === undefined ? undefined : { kind: "outcome", at: context.place(losing.at) };
}

function tellsApart(losing: Value, winning: Value): boolean {
  if (losing === winning || losing.kind === "unknown" || winning.kind === "unknown") return false;
  if (losing.kind === "object" && winning.kind === "object")
    return losing.parts.some(
      (p) =>
        p.kind === "field" &&
        isConstant(p.value) &&
        !winning.parts.some((q) => q.kind === "field" && q.name === p.name && q.value === p.value),
    );
  return isConstant(losing) || isConstant(winning);
}

/** Another write sets a checked column to a value that the check forbids, which this write then overwrites. */
function partner(pair: Pair, context: ConsequenceContext): Consequence | undefined {
  const { entity } = pair.write.access;
  if (entity?.kind !== "class") return undefined;
  for (const column of pair.columns) {
    const mine = new Set(pair.write.access.written.flatMap((w) => (w.column === column ? constants(w.value) : [])));
    const constraint = pair.byFilter ? filterConstraint(pair, column) : columnConstraint(pair, column, pair.check, context);
    const other = context.census.writes(entity, column).find((w) => isPartner(w.access, w.value, mine, constraint, pair));
    if (other === undefined) continue;
    return { kind: "partner", column, value: textOf(other.value), at: context.place(other.at) };
  }
  return undefined;
}

/** What the read's filter let through. */
function filterConstraint(pair: Pair, column: string): Constraint {
  const predicates = pair.read.access.filter.predicates.filter((p) => p.column === column);
  return { admits: (value) => (predicates.some((p) => predicateAdmits(p, value) === false) ? false : undefined) };
}

function isPartner(access: AccessEvent, value: Value, mine: ReadonlySet<Value>, constraint: Constraint | undefined, pair: Pair): boolean {
  if (access.access.operation === "insert") return false;
  const last = pair.write.path.at(-1);
  if (access.path.at(-1)?.call.node === last?.call.node && access.path.at(-1)?.call.file === last?.call.file) return false;
  // What a caller passes may be anything, also what the check forbids.
  if (rootOf(value)?.kind === "parameter") return true;
  return constants(value).some((v) => !mine.has(v) && (constraint === undefined || constraint.admits(v) === false));
}

function constants(value: Value): readonly Value[] {
  if (value.kind === "join") return value.alternatives.flatMap((a) => constants(a.value));
  return isConstant(value) || value.kind === "clock" ? [value] : [];
}

function textOf(value: Value): string | undefined {
  const [first] = constants(value);
  if (first?.kind === "const") return String(first.value);
  return first?.kind === "symbol" ? (first.name.split(":").at(-1) ?? first.name) : undefined;
}

/** A delete ends every column's life; it meets the check only if somebody changes a checked column to what the check forbids. */
export function deleteWithoutPartner(pair: Pair, context: ConsequenceContext): Drop | undefined {
  if (pair.write.access.operation !== "delete" || pair.write.access.written.length > 0) return undefined;
  return partner(pair, context) === undefined ? "delete without partner" : undefined;
}
