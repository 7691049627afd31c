/**
 * Claims: a conditional write that only one caller can win, on the row itself or on a row that stands for it (a lease, a marker, an event
 * that was handled), and that the flow must have won to get here.
 */
import { childrenOf, type Value } from "../ir/value.js";
import type { AccessSpec, Predicate } from "../models/model.js";
import { isConstant, predicateAdmits } from "./constraint.js";
import { isMadeBefore } from "./madeOnce.js";
import type { Drop, Pair } from "./pair.js";
import type { ProtectionContext } from "./protection.js";
import { before, excludes, happensWith, isTransaction } from "./rowLock.js";
import { rootOf } from "./rows.js";
import type { AccessEvent, Event } from "./summary.js";

/** The flow gets to the write only by winning a conditional write of the same row, whose count was looked at or whose miss throws. */
export function claimed(pair: Pair, context: ProtectionContext): Drop | undefined {
  const counted = pair.write.guards.flatMap((g) => affectedIn(g.value)).map((id) => pair.unit.access(id));
  const thrown = before(pair.write, pair).filter(
    (e): e is AccessEvent =>
      e.kind === "access" && e.access.missThrows && e.access.operation !== "read" && happensWith(e, pair.write.guards),
  );
  const isWon = [...counted, ...thrown].some((e) => e !== undefined && e !== pair.write && isClaim(e, pair, context));
  return isWon || isTakenOut(pair, context) ? "claimed" : undefined;
}

/**
 * The row was locked by the read and left the state that the read asks for before the lock was given back (`FOR UPDATE SKIP LOCKED`, then
 * `processing`): whoever reads later does not find it.
 */
function isTakenOut(pair: Pair, { sameRow }: ProtectionContext): boolean {
  const { read, write, row, unit } = pair;
  const { connection, filter, lock } = read.access;
  if (!excludes(lock) || !isTransaction(connection, pair)) return false;
  return before(write, pair).some(
    (e) =>
      e.kind === "access" &&
      e.access.operation === "update" &&
      e.access.connection === connection &&
      unit.order(e.id) > unit.order(read.id) &&
      e.access.written.some((w) => w.how === "set" && filter.predicates.some((p) => p.column === w.column && excludesValue(p, w.value))) &&
      sameRow.holds(e.access, row, read.access) &&
      happensWhereFound(e, pair),
  );
}

/** Besides what the write depends on the event asks only whether rows were found, and this one was. */
function happensWhereFound({ guards }: Event, { read, write }: Pair): boolean {
  const others = guards.filter((g) => affectedIn(g.value).some((id) => id !== read.id) || affectedIn(g.value).length === 0);
  return others.every((g) => !g.certain || write.guards.some((h) => h.value === g.value && h.polarity === g.polarity));
}

function excludesValue(predicate: Predicate, value: Value): boolean {
  return predicateAdmits(predicate, value) === false;
}

/**
 * Before the read the flow won a row of another table that stands for this one. Whoever loses does not even read; whoever wins later reads
 * what the winner left. A statement that cannot be read and whose result decides both may be such a claim.
 */
export function leased(pair: Pair, context: ProtectionContext): Drop | undefined {
  const { read, write } = pair;
  const shared = write.guards.filter((g) => g.certain && read.guards.some((h) => h.value === g.value && h.polarity === g.polarity));
  if (shared.length === 0) return undefined;
  const decisive = new Set(shared.flatMap((g) => affectedIn(g.value)));
  const won = before(read, pair).filter((e) => decisive.has(e.id) || (e.kind === "raw" && shared.some((g) => isResultOf(e, g.value))));
  if (won.some((e) => e.kind === "access" && isLease(e, pair, context))) return "leased";
  if (!won.some((e) => e.kind === "raw")) return undefined;
  context.environment.counters.count("raw statements taken for leases");
  return "unknown statement before read";
}

