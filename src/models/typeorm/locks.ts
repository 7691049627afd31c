/**
 * TypeORM's lock modes on PostgreSQL (`SelectQueryBuilder.createLockExpression`,
 * https://typeorm.io/docs/query-builder/select-query-builder/#set-locking). `dirty_read` sends no lock there, and `optimistic` compares
 * in memory right after reading (facts S1, S7): neither is a lock.
 */
import type { Value } from "../../ir/value.js";
import { stringOf } from "../fields.js";
import type { CallContext, RowLock } from "../model.js";

const modes: Readonly<Record<string, RowLock>> = {
  pessimistic_read: { strength: "share", wait: "block" },
  pessimistic_write: { strength: "update", wait: "block" },
  pessimistic_partial_write: { strength: "update", wait: "skip locked" },
  pessimistic_write_or_fail: { strength: "update", wait: "nowait" },
  for_no_key_update: { strength: "no key update", wait: "block" },
  for_key_share: { strength: "key share", wait: "block" },
};

const waits: Readonly<Record<string, RowLock["wait"]>> = { nowait: "nowait", skip_locked: "skip locked" };

export function lockOf(mode: Value | undefined, onLocked: Value | undefined): RowLock | undefined {
  if (mode?.kind === "join") return mode.alternatives.map((a) => lockOf(a.value, onLocked)).find((l) => l !== undefined);
  const name = stringOf(mode);
  const lock = name === undefined ? undefined : modes[name];
  const wait = waits[stringOf(onLocked) ?? ""];
  return lock === undefined || wait === undefined ? lock : { ...lock, wait };
}

/**
 * The lock of find options. One that is taken under a condition counts as taken: whether it is there when it matters is not known, and
 * then nothing is reported.
 */
export function optionsLock(options: Value, context: CallContext): RowLock | undefined {
  const lock = context.property(options, "lock");
  return lockOf(context.property(lock, "mode"), context.property(lock, "onLocked"));
}
