import type { Landing, Turn } from "../scheduler/turns.js";
import { classify } from "../sql/classify.js";
import { ending, type Footprint, joined } from "./footprint.js";
import type { StatementReader } from "./statementReader.js";

/** What a turn did, as far as its order with other workers' turns goes. */
export interface Effect {
  /** The worker that was let through, and those that it let go on. */
  readonly workers: ReadonlySet<number>;
  readonly footprint: Footprint;
}

export type Dependent = (one: Effect, other: Effect) => boolean;

/** Rollbacks by the server for the sake of others, time-outs and locks that were not to be had, cancellation. */
const contention = /^(?:40|55|57)/;

/** Follows one run turn by turn and keeps what each open transaction has touched. */
export class Effects {
  readonly #reader: StatementReader;
  /** Backend to what its transaction touched. */
  readonly #touched = new Map<number, Footprint>();

  constructor(reader: StatementReader) {
    this.#reader = reader;
  }

  of(turn: Turn): Effect {
    const { landings, waiting, sql, id, worker } = turn;
    const own = landings.some((landing) => landing.worker === worker && landing.flight.arrival.id === id);
    // Whoever waits may close a circle with locks on other tables, and what it does is done in another's turn.
    let footprint: Footprint = own ? new Map<string, number>() : "everything";
    if (!own) this.#reader.read(sql);
    for (const landing of landings) {
      footprint = joined(footprint, this.#land(landing));
      if (landing.flight.waited || (waiting > 0 && endsLocks(landing)) || contended(landing)) footprint = "everything";
    }
    return { workers: new Set([worker, ...landings.map((landing) => landing.worker)]), footprint };
  }

  #land(landing: Landing): Footprint {
    const { flight, answer } = landing;
    const { pid, sql } = flight.arrival;
    let footprint: Footprint = new Map<string, number>();
    const before = this.#touched.get(pid) ?? new Map<string, number>();
    let touched = before;
    if (flight.kind === "statement" && classify(sql).kind !== "undo") {
      // The rows of a cursor are read when the application asks for them.
      footprint = flight.arrival.streamed ? "everything" : this.#reader.read(sql);
      touched = joined(before, footprint);
    }
    if (answer.status === "idle") this.#touched.delete(pid);
    else this.#touched.set(pid, touched);
    if (!endsLocks(landing)) return footprint;
    const ofApplication = flight.kind !== "statement" && flight.step?.auto !== true && !flight.silent;
    return joined(footprint, touched === "everything" ? touched : ending(touched, ofApplication));
  }
}

/** Locks are given back, and perhaps changes made visible: a transaction ended or failed, or went back to a savepoint. */
function endsLocks({ flight, answer }: Landing): boolean {
  return answer.status !== "open" || answer.error !== undefined || classify(flight.arrival.sql).kind === "undo";
}

function contended({ answer }: Landing): boolean {
  return answer.lost === true || contention.test(answer.error?.sqlState ?? "");
}
