import path from "node:path";
import type { StressRow } from "../../../src/race/stress/types.js";

/** How often a race shows by itself, beside what its exploration found. */
export interface HitRates {
  readonly fixture: string;
  readonly machine: { readonly cores: number; readonly node: string; readonly postgres: string };
  readonly explored: { readonly schedules: number; readonly violations: number; readonly seconds: number };
  readonly series: readonly Series[];
}

export interface Series {
  /** Milliseconds over which the starts of a run's workers were spread. */
  readonly spread: number;
  readonly rows: readonly StressRow[];
}

/** Scripts of package.json run in the repository's root. */
const images = path.resolve("docs/images");
export const dataFile = path.join(images, "hit-rate.json");
export const imageFile = path.join(images, "hit-rate.svg");
