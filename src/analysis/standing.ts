/** Which racy transitions of a write stand: nothing excuses them, and losing matters. One race is one issue, so they come first. */
import { consequenceOf, type ConsequenceContext } from "./consequence.js";
import { dropOf, pairsOfWrite } from "./detect.js";
import type { Drop, Pair } from "./pair.js";
import type { AccessEvent } from "./summary.js";
import type { Unit } from "./unit.js";

/** Why the pair is no race: by its own flow, or by every caller. */
export function excuseOf(pair: Pair, context: ConsequenceContext): Drop | undefined {
  return dropOf(pair, context) ?? context.heldByCallers(pair);
}

export function standingTransitions(unit: Unit, write: AccessEvent, context: ConsequenceContext): readonly Pair[] {
  return pairsOfWrite(unit, write, context).filter(
    (p) => excuseOf(p, context) === undefined && consequenceOf(p, context).kind !== "idempotent",
  );
}
