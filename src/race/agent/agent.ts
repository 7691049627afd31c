import type { WorkerContext, WorkerModule } from "../types.js";
import { classify } from "../sql/classify.js";
import { ownBackends } from "./backends.js";
import { describeError } from "./errors.js";
import { type Label, runAs, unwatchUnlabelled, watchUnlabelled } from "./labels.js";
import { oneLine } from "./line.js";
import type { AgentEvent, Answer, Command, LeftOpen, TransactionStatus } from "./protocol.js";
import { WorkerActivity } from "./activity.js";

/** A connection of the application, as its driver sees it. */
export interface Session {
  readonly id: number;
  readonly pid: number;
  readonly status: TransactionStatus;
  /** Ends a transaction that the application left open, and session-level advisory locks. */
  clear(): Promise<void>;
  /** The isolation level that its transactions have by default, as the server names it; undefined if the connection is gone. */
  level(): Promise<string | undefined>;
}

/** A statement at the head of its connection's queue: what its driver can do with it. */
export interface Request {
  readonly session: Session;
  readonly sql: string;
  readonly values: readonly unknown[];
  readonly streamed: boolean;
  /** Sends it, in a transaction of its own when `bracket` is true, perhaps with the COMMIT `along`: `commit` is called all the same. */
  run(bracket: boolean, along: boolean): void;
  /** Sends the COMMIT of its bracket. */
  commit(): void;
  /** Its cancellation is to be told to the application as the end of a deadlock. */
  doom(): void;
}

/** Tells the agent what became of a request. */
export interface Ticket {
  executed(answer: Answer): void;
  /** `deliver` gives the application its result: at once, or later, when the scheduler says so. Returns whether it is held. */
  answered(answer: Answer, deliver: (later: boolean) => void): boolean;
}

export interface AgentWorker {
  readonly context: Omit<WorkerContext, "step">;
  readonly module: WorkerModule;
}

interface Open {
  readonly request: Request;
  readonly worker: number;
  readonly run: number;
  state: "parked" | "sent" | "commit" | "passing";
  held: boolean;
  deliver?: (later: boolean) => void;
}

/**
 * The explorer's hand in the process or thread that runs workers: it parks what the drivers bring, lets through what the scheduler
 * grants, and knows when a worker's code has come to rest.
 */
export class Agent {
  run = 0;
  #mode: "off" | "controlled" | "passing" = "off";
  #lastId = 0;
  readonly #open = new Map<number, Open>();
  /** The connections that the run has used. */
  readonly #sessions = new Map<Session, { worker: number; sql: string }>();
  readonly #activities: readonly WorkerActivity[];
  readonly #workers: readonly AgentWorker[];
  readonly #emit: (event: AgentEvent) => void;
  /** Connections that were there before, to other databases. */
  readonly #former: ReadonlySet<number> = new Set(ownBackends());

  constructor(workers: readonly AgentWorker[], emit: (event: AgentEvent) => void) {
    this.#workers = workers;
    this.#emit = emit;
    this.#activities = workers.map(({ context }) => new WorkerActivity(context.index, emit));
  }

