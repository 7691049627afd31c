import type { UnfinishedReason, Verdict } from "./types.js";

/**
 * A violation stands whatever else is uncertain, because it happened; nothing else does. Schedules that prove nothing are not called
 * exhausted, and what was not covered is not called either.
 */
export function verdictOf(found: {
  readonly violations: number;
  readonly unfinished: readonly UnfinishedReason[];
  readonly vacuous: readonly string[];
}): Verdict {
  if (found.violations > 0) return "violated";
  if (found.unfinished.length > 0) return "unfinished";
  return found.vacuous.length > 0 ? "vacuous" : "exhausted";
}
