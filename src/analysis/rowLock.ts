/** Row locks and transactions: what keeps others away from a row between read and write (facts: docs/internals/protection.md). */
import type { Value } from "../ir/value.js";
import { isSession } from "../models/connection.js";
import type { RowLock } from "../models/model.js";
import type { Drop, Pair } from "./pair.js";
import type { ProtectionContext } from "./protection.js";
import type { AccessEvent, Event, Guard, Scope } from "./summary.js";

/** FOR KEY SHARE does not exclude; FOR SHARE ends in a deadlock error for one of two writers, which is no double win. */
export function excludes(lock: RowLock | undefined): boolean {
  return lock !== undefined && lock.strength !== "key share";
}

export function lockedByRead(pair: Pair, context: ProtectionContext): Drop | undefined {
  return excludes(pair.read.access.lock) && isHeld(pair.read, pair, context) ? "row locked by read" : undefined;
}

/** A lock earlier on the same transaction: on the row itself, on a parent row, or by a statement that cannot be read and may be one. */
export function lockedBefore(pair: Pair, context: ProtectionContext): Drop | undefined {
  for (const event of before(pair.read, pair)) {
    const locks = event.kind === "access" && (isLock(event) || isWriteThatLocks(event, pair, context));
    if (locks && isHeld(event, pair, context)) return "row locked before";
    if (event.kind === "raw" && sharesConnection(event.connection, pair)) {
      context.environment.counters.count("raw statements taken for locks");
      return "unknown statement before read";
    }
  }
  return undefined;
}

function isLock({ access }: AccessEvent): boolean {
  return access.operation === "lock" || excludes(access.lock);
}

/** What the event locked is still locked when the write comes: both are on one transaction's handle, and it has not ended in between. */
function isHeld(event: AccessEvent, pair: Pair, context: ProtectionContext): boolean {
  const { connection } = event.access;
  if (isUnderHiddenTransaction(event, context)) return connection === pair.write.access.connection;
  if (connection !== pair.write.access.connection || !isTransaction(connection, pair) || endsBetween(event, pair)) return false;
  return !isShared(connection) || isBegunOn(connection, pair) || ambientTransaction(event, pair.write) !== undefined;
}

/**
 * The layer refuses a row lock where no transaction is, unless it stands in the program's own SQL. On the pool that everybody has there
 * must be one that nobody sees: a decorator's, a test's, a framework's.
 */
function isUnderHiddenTransaction({ access, scopes }: AccessEvent, { environment }: ProtectionContext): boolean {
  if (
    !isShared(access.connection) ||
    !excludes(access.lock) ||
    access.lock?.inText === true ||
    scopes.some((s) => s.kind === "ambient transaction")
  )
    return false;
  return environment.models.some((m) => m.name === access.through?.model && m.refusesLockOutsideTransaction === true);
}

/** A commit or rollback that happens whenever the write does: one in a branch that leaves the flow does not come before it. */
function endsBetween(event: AccessEvent, pair: Pair): boolean {
  const between = pair.unit.events.slice(pair.unit.order(event.id) + 1, Math.max(pair.unit.order(pair.write.id), 0));
  return between.some(
    (e) =>
      (e.kind === "commit" || e.kind === "rollback") &&
      e.connection === event.access.connection &&
      e.guards.every((g) => pair.write.guards.some((h) => h.value === g.value && h.polarity === g.polarity)),
  );
}

/**
 * Whether the connection is, or may be, that of an open transaction. Only the pool shared by everybody (a `global` value) is certainly not: a
 * handle that came from elsewhere is taken for a transaction's, since locking on it would be pointless otherwise.
 */
export function isTransaction(connection: Value, pair: Pair): boolean {
  if (isShared(connection)) return isBegunOn(connection, pair) || ambientTransaction(pair.read, pair.write) !== undefined;
  if (isSession(connection)) return pair.unit.events.some((e) => mayBegin(e, connection));
  if (connection.kind === "join") return connection.alternatives.some((a) => isTransaction(a.value, pair));
  return true;
}

/** Whether the connection is certainly that of a transaction: opened around a callback, or begun by a statement on a connection of its own. */
export function isBegun(connection: Value, pair: Pair): boolean {
  if (connection.kind === "transaction") return true;
  if (isShared(connection)) return ambientTransaction(pair.read, pair.write) !== undefined;
  return isSession(connection) && isBegunOn(connection, pair);
}

