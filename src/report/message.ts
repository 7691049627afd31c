/** An issue in words: what was read, checked and written, and where; why it matters; what would protect. */
import type { Consequence, Issue, Place } from "../analysis/issue.js";
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
  partner: `${race} The write at {{ partner }} {{ partnerWrite }}: if it comes between check and write, this write {{ ownWrite }} all the same, and that change is lost.${end}`,
  outcome: `${race} Two callers that both pass the check both end as the winner ({{ outcomeAt }}), although one of them should have left at {{ losingAt }}.${end}`,
  overwrite: `${race} Two callers that both pass the check both write {{ overwritten }}: the second overwrites what the first wrote without having checked it.${end}`,
  repeated: `${race} Two callers that both pass the check both change {{ repeated }} by an amount: it counts twice what the check should have let through once.${end}`,
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
      check: formatPlaces(
        [issue.check, ...issue.otherChecks],
        cwd,
        issue.checkedInFilter ? ` (through the filter of '${issue.readMethod}')` : "",
      ),
      write: formatPlaces([issue.write, ...issue.otherWrites, ...issue.furtherWrites], cwd),
      ...data,
      note: note(issue.falseProtection),
      remedy: remedy(issue),
    },
  };
}

/** `note` belongs to the first. */
function formatPlaces(places: readonly Place[], cwd: string, note = ""): string {
  return places.map((place, i) => `${formatPlace(place, cwd)}${i === 0 ? note : ""}`).join(" and ");
}

function describeConsequence(consequence: Consequence, cwd: string): Message {
  switch (consequence.kind) {
    case "effect":
      return { messageId: "effect", data: { effect: consequence.name, effectAt: formatPlace(consequence.at, cwd) } };
    case "partner":
      return { messageId: "partner", data: { partner: formatPlace(consequence.at, cwd), ...partnerWrite(consequence) } };
    case "outcome":
      return {
        messageId: "outcome",
        data: { outcomeAt: formatPlace(consequence.at, cwd), losingAt: formatPlace(consequence.losing, cwd) },
      };
    case "overwrite":
      return {
        messageId: "overwrite",
        data: { overwritten: consequence.column === undefined ? "what they were given" : quoteList([consequence.column]) },
      };
    case "repeated":
      return { messageId: "repeated", data: { repeated: quoteList([consequence.column]) } };
    case "stale-value":
      return { messageId: "staleValue", data: { stale: quoteList([consequence.column]) } };
    case "idempotent":
      return { messageId: "idempotent", data: {} };
  }
}

/** What the partner's write does to the column, and what this one does then. */
function partnerWrite({ column, value, own, deletes }: Extract<Consequence, { kind: "partner" }>): Record<string, string> {
  const forbidden = "which the check does not let through";
  return {
    partnerWrite:
      value === undefined ? `changes ${quoteList([column])}` : `sets ${quoteList([column])} to ${quoteList([value])}, ${forbidden}`,
    ownWrite: deletes ? "deletes the row" : own === undefined ? "overwrites it" : `sets it to ${quoteList([own])}`,
  };
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
    case "process lock":
      return " The lock around it does not help: it is in the memory of one process, and the others do not see it.";
  }
}

function remedy({ consequence, writeMethod, falseProtection }: Issue): string {
  if (consequence.kind === "stale-value") {
    return "Let the database compute the new value in the write, or lock the row when reading it.";
  }
  // A conditional write behind the effect would decide when it has happened twice.
  const early = consequence.kind === "effect" && consequence.early;
  const conditional = early
    ? `set an intermediate state before that call, with a write that is conditional on what was checked, and go on only if a row changed`
    : `make '${writeMethod}' conditional on what was checked and go on only if a row changed`;
  switch (falseProtection) {
    case "transaction":
      return `${capitalised(conditional)}, or lock the row in the read.`;
    case "late lock":
      return "Take the lock in the read, or read the row again after taking it.";
    case "lock outside transaction":
      return `Do the read and the write in one transaction, or ${conditional}.`;
    case "other handle":
      return `Use the transaction's handle for both and lock the row in the read, or ${conditional}.`;
    case "process lock":
    case undefined:
      return `${capitalised(conditional)}, or read the row with a lock in the same transaction.`;
  }
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
