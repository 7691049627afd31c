import type { AgentEvent } from "./protocol.js";

/**
 * How many turns of the event loop without news make a worker quiet. Continuations of a result run as microtasks and next ticks; a
 * pool that answers in `setImmediate` takes one turn. A statement that comes even later is not lost: it arrives marked as late.
 */
const quietTurns = 2;

/** What one worker's code is doing, as far as it can be seen from outside. */
export class WorkerActivity {
  /** Things under way that end without the scheduler: connections being opened, statements passed through. */
  busy = 0;
  ended = false;
  readonly worker: number;
  /** Statements parked, in flight, or answered and held: the scheduler knows of them. */
  #waiting = 0;
  #quiet = false;
  #changes = 0;
  #checking = false;
  /** Pool requests that are open, each with the question whether it must wait for another to be given back. */
  readonly #poolRequests = new Set<() => boolean>();
  readonly #emit: (event: AgentEvent) => void;

  constructor(worker: number, emit: (event: AgentEvent) => void) {
    this.worker = worker;
    this.#emit = emit;
  }

  reset(): void {
    this.busy = 0;
    this.ended = false;
    this.#waiting = 0;
    this.#quiet = false;
    this.#poolRequests.clear();
  }

  start(): void {
    this.#quiet = false;
    this.touch();
  }

  end(): void {
    this.ended = true;
    this.touch();
  }

  /** Returns whether the statement came although the worker was quiet. */
  park(): boolean {
    const late = this.#quiet;
    this.#waiting++;
    this.touch();
    return late;
  }

  /** The application gets the result of a statement that was parked. */
  deliver(): void {
    this.#waiting--;
    this.touch();
  }

  /** The worker asks a pool for a connection; the function returned says that it has got one. */
  requestConnection(mustWait: () => boolean): () => void {
    this.#poolRequests.add(mustWait);
    this.touch();
    return () => {
      if (this.#poolRequests.delete(mustWait)) this.touch();
    };
  }

  /** The worker's code runs, or will when the current event is handled. */
  touch(): void {
    this.#changes++;
    if (this.#quiet) {
      this.#quiet = false;
      this.#emit({ type: "active", worker: this.worker });
    }
    if (!this.#checking) this.#check();
  }

  #check(): void {
    this.#checking = true;
    const seen = this.#changes;
    let turns = quietTurns;
    const turn = (): void => {
      if (--turns > 0) {
        setImmediate(turn);
        return;
      }
      this.#checking = false;
      if (seen === this.#changes) this.#decide();
      else this.#check();
    };
    setImmediate(turn);
  }

  #decide(): void {
    const waits = [...this.#poolRequests].map((mustWait) => mustWait());
    if (this.busy > 0 || waits.includes(false)) return;
    const waitsForConnection = waits.length > 0;
    this.#quiet = this.#waiting > 0 || this.ended || waitsForConnection;
    if (this.#quiet) this.#emit({ type: "quiet", worker: this.worker, waitsForConnection });
  }
}
