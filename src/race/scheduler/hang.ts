import { workerName } from "../lanes.js";
import type { UnfinishedReason } from "../types.js";
import type { WorkerState } from "./workerState.js";

function nameOne(worker: WorkerState): UnfinishedReason | undefined {
  const name = workerName(worker.index);
  const own = [...worker.flights.values()].find(({ blockedBy }) => blockedBy?.includes(worker.index) === true);
  if (own !== undefined) return { kind: "self-deadlock", worker: name, sql: own.arrival.sql };
  if (worker.waitsForConnection) return { kind: "waits-for-connection", worker: name, after: worker.last };
  return undefined;
}

/**
 * Why no worker can go on although none is parked. PostgreSQL sees a deadlock only among its own locks: not that a worker waits on
 * one connection for what it holds on another, nor that a pool has no connection left.
 */
export function nameHang(workers: readonly WorkerState[]): readonly UnfinishedReason[] {
  const waiting = workers.filter((worker) => !worker.ended);
  const named = waiting.map(nameOne).filter((reason) => reason !== undefined);
  if (named.length > 0) return named;
  return waiting.map((worker) => ({ kind: "waits-outside", worker: workerName(worker.index), after: worker.last, milliseconds: 0 }));
}
