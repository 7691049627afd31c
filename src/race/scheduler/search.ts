import type { UnfinishedReason } from "../types.js";
import type { Foresee } from "./foresight.js";
import type { Choose } from "./tree.js";
import type { Turn } from "./turns.js";

/** A way through the schedules: which run comes next, and when there is none. */
export interface Search {
  /** Where a run went another way than the runs before it with the same decisions. */
  readonly mismatch: UnfinishedReason | undefined;
  /** Schedules that need no run because they end like one that was run. */
  readonly pruned: number;
  /** The last run turned out to be one of those. */
  readonly redundant: boolean;
  begin(): void;
  readonly choose: Choose;
  readonly foresee?: Foresee;
  /** The run that began is over. */
  end(turns: readonly Turn[]): void;
  /** Goes on to the next run; false when there is none. */
  advance(): boolean;
}
