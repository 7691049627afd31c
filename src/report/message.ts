/** An issue in words: what was read, checked and written, and where; why it matters; what would protect. */
import type { Consequence, Issue } from "../analysis/issue.js";
import { formatPlace } from "./location.js";
import { quoteList } from "./wording.js";

/** One message for each kind of consequence. */
export type MessageId = Consequence["kind"] extends infer K ? (K extends "stale-value" ? "staleValue" : K) : never;

export interface Message {
  readonly messageId: MessageId;
  /** A value for every placeholder of the message, and no others. */
  readonly data: Readonly<Record<string, string>>;
}

/** Where the three meet. Every message starts with it. */
const race =
  "Race on {{ subject }}: read at {{ read }}, checked at {{ check }} and written at {{ write }}, and nothing makes the three one operation.";

/** `note` is empty or a sentence with a space before it. */
const end = "{{ note }} {{ remedy }}";

export const messages: Readonly<Record<MessageId, string>> = {
  effect: `${race} Two callers that both pass the check both go on to call '{{ effect }}' ({{ effectAt }}).${end}`,
  partner: `${race} The write at {{ partner }} {{ partnerWrite }}; if it runs between check and write, this write undoes it or happens although the check forbids it.${end}`,
  outcome: `${race} Two callers that both pass the check are both told that they won ({{ outcomeAt }}).${end}`,
  overwrite: `${race} Two callers that both pass the check both write {{ overwritten }}: the second one overwrites the first, and both take the row for theirs.${end}`,
  staleValue: `${race} The new {{ stale }} is computed from the value read, so that one of two changes made at the same time is lost.${end}`,
  idempotent: `${race} Two callers that both pass the check both write the same values; nothing else depends on it today.${end}`,
};

/** The message for an issue. Paths are relative to `cwd`. */
export function describeIssue(issue: Issue, cwd: string): Message {
  const { messageId, data } = describeConsequence(issue.consequence, cwd);
  return {
    messageId,
    data: {
      subject: issue.columns.length === 0 ? issue.entity : `${quoteList(issue.columns)} of ${issue.entity}`,
      read: formatPlace(issue.read, cwd),
      check: issue.checkedInFilter
        ? `${formatPlace(issue.check, cwd)} (through the filter of '${issue.readMethod}')`
        : formatPlace(issue.check, cwd),
      write: [issue.write, ...issue.otherWrites].map((place) => formatPlace(place, cwd)).join(" and "),
      ...data,
      note: note(issue.falseProtection),
      remedy: remedy(issue),
    },
  };
}

function describeConsequence(consequence: Consequence, cwd: string): Message {
  switch (consequence.kind) {
    case "effect":
      return { messageId: "effect", data: { effect: consequence.name, effectAt: formatPlace(consequence.at, cwd) } };
    case "partner":
      return {
        messageId: "partner",
        data: { partner: formatPlace(consequence.at, cwd), partnerWrite: partnerWrite(consequence.column, consequence.value) },
      };
    case "outcome":
      return { messageId: "outcome", data: { outcomeAt: formatPlace(consequence.at, cwd) } };
    case "overwrite":
      return { messageId: "overwrite", data: { overwritten: quoteList([consequence.column]) } };
    case "stale-value":
      return { messageId: "staleValue", data: { stale: quoteList([consequence.column]) } };
    case "idempotent":
      return { messageId: "idempotent", data: {} };
  }
}

function partnerWrite(column: string, value: string | undefined): string {
  return value === undefined ? `changes ${quoteList([column])}` : `sets ${quoteList([column])} to ${quoteList([value])}`;
}

/** Why what the author used does not help here. */
function note(protection: Issue["falseProtection"]): string {
  switch (protection) {
    case undefined:
      return "";
    case "transaction":
      return " The transaction around it does not help: at READ COMMITTED both callers read the old value.";
    case "late lock":
      return " The lock does not help: it is taken after the read, so the check is made on a stale row.";
    case "lock outside transaction":
      return " The lock does not help: outside a transaction it ends with the statement that takes it.";
    case "other handle":
      return " The transaction does not help: the read and the write do not both go through its handle.";
  }
}

function remedy(issue: Issue): string {
  if (issue.consequence.kind === "stale-value") {
    return "Let the database compute the new value in the write, or lock the row when reading it.";
  }
  const claim = `Make '${issue.writeMethod}' conditional on what was checked and go on only if a row changed`;
  switch (issue.falseProtection) {
    case "transaction":
      return `${claim}, or lock the row in the read.`;
    case "late lock":
      return "Take the lock in the read, or read the row again after taking it.";
    case "lock outside transaction":
      return `Do the read and the write in one transaction, or make '${issue.writeMethod}' conditional and go on only if a row changed.`;
    case "other handle":
      return `Use the transaction's handle for both and lock the row in the read, or make '${issue.writeMethod}' conditional and go on only if a row changed.`;
    case undefined:
      return `${claim}, or read the row with a lock in the same transaction.`;
  }
}
