/** Row locks as PostgreSQL has them (https://www.postgresql.org/docs/current/explicit-locking.html#LOCKING-ROWS). */
import type { RowLock } from "../model.js";

/** Whether a second transaction that wants to write the row, or to lock it in the same way, has to wait. */
export function excludesOthers(lock: RowLock | undefined): boolean {
  return lock?.strength === "update" || lock?.strength === "no key update";
}
