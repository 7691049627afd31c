/**
 * Finds columns whose new value the application computes from the value that it read, and writes back: whatever another caller wrote in
 * between is lost. Not where the database computes (an increment, an expression).
 *
 * Protected by all that protects a checked column. Where the column is checked as well, the racy transition of the same write is the issue.
 *
 * Known approximations: a column computed from another column, a boolean that is turned over, and values that only an unresolved function
 * makes of the old one are no updates.
 */
import type { Value } from "../ir/value.js";
import type { Predicate, WrittenColumn } from "../models/model.js";
import type { ConsequenceContext } from "./consequence.js";
import { dropOf, isInsideOneCallee, isWrite } from "./detect.js";
import type { Issue } from "./issue.js";
import { columnPlace, issueOf, partsOf } from "./makeIssue.js";
import type { Pair } from "./pair.js";
import { standingTransitions } from "./standing.js";
import type { AccessEvent } from "./summary.js";
import type { Unit } from "./unit.js";
import { rowsUpdatedBy } from "./updatedValue.js";

export function lostUpdates(unit: Unit, context: ConsequenceContext): readonly Issue[] {
  return unit.events
    .filter((e): e is AccessEvent => e.kind === "access" && isWrite(e))
    .flatMap((write) => write.access.written.flatMap((w) => updatesOf(w, write, unit, context)))
    .filter((pair) => !isProtected(pair, context) && !isTransition(pair, context))
    .flatMap((pair) => issue(pair, context));
}

/** Reads whose row's column the new value was computed from. */
function updatesOf({ column, value, how }: WrittenColumn, write: AccessEvent, unit: Unit, context: ConsequenceContext): readonly Pair[] {
  if (how !== "set") return [];
  return rowsUpdatedBy(value, column, context.uses).flatMap((row) => {
    const read = unit.readOf(row);
    if (read === undefined || !isReadBefore(read, write, unit) || !context.sameRow.holds(write.access, row, read.access)) return [];
    return pairOf(unit, read, write, row, { column, value });
  });
}

/** A write's returned row is as its transaction left it, and locked until that ends. */
function isReadBefore(read: AccessEvent, write: AccessEvent, unit: Unit): boolean {
  return read.access.operation === "read" && unit.order(read.id) < unit.order(write.id) && !isInsideOneCallee(read, write);
}

function pairOf(
  unit: Unit,
  read: AccessEvent,
  write: AccessEvent,
  row: Value,
  updated: Pick<WrittenColumn, "column" | "value">,
): readonly Pair[] {
  const at = updated.value.at ?? read.path.at(-1)?.call;
  if (at === undefined) return [];
  const check = { value: updated.value, polarity: true, at, level: 0, certain: true, source: "choice" } as const;
  return [{ unit, read, write, check, row, columns: [updated.column], byFilter: false, level: 0 }];
}

/** The callers hold no comparison of the column: it would stand in the write, where it has been looked for. */
function isProtected(pair: Pair, context: ConsequenceContext): boolean {
  return dropOf(withoutBounds(pair, context), context) !== undefined || context.heldByCallers({ ...pair, columns: [] }) !== undefined;
}

/** `stock >= n` beside `stock = row.stock - n` does not fail when another caller has taken some: only a comparison with what was read does. */
function withoutBounds(pair: Pair, { uses }: ConsequenceContext): Pair {
  const { write, columns, row } = pair;
  const { filter } = write.access;
  const isBound = (p: Predicate) =>
    columns.includes(p.column) &&
    p.operator !== "=" &&
    p.operator !== "in" &&
    (p.value === undefined || !uses.of(p.value).some((u) => u.row === row));
  const predicates = filter.predicates.filter((p) => p.operator === "unknown" || !isBound(p));
  return { ...pair, write: { ...write, access: { ...write.access, filter: { ...filter, predicates } } } };
}

function isTransition({ unit, write, columns }: Pair, context: ConsequenceContext): boolean {
  return standingTransitions(unit, write, context).some((p) => columns.every((c) => p.columns.includes(c)));
}

function issue(pair: Pair, context: ConsequenceContext): readonly Issue[] {
  const [column = ""] = pair.columns;
  const parts = partsOf(pair, "lost-update", context);
  const check = columnPlace(pair.write, column, context) ?? parts.check;
  return issueOf({ ...parts, check, consequence: { kind: "stale-value", column } }, context);
}
