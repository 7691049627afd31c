/** A check that is repeated where nobody can come in between: the one before it is only a courtesy. */
import { checkedConstraint, isWeaker, valuesAtStake } from "./compareAndSet.js";
import type { Constraint } from "./constraint.js";
import { dropOf, pairsOfWrite } from "./detect.js";
import type { Drop, Pair } from "./pair.js";
import type { ProtectionContext } from "./protection.js";

/** Drops of a pair whose read, check and write are one operation, so that its check is good for the write's other pairs too. */
const oneOperation: ReadonlySet<Drop | undefined> = new Set<Drop>([
  "row locked by read",
  "row locked before",
  "unknown statement before read",
  "isolation level",
  "claimed",
  "leased",
]);

/**
 * Before the same write the same column is checked on another row value, at least as strictly: one that is locked, claimed or read under a
 * lease, or one that is read later. Of the second kind the later check is the race, if there is one. It may stand in a callee with the write.
 */
export function checkedAgain(pair: Pair, context: ProtectionContext): Drop | undefined {
  const others = pairsOfWrite(pair.unit, pair.write, context, { insideCallees: true }).filter(
    (q) => q.row !== pair.row && q.columns.some((c) => pair.columns.includes(c)),
  );
  const holds = (again: readonly Pair[]) => pair.columns.some((c) => isAsStrict(again, c, pair, context));
  if (holds(others.filter((q) => oneOperation.has(dropOf(q, context))))) return "checked again under lock";
  const isLater = ({ unit, read, check }: Pair) =>
    check.certain && check.source !== "choice" && unit.order(read.id) > unit.order(pair.read.id);
  return holds(others.filter(isLater)) ? "checked again later" : undefined;
}

/** What is not known of a check counts as strict enough. */
function isAsStrict(others: readonly Pair[], column: string, pair: Pair, context: ProtectionContext): boolean {
  const again = others.filter((q) => q.columns.includes(column));
  const first = checkedConstraint(pair, column, context);
  const second = again.map((q) => checkedConstraint(q, column, context)).filter((c) => c !== undefined);
  if (again.length === 0) return false;
  if (first === undefined || second.length < again.length) return true;
  return !isWeaker(
    allOf(second),
    first,
    [pair, ...again].flatMap((q) => valuesAtStake([], column, q, context)),
  );
}

function allOf(constraints: readonly Constraint[]): Constraint {
  return {
    admits(value) {
      const admitted = constraints.map((c) => c.admits(value));
      return admitted.includes(false) ? false : admitted.includes(undefined) ? undefined : true;
    },
  };
}
