import { describeError } from "./agent/errors.js";
import { runAs } from "./agent/labels.js";
import type { ControlConnection } from "./database/control.js";
import { SessionWatch } from "./foreignSessions.js";
import { workerName } from "./lanes.js";
import type { Settings } from "./options.js";
import { assertLevel, assertReadCommitted } from "./reduce/readCommitted.js";
import { replayString } from "./replay.js";
import { Evidence } from "./scheduler/evidence.js";
import { Expectations } from "./scheduler/expectations.js";
import { type Foresee, Foresight } from "./scheduler/foresight.js";
import { Overtakings } from "./scheduler/overtaking.js";
import { Reasons } from "./scheduler/reasons.js";
import { type Finished, Run, Stuck } from "./scheduler/run.js";
import type { Choose } from "./scheduler/tree.js";
import { contextSwitches, shrink } from "./shrink.js";
import type { Opened } from "./surroundings.js";
import type { Progress, ReportData, Schedule, Violation } from "./types.js";
import { verdictOf } from "./verdict.js";

const warmUpStall = 1000;

export interface Judged extends Finished {
  /** What the invariant said, if it was broken. */
  readonly sentence: string | undefined;
}

/** What one run is made with. */
interface Attempt {
  readonly evidence: Evidence;
  readonly stall: number;
  readonly reasons: Reasons;
  readonly watched?: boolean;
  readonly foresee?: Foresee | undefined;
}

/** Runs schedules one after the other and keeps count of what they showed. */
export class Exploration {
  reasons = new Reasons();
  readonly evidence: Evidence;
  explored = 0;
  violations = 0;
  pruned = 0;
  controlled = 0;
  roundTrips = 0;
  sample: Schedule | undefined;
  violation: Violation | undefined;
  /** The workers cannot be brought to an end, so nothing more can be run. */
  stuck = false;
  readonly #settings: Settings;
  readonly #opened: Opened;
  readonly #expectations = new Expectations();
  readonly #overtakings = new Overtakings();
  readonly #foresight = new Foresight();
  readonly #started = performance.now();
  readonly #errors = new Map<string, number>();
  #connections = 0;
  /** What the invariant said of a run that was repeated because somebody was overtaken. */
  #overtaken: string | undefined;
  #number = 0;
  /** The server's processes that the agents have connected to. */
  #backends: ReadonlySet<number> = new Set();
  #run: Run | undefined;

