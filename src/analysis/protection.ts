/**
 * What makes read, check and write one operation (design 4). Each function is one row of the table and says whether it protects a pair;
 * facts about databases and layers are measured, see docs/internals/protection.md.
 */
import type { Condition, Value } from "../ir/value.js";
import type { Predicate, RowLock } from "../models/model.js";
import { constraintOf, isConstant, predicateConstants } from "./constraint.js";
import type { Environment } from "./environment.js";
import type { Drop, Pair } from "./pair.js";
import { rootOf, type ColumnUses } from "./rows.js";
import type { SameRow } from "./sameRow.js";
import type { AccessEvent, Event, Scope } from "./summary.js";

export interface ProtectionContext {
  readonly environment: Environment;
  readonly uses: ColumnUses;
  readonly sameRow: SameRow;
}

type Protection = (pair: Pair, context: ProtectionContext) => Drop | undefined;

const protections: readonly Protection[] = [
  compareAndSet,
  optimisticVersion,
  lockedByRead,
  lockedBefore,
  isolationLevel,
  enclosingLock,
  lockFunctionBefore,
  claimed,
];

/** What protects the pair within its own flow. */
export function protectionOf(pair: Pair, context: ProtectionContext): Drop | undefined {
  for (const protection of protections) {
    const found = protection(pair, context);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The write's WHERE tests a checked column, or a column against the value that was read. */
function compareAndSet(pair: Pair, context: ProtectionContext): Drop | undefined {
  const { filter } = pair.write.access;
  const outer = filter.predicates.filter((p) => p.outer);
  if (outer.some((p) => pair.columns.includes(p.column) && admitsOnlyChecked(p, pair, context) !== false)) return "compare-and-set";
  if (outer.some((p) => comparesWithRead(p, pair, context))) return "compare-and-set";
  return filter.opaque ? "unreadable filter" : undefined;
}

/** Whether the predicate lets through only values that the check lets through; `undefined`: not known. */
function admitsOnlyChecked(p: Predicate, pair: Pair, context: ProtectionContext): boolean | undefined {
  const constants = predicateConstants(p);
  const constraint = columnConstraint(pair, p.column, pair.check, context);
  if (constants === undefined || constraint === undefined) return undefined;
  const admitted = constants.values.map((v) => constraint.admits(v));
  if (constants.negated) return admitted.includes(true) && !admitted.includes(false) ? false : undefined;
  return admitted.includes(false) ? false : admitted.includes(undefined) ? undefined : true;
}

export function columnConstraint(pair: Pair, column: string, condition: Condition, { uses }: ProtectionContext) {
  return constraintOf(condition, (v) => v.kind === "member" && v.name === column && uses.normal(v.base) === pair.row);
}

/** `version = row.version`, `status = row.status`: fails if somebody changed it meanwhile. Comparing the key proves nothing. */
function comparesWithRead(p: Predicate, pair: Pair, { uses, sameRow, environment }: ProtectionContext): boolean {
  if (p.operator !== "=" || p.value === undefined) return false;
  const schema = environment.schema(pair.write.access.entity);
  if (sameRow.isKey(p.column, schema)) return false;
  return alternatives(p.value).some(
    (v) => v.kind === "member" && v.name === p.column && uses.normal(v.base) === pair.row && changes(p.column, pair, schema?.relations),
  );
}

/** A foreign key that nobody writes here says only which rows are meant. */
function changes(
  column: string,
  pair: Pair,
  relations: ReadonlyMap<string, { readonly foreignKey: readonly string[] }> | undefined,
): boolean {
  if (pair.columns.includes(column) || pair.write.access.written.some((w) => w.column === column)) return true;
  const foreign = [...(relations?.values() ?? [])].flatMap((r) => r.foreignKey);
  return !foreign.includes(column) && !/Id$|_id$/.test(column);
}

function alternatives(value: Value): readonly Value[] {
  return value.kind === "join" ? value.alternatives.map((a) => a.value) : [value];
}

function optimisticVersion({ write }: Pair): Drop | undefined {
  return write.access.optimistic ? "optimistic version" : undefined;
}

/** FOR KEY SHARE does not exclude; FOR SHARE ends in a deadlock error for one of two writers, which is no double win. */
export function excludes(lock: RowLock | undefined): boolean {
  return lock !== undefined && lock.strength !== "key share";
}

function lockedByRead(pair: Pair): Drop | undefined {
  return excludes(pair.read.access.lock) && isOnTransactionOf(pair.read, pair) ? "row locked by read" : undefined;
}

/** Both the event and the write are on one transaction's handle. */
function isOnTransactionOf(event: AccessEvent, pair: Pair): boolean {
  return event.access.connection === pair.write.access.connection && isTransaction(event.access.connection, pair);
}

/**
 * Whether the connection is, or may be, that of an open transaction. Only the pool shared by everybody (a `global` value) is certainly not: a
 * handle that came from elsewhere is taken for a transaction's, since locking on it would be pointless otherwise.
 */
export function isTransaction(connection: Value, pair: Pair): boolean {
  if (connection.kind === "global") return pair.unit.events.some((e) => e.kind === "begin" && e.connection === connection);
  if (connection.kind === "join") return connection.alternatives.some((a) => isTransaction(a.value, pair));
  return true;
}

/** A lock earlier on the same transaction: on the row itself, on a parent row, or by a statement that cannot be read and may be one. */
export function lockedBefore(pair: Pair, { environment }: ProtectionContext): Drop | undefined {
  for (const event of before(pair.read, pair)) {
    if (event.kind === "access" && (event.access.operation === "lock" || excludes(event.access.lock)) && isOnTransactionOf(event, pair))
      return "row locked before";
    if (event.kind === "access" && isWriteOfRow(event, pair) && isOnTransactionOf(event, pair)) return "row locked before";
    if (event.kind === "raw" && sharesConnection(event.connection, pair)) {
      environment.counters.count("raw statements taken for locks");
      return "unknown statement before read";
    }
  }
  return undefined;
}

/** A lock lasts as long as its transaction: it covers the span only if all three are in one. */
function sharesConnection(connection: Value, pair: Pair): boolean {
  return isTransaction(connection, pair) && connection === pair.read.access.connection && connection === pair.write.access.connection;
}

/** An update locks the rows that it changes until its transaction ends. */
function isWriteOfRow(event: AccessEvent, pair: Pair): boolean {
  if (event.access.operation === "read" || event.access.operation === "lock" || event.access.entity !== pair.read.access.entity)
    return false;
  const wanted = new Set(pair.read.access.filter.predicates.flatMap((p) => (p.operator === "=" ? [p.value] : [])));
  return event.access.filter.predicates.some((p) => p.operator === "=" && p.value !== undefined && wanted.has(p.value));
}

export function before(event: Event, pair: Pair): readonly Event[] {
  const position = pair.unit.order(event.id);
  return position < 0 ? [] : pair.unit.events.slice(0, position);
}

/** First updater wins: an error for the other, if both ends are in one snapshot. MySQL's REPEATABLE READ does not check. */
export function isolationLevel(pair: Pair, { environment }: ProtectionContext): Drop | undefined {
  const { read, write } = pair;
  if (read.access.connection !== write.access.connection) return undefined;
  const isolation = isolationOf(read, pair);
  if (isolation === "serializable") return "isolation level";
  return isolation === "repeatable read" && environment.settings.dialect === "postgresql" && write.access.operation !== "insert"
    ? "isolation level"
    : undefined;
}

function isolationOf(read: AccessEvent, pair: Pair) {
  const { connection } = read.access;
  for (const scope of read.scopes) if (scope.kind === "transaction" && scope.connection === connection) return scope.isolation;
  for (const event of before(read, pair)) if (event.kind === "begin" && event.connection === connection) return event.isolation;
  return undefined;
}

/** A lock, or something that may be one, around the whole span. */
export function enclosingLock({ read, write }: Pair): Drop | undefined {
  const common = read.scopes.filter((s) => write.scopes.some((t) => sameScope(s, t)));
  if (common.some((s) => s.kind === "lock")) return "lock function";
  return common.some((s) => s.kind === "unknown wrapper") ? "unknown wrapper" : undefined;
}

function sameScope(a: Scope, b: Scope): boolean {
  if (a.kind === "transaction" || b.kind === "transaction")
    return a.kind === b.kind && "connection" in a && "connection" in b && a.connection === b.connection;
  return a.kind === b.kind && a.site === b.site;
}

export function lockFunctionBefore(pair: Pair): Drop | undefined {
  return before(pair.read, pair).some((e) => e.kind === "lock") ? "lock function" : undefined;
}

/** The flow gets to the write only by winning a conditional write of the same row, whose count was looked at or whose miss throws. */
function claimed(pair: Pair, context: ProtectionContext): Drop | undefined {
  const counted = pair.write.guards.flatMap((g) => affectedIn(g.value)).map((id) => pair.unit.access(id));
  const thrown = before(pair.write, pair).filter(
    (e): e is AccessEvent =>
      e.kind === "access" &&
      e.access.missThrows &&
      e.access.operation !== "read" &&
      e.guards.every((g) => !g.certain || pair.write.guards.some((h) => h.value === g.value && h.polarity === g.polarity)),
  );
  return [...counted, ...thrown].some((e) => e !== undefined && e !== pair.write && isClaim(e, pair, context)) ? "claimed" : undefined;
}

/** The accesses whose changed-row count (or returned rows) a condition looks at. */
export function affectedIn(value: Value, depth = 6): readonly string[] {
  if (depth === 0) return [];
  switch (value.kind) {
    case "affected":
    case "result":
      return [value.access];
    case "binary":
      return [...affectedIn(value.left, depth - 1), ...affectedIn(value.right, depth - 1)];
    case "not":
      return affectedIn(value.operand, depth - 1);
    case "computed":
      return value.inputs.flatMap((i) => affectedIn(i, depth - 1));
    case "member":
      return affectedIn(value.base, depth - 1);
    case "element":
    case "exists":
    case "filtered":
      return affectedIn(value.list, depth - 1);
    case "join":
      return value.alternatives.flatMap((a) => [
        ...affectedIn(a.value, depth - 1),
        ...a.when.flatMap((c) => affectedIn(c.value, depth - 1)),
      ]);
    default:
      return [];
  }
}

/** A write of the row with a condition besides its key. */
function isClaim(event: AccessEvent, pair: Pair, { environment, sameRow }: ProtectionContext): boolean {
  const { access } = event;
  if (access.operation === "read" || access.operation === "insert") return false;
  const schema = environment.schema(access.entity);
  const guarded =
    access.filter.opaque ||
    access.filter.predicates.some(
      (p) =>
        p.outer &&
        !sameRow.isKey(p.column, schema) &&
        (p.operator !== "=" || p.value === undefined || isConstant(p.value) || rootOf(p.value) !== undefined),
    );
  return guarded && (sameRow.holds(access, pair.row, pair.read.access) || access.entity === pair.write.access.entity);
}
