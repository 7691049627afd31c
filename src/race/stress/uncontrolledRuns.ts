import { describeError } from "../agent/errors.js";
import { runAs } from "../agent/labels.js";
import type { AgentEvent } from "../agent/protocol.js";
import type { Settings } from "../options.js";
import type { Opened } from "../surroundings.js";
import type { Outcome } from "../types.js";

/** Nothing asks the server here who waits for whom, so that a run that never ends is told by the clock. */
const hangMilliseconds = 30_000;

export interface UncontrolledRun {
  readonly outcomes: readonly Outcome[];
  /** What the invariant said, if it was broken. */
  readonly sentence: string | undefined;
}

interface Running {
  readonly outcomes: Outcome[];
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** Starts the workers at once, lets them go as they like, and judges what they left. */
export class UncontrolledRuns {
  readonly #settings: Settings;
  readonly #opened: Opened;
  readonly #spread: number;
  #number = 0;
  #running: Running | undefined;

  constructor(settings: Settings, opened: Opened, spread: number) {
    this.#settings = settings;
    this.#opened = opened;
    this.#spread = spread;
    opened.host.listen((event) => {
      if (!opened.replies.take(event)) this.#take(event);
    });
  }

  async next(): Promise<UncontrolledRun> {
    const { control, host, replies } = this.#opened;
    const { options } = this.#settings;
    await runAs("uncontrolled", async () => await options.reset(control));
    host.broadcast({ do: "begin", run: ++this.#number, controlled: false });
    const outcomes = await this.#startAll();
    await replies.ask({ do: "finish" }, "finished");
    return { outcomes, sentence: await this.#ask(outcomes) };
  }

  async #startAll(): Promise<readonly Outcome[]> {
    const { host } = this.#opened;
    const outcomes: Outcome[] = [];
    let hang: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#running = { outcomes, resolve, reject };
        hang = setTimeout(() => reject(new Error(hangs(host.size, outcomes.length))), hangMilliseconds);
        for (let worker = 0; worker < host.size; worker++) this.#start(worker);
      });
      return outcomes;
    } finally {
      clearTimeout(hang);
      this.#running = undefined;
    }
  }

  #start(worker: number): void {
    const start = (): void => this.#opened.host.send(worker, { do: "start", worker });
    if (this.#spread === 0) start();
    else setTimeout(start, Math.random() * this.#spread);
  }

  #take(event: AgentEvent): void {
    if (this.#running === undefined) return;
    if (event.type === "crashed") this.#running.reject(event.error);
    if (event.type !== "ended") return;
    const { outcomes, resolve } = this.#running;
    outcomes.push(event.outcome);
    if (outcomes.length === this.#opened.host.size) resolve();
  }

  async #ask(outcomes: readonly Outcome[]): Promise<string | undefined> {
    const { invariant } = this.#settings.options;
    const db = this.#opened.control;
    try {
      const said = await runAs("uncontrolled", async () => await invariant({ outcomes, db }));
      return typeof said === "string" && said !== "" ? said : undefined;
    } catch (error) {
      return describeError(error).message;
    }
  }
}

function hangs(workers: number, ended: number): string {
  const rest = workers - ended;
  const limit = hangMilliseconds / 1000;
  return `${rest} of ${workers} workers did not end within ${limit} seconds. They may wait for each other outside the database, or for a pool that has too few connections.`;
}