  constructor(settings: Settings, opened: Opened) {
    this.#settings = settings;
    this.#opened = opened;
    this.evidence = new Evidence(opened.host.size);
    opened.host.listen((event) => {
      if (opened.replies.take(event)) return;
      if (this.#run !== undefined) this.#run.take(event);
      else if (event.type === "outlived") this.reasons.add({ kind: "outlived", worker: workerName(event.worker), sql: event.sql });
    });
  }

  get control(): ControlConnection {
    return this.#opened.control;
  }

  get seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  /** Runs one schedule from the initial state and asks the invariant; does not count it. */
  async run(choose: Choose, foresee?: Foresee): Promise<Judged> {
    return this.#runWith(choose, { foresee });
  }

  /** Runs one schedule and looks for others who use the database meanwhile: workers that do the same in all runs have done it in this one. */
  async runWatched(choose: Choose): Promise<Judged> {
    return this.#runWith(choose, { watched: true });
  }

  /** Runs one schedule that does not count; returns whether nothing in it would have made a verdict unfinished. */
  async warmUp(choose: Choose): Promise<boolean> {
    this.reasons = new Reasons();
    const evidence = new Evidence(0);
    evidence.complete = true;
    await this.#runWith(choose, { evidence, stall: Math.min(this.#settings.stall, warmUpStall) });
    const calm = this.reasons.all.length === 0;
    this.reasons = new Reasons();
    return calm;
  }

  /** What a run leaves behind in which somebody was overtaken is that it broke the invariant, if it did. */
  async #runWith(choose: Choose, given: Partial<Attempt>): Promise<Judged> {
    for (;;) {
      const reasons = new Reasons(this.reasons);
      const judged = await this.#attempt(choose, { evidence: this.evidence, stall: this.#settings.stall, ...given, reasons }).catch(
        (error: unknown) => {
          this.reasons = reasons;
          throw error;
        },
      );
      if (judged.repeat === undefined) {
        this.reasons = reasons;
        return judged;
      }
      if (judged.repeat === "overtaken") this.#overtaken ??= judged.sentence;
    }
  }

  async #attempt(choose: Choose, { watched = false, ...attempt }: Attempt): Promise<Judged> {
    const { control, host, purity, database } = this.#opened;
    const { options } = this.#settings;
    await runAs("uncontrolled", async () => await options.reset(control));
    const watch = watched ? await SessionWatch.begin(control, this.#backends, database.created) : undefined;
    const { reasons } = attempt;
    const learnt = { expectations: this.#expectations, overtakings: this.#overtakings, foresight: this.#foresight };
    const run = new Run({ host, control, purity, signal: options.signal, ...learnt, ...attempt });
    this.#run = run;
    host.broadcast({ do: "begin", run: ++this.#number, controlled: true });
    try {
      const finished = await run.execute(choose);
      await this.#finish(reasons);
      const foreign = await watch?.end(this.#backends);
      if (foreign !== undefined) reasons.add({ kind: "foreign-session", sql: foreign.sql });
      if (this.#settings.reduce) assertReadCommitted(finished.schedule);
      this.#run = undefined;
      options.signal?.throwIfAborted();
      return { ...finished, sentence: finished.complete ? await this.#ask(finished.schedule) : undefined };
    } catch (error) {
      this.#run = undefined;
      if (error instanceof Stuck) this.stuck = true;
      throw error;
    } finally {
      this.controlled += run.controlled;
      this.roundTrips += run.roundTrips;
    }
  }

  /** Counts a schedule that was run, and keeps the violation with the fewest context switches; returns whether it broke the invariant. */
  count(judged: Judged): boolean {
    if (!judged.complete) return false;
    this.explored++;
    this.sample = judged.schedule;
    this.#connections = Math.max(this.#connections, judged.connections);
    for (const state of judged.states) this.#errors.set(state, (this.#errors.get(state) ?? 0) + 1);
    if (judged.sentence === undefined) return false;
    this.violations++;
    const shown = this.violation;
    if (shown === undefined || contextSwitches(judged.schedule.choices) < contextSwitches(shown.schedule.choices))
      this.violation = violationOf(judged.schedule, judged.sentence);
    return true;
  }

  /** Looks for a schedule with fewer context switches that breaks the invariant too, if one did. */
  async shrink(): Promise<void> {
    if (this.violation === undefined) return;
    const { best } = await shrink(this.violation.schedule.choices, async (choose) => {
      const result = await this.run(({ enabled, past }) => choose(enabled, past));
      return { choices: result.schedule.choices, violated: result.sentence !== undefined, result };
    });
    const sentence = best?.result.sentence;
    if (best !== undefined && sentence !== undefined) this.violation = violationOf(best.result.schedule, sentence);
    else this.reasons.add({ kind: "nondeterministic", worker: workerName(0), expected: "the same violation", got: "none" });
  }

  progress(): Progress {
    const { explored, pruned, violations, controlled, roundTrips, seconds } = this;
    return { explored, pruned, violations, statements: controlled, roundTrips, seconds, isolation: this.#opened.purity.isolation };
  }

  report(): ReportData {
    const { database, purity, host } = this.#opened;
    const vacuous = this.violations > 0 ? [] : this.evidence.missing();
    const unfinished = [...this.reasons.all];
    if (this.violations === 0 && this.#overtaken !== undefined) unfinished.push({ kind: "overtaken", sentence: this.#overtaken });
    return {
      verdict: verdictOf({ violations: this.violations, unfinished, vacuous }),
      isolation: purity.isolation,
      isolate: this.#settings.isolate,
      serverVersion: database.serverVersion,
      workers: Array.from({ length: host.size }, (_, worker) => workerName(worker)),
      connections: this.#connections,
      explored: this.explored,
      pruned: this.pruned,
      violations: this.violations,
      ...(this.violation !== undefined && { violation: this.violation }),
      ...(this.sample !== undefined && { sample: this.sample }),
      unfinished,
      vacuous,
      errors: Object.fromEntries([...this.#errors].sort(([one], [other]) => one.localeCompare(other))),
      seconds: this.seconds,
    };
  }

  async #finish(reasons: Reasons): Promise<void> {
    const { reduce } = this.#settings;
    const replies = await this.#opened.replies.ask({ do: "finish", levels: reduce }, "finished");
    this.#backends = new Set(replies.flatMap(({ backends }) => backends));
    for (const level of replies.flatMap(({ levels }) => levels)) assertLevel(level, "a worker's session");
    for (const { worker, sql } of replies.flatMap(({ leftOpen }) => leftOpen)) {
      reasons.add({ kind: "outlived", worker: workerName(worker), sql });
    }
  }

  async #ask({ outcomes }: Schedule): Promise<string | undefined> {
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

function violationOf(schedule: Schedule, sentence: string): Violation {
  return { sentence, schedule, replay: replayString(schedule) };
}
