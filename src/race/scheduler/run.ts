import type { AgentEvent } from "../agent/protocol.js";
import { letterOf, workerName } from "../lanes.js";
import type { Purity } from "../sql/purity.js";
import type { Outcome, Schedule } from "../types.js";
import { findDeadlocked, mayBeDeadlocked } from "./deadlock.js";
import type { Evidence } from "./evidence.js";
import type { Foresee, Foresight } from "./foresight.js";
import { nameHang } from "./hang.js";
import type { Overtakings } from "./overtaking.js";
import { Settler, type Surroundings } from "./settle.js";
import { RunState } from "./state.js";
import { type Choose, type Decision, first } from "./tree.js";
import type { Turn } from "./turns.js";
import type { Flight, Parked, WorkerState } from "./workerState.js";

export interface RunOptions extends Surroundings {
  readonly purity: Purity;
  readonly evidence: Evidence;
  readonly overtakings: Overtakings;
  readonly foresight: Foresight;
  readonly foresee?: Foresee | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Finished {
  readonly schedule: Schedule;
  /** What every worker was at, decision by decision. */
  readonly trace: readonly string[];
  readonly turns: readonly Turn[];
  /** False when the run hung and was broken off. */
  readonly complete: boolean;
  /** Why the run is to be repeated: somebody who waited was overtaken, or what was foreseen did not come. From there on nobody chose. */
  readonly repeat: "overtaken" | "belied" | undefined;
  readonly connections: number;
  readonly states: ReadonlySet<string>;
}

/** What can be decided: that a statement is let through, or that it is the victim of the deadlock in which it waits. */
interface Candidate {
  readonly letter: string;
  readonly worker: WorkerState;
  readonly chosen: { readonly parked: Parked } | { readonly victim: Flight };
}

/** Milliseconds that workers have to come to their ends without control. */
const leastPatience = 3000;

/** One run of all workers, under the decisions of `choose`. */
export class Run {
  readonly #options: RunOptions;
  readonly #state: RunState;
  readonly #settler: Settler;
  #choices = "";
  readonly #trace: string[] = [];
  #repeat: Finished["repeat"];

  constructor(options: RunOptions) {
    this.#options = options;
    this.#state = new RunState(options.host.size, options.reasons);
    this.#settler = new Settler(this.#state, options);
  }

  take(event: AgentEvent): void {
    this.#state.take(event);
  }

  /** How many statements of the workers came to a scheduling point. */
  get controlled(): number {
    return this.#state.controlled;
  }

  get roundTrips(): number {
    return this.#state.roundTrips;
  }

  async execute(choose: Choose): Promise<Finished> {
    const { host, signal } = this.#options;
    // One after the other, so that what the start of two workers has in common is not merged into one statement (Prisma's batches).
    for (const worker of this.#state.workers) {
      worker.started = true;
      host.send(worker.index, { do: "start", worker: worker.index });
      await this.#rest();
    }
    let complete = true;
    for (;;) {
      if (signal?.aborted === true) complete = false;
      const candidates = complete ? await this.#candidates() : [];
      if (candidates.length > 0) await this.#decide(this.#repeat === undefined ? choose : first, candidates);
      else if (complete && this.#over()) break;
      else if (!complete || !(await this.#awaitServer())) {
        complete = false;
        await this.#breakOff();
        break;
      }
      await this.#rest();
      this.#notice();
    }
    return this.#finished(complete);
  }

  #notice(): void {
    const { turns, workers } = this.#state;
    const turn = turns.at(-1);
    if (turn !== undefined && this.#options.overtakings.repeats(turn, workers)) this.#repeat = "overtaken";
    if (workers.some(({ flights }) => [...flights.values()].some(({ along }) => along))) this.#belie();
  }

  #belie(): void {
    this.#options.foresight.belied();
    this.#repeat = "belied";
  }

  /** Waits until all rest, reads the locks they hold, and ends the brackets that are there only for that. */
  async #rest(): Promise<void> {
    const { evidence, control } = this.#options;
    for (;;) {
      await this.#settler.settle();
      const { executed, workers } = this.#state;
      if (!evidence.complete && executed.size > 0) await evidence.sample(control, executed);
      executed.clear();
      const silent = workers.flatMap((worker) => worker.parked.filter((parked) => parked.silent).map((parked) => ({ worker, parked })));
      if (silent.length === 0) return;
      for (const { worker, parked } of silent) this.#grant(worker, parked);
    }
  }

  async #candidates(): Promise<readonly Candidate[]> {
    const { workers } = this.#state;
    const waiting = workers.flatMap(({ flights }) => [...flights.values()]);
    const deadlocked = mayBeDeadlocked(workers)
      ? await findDeadlocked(
          this.#options.control,
          waiting.map(({ arrival }) => arrival.pid),
        )
      : new Set();
    return workers.flatMap((worker) => {
      const victims = [...worker.flights.values()].filter(({ arrival }) => deadlocked.has(arrival.pid));
      const all = [...worker.parked.map((parked) => ({ parked })), ...victims.map((victim) => ({ victim }))];
      return all.map((chosen, place) => ({ letter: letterOf(worker.index, place), worker, chosen }));
    });
  }

