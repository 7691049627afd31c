import type { AgentEvent, Answer, Arrival } from "../agent/protocol.js";
import { workerName } from "../lanes.js";
import { classify } from "../sql/classify.js";
import type { UnfinishedReason } from "../types.js";
import { News } from "./news.js";
import { waitsOf } from "./overtaking.js";
import type { Reasons } from "./reasons.js";
import { Recorder } from "./recorder.js";
import type { Turn } from "./turns.js";
import { type Flight, kindOf, type Parked, WorkerState } from "./workerState.js";

/** Whom the server itself makes the victim is a matter of time: whoever waits looks for a deadlock after `deadlock_timeout`. */
const deadlockDetected = "40P01";

/** What is known of one run: kept up to date by what the agents tell, read by the scheduler. */
export class RunState {
  readonly workers: readonly WorkerState[];
  readonly news = new News();
  readonly recorder: Recorder;
  /** What followed each decision so far. */
  readonly turns: Turn[] = [];
  /** Backend pid to the worker that used it last. */
  readonly pids = new Map<number, number>();
  /** Backends that have executed something whose locks have not been read yet. */
  readonly executed = new Map<number, number>();
  /** Counts ends of statements, any of which may have given a lock back. */
  releases = 0;
  controlled = 0;
  /** Answers of the server to the workers: two for an autocommit statement in a bracket. */
  roundTrips = 0;
  crash: Error | undefined;
  /** The statement that had its turn last. */
  #turn: Flight | undefined;
  readonly #reasons: Reasons;

  constructor(size: number, reasons: Reasons) {
    this.workers = Array.from({ length: size }, (_, index) => new WorkerState(index));
    this.recorder = new Recorder(size);
    this.#reasons = reasons;
  }

  take(event: AgentEvent): void {
    if ("worker" in event) {
      const worker = this.workers[event.worker];
      if (worker !== undefined) this.#ofWorker(worker, event);
    } else if (event.type === "unlabelled") this.#reasons.add({ kind: "unlabelled", sql: event.sql, count: 1 });
    else if (event.type === "gave-up") this.#reasons.add({ kind: event.type });
    this.news.tell();
  }

  /** A decision was made: what happens from now on follows it. */
  beginTurn(letter: string, place: string, worker: WorkerState, { sql, id }: Arrival): void {
    const waiting = this.workers.reduce((count, { flights }) => count + flights.size, 0);
    const waits = waitsOf(this.workers);
    this.turns.push({ letter, place, worker: worker.index, waiting, waits, landings: [], sql, id });
  }

  /** A parked statement is let through. */
  depart(worker: WorkerState, parked: Parked, bracketed: boolean): void {
    const { arrival, kind, silent, along, auto } = parked;
    this.#unpark(worker, arrival.id);
    const step = silent && auto ? undefined : this.recorder.grant(worker.index, kind, arrival, auto);
    const departed = this.turns.length;
    const since = performance.now();
    const flight: Flight = { arrival, kind, silent, along, step, bracketed, departed, since, waited: false, questions: 0, stalled: false };
    worker.flights.set(arrival.id, flight);
    this.#turn = flight;
    if (!auto) worker.last = arrival.sql;
  }

  /** A statement that waits is made the victim of the deadlock that it is in. */
  doom(flight: Flight): void {
    flight.doomed = "asked";
    flight.blockedBy = undefined;
    this.#turn = flight;
  }

