import type { ControlConnection } from "../database/control.js";
import type { Host } from "../host/host.js";
import { workerName } from "../lanes.js";
import type { Expectations } from "./expectations.js";
import type { RunState } from "./state.js";
import type { Flight } from "./workerState.js";

/** Milliseconds without an answer after which the server is asked about a statement that nobody expects to wait, at the least. */
const firstQuestionAfter = 3;
/** So many times as long as answers usually take. */
const overdue = 4;
const nextQuestionAfter = 1;
/** After many questions: the server executes the statement for long. */
const longestPause = 25;
/** So often the next question follows the last answer at once: a question can overtake the statement that is to wait. */
const promptQuestions = 2;

export interface Asked {
  readonly host: Host;
  readonly control: ControlConnection;
  readonly expectations: Expectations;
}

/**
 * Asks the server whom statements wait for. A question that runs beside a statement costs the server as much as the statement, so one
 * that is expected to be answered is asked about only when its answer is overdue.
 */
export class Questions {
  readonly #state: RunState;
  readonly #asked: Asked;
  #underWay = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(state: RunState, asked: Asked) {
    this.#state = state;
    this.#asked = asked;
  }

  /** Milliseconds to wait for an answer of the statements before the next question. */
  patience(flights: readonly Flight[]): number {
    if (this.#underWay) return longestPause;
    const { usual } = this.#asked.expectations;
    const fewest = Math.min(...flights.map(({ questions }) => questions));
    if (fewest === 0) return Math.min(Math.max(firstQuestionAfter, overdue * usual), longestPause);
    return Math.min(Math.max(nextQuestionAfter, usual) * 2 ** (fewest - 1), longestPause);
  }

  /**
   * Asks, if no question is under way and an answer is `overdue` or all are expected to wait: while one moves, nothing is known. The answer is not waited for: it is news when
   * it comes, and mostly that of the statement is there first.
   */
  ask(flights: readonly Flight[], overdue: boolean): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    const asks = overdue || flights.every((flight) => flight.questions < promptQuestions && this.#mayWait(flight));
    if (!asks || this.#underWay || flights.length === 0) return;
    this.#underWay = true;
    void this.#ask(flights)
      .catch((error: unknown) => (this.#failure = { error }))
      .finally(() => {
        this.#underWay = false;
        this.#state.news.stir();
      });
  }

  async #ask(flights: readonly Flight[]): Promise<void> {
    const { releases, pids } = this.#state;
    for (const flight of flights) flight.questions++;
    const blockers = await this.#asked.control.blockers(flights.map(({ arrival }) => arrival.pid));
    // What ended meanwhile may have let them go on.
    if (releases !== this.#state.releases) return;
    // One that moves may let others go on that wait behind it in a lock's queue, so either all rest or nobody is known to.
    const waits = flights.map((flight) => ({ flight, owners: (blockers.get(flight.arrival.pid) ?? []).map((pid) => pids.get(pid)) }));
    if (waits.some(({ flight, owners }) => !flight.stalled && owners.length === 0)) return;
    for (const { flight, owners } of waits) {
      if (owners.length > 0 && !owners.includes(undefined)) this.#block(flight, owners as readonly number[]);
    }
  }

  /** Remembers for other runs who waits after the last decision. */
  learn(): void {
    const turn = this.#state.turns.at(-1);
    if (turn === undefined) return;
    for (const { worker, flight, milliseconds } of turn.landings) {
      this.#asked.expectations.note(turn, worker, false);
      if (!flight.waited) this.#asked.expectations.took(milliseconds);
    }
    for (const { index, flights } of this.#state.workers) if (flights.size > 0) this.#asked.expectations.note(turn, index, true);
  }

  /** As it was last time, or else if it has waited before or somebody else is in a transaction. */
  #mayWait({ waited, arrival }: Flight): boolean {
    const { turns, pids, workers } = this.#state;
    const [turn, worker] = [turns.at(-1), pids.get(arrival.pid)];
    const known = turn === undefined || worker === undefined ? undefined : this.#asked.expectations.waits(turn, worker);
    return known ?? (waited || workers.some(({ open, flights }) => open.size > 0 && flights.size === 0));
  }

  #block(flight: Flight, owners: readonly number[]): void {
    flight.blockedBy = owners;
    if (flight.waited) return;
    flight.waited = true;
    if (flight.step !== undefined) flight.step.waitedFor = [...new Set(owners.map(workerName))].sort();
    const owner = this.#state.workers.find(({ flights }) => flights.get(flight.arrival.id) === flight);
    if (owner !== undefined) this.#asked.host.send(owner.index, { do: "hold", id: flight.arrival.id });
  }
}
