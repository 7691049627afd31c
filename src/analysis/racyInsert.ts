/**
 * Finds inserts that happen only when a read found nothing, or fewer rows than a limit: two callers both find nothing, and both insert.
 *
 * The inserted row must be one that the read would have found: every column that the read equates is written with the same value. Reported
 * only where the entity's table was seen and has no primary key or unique constraint on those columns, since the database arbitrates then.
 *
 * Known approximations: rows that the read finds by a relation, by a disjunction, or all of them; constraints that only a migration knows.
 */
import type { AccessSpec, EntitySchema, Predicate } from "../models/model.js";
import { missing } from "./absence.js";
import type { ConsequenceContext } from "./consequence.js";
import { predicateAdmits } from "./constraint.js";
import { isInsideOneCallee } from "./detect.js";
import type { Issue } from "./issue.js";
import { issueOf, partsOf } from "./makeIssue.js";
import type { Pair } from "./pair.js";
import { affectedIn, before, enclosingLock, isolationLevel, isTransaction, lockedBefore, lockFunctionBefore } from "./protection.js";
import type { AccessEvent, Guard } from "./summary.js";
import type { Unit } from "./unit.js";

export function racyInserts(unit: Unit, context: ConsequenceContext): readonly Issue[] {
  return unit.events
    .filter((e): e is AccessEvent => e.kind === "access" && e.access.operation === "insert" && e.access.onConflict === "error")
    .flatMap((insert) => insert.guards.filter((g) => g.certain).flatMap((guard) => pairOf(guard, insert, unit, context)))
    .filter((pair) => !isProtected(pair, context))
    .flatMap((pair) => issue(pair, context));
}

function pairOf(check: Guard, insert: AccessEvent, unit: Unit, context: ConsequenceContext): readonly Pair[] {
  const result = missingIn(check, unit, context);
  const read = result === undefined ? undefined : unit.readOf(result);
  if (result === undefined || read === undefined || isInsideOneCallee(read, insert) || read.access.entity !== insert.access.entity)
    return [];
  if (read.access.operation !== "read" || unit.order(read.id) > unit.order(insert.id)) return [];
  const columns = equatedColumns(read.access, insert.access);
  const schema = context.environment.schema(insert.access.entity);
  if (columns.length === 0 || schema === undefined || isUnique(columns, schema)) return [];
  return [{ unit, read, write: insert, check, row: result, columns, byFilter: false, level: check.level }];
}

function missingIn(check: Guard, unit: Unit, { environment }: ConsequenceContext) {
  for (const condition of environment.operations.expand(check)) {
    const found = missing(condition, (result) => unit.readOf(result)?.access.cardinality);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The columns by which the read would have found the inserted row; none if it might not have. */
function equatedColumns({ filter }: AccessSpec, insert: AccessSpec): readonly string[] {
  if (filter.opaque || !filter.predicates.every((p) => finds(p, insert))) return [];
  return filter.predicates.flatMap((p) => (p.operator === "=" ? [p.column] : [])).toSorted();
}

function finds(p: Predicate, { written, opaquePatch }: AccessSpec): boolean {
  const value = written.find((w) => w.column === p.column && w.how === "set")?.value;
  if (value === undefined) return p.operator === "is null" && !opaquePatch;
  if (p.operator === "=") return value === p.value;
  return predicateAdmits(p, value) === true;
}

function isUnique(columns: readonly string[], { primaryKey, uniques, partialUniques = [] }: EntitySchema): boolean {
  return [primaryKey, ...uniques, ...partialUniques].some((key) => key.length > 0 && key.every((c) => columns.includes(c)));
}

/**
 * A lock that the read itself takes is none on rows that are not there. One that was taken before on any row of the transaction, or a row
 * that it changed or claimed before, may be the parent that all such inserts go through.
 */
function isProtected(pair: Pair, context: ConsequenceContext): boolean {
  const found =
    lockedBefore(pair, context) ??
    isolationLevel(pair, context) ??
    enclosingLock(pair, context) ??
    lockFunctionBefore(pair, context) ??
    context.heldByCallers(pair);
  return found !== undefined || changedBefore(pair) || claimedBefore(pair);
}

function changedBefore(pair: Pair): boolean {
  const { connection } = pair.write.access;
  if (!isTransaction(connection, pair)) return false;
  return before(pair.read, pair).some((e) => e.kind === "access" && e.access.operation !== "read" && e.access.connection === connection);
}

/** The flow goes on only if an update changed a row, whichever it was. */
function claimedBefore({ unit, write }: Pair): boolean {
  const counted = write.guards.flatMap((g) => affectedIn(g.value)).map((id) => unit.access(id)?.access.operation);
  return counted.some((operation) => operation !== undefined && operation !== "read" && operation !== "lock");
}

function issue(pair: Pair, context: ConsequenceContext): readonly Issue[] {
  const site = pair.write.path.at(-1);
  if (site === undefined) return [];
  const consequence = { kind: "effect", name: site.text, at: context.place(site.name), early: false } as const;
  return issueOf({ ...partsOf(pair, "racy-insert", context), consequence }, context);
}
