import type { Outcome, StatementError } from "../types.js";

/** What the server's ReadyForQuery says: https://www.postgresql.org/docs/current/protocol-message-formats.html */
export type TransactionStatus = "idle" | "open" | "failed";

/** A statement that waits at its scheduling point, as the driver found it at the head of its connection's queue. */
export interface Arrival {
  /** Unique within the process or thread that runs the worker. */
  readonly id: number;
  readonly connection: number;
  readonly pid: number;
  readonly sql: string;
  readonly values: readonly unknown[];
  readonly status: TransactionStatus;
  /** Its rows come in pieces while the application reads them, so that it has no single moment of execution. */
  readonly streamed: boolean;
}

/** How the server answered a statement, or the COMMIT of its bracket. */
export interface Answer {
  readonly rowCount?: number;
  readonly error?: StatementError;
  readonly status: TransactionStatus;
  /** PostgreSQL refused the statement in a transaction block, so it was executed and committed in one. */
  readonly unbracketed?: boolean;
  /** The connection broke. */
  readonly lost?: boolean;
  /** The tag of CommandComplete (`COMMIT`, `ROLLBACK`, `UPDATE 1`). */
  readonly tag?: string;
}

/**
 * What an agent tells the scheduler.
 * - `parked`: a statement waits for its turn. `executed`: it ran in its bracket and waits for its turn to commit. `answered`: it is
 *   over, and the application has its result, unless it is held. `doomed`: it is ready to be the victim of a deadlock. `passed`: a
 *   statement that is no scheduling point is over.
 * - `active`: the worker's code runs again without having got a turn (another worker gave a pool connection back).
 *   `quiet`: the worker's code has nothing left to do but to wait for what the scheduler knows of.
 * - `late`: a statement came from a worker that was quiet.
 * - `outlived`: a statement came from a run that is over, or from a worker that has ended. `unlabelled`: from no worker.
 * - `gave-up`: some worker's driver does not wait for a statement any more, or asked the server to cancel it.
 */
export type AgentEvent =
  | { readonly type: "parked"; readonly worker: number; readonly arrival: Arrival; readonly late: boolean }
  | { readonly type: "executed"; readonly worker: number; readonly id: number; readonly answer: Answer }
  | { readonly type: "answered"; readonly worker: number; readonly id: number; readonly answer: Answer; readonly held: boolean }
  | { readonly type: "doomed"; readonly worker: number; readonly id: number }
  | { readonly type: "passed"; readonly worker: number; readonly connection: number; readonly sql: string; readonly answer: Answer }
  | { readonly type: "active"; readonly worker: number }
  | { readonly type: "quiet"; readonly worker: number; readonly waitsForConnection: boolean }
  | { readonly type: "effect"; readonly worker: number; readonly label: string }
  | { readonly type: "ended"; readonly worker: number; readonly outcome: Outcome; readonly line: string }
  | { readonly type: "outlived"; readonly worker: number; readonly sql: string }
  | { readonly type: "unlabelled"; readonly sql: string }
  | { readonly type: "gave-up" }
  /** The thread ended by an error that nobody caught. */
  | { readonly type: "crashed"; readonly worker: number; readonly error: Error }
  | { readonly type: "prepared"; readonly error?: StatementError }
  | {
      readonly type: "finished";
      readonly leftOpen: readonly LeftOpen[];
      readonly levels: readonly string[];
      readonly backends: readonly number[];
    }
  | { readonly type: "closed"; readonly error?: StatementError };

/** A transaction that its worker had neither committed nor rolled back when it ended. */
export interface LeftOpen {
  readonly worker: number;
  readonly sql: string;
}

/**
 * What the scheduler tells an agent. `prepare` runs the workers' `setup`, `close` their `teardown`. `begin` opens a run, in which
 * `start` starts a worker, and `finish` closes it. `grant` lets a parked statement through; `bracket` gives it a transaction of its
 * own, whose COMMIT is granted next, and which is sent `along` with it where that is certain. `hold` keeps the result of a blocked statement from the application until `deliver`, so that
 * two workers never run at once. `doom` makes the statement's end by a cancellation that of a deadlock. `drain` lets everything
 * through until the run is finished; `levels` asks each session for the isolation level that its transactions have by default.
 */
export type Command =
  | { readonly do: "prepare" }
  | { readonly do: "begin"; readonly run: number; readonly controlled: boolean }
  | { readonly do: "start"; readonly worker: number }
  | { readonly do: "grant"; readonly id: number; readonly bracket: boolean; readonly along: boolean }
  | { readonly do: "hold"; readonly id: number }
  | { readonly do: "deliver"; readonly id: number }
  | { readonly do: "doom"; readonly id: number }
  | { readonly do: "drain" }
  | { readonly do: "finish"; readonly levels?: boolean }
  | { readonly do: "close" };
