/**
 * Statements that write the rows that a sub-select finds: `UPDATE jobs .. WHERE id = (SELECT id FROM jobs WHERE status = 'pending' LIMIT 1)`.
 *
 * A sub-select that locks (`FOR UPDATE`, also with `SKIP LOCKED`) has its conditions evaluated again on the rows that it had to wait for, so
 * they guard the write as if they stood in its own WHERE. Of one that does not lock only the outer condition is evaluated again: that is a read
 * and a write in one statement, and two workers write the same row (facts 1).
 */
import type { Alternative, Value } from "../../ir/value.js";
import { every, filterOf, inner, predicate, unknownOf } from "../filter.js";
import type { AccessSpec, CallContext } from "../model.js";
import type { ConditionReader } from "./conditions.js";
import { excludesOthers } from "./locks.js";
import type { Scope } from "./scope.js";
import { foundRows } from "./select.js";
import type { Sender } from "./sender.js";
import { as } from "./tree.js";

export function claimReader(scope: Scope, send: Sender): ConditionReader {
  return {
    scope,
    subSelect: (column, operator, query) => {
      const select = as(query, "SelectStmt");
      const found = select === undefined ? undefined : foundRows(select, scope.reading);
      if (found?.scope.main === undefined || found.scope.main.entity !== scope.main?.entity)
        return filterOf({ ...predicate(column, "unknown"), outer: false });
      const { values } = scope.reading.context;
      if (excludesOthers(found.lock)) return every([filterOf(predicate(column, "in", values.unknown)), found.filter]);
      const read = send.access(found.scope.main, { operation: "read", cardinality: "rows", lock: found.lock, filter: found.filter });
      const rows = foundKeys(column, operator, read, scope.reading.context);
      return every([rows === undefined ? unknownOf([column]) : filterOf(predicate(column, operator, rows)), inner(found.filter)]);
    },
  };
}

/** The keys of the rows that the sub-select found, if it found any. */
export function foundKeys(column: string, operator: "=" | "in", read: AccessSpec, { values, at }: CallContext): Value | undefined {
  if (at === undefined) return undefined;
  const list = values.result(read.id);
  const row = values.make({ kind: "element", list });
  const item = values.make({ kind: "member", base: row, name: column });
  const [found, none] = operator === "=" ? [item, values.undefined] : [values.make({ kind: "mapped", list, item }), values.list([])];
  const when = (polarity: boolean): Alternative["when"] => [{ value: row, polarity, at }];
  return values.join([
    { value: found, when: when(true) },
    { value: none, when: when(false) },
  ]);
}
