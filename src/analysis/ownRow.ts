/** Rows that only this flow knows: those that it inserted, also where it reads them again, and what belongs to them. */
import type { Value } from "../ir/value.js";
import type { Predicate } from "../models/model.js";
import type { Drop, Pair } from "./pair.js";
import type { ProtectionContext } from "./protection.js";
import { isBegun } from "./rowLock.js";
import type { AccessEvent, CallRecord } from "./summary.js";

/** Nobody else knows a row that this flow has just inserted, or that came about after the flow noted the time. */
export function ownRow(pair: Pair, context: ProtectionContext): Drop | undefined {
  const { read } = pair;
  if (isInsert(read) || read.access.filter.predicates.some((p) => isSince(p, p.value))) return "row of this flow";
  const inserts = read.access.filter.predicates.map((p) => insertBehind(p, pair, context));
  return inserts.some((i) => i !== undefined && !isTold(i, pair)) ? "row of this flow" : undefined;
}

/** The call gives the function the time that its flow noted, from which on the rows were made that are read. */
export function isSinceCall({ read, unit }: Pair, { arguments: given }: CallRecord): boolean {
  const { function: callee } = unit.evaluation;
  return read.access.filter.predicates.some(
    (p) => p.value?.kind === "parameter" && p.value.function === callee && isSince(p, given[p.value.index]),
  );
}

/** `createdAt >= startedAt`, where the flow itself took the time: what it looks for is what it made. */
function isSince({ column, operator }: Predicate, time: Value | undefined): boolean {
  return (operator === ">=" || operator === ">") && time?.kind === "clock" && creationTime.test(column);
}

const creationTime = /^(?:created|inserted)(?:_?(?:at|on|date|time))?$/i;

function isInsert({ access }: AccessEvent): boolean {
  return access.operation === "insert";
}

/** The insert whose row the predicate names by its key: the row itself, or the parent of what is looked for. */
function insertBehind(p: Predicate, { unit }: Pair, { uses, sameRow, environment }: ProtectionContext): AccessEvent | undefined {
  if (p.operator !== "=" || p.value?.kind !== "member") return undefined;
  const row = uses.normal(p.value.base);
  const made = row.kind === "result" ? unit.readOf(row) : undefined;
  if (made === undefined || !isInsert(made)) return undefined;
  return sameRow.isKey(p.value.name, environment.schema(made.access.entity)) ? made : undefined;
}

/** Between insert and read something outside was called, which may pass the row on. Before its transaction ends nobody else can look at it. */
function isTold(insert: AccessEvent, pair: Pair): boolean {
  const { unit, read } = pair;
  const { connection } = insert.access;
  if (connection === read.access.connection && isBegun(connection, pair)) return false;
  const between = unit.events.slice(unit.order(insert.id) + 1, Math.max(unit.order(read.id), 0));
  return between.some((e) => e.kind === "effect" || e.kind === "invoke");
}
