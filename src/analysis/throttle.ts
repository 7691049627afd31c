/** Throttles: something is done again only after some time, and doing it twice in that time does no harm. */
import { childrenOf, type Value } from "../ir/value.js";
import type { Drop, Pair } from "./pair.js";
import type { ProtectionContext } from "./protection.js";
import type { Guard } from "./summary.js";

/** The column is compared with the clock, and the new time is all that is written. A null test beside the comparison (never done before) belongs to it. */
export function throttle(pair: Pair, { uses }: ProtectionContext): Drop | undefined {
  const { written, opaquePatch } = pair.write.access;
  if (opaquePatch || written.length === 0 || !written.every((w) => w.value.kind === "clock")) return undefined;
  const compared = (g: Guard) =>
    isClockComparison(g.value, 6) &&
    uses.of(g.value).some((u) => u.row === pair.row && u.column !== undefined && pair.columns.includes(u.column));
  return [pair.check, ...pair.write.guards].some(compared) ? "throttle" : undefined;
}

const relational = new Set(["<", "<=", ">", ">="]);

function isClockComparison(value: Value, depth: number): boolean {
  if (depth === 0) return false;
  if (value.kind === "binary" && relational.has(value.operator)) return mentionsClock(value, depth);
  return childrenOf(value).some((v) => isClockComparison(v, depth - 1));
}

function mentionsClock(value: Value, depth: number): boolean {
  return value.kind === "clock" || (depth > 0 && childrenOf(value).some((v) => mentionsClock(v, depth - 1)));
}
