/**
 * Answers one scheduling decision: which of the workers that can go on is let through. `past` is one letter for every decision
 * already made.
 */
export type Choose = (enabled: readonly string[], past: string) => string;

/** One run to its end: the decisions really made, and whether it broke the invariant. */
export interface Attempt<Result> {
  readonly choices: string;
  readonly violated: boolean;
  readonly result: Result;
}

/** Runs the workers from their initial state, with `choose` asked at every decision. */
export type RunWith<Result> = (choose: Choose) => Promise<Attempt<Result>>;

export interface ShrinkOptions {
  /** The most runs that shrinking may take. */
  readonly runs?: number;
}

export interface Shrunk<Result> {
  /** The last run that broke the invariant with the fewest context switches; `undefined` if the given schedule did not break it again. */
  readonly best: Attempt<Result> | undefined;
  /** Whether every schedule with fewer context switches was run and none broke the invariant. */
  readonly minimal: boolean;
  readonly runs: number;
}

const defaultRuns = 300;

/** How often a schedule goes from one worker to another. */
export function contextSwitches(choices: string): number {
  return Math.max(blocks(choices).length - 1, 0);
}

/** The schedule cut where the worker changes: `AABA` gives `AA`, `B`, `A`. */
function blocks(choices: string): string[] {
  return choices.match(/(.)\1*/gsu) ?? [];
}

/** The worker that goes on when nothing asks for a switch: the one that ran last, or the first that can. */
function stay(enabled: readonly string[], past: string): string {
  const last = past.at(-1);
  return last !== undefined && enabled.includes(last) ? last : (enabled[0] ?? "");
}

/**
 * Follows a plan as far as it can be followed: a letter whose worker is blocked or has ended is passed over, so that a plan made
 * from another schedule by moving its blocks need not be a schedule itself.
 */
export function followPlan(plan: string): Choose {
  let next = 0;
  return (enabled, past) => {
    while (next < plan.length) {
      const letter = plan.charAt(next++);
      if (enabled.includes(letter)) return letter;
    }
    return stay(enabled, past);
  };
}

/** A stop that is not an error: the bound on runs is reached. */
class OutOfRuns extends Error {}

/** Runs schedules, remembers what could have been chosen in each, and keeps the best that broke the invariant. */
class Search<Result> {
  best: Attempt<Result> | undefined;
  runs = 0;
  /** What could be chosen after a prefix of decisions; empty when the workers had ended. */
  readonly #enabled = new Map<string, readonly string[]>();

  constructor(
    private readonly run: RunWith<Result>,
    private readonly limit: number,
  ) {}

  get fewest(): number {
    return this.best === undefined ? Infinity : contextSwitches(this.best.choices);
  }

  async attempt(choose: Choose): Promise<Attempt<Result>> {
    if (this.runs >= this.limit) throw new OutOfRuns();
    this.runs += 1;
    const attempt = await this.run((enabled, past) => {
      this.#enabled.set(past, [...enabled]);
      return choose(enabled, past);
    });
    this.#enabled.set(attempt.choices, []);
    if (attempt.violated && contextSwitches(attempt.choices) < this.fewest) this.best = attempt;
    return attempt;
  }

  /** What can be chosen after `prefix`, asked of a run that goes on without switching where nobody did ask yet. */
  async enabledAfter(prefix: string): Promise<readonly string[]> {
    if (!this.#enabled.has(prefix)) await this.attempt(followPlan(prefix));
    return this.#enabled.get(prefix) ?? [];
  }
}

/**
 * All plans in which one block has joined its worker's previous or next one: the moves of the delta debugging. Late blocks move
 * first, so that the worker that began goes on beginning.
 */
function mergedPlans(choices: string): string[] {
  const parts = blocks(choices);
  return [...parts.entries()].reverse().flatMap(([index, part]) => {
    const others = parts.filter((_, place) => place !== index);
    const worker = part.charAt(0);
    const earlier = parts.slice(0, index).findLastIndex((other) => other.startsWith(worker));
    const later = parts.slice(index + 1).findIndex((other) => other.startsWith(worker));
    const targets = [earlier, later < 0 ? -1 : index + later].filter((place) => place >= 0);
    return targets.map((place) => others.map((other, at) => (at === place ? other + part : other)).join(""));
  });
}

/** Moves blocks together while that keeps the violation and saves a switch: few runs, but it may stop before the fewest. */
async function mergeBlocks(search: Search<unknown>, from: string): Promise<void> {
  const tried = new Set<string>();
  for (let current = from; ;) {
    const before = search.fewest;
    for (const plan of mergedPlans(current)) {
      if (tried.has(plan)) continue;
      tried.add(plan);
      await search.attempt(followPlan(plan));
      if (search.fewest < before) break;
    }
    if (search.best === undefined || search.fewest === before) return;
    current = search.best.choices;
  }
}

/** Runs every schedule that begins with `prefix` and has at most `bound` switches, until one breaks the invariant. */
async function runWithin(search: Search<unknown>, prefix: string, bound: number): Promise<boolean> {
  const enabled = await search.enabledAfter(prefix);
  if (search.fewest <= bound) return true;
  const first = stay(enabled, prefix);
  const ordered = [...enabled].sort((one, other) => Number(other === first) - Number(one === first));
  for (const letter of ordered) {
    if (contextSwitches(prefix + letter) > bound) continue;
    if (await runWithin(search, prefix + letter, bound)) return true;
  }
  return false;
}

/** Raises the number of switches until a schedule with so many breaks the invariant: what it ends with has the fewest. */
async function runByBound(search: Search<unknown>): Promise<void> {
  for (let bound = 0; bound < search.fewest; bound++) {
    if (await runWithin(search, "", bound)) return;
  }
}

/**
 * From a schedule that broke the invariant to one that breaks it with the fewest context switches. Merging blocks finds a good one
 * in a few runs; running all schedules with fewer switches then finds a better one or proves that there is none, as far as the
 * bound on runs allows. Every schedule it returns was run and broke the invariant in that run; equal input gives equal output as
 * long as the workers are deterministic.
 */
export async function shrink<Result>(choices: string, run: RunWith<Result>, options: ShrinkOptions = {}): Promise<Shrunk<Result>> {
  const search = new Search(run, options.runs ?? defaultRuns);
  let minimal = false;
  try {
    await search.attempt(followPlan(choices));
    if (search.best !== undefined) {
      await mergeBlocks(search, search.best.choices);
      await runByBound(search);
      minimal = true;
    }
  } catch (error) {
    if (!(error instanceof OutOfRuns)) throw error;
  }
  return { best: search.best, minimal, runs: search.runs };
}
