import { workerName } from "../lanes.js";
import { type Asked, Questions } from "./questions.js";
import type { Reasons } from "./reasons.js";
import { Silence } from "./silence.js";
import type { RunState } from "./state.js";
import type { Flight, WorkerState } from "./workerState.js";

/** Once the verdict cannot be certain any more, waiting as long again for the same worker gains nothing. */
const shortStall = 250;
/** A statement that the server executes all this time, without waiting for a lock, and a worker that computes, are given up after so many stalls. */
const longestExecution = 12;
/** In so many pieces a stall is waited for. */
const pieces = 10;

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
  readonly #silence: Silence;

  constructor(state: RunState, around: Surroundings) {
    this.#state = state;
    this.#around = around;
    this.#questions = new Questions(state, around);
    this.#silence = new Silence(state.news, around.host);
  }

  async settle(): Promise<void> {
    const { workers, news } = this.#state;
    this.#silence.begin();
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
      const patience = flights.length > 0 ? this.#questions.patience(flights) : this.#shortestStall(workers) / pieces;
      if (await news.wait(patience, seen)) continue;
      this.#silence.add(patience);
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

  #stallOf({ index }: WorkerState): number {
    const { stall, reasons } = this.#around;
    return reasons.waitsOutside(workerName(index)) ? Math.min(stall, shortStall) : stall;
  }

  #shortestStall(workers: readonly WorkerState[]): number {
    return Math.min(...workers.filter((worker) => !worker.settled).map((worker) => this.#stallOf(worker)));
  }

  #giveUp(): void {
    const { waited } = this.#silence;
    for (const worker of this.#state.workers) {
      if (worker.settled) continue;
      const stall = this.#stallOf(worker);
      const unblocked = [...worker.flights.values()].filter((flight) => flight.blockedBy === undefined);
      const isStill = unblocked.length === 0 && this.#silence.of(worker.index) >= stall;
      if (!isStill && waited < longestExecution * stall) continue;
      worker.stalled = true;
      for (const flight of unblocked) flight.stalled = true;
      const milliseconds = Math.round(waited);
      this.#around.reasons.add({ kind: "waits-outside", worker: workerName(worker.index), after: worker.last, milliseconds });
    }
  }
}
