import { workerOf } from "../lanes.js";
import type { Decision } from "../scheduler/tree.js";
import type { Effect } from "./effects.js";

/** One decision on the current path: which workers must be let through here, and which need not. */
export class Node {
  readonly enabled: readonly string[];
  readonly workers: readonly string[];
  /**
   * Workers whose next turns, with their effects, were explored before this path was taken and are independent of all turns since:
   * letting one through here would give a schedule that ends like one of those.
   */
  readonly asleep: ReadonlyMap<number, readonly Effect[]>;
  current = "";
  readonly #todo = new Set<number>();
  /** Letters of the current worker that are left: the order of one worker's statements among themselves is always explored. */
  #letters: string[] = [];
  readonly #explored = new Map<number, Map<string, Effect>>();

  constructor({ enabled, workers, deadlocked }: Decision, asleep: ReadonlyMap<number, readonly Effect[]>) {
    this.enabled = enabled;
    this.workers = workers;
    this.asleep = asleep;
    const first = enabled.find((letter) => !asleep.has(workerOf(letter)));
    if (first === undefined) return;
    this.#todo.add(workerOf(first));
    // No run shows that another could have been the victim: there is no turn of its end in it whose order could be changed.
    if (deadlocked) for (const letter of enabled) this.#todo.add(workerOf(letter));
    this.next();
  }

  /** Whether every worker that could be let through sleeps. */
  get redundant(): boolean {
    return this.current === "";
  }

  /** Goes on to the next letter; false when all that must be explored here is. */
  next(): boolean {
    if (this.#letters.length === 0) {
      const worker = [...this.#todo].find((one) => !this.#explored.has(one) && !this.asleep.has(one));
      if (worker === undefined) return false;
      this.#explored.set(worker, new Map());
      this.#letters = this.enabled.filter((letter) => workerOf(letter) === worker);
    }
    this.current = this.#letters.shift() ?? "";
    return true;
  }

  /** The effect of the turn that `current` led to. */
  learn(effect: Effect): void {
    this.#explored.get(workerOf(this.current))?.set(this.current, effect);
  }

  /** Asks that one of the workers be let through here; all of them, if none can be. */
  demand(initials: ReadonlySet<number>): void {
    const able = new Set(this.enabled.map(workerOf));
    const [one] = [...initials].filter((worker) => able.has(worker));
    if ([...initials].some((worker) => this.#todo.has(worker))) return;
    for (const worker of one === undefined ? able : [one]) this.#todo.add(worker);
  }

  /** Who sleeps after the turn that `current` leads to, if its effect is independent of theirs. */
  sleepers(stays: (effects: readonly Effect[]) => boolean): ReadonlyMap<number, readonly Effect[]> {
    const current = workerOf(this.current);
    const explored = [...this.#explored]
      .filter(([worker]) => worker !== current)
      .map(([worker, effects]) => [worker, [...effects.values()]] as const);
    return new Map([...this.asleep, ...explored].filter(([, effects]) => stays(effects)));
  }
}