/** The pool that everybody has; an ambient transaction takes its place while it runs. */
export function isShared(connection: Value): boolean {
  return connection.kind === "global";
}

function isBegunOn(connection: Value, { unit }: Pair): boolean {
  return unit.events.some((e) => e.kind === "begin" && e.connection === connection);
}

/** The ambient transaction in which both happen. */
export function ambientTransaction(a: Event, b: Event): Extract<Scope, { kind: "ambient transaction" }> | undefined {
  return a.scopes.find((s): s is Extract<Scope, { kind: "ambient transaction" }> => {
    return s.kind === "ambient transaction" && b.scopes.some((t) => sameScope(s, t));
  });
}

export function sameScope(a: Scope, b: Scope): boolean {
  if (a.kind === "transaction" || b.kind === "transaction")
    return a.kind === b.kind && "connection" in a && "connection" in b && a.connection === b.connection;
  return a.kind === b.kind && a.site === b.site;
}

/** A statement that begins a transaction or cannot be read, or a function that cannot be seen and is given the connection. */
function mayBegin(event: Event, connection: Value): boolean {
  if (event.kind === "begin" || event.kind === "raw") return event.connection === connection;
  const given = event.kind === "effect" ? event.inputs : event.kind === "invoke" ? event.arguments : [];
  return given.some((v) => v.kind === "handle" && v.connection === connection);
}

/** A lock lasts as long as its transaction: it covers the span only if all three are in one. */
function sharesConnection(connection: Value, pair: Pair): boolean {
  return isTransaction(connection, pair) && connection === pair.read.access.connection && connection === pair.write.access.connection;
}

function isWriteThatLocks(event: AccessEvent, pair: Pair, context: ProtectionContext): boolean {
  return isWriteOfRow(event, pair) || isWriteOfParent(event, pair, context) || isWriteOfSibling(event, pair, context);
}

/** An update locks the rows that it changes until its transaction ends. */
function isWriteOfRow({ access }: AccessEvent, { read }: Pair): boolean {
  if (access.operation === "read" || access.operation === "lock" || access.entity !== read.access.entity) return false;
  const wanted = equated(read);
  return access.filter.predicates.some((p) => p.operator === "=" && p.value !== undefined && wanted.has(p.value));
}

/** As a parent row that is locked first, one that is updated first lets one transaction at a time through: the read looks for rows by its key. */
function isWriteOfParent(event: AccessEvent, { read }: Pair, { environment, sameRow }: ProtectionContext): boolean {
  const { operation, entity, filter } = event.access;
  if (operation !== "update" || entity === undefined || !happensWith(event, read.guards)) return false;
  const wanted = equated(read);
  const schema = environment.schema(entity);
  return filter.predicates.some(
    (p) => p.operator === "=" && p.outer && p.value !== undefined && sameRow.isKey(p.column, schema) && wanted.has(p.value),
  );
}

/**
 * One of the rows of a parent was updated, of which the read now finds all: another flow that works on this one waits for the row. Which
 * parent it has is known from the condition that led to the update.
 */
function isWriteOfSibling(event: AccessEvent, { unit, read }: Pair, { uses, sameRow }: ProtectionContext): boolean {
  const { access, guards } = event;
  if (access.operation !== "update" || access.entity !== read.access.entity || !happensWith(event, read.guards)) return false;
  const wanted = equated(read);
  return guards
    .filter((g) => g.certain)
    .some((g) =>
      uses.of(g.value).some(({ row }) => {
        const parent = row.kind === "element" && row.list.kind === "member" ? unit.readOf(row.list.base) : undefined;
        const found = parent?.access.filter.predicates.some((p) => p.operator === "=" && p.value !== undefined && wanted.has(p.value));
        return found === true && sameRow.holdsByTest(access, row, parent?.access, g);
      }),
    );
}

/** The values by which the read finds its rows. */
function equated({ access }: AccessEvent): ReadonlySet<Value> {
  return new Set(access.filter.predicates.flatMap((p) => (p.operator === "=" && p.value !== undefined ? [p.value] : [])));
}

/** Everything that the event certainly depends on holds. */
export function happensWith(event: Event, guards: readonly Guard[]): boolean {
  return event.guards.every((g) => !g.certain || guards.some((h) => h.value === g.value && h.polarity === g.polarity));
}

export function before(event: Event, pair: Pair): readonly Event[] {
  const position = pair.unit.order(event.id);
  return position < 0 ? [] : pair.unit.events.slice(0, position);
}
