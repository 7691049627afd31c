import type { Answer, Arrival } from "../agent/protocol.js";
import { workerName } from "../lanes.js";
import type { Step, StepKind } from "../types.js";

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
export type OpenStep = Mutable<Step>;

/** Writes down what happens in a run, as the steps of a schedule. */
export class Recorder {
  readonly steps: OpenStep[] = [];
  /** SQLSTATEs that the server answered with. */
  readonly states = new Set<string>();
  /** The step that ended last. */
  #last: OpenStep | undefined;
  readonly #connections: Map<number, number>[];

  constructor(workers: number) {
    this.#connections = Array.from({ length: workers }, () => new Map<number, number>());
  }

  /** A worker's connections count from 1 in the order of their first use. */
  connection(worker: number, connection: number): number {
    const numbers = this.#connections[worker];
    const known = numbers?.get(connection);
    if (known !== undefined) return known;
    const number = (numbers?.size ?? 0) + 1;
    numbers?.set(connection, number);
    return number;
  }

  get mostConnections(): number {
    return Math.max(0, ...this.#connections.map((numbers) => numbers.size));
  }

  grant(worker: number, kind: StepKind, arrival: Arrival, auto: boolean): OpenStep {
    const step: OpenStep = { worker: workerName(worker), kind, connection: this.connection(worker, arrival.connection) };
    if (auto) step.auto = true;
    else {
      step.sql = arrival.sql;
      if (arrival.values.length > 0) step.parameters = arrival.values;
    }
    this.steps.push(step);
    return step;
  }

  /** `moving`: the step that has its turn, if it is another and not answered yet. */
  answer(step: OpenStep, answer: Answer, moving: OpenStep | undefined): void {
    if (answer.rowCount !== undefined && step.kind === "statement") step.rowCount = answer.rowCount;
    if (answer.error !== undefined) {
      step.error = answer.error;
      if (answer.error.sqlState !== undefined) this.states.add(answer.error.sqlState);
    }
    // COMMIT of a failed transaction is answered with ROLLBACK.
    if (step.kind === "commit" && answer.tag === "ROLLBACK") step.kind = "rollback";
    const releaser = moving ?? this.#last;
    if (step.waitedFor !== undefined && releaser !== undefined) step.releasedBy = this.steps.indexOf(releaser);
    if (moving === undefined) this.#last = step;
  }

  pass(worker: number, connection: number, sql: string, answer: Answer): void {
    const step: OpenStep = { worker: workerName(worker), kind: "statement", connection: this.connection(worker, connection), sql };
    if (answer.error !== undefined) step.error = answer.error;
    this.steps.push(step);
  }

  note(worker: number, kind: "effect" | "return" | "throw", label: string): void {
    this.steps.push({ worker: workerName(worker), kind, label });
  }
}
