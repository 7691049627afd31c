import type { ControlConnection } from "../database/control.js";
import { workerName } from "../lanes.js";
import type { Host } from "../host/host.js";
import type { Reasons } from "./reasons.js";
import type { RunState } from "./state.js";
import type { Flight, WorkerState } from "./workerState.js";

/** Milliseconds without an answer after which the server is asked who waits, where nobody is in the way as far as is known. */
const firstQuestionAfter = 3;
const nextQuestionAfter = 1;
/** Once the verdict cannot be certain any more, waiting as long again for the same worker gains nothing. */
const shortStall = 250;
/** A statement that the server executes all this time, without waiting for a lock, is given up after so many stalls. */
const longestExecution = 12;

export interface Surroundings {
  readonly host: Host;
  readonly control: ControlConnection;
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

  constructor(state: RunState, around: Surroundings) {
    this.#state = state;
    this.#around = around;
  }

  async settle(): Promise<void> {
    const { workers, news } = this.#state;
    news.at = performance.now();
    for (;;) {
      if (this.#state.crash !== undefined) throw this.#state.crash;
      if (workers.every((worker) => worker.settled)) {
        if (!this.#deliverOne()) return;
        continue;
      }
      const seen = news.count;
      const flights = this.#flights();
      // Asked while the statement is under way: most are answered first, and one that waits is known to before a timer could ring.
      if (flights.length > 0 && this.#mayWait(flights)) this.#askOnce(flights);
      if (await news.wait(this.#patience(flights), seen)) continue;
      if (flights.length > 0) await this.#ask(flights);
      this.#giveUp();
    }
  }

  #patience(flights: readonly Flight[]): number {
    if (flights.length === 0) return this.#stallOf(this.#state.workers);
    return flights.some(({ asked }) => asked) ? nextQuestionAfter : firstQuestionAfter;
  }

  /** Asks about each statement once without waiting for the answer, which is news when it comes. */
  #askOnce(flights: readonly Flight[]): void {
    if (flights.every(({ asked }) => asked)) return;
    for (const flight of flights) flight.asked = true;
    void this.#ask(flights).then(
      () => this.#state.news.tell(),
      () => undefined,
    );
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

  /** It has waited before, or somebody else is in a transaction. */
  #mayWait(flights: readonly Flight[]): boolean {
    return flights.some(({ waited }) => waited) || this.#state.workers.some((worker) => worker.open.size > 0 && worker.flights.size === 0);
  }

  #flights(): readonly Flight[] {
    return this.#state.workers.flatMap((worker) =>
      [...worker.flights.values()].filter(({ blockedBy, doomed }) => blockedBy === undefined && doomed === undefined),
    );
  }

  async #ask(flights: readonly Flight[]): Promise<void> {
    const { releases, pids } = this.#state;
    const blockers = await this.#around.control.blockers(flights.map(({ arrival }) => arrival.pid));
    // What ended meanwhile may have let them go on.
    if (releases !== this.#state.releases) return;
    for (const flight of flights) {
      const found = blockers.get(flight.arrival.pid);
      const owners = found?.map((pid) => pids.get(pid));
      if (owners === undefined || owners.length === 0 || owners.includes(undefined)) continue;
      this.#block(flight, owners as readonly number[]);
    }
  }

  #block(flight: Flight, owners: readonly number[]): void {
    flight.blockedBy = owners;
    if (flight.waited) return;
    flight.waited = true;
    if (flight.step !== undefined) flight.step.waitedFor = [...new Set(owners.map(workerName))].sort();
    const owner = this.#state.workers.find(
      (worker) => worker.flights.has(flight.arrival.id) && worker.flights.get(flight.arrival.id) === flight,
    );
    if (owner !== undefined) this.#around.host.send(owner.index, { do: "hold", id: flight.arrival.id });
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
