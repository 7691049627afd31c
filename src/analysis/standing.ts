/** Which racy transitions of a write stand: nothing excuses them, and losing matters. One race is one issue, so they come first. */
import { consequenceOf, type ConsequenceContext } from "./consequence.js";
import { dropOf, pairsOfWrite } from "./detect.js";
import type { Consequence } from "./issue.js";
import type { Pair } from "./pair.js";
import type { AccessEvent } from "./summary.js";
import type { Unit } from "./unit.js";

export function standingTransitions(unit: Unit, write: AccessEvent, context: ConsequenceContext): readonly Pair[] {
  return pairsOfWrite(unit, write, context).filter(
    (p) => dropOf(p, context) === undefined && context.heldByCallers(p) === undefined && isTransition(consequenceOf(p, context)),
  );
}

/** Where nothing but the new value depends on the old one, the race is a lost update. */
function isTransition({ kind }: Consequence): boolean {
  return kind !== "idempotent" && kind !== "stale-value";
}
