/** The data of an expected report, with the parts that are equal in most cases filled in. */

interface Places {
  readonly subject?: string;
  readonly read: string;
  readonly check: string;
  readonly write: string;
  readonly note?: string;
  readonly remedy: string;
}

/** The last sentence of a message about the writing method `method`. */
export const remedies = {
  plain: (method: string) =>
    `Make '${method}' conditional on what was checked and go on only if a row changed, or read the row with a lock in the same transaction.`,
  early: () =>
    "Set an intermediate state before that call, with a write that is conditional on what was checked, and go on only if a row changed, or read the row with a lock in the same transaction.",
  inTransaction: (method: string) =>
    `Make '${method}' conditional on what was checked and go on only if a row changed, or lock the row in the read.`,
  otherHandle: (method: string) =>
    `Use the transaction's handle for both and lock the row in the read, or make '${method}' conditional on what was checked and go on only if a row changed.`,
};

export const processNote = " The lock around it does not help: it is in the memory of one process, and the others do not see it.";
export const handleNote = " The transaction does not help: the read and the write do not both go through its handle.";
export const transactionNote = " The transaction around it does not help: at READ COMMITTED both callers read the old value.";

/** `consequence` holds the placeholders of the message's own sentence. */
export function raceData(places: Places, consequence: Readonly<Record<string, string>>): Record<string, string> {
  return { subject: "'status' of Job", note: "", ...places, ...consequence };
}
