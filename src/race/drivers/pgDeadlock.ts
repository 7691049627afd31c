/** query_canceled; https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const cancelled = "57014";

/** What the server's `DeadLockReport` says, as pg's `DatabaseError` has it. */
export const deadlock = {
  code: "40P01",
  message: "deadlock detected",
  detail: "The race explorer chose this statement among those in the deadlock.",
  hint: "See server log for query details.",
  file: "deadlock.c",
  routine: "DeadLockReport",
};

/**
 * Makes the error of a statement that was cancelled to end a deadlock the one that the server would have given it. For the server the
 * two are one: an ERROR thrown while it waits for the lock, which ends the transaction.
 */
export function asDeadlock(error: unknown): void {
  if (!(error instanceof Error) || (error as { code?: unknown }).code !== cancelled) return;
  const stack = error.stack?.replace(error.message, deadlock.message);
  Object.assign(error, deadlock, stack !== undefined && { stack });
}