  async #decide(choose: Choose, candidates: readonly Candidate[]): Promise<void> {
    const decision: Decision = {
      past: this.#choices,
      enabled: candidates.map(({ letter }) => letter),
      workers: this.#state.workers.map((worker) => worker.describe()),
      deadlocked: candidates.some(({ chosen }) => "victim" in chosen),
      turns: this.#state.turns,
    };
    for (const worker of this.#state.workers) worker.answers = "";
    const place = decision.workers.join("; ");
    this.#trace.push(place);
    const letter = choose(decision);
    const candidate = candidates.find((one) => one.letter === letter);
    if (candidate === undefined) throw new Error(`The worker ${letter} cannot be let through.`);
    this.#choices += letter;
    const { worker, chosen } = candidate;
    const { arrival } = "parked" in chosen ? chosen.parked : chosen.victim;
    this.#state.beginTurn(letter, place, worker, arrival);
    if (candidates.some((one) => one !== candidate && "parked" in one.chosen && one.chosen.parked.along)) this.#belie();
    if ("parked" in chosen) this.#grant(worker, chosen.parked, this.#commitsNext(worker, decision.enabled));
    else await this.#doom(worker, chosen.victim);
  }

  /**
   * Whom the server ends depends on when each began to wait, so in production it may be any of them: it is a decision like others,
   * and the server's own search is put off (`deadlock_timeout`) where that is allowed.
   */
  async #doom(worker: WorkerState, victim: Flight): Promise<void> {
    const { host, control, purity, reasons } = this.#options;
    const { news } = this.#state;
    const { id, sql, pid } = victim.arrival;
    if (purity.mayCatch(sql)) reasons.add({ kind: "caught-deadlock", worker: workerName(worker.index), sql });
    this.#state.doom(victim);
    host.send(worker.index, { do: "doom", id });
    while (victim.doomed === "asked") await news.wait(this.#options.stall, news.count);
    await control.cancel(pid);
  }

  /** Whether the next decision will be the COMMIT of the statement that the worker is let through with. */
  #commitsNext({ index }: WorkerState, enabled: readonly string[]): boolean {
    const { evidence, expectations, foresight, foresee } = this.#options;
    const turn = this.#state.turns.at(-1);
    // What a statement has locked is read before its COMMIT.
    if (!foresight.holds || !evidence.complete || this.#repeat !== undefined || turn === undefined) return false;
    const isAlone = this.#state.workers.every(({ open, flights }) => open.size === 0 && flights.size === 0);
    if (!isAlone && expectations.waits(turn, index) !== false) return false;
    return foresee?.(this.#choices, enabled) === letterOf(index, 0);
  }

  #grant(worker: WorkerState, parked: Parked, commitsNext = false): void {
    const { host, purity, evidence, reasons } = this.#options;
    const { arrival, auto } = parked;
    const alone = arrival.status === "idle" && !auto && parked.kind === "statement";
    const divides = alone && purity.needsBracket(arrival.sql);
    if (divides && arrival.streamed) reasons.add({ kind: "unbracketed", sql: arrival.sql });
    const silent = alone && !divides && !evidence.complete && purity.mayBracket(arrival.sql);
    const bracket = !arrival.streamed && (divides || silent);
    const along = bracket && divides && commitsNext;
    this.#state.depart(worker, bracket ? { ...parked, silent, along } : parked, bracket);
    host.send(worker.index, { do: "grant", id: arrival.id, bracket, along });
  }

  #over(): boolean {
    return this.#state.workers.every((worker) => worker.ended && worker.flights.size === 0 && !worker.waitsForConnection);
  }

  /** Nobody can be let through: the server may still end a deadlock, or a lock's time may run out. */
  async #awaitServer(): Promise<boolean> {
    const { news, workers } = this.#state;
    if (!workers.some((worker) => worker.flights.size > 0)) return false;
    const seen = news.count;
    return news.outwait(this.#options.stall, seen);
  }

  /** Names what holds the workers up, cancels it and lets them run to their ends without control. */
  async #breakOff(): Promise<void> {
    const { reasons, host, control, stall, signal } = this.#options;
    const { workers, news, pids } = this.#state;
    if (signal?.aborted !== true) for (const reason of nameHang(workers)) reasons.add(reason);
    host.broadcast({ do: "drain" });
    const until = performance.now() + Math.max(3 * stall, leastPatience);
    while (!workers.every((worker) => worker.ended)) {
      if (performance.now() > until) throw new Stuck();
      const blocked = await control.blockers([...pids.keys()]);
      for (const pid of blocked.keys()) await control.cancel(pid);
      await news.wait(20, news.count);
    }
  }

  #finished(complete: boolean): Finished {
    const { workers, recorder } = this.#state;
    this.#trace.push(workers.map((worker) => worker.describe()).join("; "));
    const outcomes = workers.map(
      ({ outcome, index }): Outcome =>
        outcome ?? { worker: workerName(index), status: "threw", effects: [], error: { name: "Error", message: "did not end" } },
    );
    return {
      schedule: { choices: this.#choices, steps: recorder.steps, outcomes },
      trace: this.#trace,
      turns: this.#state.turns,
      complete,
      repeat: this.#repeat,
      connections: Math.max(...workers.map((worker) => worker.connections)),
      states: recorder.states,
    };
  }
}

/** The workers cannot be brought to an end, so no further run can begin. */
export class Stuck extends Error {}
