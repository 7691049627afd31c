import { workerName } from "../lanes.js";
import { type Asked, Questions } from "./questions.js";
import type { Reasons } from "./reasons.js";
import type { RunState } from "./state.js";
import type { Flight, WorkerState } from "./workerState.js";

/** Once the verdict cannot be certain any more, waiting as long again for the same worker gains nothing. */
const shortStall = 250;
/** A statement that the server executes all this time, without waiting for a lock, is given up after so many stalls. */
const longestExecution = 12;

export interface Surroundings extends Asked {
  readonly reasons: Reasons;
  readonly stall: number;
}

/**
 * Waits until every worker has come to rest: parked, ended, or blocked, as the server says, by another that rests. Only then is the
 * next decision made, so that equal decisions give equal runs. No time decides anything here but `stall`, which makes the verdict
 * unfinished.
 */
export class Settler {
  readonly #state: RunState;
  readonly #around: Surroundings;
  readonly #questions: Questions;

  constructor(state: RunState, around: Surroundings) {
    this.#state = state;
    this.#around = around;
    this.#questions = new Questions(state, around);
  }

  async settle(): Promise<void> {
    const { workers, news } = this.#state;
    news.at = performance.now();
    for (;;) {
      if (this.#state.crash !== undefined) throw this.#state.crash;
      if (workers.every((worker) => worker.settled)) {
        if (this.#deliverOne()) continue;
        this.#questions.learn();
        return;
      }
      const seen = news.count;
      const flights = this.#flights();
      // Asked while the statement is under way: one that waits is known to before a timer could ring.
      this.#questions.ask(flights, false);
      const patience = flights.length > 0 ? this.#questions.patience(flights) : this.#stallOf(workers);
      if (await news.wait(patience, seen)) continue;
      if (flights.length > 0) this.#questions.ask(flights, true);
      this.#giveUp();
    }
  }

  /** Results of statements that had waited go to their workers one after the other, in a fixed order. */
  #deliverOne(): boolean {
    for (const worker of this.#state.workers) {
      const id = worker.held.shift();
      if (id === undefined) continue;
      worker.quiet = false;
      this.#around.host.send(worker.index, { do: "deliver", id });
      return true;
    }
    return false;
  }

  #flights(): readonly Flight[] {
    return this.#state.workers.flatMap((worker) =>
      [...worker.flights.values()].filter(({ blockedBy, doomed }) => blockedBy === undefined && doomed === undefined),
    );
  }

  #stallOf(workers: readonly WorkerState[]): number {
    const { stall, reasons } = this.#around;
    const known = workers.every((worker) => worker.settled || reasons.waitsOutside(workerName(worker.index)));
    return known ? Math.min(stall, shortStall) : stall;
  }

  #giveUp(): void {
    const { workers, news } = this.#state;
    const waited = performance.now() - news.at;
    for (const worker of workers) {
      if (worker.settled) continue;
      const name = workerName(worker.index);
      const known = this.#around.reasons.waitsOutside(name);
      const stall = known ? Math.min(this.#around.stall, shortStall) : this.#around.stall;
      const unblocked = [...worker.flights.values()].filter((flight) => flight.blockedBy === undefined);
      if (waited < (unblocked.length > 0 ? longestExecution * stall : stall)) continue;
      worker.stalled = true;
      for (const flight of unblocked) flight.stalled = true;
      this.#around.reasons.add({ kind: "waits-outside", worker: name, after: worker.last, milliseconds: Math.round(waited) });
    }
  }
}
