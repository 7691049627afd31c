import type { ControlConnection } from "../database/control.js";
import type { WorkerState } from "./workerState.js";

interface Lock {
  readonly object: string;
  readonly pid: number;
  readonly mode: string;
  readonly granted: boolean;
}

/** https://www.postgresql.org/docs/current/view-pg-locks.html; a prepared transaction has no pid. */
const locksQuery = `select pid, mode, granted, concat_ws(' ', locktype, coalesce(database, 0), coalesce(relation, 0), coalesce(page, 0), coalesce(tuple, 0),
  coalesce(virtualxid, ''), coalesce(transactionid::text, ''), coalesce(classid, 0), coalesce(objid, 0), coalesce(objsubid, 0)) as object
  from pg_locks where pid = any($1::int[])`;

/** https://www.postgresql.org/docs/current/explicit-locking.html#TABLE-LOCK-COMPATIBILITY, the half of it that says the other. */
const conflicts: Readonly<Record<string, readonly string[]>> = {
  AccessShareLock: [],
  RowShareLock: [],
  RowExclusiveLock: [],
  ShareUpdateExclusiveLock: ["ShareUpdateExclusiveLock"],
  ShareLock: ["RowExclusiveLock", "ShareUpdateExclusiveLock"],
  ShareRowExclusiveLock: ["RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock", "ShareRowExclusiveLock"],
  ExclusiveLock: ["RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock", "ShareRowExclusiveLock", "ExclusiveLock"],
  AccessExclusiveLock: [
    "AccessShareLock",
    "RowShareLock",
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
  ],
};

function conflict(one: string, other: string): boolean {
  return conflicts[one]?.includes(other) === true || conflicts[other]?.includes(one) === true;
}

/** Everything that can be reached from `start` in one step or more. */
function reach(start: number, next: (from: number) => readonly number[]): ReadonlySet<number> {
  const reached = new Set<number>();
  const open = [start];
  for (let from = open.pop(); from !== undefined; from = open.pop()) {
    for (const to of next(from)) {
      if (reached.has(to)) continue;
      reached.add(to);
      open.push(to);
    }
  }
  return reached;
}

/** Whom a backend waits for because they hold what it wants; those only ahead of it in the queue the server may let pass. */
function holdersOf(pid: number, locks: readonly Lock[]): readonly number[] {
  return locks
    .filter((lock) => lock.pid === pid && !lock.granted)
    .flatMap(({ object, mode }) =>
      locks.filter((other) => other.granted && other.pid !== pid && other.object === object && conflict(other.mode, mode)),
    )
    .map((holder) => holder.pid);
}

/** Whether the workers' waits, as far as they are known, go round in a circle: without one the server need not be asked. */
export function mayBeDeadlocked(workers: readonly WorkerState[]): boolean {
  const blockers = (worker: number): readonly number[] =>
    [...(workers[worker]?.flights.values() ?? [])].flatMap(({ blockedBy }) => blockedBy ?? []);
  return workers.some(({ index }) => reach(index, blockers).has(index));
}

/**
 * The backends that wait for themselves, over others. The server would end the first of them that looks for a deadlock, and each
 * looks once, `deadlock_timeout` after it began to wait: https://www.postgresql.org/docs/current/runtime-config-locks.html.
 */
export async function findDeadlocked(control: ControlConnection, pids: readonly number[]): Promise<ReadonlySet<number>> {
  const { rows } = await control.query<Lock>(locksQuery, [pids]);
  const holders = (pid: number): readonly number[] => holdersOf(pid, rows);
  return new Set(pids.filter((pid) => reach(pid, holders).has(pid)));
}
