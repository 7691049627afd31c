import type { Turn } from "./turns.js";
import type { Flight, WorkerState } from "./workerState.js";

/** A statement that waits for others when a decision is made. */
export interface Wait {
  readonly worker: number;
  readonly flight: Flight;
  readonly blockedBy: readonly number[];
}

/** Everybody who waits, as the server last said. */
export function waitsOf(workers: readonly WorkerState[]): readonly Wait[] {
  return workers.flatMap(({ index, flights }) =>
    [...flights.values()].flatMap((flight) =>
      flight.blockedBy === undefined ? [] : [{ worker: index, flight, blockedBy: flight.blockedBy }],
    ),
  );
}

function blockersNow({ worker, flight }: Wait, workers: readonly WorkerState[]): readonly number[] | undefined {
  return workers[worker]?.flights.get(flight.arrival.id)?.blockedBy;
}

function hasMoved(wait: Wait, workers: readonly WorkerState[]): boolean {
  return String(blockersNow(wait, workers)) !== String(wait.blockedBy);
}

function began(slow: Wait, fast: Wait): boolean {
  return fast.blockedBy.includes(slow.worker) || slow.flight.departed < fast.flight.departed;
}

/** Whether `slow` began to wait first, both were let go on, and `fast` took what `slow` now waits for. */
function passes(fast: Wait, slow: Wait, workers: readonly WorkerState[]): boolean {
  const { worker } = fast;
  if (worker === slow.worker || slow.blockedBy.includes(worker) || !began(slow, fast)) return false;
  if (blockersNow(slow, workers)?.includes(worker) !== true) return false;
  // Whom it waits for need not tell that it has gone on and waits for the same worker again.
  return hasMoved(fast, workers) || fast.blockedBy.includes(slow.worker);
}

/** As often a run is repeated before it is taken for granted that the same one is always overtaken there. */
const mostRepetitions = 20;

/**
 * Which of several statements goes on first when one turn lets all of them go on is left to the server's processes: PostgreSQL gives
 * a row's place in the queue (the lock on the tuple) back before it locks the row's new version, and the next in the queue may get
 * there first (src/backend/access/heap/README.tuplock, `EvalPlanQual` in src/backend/executor/README). On a busy machine that happens
 * now and then, so equal decisions would give unequal runs. They go on in the order in which they began to wait; a run in which one
 * overtook another is repeated.
 */
export class Overtakings {
  /** Decision to how often in a row somebody was overtaken after it. */
  readonly #counts = new Map<string, number>();

  /** Whether the run, as far as it has come since the decision, is one to repeat. */
  repeats(turn: Turn, workers: readonly WorkerState[]): boolean {
    if (turn.waits.length < 2) return false;
    const key = `${turn.letter} ${turn.place}`;
    const overtaken = turn.waits.some((slow) => turn.waits.some((fast) => passes(fast, slow, workers)));
    if (!overtaken) {
      if (turn.waits.some((wait) => hasMoved(wait, workers))) this.#counts.delete(key);
      return false;
    }
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    return count <= mostRepetitions;
  }
}