/** Before the read the flow inserted a row that stands for this one, and of which there can be only one. */
export function insertedBefore(pair: Pair, context: ProtectionContext): Drop | undefined {
  return isMadeBefore(before(pair.read, pair), pair, context) ? "inserted before" : undefined;
}

/** The value is computed from what the statement gave back. */
function isResultOf(event: Event, value: Value, depth = 6): boolean {
  if (value.kind === "call" && value.site === event.id) return true;
  return depth > 0 && childrenOf(value).some((v) => isResultOf(event, v, depth - 1));
}

/** A write of the row, or one with the write's own key, with a condition besides its key. */
function isClaim({ access }: AccessEvent, pair: Pair, { environment, sameRow }: ProtectionContext): boolean {
  if (access.operation === "read" || access.operation === "insert") return false;
  if (!isConditional(access, (p) => sameRow.isKey(p.column, environment.schema(access.entity)))) return false;
  return sameRow.holds(access, pair.row, pair.read.access) || sameRow.haveOneKey(access, pair.write.access);
}

/** An equality with what the caller gives names rows (a tenant), unless the write changes that column. */
function isConditional({ filter, written }: AccessSpec, isKey: (p: Predicate) => boolean): boolean {
  const isCondition = ({ column, operator, value }: Predicate) =>
    operator !== "=" ||
    value === undefined ||
    isConstant(value) ||
    rootOf(value)?.kind === "result" ||
    written.some((w) => w.column === column);
  return filter.opaque || filter.predicates.some((p) => p.outer && !isKey(p) && isCondition(p));
}

/** A row that is inserted unless it is there, or changed only in a certain state, and that is found by what the other row is found by. */
function isLease({ access }: AccessEvent, pair: Pair, { environment, sameRow, uses }: ProtectionContext): boolean {
  const schema = environment.schema(access.entity);
  const isInsert = access.operation === "insert" && access.onConflict === "ignore";
  const isChange = access.operation === "update" || access.operation === "upsert" || access.operation === "delete";
  if (!isInsert && !(isChange && isConditional(access, (p) => sameRow.isKey(p.column, schema)))) return false;
  const named = [...access.filter.predicates, ...access.written].flatMap(({ value }) => (value === undefined ? [] : [value]));
  const own = new Set(keysOf(pair));
  return named.some((v) => own.has(v) || (v.kind === "member" && uses.normal(v.base) === pair.row));
}

/** What names the row: the values that read and write find it by. */
function keysOf({ read, write }: Pair): readonly Value[] {
  return [read, write].flatMap(({ access }) =>
    access.filter.predicates.flatMap((p) => (p.operator === "=" && p.value !== undefined && !isConstant(p.value) ? [p.value] : [])),
  );
}

/** The accesses whose changed-row count (or returned rows) a condition looks at, each once. */
export function affectedIn(value: Value): readonly string[] {
  const found = affected.get(value) ?? [...new Set(affectedWithin(value, 6))];
  affected.set(value, found);
  return found;
}

/** Values never change, and the same guard is asked about for every pair behind it. */
const affected = new WeakMap<Value, readonly string[]>();

function affectedWithin(value: Value, depth: number): readonly string[] {
  if (depth === 0) return [];
  switch (value.kind) {
    case "affected":
    case "result":
      return [value.access];
    case "binary":
      return [...affectedWithin(value.left, depth - 1), ...affectedWithin(value.right, depth - 1)];
    case "not":
      return affectedWithin(value.operand, depth - 1);
    case "computed":
      return value.inputs.flatMap((i) => affectedWithin(i, depth - 1));
    case "member":
      return affectedWithin(value.base, depth - 1);
    case "element":
    case "exists":
    case "filtered":
      return affectedWithin(value.list, depth - 1);
    case "join":
      return value.alternatives.flatMap((a) => [
        ...affectedWithin(a.value, depth - 1),
        ...a.when.flatMap((c) => affectedWithin(c.value, depth - 1)),
      ]);
    default:
      return [];
  }
}
