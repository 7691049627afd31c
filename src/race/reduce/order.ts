import type { Dependent, Effect } from "./effects.js";

/** Two turns of different workers whose order matters and that nothing between them puts in order. */
export interface Race {
  readonly first: number;
  readonly second: number;
}

/** A bound on the memory that counting takes; beyond it schedules are not counted. */
const mostCuts = 100_000;

/** What must come before what in every schedule that ends like the one that was run: the happens-before order of its turns. */
export class Order {
  readonly #effects: readonly Effect[];
  /** The worker that each turn let through. */
  readonly #deciders: readonly number[];
  readonly #before: ReadonlySet<number>[] = [];
  readonly #dependent: Dependent;

  constructor(effects: readonly Effect[], deciders: readonly number[], dependent: Dependent) {
    this.#effects = effects;
    this.#deciders = deciders;
    this.#dependent = dependent;
    for (const index of effects.keys()) this.#before.push(this.#predecessors(index));
  }

  #predecessors(index: number): ReadonlySet<number> {
    const before = new Set<number>();
    for (let other = index - 1; other >= 0; other--) {
      if (before.has(other) || !this.#depend(other, index)) continue;
      before.add(other);
      for (const earlier of this.#before[other] ?? []) before.add(earlier);
    }
    return before;
  }

  #depend(one: number, other: number): boolean {
    const [first, second] = [this.#effects[one], this.#effects[other]];
    return first === undefined || second === undefined || this.#dependent(first, second);
  }

  precedes(one: number, other: number): boolean {
    return this.#before[other]?.has(one) === true;
  }

  /** The races whose second turn is `second`. A turn that let the second's worker go on cannot come after it. */
  races(second: number): readonly Race[] {
    const before = [...(this.#before[second] ?? [])];
    const worker = this.#deciders[second] ?? -1;
    return before
      .filter((first) => this.#effects[first]?.workers.has(worker) === false)
      .filter((first) => !before.some((between) => this.precedes(first, between)))
      .map((first) => ({ first, second }));
  }

  /**
   * The workers that can be the next where the race's first turn was, in schedules that differ from this one in that the race's
   * second turn comes before the first.
   */
  initials({ first, second }: Race): ReadonlySet<number> {
    const moved: number[] = [];
    for (let index = first + 1; index < second; index++) if (!this.precedes(first, index)) moved.push(index);
    moved.push(second);
    const initials = new Set<number>();
    const seen = new Set<number>();
    for (const index of moved) {
      const worker = this.#deciders[index] ?? -1;
      if (!seen.has(worker) && !moved.some((other) => this.precedes(other, index))) initials.add(worker);
      seen.add(worker);
    }
    return initials;
  }

  /** How many schedules keep this order, this one included; undefined if they are too many to be counted. */
  schedules(): number | undefined {
    const workers = [...new Set(this.#deciders)];
    const chains = workers.map((worker) => [...this.#deciders.keys()].filter((index) => this.#deciders[index] === worker));
    let cuts = new Map([[chains.map(() => 0).join(), 1]]);
    let visited = 0;
    // One turn longer, as many times as there are turns.
    while (visited <= mostCuts) {
      const next = new Map<string, number>();
      for (const [key, ways] of cuts) {
        for (const cut of this.#extended(chains, key.split(",").map(Number))) next.set(cut, (next.get(cut) ?? 0) + ways);
      }
      if (next.size === 0) return [...cuts.values()][0];
      visited += next.size;
      cuts = next;
    }
    return undefined;
  }

  /** The beginnings that are one turn longer. A cut says how many turns of each worker there were. */
  #extended(chains: readonly (readonly number[])[], cut: readonly number[]): readonly string[] {
    return chains.flatMap((chain, worker) => {
      const next = chain[cut[worker] ?? 0];
      if (next === undefined) return [];
      const ready = chains.every((other, place) => {
        const missing = other[cut[place] ?? 0];
        return missing === undefined || missing === next || !this.precedes(missing, next);
      });
      return ready ? [cut.map((count, place) => (place === worker ? count + 1 : count)).join()] : [];
    });
  }
}
