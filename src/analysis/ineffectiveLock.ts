/**
 * Finds row locks that protect nothing although a write relies on the locked row: a lock outside a transaction, which ends with its
 * statement; a lock taken after the read that decided, without reading again; a write that goes through another connection than the lock.
 *
 * Where a racy transition or a lost update of the same write stands, that is the issue: it names the lock as what does not help.
 *
 * Known approximations: a handle that the flow was given may be any connection, so nothing is said of it; advisory locks are statements
 * that cannot be read.
 */
import type { Value } from "../ir/value.js";
import { consequenceOf, type ConsequenceContext } from "./consequence.js";
import { dropOf, isInsideOneCallee, isWrite } from "./detect.js";
import type { Issue } from "./issue.js";
import { lostUpdates } from "./lostUpdate.js";
import { issueOf, partsOf } from "./makeIssue.js";
import type { Pair } from "./pair.js";
import { excludes, isBegun, isTransaction } from "./rowLock.js";
import { standingTransitions } from "./standing.js";
import type { AccessEvent, Guard } from "./summary.js";
import type { Unit } from "./unit.js";

/** A write that relies on a row, and the lock that was to protect the two. */
interface Reliance {
  readonly pair: Pair;
  readonly lock: AccessEvent;
  readonly because: NonNullable<Issue["falseProtection"]>;
}

export function ineffectiveLocks(unit: Unit, context: ConsequenceContext): readonly Issue[] {
  if (!unit.events.some((e) => e.kind === "access" && excludes(e.access.lock))) return [];
  return unit.events
    .filter((e): e is AccessEvent => e.kind === "access" && isWrite(e))
    .flatMap((write) => reliancesOf(write, unit, context))
    .filter(({ pair }) => dropOf(pair, context) === undefined && context.heldByCallers(pair) === undefined && !isReported(pair, context))
    .flatMap((reliance) => issue(reliance, context));
}

function reliancesOf(write: AccessEvent, unit: Unit, context: ConsequenceContext): readonly Reliance[] {
  const pairs = pairsOf(write, unit, context);
  return pairs.flatMap((pair) => {
    if (excludes(pair.read.access.lock)) return [...unlocked(pair, context), ...elsewhere(pair, unit)];
    const lock = lateLock(pair, context);
    const isReadAgain = lock !== undefined && pairs.some((p) => unit.order(p.read.id) >= unit.order(lock.id));
    return lock === undefined || isReadAgain ? [] : [{ pair, lock, because: "late lock" }];
  });
}

/** The rows that the write relies on and writes, each once. */
function pairsOf(write: AccessEvent, unit: Unit, context: ConsequenceContext): readonly Pair[] {
  const columns = [...new Set(write.access.written.map((w) => w.column))].toSorted();
  const rows = new Map<Value, Guard>();
  for (const { row, check } of reliedOn(write, context)) if (!rows.has(row)) rows.set(row, check);
  return [...rows].flatMap(([row, check]) => {
    const read = unit.readOf(row);
    if (read?.access.operation !== "read" || unit.order(read.id) > unit.order(write.id)) return [];
    const pair: Pair = { unit, read, write, check, row, columns, byFilter: false, level: 0 };
    return !isInsideOneCallee(read, write) && isSameRow(pair, context) ? [pair] : [];
  });
}

/** The write is of the row itself, or of what a late lock of the row returned. */
function isSameRow(pair: Pair, context: ConsequenceContext): boolean {
  const { values, operations } = context.environment;
  const { write, read, row } = pair;
  if (context.sameRow.holds(write.access, row, read.access)) return true;
  const lock = lateLock(pair, context);
  if (lock === undefined) return false;
  const locked = values.result(lock.id);
  return [locked, operations.element(locked)].some((r) => context.sameRow.holds(write.access, r, lock.access));
}

/** Rows whose columns decide whether the write happens or what it writes. */
function reliedOn(write: AccessEvent, { uses }: ConsequenceContext): readonly { readonly row: Value; readonly check: Guard }[] {
  const at = write.path.at(-1)?.call;
  const used = (check: Guard) => uses.of(check.value).flatMap(({ row, column }) => (column === undefined ? [] : [{ row, check }]));
  const written = write.access.written.filter((w) => w.how === "set" && !(w.value.kind === "member" && w.value.name === w.column));
  const choices =
    at === undefined ? [] : written.map(({ value }) => ({ value, polarity: true, at, level: 0, certain: true, source: "choice" }) as const);
  return [...write.guards, ...choices].flatMap(used);
}

/** The lock ends with its statement. Not where the layer refuses to send it. */
function unlocked(pair: Pair, { environment }: ConsequenceContext): readonly Reliance[] {
  const { entity, connection } = pair.read.access;
  const model = environment.models.find((m) => entity?.kind === "class" && m.schema(entity.id, environment.facts) !== undefined);
  if (model === undefined || model.refusesLockOutsideTransaction === true || isTransaction(connection, pair)) return [];
  return [{ pair, lock: pair.read, because: "lock outside transaction" }];
}

/** Nothing writes the row through the lock's own connection. */
function elsewhere(pair: Pair, unit: Unit): readonly Reliance[] {
  const { read, write } = pair;
  const own = read.access.connection;
  if (!isCertainlyOther(write.access.connection, pair)) return [];
  const isOwnWrite = unit.events.some(
    (e) => e.kind === "access" && isWrite(e) && e.access.connection === own && e.access.entity === write.access.entity,
  );
  return isOwnWrite ? [] : [{ pair, lock: read, because: "other handle" }];
}

/** One is a transaction that was opened here, the other is another one or the shared pool. */
function isCertainlyOther(connection: Value, pair: Pair): boolean {
  const own = pair.read.access.connection;
  if (own === connection || !isBegun(own, pair)) return false;
  return isBegun(connection, pair) || !isTransaction(connection, pair);
}

/** A lock on the row between read and write, in the write's transaction. */
function lateLock(pair: Pair, { sameRow }: ConsequenceContext): AccessEvent | undefined {
  const { unit, read, write, row } = pair;
  if (!isBegun(write.access.connection, pair)) return undefined;
  const between = unit.events.slice(unit.order(read.id) + 1, unit.order(write.id));
  return between.find(
    (e): e is AccessEvent =>
      e.kind === "access" &&
      excludes(e.access.lock) &&
      e.access.connection === write.access.connection &&
      sameRow.holds(e.access, row, read.access),
  );
}

function isReported(pair: Pair, context: ConsequenceContext): boolean {
  const { unit, write } = pair;
  if (standingTransitions(unit, write, context).length > 0) return true;
  const at = write.path.at(-1);
  const place = at === undefined ? undefined : context.place(at.name);
  return lostUpdates(unit, context).some(
    (i) => i.write.file === place?.file && i.write.loc.line === place.loc.line && i.write.loc.column === place.loc.column,
  );
}

/** Reported is the lock, or the write that does not use it. */
function issue({ pair, lock, because }: Reliance, context: ConsequenceContext): readonly Issue[] {
  const consequence = consequenceOf(pair, context);
  if (consequence.kind === "idempotent") return [];
  const [anchor] = because === "other handle" ? pair.write.path : lock.path;
  return issueOf({ ...partsOf(pair, "ineffective-lock", context), anchor, consequence, falseProtection: because }, context);
}
