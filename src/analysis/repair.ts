/** What a fix that makes the write conditional has to know of the pair, besides its places. */
import { checkedConstraint } from "./compareAndSet.js";
import { admitsOnlyNull, constraintOf, type Constraint } from "./constraint.js";
import type { ConsequenceContext } from "./consequence.js";
import { earlyEffects } from "./effectOf.js";
import type { CheckedColumn, Repair } from "./issue.js";
import type { Pair } from "./pair.js";
import { isColumnOf, usedUp } from "./usedUp.js";

export function repairOf(pair: Pair, context: ConsequenceContext): Repair {
  const { write, level, columns } = pair;
  const schema = context.environment.schema(write.access.entity);
  return {
    path: write.path.slice(level).map((site) => context.place(site.name)),
    columns: columns.map((column) => checkedColumn(column, pair, context)),
    key: schema?.primaryKey ?? [],
    usedUp: usedUp(pair, context) === "yes",
    early: earlyEffects(pair, context),
  };
}

function checkedColumn(name: string, pair: Pair, context: ConsequenceContext): CheckedColumn {
  const schema = context.environment.schema(pair.write.access.entity);
  const info = schema?.columns.get(name);
  return {
    name,
    type: info?.type ?? "unknown",
    nullable: info?.nullable ?? true,
    onlyNull: pair.check.certain && admitsOnlyNull(constraintOfColumn(name, pair, context), context.environment.values),
  };
}

function constraintOfColumn(name: string, pair: Pair, context: ConsequenceContext): Constraint | undefined {
  if (pair.byFilter) return checkedConstraint(pair, name, context);
  return constraintOf(pair.check, (value) => isColumnOf(value, name, pair, context));
}
