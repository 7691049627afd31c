import { type Settings, settingsOf } from "./options.js";
import { drawBeside, drawStress } from "./stress/beside.js";
import type { StressOptions, StressReport, StressReportData, StressRow } from "./stress/types.js";
import { type UncontrolledRun, UncontrolledRuns } from "./stress/uncontrolledRuns.js";
import { type Opened, withOpened } from "./surroundings.js";
import type { ReportData } from "./types.js";

type Limits = Required<Pick<StressOptions, "seconds" | "runs" | "spread">>;

const defaultWorkers: readonly number[] = [2, 5, 10, 20];
const defaultSeconds = 10;

/**
 * Runs workers without any control, as a load test would, to measure how rarely their race shows by itself. It proves nothing about
 * workers of which no run broke the invariant; `explore` does.
 */
export async function stress(options: StressOptions): Promise<StressReport> {
  const { workers = defaultWorkers, worker, seconds = defaultSeconds, runs = Infinity, spread = 0, onProgress, ...explored } = options;
  const settings = workers.map((count) => settingsOf({ ...explored, workers: [count, worker] }));
  const [first] = settings;
  if (first === undefined) throw new TypeError("`workers` names no number of workers to measure, for example [2, 5, 10, 20].");
  const rows: StressRow[] = [];
  let serverVersion = "";
  for (const one of settings) {
    const row = await withOpened(one, (opened) => {
      serverVersion = opened.database.serverVersion;
      return measure(one, opened, { seconds, runs, spread });
    });
    rows.push(row);
    onProgress?.(row);
  }
  return reportOf({ isolate: first.isolate, serverVersion, rows });
}

/** The texts are methods that `JSON.stringify` and `structuredClone` of the data leave out. */
function reportOf(data: StressReportData): StressReport {
  const texts = {
    toString: { value: () => drawStress(data) },
    beside: { value: (explored: ReportData) => drawBeside(explored, data) },
  };
  return Object.defineProperties({ ...data }, texts) as StressReport;
}

async function measure(settings: Settings, opened: Opened, limits: Limits): Promise<StressRow> {
  const source = new UncontrolledRuns(settings, opened, limits.spread);
  // Connections are made and caches filled in a run that does not count.
  await source.next();
  const tally = new Tally();
  while (tally.seconds < limits.seconds && tally.runs < limits.runs) {
    settings.options.signal?.throwIfAborted();
    tally.add(await source.next());
  }
  return tally.row(settings.sources.length);
}

class Tally {
  runs = 0;
  #violations = 0;
  #sentence: string | undefined;
  readonly #errors = new Map<string, number>();
  readonly #started = performance.now();

  get seconds(): number {
    return (performance.now() - this.#started) / 1000;
  }

  add({ outcomes, sentence }: UncontrolledRun): void {
    this.runs++;
    if (sentence !== undefined) this.#violations++;
    this.#sentence ??= sentence;
    for (const { error } of outcomes) {
      const state = error?.sqlState;
      if (state !== undefined) this.#errors.set(state, (this.#errors.get(state) ?? 0) + 1);
    }
  }

  row(workers: number): StressRow {
    return {
      workers,
      runs: this.runs,
      violations: this.#violations,
      seconds: this.seconds,
      errors: Object.fromEntries(this.#errors),
      ...(this.#sentence !== undefined && { sentence: this.#sentence }),
    };
  }
}
