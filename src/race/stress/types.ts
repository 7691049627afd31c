import type { ExploreOptions, Isolate, ReportData, WorkerSource } from "../types.js";

/** How often the invariant broke by itself with one number of workers. */
export interface StressRow {
  readonly workers: number;
  readonly runs: number;
  /** How many of the runs broke the invariant. */
  readonly violations: number;
  readonly seconds: number;
  /** Serialization failures, deadlocks and the like: SQLSTATE to the number of workers that ended with it. */
  readonly errors: Readonly<Record<string, number>>;
  /** What the invariant said when it was first broken. */
  readonly sentence?: string;
}

/** Plain data, to be kept in a file and put beside what an exploration counted. */
export interface StressReportData {
  readonly isolate: Isolate;
  readonly serverVersion: string;
  readonly rows: readonly StressRow[];
}

export interface StressReport extends StressReportData {
  /** `1 of 412 runs with 2 workers, none of 90 with 20`. */
  toString(): string;
  /** The same, and below it what an exploration of the workers counted. */
  beside(explored: ReportData): string;
}

export interface StressOptions extends Pick<
  ExploreOptions,
  "database" | "schema" | "reset" | "invariant" | "isolation" | "isolate" | "execArgv" | "allowExisting" | "signal"
> {
  /** How many equal workers to start at once; each number is measured. Default: `[2, 5, 10, 20]`. */
  readonly workers?: readonly number[];
  readonly worker: WorkerSource;
  /** How long to measure each number of workers. Default: 10. */
  readonly seconds?: number;
  /** Start each worker of a run at a random moment of this many milliseconds, as requests arrive. Default: 0, all at once. */
  readonly spread?: number;
  /** End a measurement after this many runs. Default: no limit. */
  readonly runs?: number;
  readonly onProgress?: (row: StressRow) => void;
}
