/** Races that come with the parent row's: whoever comes second is turned away by the check of the parent, unless that one is raced as well. */
import type { Value } from "../ir/value.js";
import { isCheck } from "./effectOf.js";
import type { Pair } from "./pair.js";
import type { ProtectionContext } from "./protection.js";
import { usedUp } from "./usedUp.js";

/**
 * Whether the write of `pair` happens only behind the check of `other`, which is about the row that owns this one, and which the same flow
 * uses up. Two callers then meet at `pair` only if they met at `other`: it is one race, and one remedy.
 */
export function comesWith(pair: Pair, other: Pair, context: ProtectionContext): boolean {
  if (other.unit !== pair.unit || other.byFilter || !isChildOf(pair.row, other.row, context)) return false;
  const isBehind = pair.write.guards.some((g) => g.certain && isCheck(g, other.check));
  return isBehind && happensBeside(other, pair) && usedUp(other, context) === "yes";
}

/** One of a list of rows that hang on the other row (`order.items`): these have no other parent. What a row points at may have several. */
function isChildOf(row: Value, parent: Value, { uses }: ProtectionContext): boolean {
  return row.kind === "element" && row.list.kind === "member" && uses.normal(row.list.base) === parent;
}

/** Wherever the one is written, the other is: nothing more is asked for it. */
function happensBeside({ write }: Pair, { write: act }: Pair): boolean {
  return write.guards.every((g) => act.guards.some((h) => h.certain && isCheck(h, g)));
}
