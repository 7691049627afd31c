/** What the engine did, for whoever asks with `DEBUG=check-then-act`; and internal errors, which are never silent. */
import { writeSync } from "node:fs";
import { isMainThread, threadId } from "node:worker_threads";
import createDebug from "debug";

export interface Counters {
  /** One more of `name`: `functions lowered`, `bound hit: alternatives`, `pair dropped: protected`. */
  count(name: string, by?: number): void;
  /** Runs a stage and adds its time, which includes the stages it calls. */
  time<T>(stage: string, run: () => T): T;
  /** The analysis of one function failed. The others go on; the user is asked once for a report. */
  internalError(file: string, functionName: string, error: unknown): void;
}

/** Where output goes. Tests give their own. */
export interface DebugSink {
  readonly enabled: boolean;
  /** One line of debug output. */
  log(line: string): void;
  /** One sentence that the user sees even without `DEBUG`. */
  warn(sentence: string): void;
}

interface Stage {
  calls: number;
  milliseconds: number;
}

const namespace = "check-then-act";
const issuesAddress = "https://github.com/check-then-act/eslint-plugin-check-then-act/issues";

/** Counts and times, added up over everything that shares them. */
export class Tally {
  readonly #counts = new Map<string, number>();
  readonly #stages = new Map<string, Stage>();

  add(name: string, by: number): void {
    this.#counts.set(name, this.count(name) + by);
  }

  count(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  addTime(name: string, milliseconds: number): void {
    const stage = this.#stages.get(name) ?? { calls: 0, milliseconds: 0 };
    stage.calls += 1;
    stage.milliseconds += milliseconds;
    this.#stages.set(name, stage);
  }

  /** A table of two columns: numbers to the right, names sorted. */
  print(): string {
    const times = [...this.#stages].map(([name, stage]) => [name, `${stage.milliseconds.toFixed(1)} ms`, `${stage.calls} calls`]);
    const counts = [...this.#counts].sort(([a], [b]) => a.localeCompare(b)).map(([name, count]) => [name, String(count)]);
    return [...align("stage", times), ...align("counter", counts)].join("\n");
  }
}

/** Counts into one table for the whole process, which is printed when the process ends. Costs a call and a test when debugging is off. */
export function createCounters(): Counters {
  return countersFor(processSink, processTally);
}

/** Counters that report to `sink` and add up in `tally`. */
export function countersFor(sink: DebugSink, tally: Tally): Counters {
  const internalError = errorReporter(sink, tally);
  if (!sink.enabled) return { count: ignoreCount, time: runOnly, internalError };
  return {
    count: (name, by = 1) => {
      tally.add(name, by);
    },
    time: (stage, run) => {
      const start = performance.now();
      try {
        return run();
      } finally {
        tally.addTime(stage, performance.now() - start);
      }
    },
    internalError,
  };
}

/** Remembers what it warned of by sink, so that several programs of one process ask for one report. */
const warned = new WeakSet<DebugSink>();

function errorReporter(sink: DebugSink, tally: Tally): Counters["internalError"] {
  return (file, functionName, error) => {
    tally.add("internal error", 1);
    if (sink.enabled) sink.log(`internal error in ${functionName} (${file}): ${stackOf(error)}`);
    if (warned.has(sink)) return;
    warned.add(sink);
    sink.warn(
      `eslint-plugin-check-then-act could not analyse ${functionName} in ${file} (${messageOf(error)}) and went on without it; please report this at ${issuesAddress} with the function's code.`,
    );
  };
}

function ignoreCount(): void {
  // Debugging is off.
}

function runOnly<T>(_stage: string, run: () => T): T {
  return run();
}

function align(heading: string, rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const name = Math.max(heading.length, ...rows.map((row) => row[0]?.length ?? 0));
  const value = Math.max(...rows.map((row) => row[1]?.length ?? 0));
  const lines = rows.map(([first = "", second = "", ...rest]) => [first.padEnd(name), second.padStart(value), ...rest].join("  "));
  return [heading, ...lines.map((line) => `  ${line}`)];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

const debug = createDebug(namespace);

const processSink: DebugSink = {
  enabled: debug.enabled,
  log: (line) => {
    debug("%s", line);
  },
  warn: (sentence) => {
    process.emitWarning(sentence, { type: "CheckThenActWarning" });
  },
};

const processTally = new Tally();

/** How many internal errors there were in this process: none reaches ESLint, so a test that looks for them asks here. */
export function internalErrors(): number {
  return processTally.count("internal error");
}

if (processSink.enabled) {
  const worker = isMainThread ? "" : ` (thread ${threadId})`;
  process.once("exit", () => {
    // A worker's `process.stderr` is a message to the main thread, which no longer listens.
    writeSync(2, `${namespace}${worker}\n${processTally.print()}\n`);
  });
}