  command(command: Command): void {
    switch (command.do) {
      case "prepare":
        void this.#eachModule("setup").then((error) => this.#emit({ type: "prepared", ...error }));
        return;
      case "begin": {
        this.#begin(command.run, command.controlled);
        return;
      }
      case "start": {
        this.#start(command.worker);
        return;
      }
      case "grant": {
        this.#grant(command.id, command.bracket, command.along);
        return;
      }
      case "hold": {
        const open = this.#open.get(command.id);
        if (open !== undefined) open.held = true;
        return;
      }
      case "deliver": {
        this.#deliver(command.id, true);
        return;
      }
      case "doom": {
        const open = this.#open.get(command.id);
        open?.request.doom();
        if (open !== undefined) this.#emit({ type: "doomed", worker: open.worker, id: command.id });
        return;
      }
      case "drain": {
        this.#drain();
        return;
      }
      case "finish":
        void this.#finish(command.levels === true).then((found) =>
          this.#emit({ type: "finished", ...found, backends: [...ownBackends()].filter((pid) => !this.#former.has(pid)) }),
        );
        return;
      case "close":
        void this.#eachModule("teardown").then((error) => this.#emit({ type: "closed", ...error }));
        return;
    }
  }

  /** Whether the statement about to be sent is one to park; tells of those that come from a run that is over. */
  controls(label: Label, sql: () => string): boolean {
    if (label.run === 0) return false;
    const stale = label.run !== this.run || this.#mode === "off";
    if (stale || this.activity(label.worker).ended) this.#emit({ type: "outlived", worker: label.worker, sql: sql() });
    return !stale && this.#mode === "controlled";
  }

  /** Something that happens in the database beside the workers' statements. */
  tell(event: Extract<AgentEvent, { type: "unlabelled" | "gave-up" }>): void {
    this.#emit(event);
  }

  activity(worker: number): WorkerActivity {
    const activity = this.#activities.find((one) => one.worker === worker);
    if (activity === undefined) throw new Error(`There is no worker ${worker} here.`);
    return activity;
  }

  /** A statement has reached the head of its connection's queue. */
  arrive(label: Label, request: Request): Ticket {
    const id = ++this.#lastId;
    const { worker } = label;
    const { session, sql } = request;
    const passes = this.#mode !== "controlled" || label.run !== this.run || classify(sql).passes;
    const open: Open = { request, worker, run: label.run, state: passes ? "passing" : "parked", held: false };
    this.#open.set(id, open);
    this.#sessions.set(session, { worker, sql });
    const activity = this.activity(worker);
    if (passes) {
      activity.busy++;
      request.run(false, false);
    } else {
      const late = activity.park();
      const { id: connection, pid, status } = session;
      const { values, streamed } = request;
      this.#emit({ type: "parked", worker, late, arrival: { id, connection, pid, sql, values, status, streamed } });
    }
    return {
      executed: (answer) => this.#executed(id, open, answer),
      answered: (answer, deliver) => this.#answered(id, open, answer, deliver),
    };
  }

  #begin(run: number, controlled: boolean): void {
    this.run = run;
    this.#mode = controlled ? "controlled" : "passing";
    this.#sessions.clear();
    for (const activity of this.#activities) activity.reset();
    watchUnlabelled(this);
  }

  #start(worker: number): void {
    const activity = this.activity(worker);
    const found = this.#workers.find(({ context }) => context.index === worker);
    if (found === undefined) return;
    const effects: string[] = [];
    const step = (label: string): void => {
      effects.push(label);
      this.#emit({ type: "effect", worker, label });
    };
    const context: WorkerContext = { ...found.context, step };
    const { name } = context;
    activity.start();
    // The await is inside: what Prisma, Drizzle and Knex return sends its statement when it is awaited, with the label of who awaits.
    const done = runAs({ agent: this, worker, run: this.run }, async () => await found.module.default(context));
    done.then(
      (value) => {
        activity.end();
        this.#emit({ type: "ended", worker, outcome: { worker: name, status: "returned", value, effects }, line: oneLine(value) });
      },
      (thrown: unknown) => {
        activity.end();
        const error = describeError(thrown);
        const line = `${error.name}: ${error.message}`;
        this.#emit({ type: "ended", worker, outcome: { worker: name, status: "threw", error, effects }, line });
      },
    );
  }

  #grant(id: number, bracket: boolean, along: boolean): void {
    const open = this.#open.get(id);
    if (open === undefined) return;
    const { state } = open;
    open.state = "sent";
    if (state === "commit") open.request.commit();
    else open.request.run(bracket, along);
  }

  #executed(id: number, open: Open, answer: Answer): void {
    open.state = "commit";
    if (this.#mode === "passing") {
      open.request.commit();
      return;
    }
    this.#emit({ type: "executed", worker: open.worker, id, answer });
  }

  #answered(id: number, open: Open, answer: Answer, deliver: (later: boolean) => void): boolean {
    const { worker, held } = open;
    if (open.state === "passing") {
      this.#passed(id, open, answer);
      deliver(false);
      return false;
    }
    open.deliver = deliver;
    const holds = held && this.#mode === "controlled";
    this.#emit({ type: "answered", worker, id, answer, held: holds });
    if (!holds) this.#deliver(id, false);
    return holds;
  }

  #passed(id: number, { worker, request }: Open, answer: Answer): void {
    const activity = this.activity(worker);
    this.#open.delete(id);
    if (this.#mode === "controlled") {
      this.#emit({ type: "passed", worker, connection: request.session.id, sql: request.sql, answer });
    }
    activity.busy--;
    activity.touch();
  }

  #deliver(id: number, later: boolean): void {
    const open = this.#open.get(id);
    if (open?.deliver === undefined) return;
    this.#open.delete(id);
    this.activity(open.worker).deliver();
    open.deliver(later);
  }

  #drain(): void {
    this.#mode = "passing";
    for (const [id, open] of [...this.#open]) {
      if (open.deliver !== undefined) this.#deliver(id, true);
      else if (open.state === "parked" || open.state === "commit") this.#grant(id, false, false);
    }
  }

  async #finish(asksLevels: boolean): Promise<{ readonly leftOpen: readonly LeftOpen[]; readonly levels: readonly string[] }> {
    unwatchUnlabelled(this);
    this.#mode = "off";
    const leftOpen: LeftOpen[] = [];
    const levels = new Set<string>();
    for (const [session, { worker, sql }] of this.#sessions) {
      if (session.status !== "idle") leftOpen.push({ worker, sql });
      await session.clear();
      const level = asksLevels ? await session.level() : undefined;
      if (level !== undefined) levels.add(level);
    }
    return { leftOpen, levels: [...levels] };
  }

  /** In shared mode several workers may be one module, whose `setup` and `teardown` run once. */
  async #eachModule(name: "setup" | "teardown"): Promise<{ error?: ReturnType<typeof describeError> }> {
    const done = new Set<WorkerModule>();
    for (const { module, context } of this.#workers) {
      if (done.has(module)) continue;
      done.add(module);
      try {
        await runAs("uncontrolled", async () => await module[name]?.({ ...context, step: () => undefined }));
      } catch (error) {
        return { error: describeError(error) };
      }
    }
    return {};
  }
}
