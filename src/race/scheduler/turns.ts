import type { Answer } from "../agent/protocol.js";
import type { Wait } from "./overtaking.js";
import type { Flight } from "./workerState.js";

/** A statement, or a commit, that the server answered. */
export interface Landing {
  readonly worker: number;
  readonly flight: Flight;
  readonly answer: Answer;
  /** Since it was let through. */
  readonly milliseconds: number;
}

/** All that followed one scheduling decision, until everybody rested again. */
export interface Turn {
  /** The decision. */
  readonly letter: string;
  /** What every worker was at when it was made. */
  readonly place: string;
  readonly worker: number;
  /** Statements that waited for a lock when the decision was made. */
  readonly waiting: number;
  /** Those of them that wait for other workers. */
  readonly waits: readonly Wait[];
  /** The answers that came, also to statements of other workers that were let go on. */
  readonly landings: Landing[];
  /** What was let through: it waits if no landing is its own. */
  readonly sql: string;
  readonly id: number;
}