  #ofWorker(worker: WorkerState, event: Extract<AgentEvent, { worker: number }>): void {
    const name = workerName(worker.index);
    if (event.type !== "quiet") worker.stalled = false;
    switch (event.type) {
      case "parked": {
        this.#park(worker, event);
        return;
      }
      case "executed": {
        this.#execute(worker, event.id, event.answer);
        return;
      }
      case "answered": {
        this.#answer(worker, event.id, event.answer, event.held);
        return;
      }
      case "doomed": {
        const flight = worker.flights.get(event.id);
        if (flight !== undefined) flight.doomed = "ready";
        return;
      }
      case "passed":
        this.#follow(worker, event.connection, event.answer);
        this.roundTrips++;
        {
          this.recorder.pass(worker.index, event.connection, event.sql, event.answer);
          return;
        }
      case "active":
        worker.quiet = worker.waitsForConnection = false;
        return;
      case "quiet":
        worker.quiet = true;
        worker.waitsForConnection = event.waitsForConnection;
        return;
      case "effect": {
        this.recorder.note(worker.index, "effect", event.label);
        return;
      }
      case "ended":
        worker.outcome = event.outcome;
        {
          this.recorder.note(worker.index, event.outcome.status === "threw" ? "throw" : "return", event.line);
          return;
        }
      case "outlived": {
        this.#reasons.add({ kind: "outlived", worker: name, sql: event.sql });
        return;
      }
      case "crashed":
        this.crash = event.error;
        return;
    }
  }

  #park(worker: WorkerState, { arrival, late }: Extract<AgentEvent, { type: "parked" }>): void {
    const { index, parked } = worker;
    this.controlled++;
    this.pids.set(arrival.pid, index);
    parked.push({ arrival, kind: kindOf(arrival), auto: false, silent: false, along: false });
    worker.countConnections();
    // A choice was made, or may have been, without the statement.
    if (late)
      this.#reasons.add({ kind: "nondeterministic", worker: workerName(index), expected: "nothing before its turn", got: arrival.sql });
  }

  #execute(worker: WorkerState, id: number, answer: Answer): void {
    const flight = worker.flights.get(id);
    if (flight === undefined) return;
    this.#land(worker, flight, answer);
    const { arrival, silent, along } = flight;
    worker.parked.unshift({ arrival, kind: "commit", auto: true, silent, along });
  }

  #answer(worker: WorkerState, id: number, answer: Answer, held: boolean): void {
    const flight = worker.flights.get(id);
    if (flight !== undefined) this.#land(worker, flight, answer);
    this.#unpark(worker, id);
    const sql = flight?.arrival.sql ?? "";
    if (answer.unbracketed === true) this.#reasons.add({ kind: "unbracketed", sql });
    if (answer.lost === true) this.#reasons.add({ kind: "lost-connection", worker: workerName(worker.index), sql });
    if (held) worker.held.push(id);
    else worker.quiet = false;
  }

  #land(worker: WorkerState, flight: Flight, answer: Answer): void {
    const { arrival, step } = flight;
    worker.flights.delete(arrival.id);
    this.turns.at(-1)?.landings.push({ worker: worker.index, flight, answer, milliseconds: performance.now() - flight.since });
    this.releases++;
    if (!flight.along || flight.kind !== "commit") this.roundTrips++;
    // Whom a COMMIT lets go may be heard of before the COMMIT itself, which is then still under way.
    const moving = this.#moving();
    const { error } = answer;
    if (flight.doomed === undefined && error?.sqlState === deadlockDetected) this.#reasons.add(surprise(worker, flight, deadlockDetected));
    if (flight.blockedBy !== undefined && moving === undefined && error === undefined && !this.#mayBeLetGo(flight))
      this.#reasons.add(surprise(worker, flight, "its result"));
    if (mayRelease(arrival.sql, answer)) this.#unblock();
    else if (flight.waited) this.#unblock(worker.index);
    this.#follow(worker, arrival.connection, answer);
    if (step !== undefined) {
      worker.note(answer);
      this.recorder.answer(step, answer, moving?.step);
    }
    if (answer.status !== "idle") this.executed.set(arrival.pid, worker.index);
    else this.executed.delete(arrival.pid);
    if (classify(arrival.sql).kind === "mixed") this.#reasons.add({ kind: "unbracketed", sql: arrival.sql });
  }

  #unpark(worker: WorkerState, id: number): void {
    const at = worker.parked.findIndex(({ arrival }) => arrival.id === id);
    if (at >= 0) worker.parked.splice(at, 1);
  }

  #follow(worker: WorkerState, connection: number, answer: Answer): void {
    if (answer.status === "idle") worker.open.delete(connection);
    else worker.open.add(connection);
    worker.countConnections();
  }

  /** The statement that had its turn last, if it is neither answered nor waits. */
  #moving(): Flight | undefined {
    const turn = this.#turn;
    const isUnderWay =
      turn?.blockedBy === undefined && this.workers.some(({ flights }) => turn !== undefined && flights.get(turn.arrival.id) === turn);
    return isUnderWay ? turn : undefined;
  }

  /**
   * Whether it waits for a statement that has waited too and goes on now. Who waits for a row's transaction holds the row's place in
   * the queue, a lock given back when the statement has the row: src/backend/access/heap/README.tuplock. So its end may be heard of
   * after that of whom it lets go.
   */
  #mayBeLetGo({ blockedBy = [] }: Flight): boolean {
    return blockedBy.some((owner) =>
      [...(this.workers[owner]?.flights.values() ?? [])].some((flight) => flight.waited && flight.blockedBy === undefined),
    );
  }

  /**
   * Whoever waited, for the owner if there is one, may go on now, and so may those who wait for whoever does: they must be asked about
   * again.
   */
  #unblock(owner?: number): void {
    for (const { index, flights } of this.workers) {
      for (const flight of flights.values()) {
        if (owner !== undefined && flight.blockedBy?.includes(owner) !== true) continue;
        flight.blockedBy = undefined;
        flight.questions = 0;
        if (owner !== undefined) this.#unblock(index);
      }
    }
  }
}

/**
 * Locks are given back when a transaction ends or fails, at ROLLBACK TO, and by the functions that unlock. One that is called where
 * its name cannot be seen, in a trigger, makes whom it lets go a surprise, and the verdict unfinished.
 */
function mayRelease(sql: string, { status, error }: Answer): boolean {
  return status !== "open" || error !== undefined || classify(sql).kind === "undo" || /unlock/i.test(sql);
}

function surprise(worker: WorkerState, { arrival }: Flight, got: string): UnfinishedReason {
  return { kind: "nondeterministic", worker: workerName(worker.index), expected: `still waiting in ${arrival.sql}`, got };
}
