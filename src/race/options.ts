import { readFileSync } from "node:fs";
import { mostWorkers } from "./lanes.js";
import { ReductionRefused } from "./reduce/readCommitted.js";
import type { ExploreOptions, Isolate, IsolationLevel, WorkerSource } from "./types.js";

export const isolationLevels: readonly IsolationLevel[] = ["read committed", "repeatable read", "serializable"];

const defaultStall = 5000;

/** The options with their defaults, checked once: every error names the option and what to write instead. */
export interface Settings {
  readonly options: ExploreOptions;
  readonly sources: readonly WorkerSource[];
  readonly isolate: Isolate;
  readonly schema: readonly string[];
  readonly stall: number;
  readonly schedules: number;
  readonly seconds: number;
  readonly stopAtFirst: boolean;
  readonly reduce: boolean;
}

function sourcesOf(workers: ExploreOptions["workers"]): readonly WorkerSource[] {
  // Whatever the types say: tests are often in JavaScript.
  const [first, second] = workers as readonly (number | WorkerSource | undefined)[];
  if (typeof first !== "number") return workers as readonly WorkerSource[];
  if (!Number.isInteger(first) || first < 1 || second === undefined || typeof second === "number") {
    throw new TypeError("`workers` is [how many, worker] or a list of workers, for example [2, new URL('./worker.js', import.meta.url)].");
  }
  return Array.from({ length: first }, () => second);
}

function isolateOf(sources: readonly WorkerSource[], asked: Isolate | undefined): Isolate {
  const modules = sources.every((source) => source instanceof URL);
  if (asked === "thread" && !modules) {
    throw new TypeError(
      "A function cannot be moved to another thread: give each worker as the URL of its module, or say isolate: 'shared'.",
    );
  }
  return asked ?? (modules ? "thread" : "shared");
}

function textOf(schema: string | URL): string {
  return schema instanceof URL ? readFileSync(schema, "utf8") : schema;
}

function positive(name: string, value: number | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (!(value > 0)) throw new TypeError(`\`${name}\` must be a number above 0, not ${value}.`);
  return value;
}

/** What the database says of its default is checked when it is open, what sessions and transactions ask for as they do. */
function reduces({ reduce = false, isolation = "read committed" }: ExploreOptions, isolate: Isolate): boolean {
  if (reduce && isolation !== "read committed") throw new ReductionRefused(`\`isolation\` is "${isolation}"`);
  if (reduce && isolate === "shared") {
    throw new ReductionRefused('`isolate` is "shared", which workers given as functions have: give each as the URL of its module');
  }
  return reduce;
}

export function settingsOf(options: ExploreOptions): Settings {
  const sources = sourcesOf(options.workers);
  if (sources.length < 2 || sources.length > mostWorkers) {
    throw new TypeError(`A race has at least 2 workers, and at most ${mostWorkers} can be named; \`workers\` gives ${sources.length}.`);
  }
  if (options.isolation !== undefined && !isolationLevels.includes(options.isolation)) {
    throw new TypeError(`\`isolation\` is one of ${isolationLevels.join(", ")}.`);
  }
  const schema = options.schema ?? [];
  const isolate = isolateOf(sources, options.isolate);
  return {
    options,
    sources,
    isolate,
    schema: (Array.isArray(schema) ? (schema as readonly (string | URL)[]) : [schema as string | URL]).map(textOf),
    stall: positive("stall", options.stall, defaultStall),
    schedules: positive("budget.schedules", options.budget?.schedules, Infinity),
    seconds: positive("budget.seconds", options.budget?.seconds, Infinity),
    stopAtFirst: options.stopAtFirst ?? true,
    reduce: reduces(options, isolate),
  };
}
