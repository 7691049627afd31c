import type { Answer, Arrival } from "../agent/protocol.js";
import { classify } from "../sql/classify.js";
import { withoutLiterals } from "../sql/tokens.js";
import type { Outcome, StepKind } from "../types.js";
import type { OpenStep } from "./recorder.js";

/** A statement, or the commit of its bracket, that waits for its turn. */
export interface Parked {
  readonly arrival: Arrival;
  readonly kind: StepKind;
  /** The commit of an autocommit statement. */
  readonly auto: boolean;
  /** A bracket that is there only for what the server can be asked in it: its commit is no decision. */
  readonly silent: boolean;
  /** Its COMMIT was sent with it; or it is that COMMIT. */
  readonly along: boolean;
}

/** A statement that the server has. */
export interface Flight extends Omit<Parked, "auto"> {
  /** A silent commit is no step. */
  readonly step: OpenStep | undefined;
  /** Whether it can still end the bracket that it is in. */
  readonly bracketed: boolean;
  /** It was let through by this decision of the run: an earlier one has a smaller number. */
  readonly departed: number;
  readonly since: number;
  /** Workers whose connections it waits for, as the server last said; undefined when that is not known or not so. */
  blockedBy?: readonly number[] | undefined;
  /** It was seen waiting, so that its end does not go unnoticed: it is held. */
  waited: boolean;
  /** It is the victim of a deadlock; its agent is `asked` to tell the cancellation as one, and is `ready` to. */
  doomed?: "asked" | "ready";
  /** How often the server was asked about it since a lock was last given back. */
  questions: number;
  /** Foreign connections are in its way, or it takes for ever. */
  stalled: boolean;
}

export function kindOf(arrival: Arrival): StepKind {
  const { kind } = classify(arrival.sql);
  if (kind === "commit") return "commit";
  return kind === "rollback" ? "rollback" : "statement";
}

/** What the scheduler knows of one worker in one run. */
export class WorkerState {
  readonly index: number;
  started = false;
  quiet = false;
  waitsForConnection = false;
  stalled = false;
  outcome: Outcome | undefined;
  readonly parked: Parked[] = [];
  readonly flights = new Map<number, Flight>();
  /** Answered statements whose results wait until the other workers have come to rest. */
  readonly held: number[] = [];
  /** The last statement, for sentences about what comes after it. */
  last: string | undefined;
  /** How the server answered since the last decision. */
  answers = "";
  /** Connections in a transaction. */
  readonly open = new Set<number>();
  /** The largest number of connections held at once. */
  connections = 0;

  constructor(index: number) {
    this.index = index;
  }

  /** Nothing more will come from this worker until it, or another, gets a turn. */
  get settled(): boolean {
    if (!this.started) return true;
    for (const flight of this.flights.values()) if (flight.blockedBy === undefined && !flight.stalled) return false;
    return this.quiet || this.stalled;
  }

  get ended(): boolean {
    return this.outcome !== undefined;
  }

  countConnections(): void {
    const held = [...this.parked, ...this.flights.values()].map(({ arrival }) => arrival.connection);
    this.connections = Math.max(this.connections, new Set([...held, ...this.open]).size);
  }

  note(answer: Answer): void {
    this.answers += answer.error === undefined ? ` ${answer.rowCount ?? ""}` : ` ${answer.error.sqlState ?? answer.error.name}`;
  }

  /** What the worker is at: equal in every run that begins with the same decisions, or else it is not deterministic. */
  describe(): string {
    const parts = this.parked.map(({ auto, arrival }) => (auto ? "its commit" : withoutLiterals(arrival.sql)));
    for (const { arrival } of this.flights.values()) parts.push(`waits in ${withoutLiterals(arrival.sql)}`);
    if (this.waitsForConnection) parts.push("waits for a connection");
    if (this.outcome !== undefined) parts.push(`has ${this.outcome.status === "threw" ? "thrown" : "returned"}`);
    if (parts.length === 0) parts.push("waits outside the database");
    return parts.join(" and ") + (this.answers === "" ? "" : `, after${this.answers}`);
  }
}
