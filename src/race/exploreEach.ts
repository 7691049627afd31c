import { drawEach } from "./draw/table.js";
import { explore } from "./explore.js";
import { isolationLevels, settingsOf } from "./options.js";
import type { ExploreOptions, IsolationLevel, Report } from "./types.js";

export interface ExploreEachOptions extends Omit<ExploreOptions, "isolation"> {
  /** Default: all three. */
  readonly isolation?: readonly IsolationLevel[];
}

/** One report for each isolation level, in the order asked for; as text they stand side by side. */
export type Reports = readonly Report[] & { toString(): string };

/** Explores the same workers at each isolation level, every time in a database of its own. */
export async function exploreEach({ isolation = isolationLevels, ...options }: ExploreEachOptions): Promise<Reports> {
  // What is wrong with the options of one level is said before another is explored.
  for (const level of isolation) settingsOf({ ...options, isolation: level });
  const reports: Report[] = [];
  for (const level of isolation) reports.push(await explore({ ...options, isolation: level }));
  return Object.defineProperty(reports, "toString", { value: () => drawEach(reports), enumerable: false });
}
