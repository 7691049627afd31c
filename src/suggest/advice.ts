import type { Reason } from "./suggestion.js";

/** What to do instead, for each reason for which nothing is suggested: a sentence that follows "not fixed: ...". */
export const advice: Readonly<Record<Reason, string>> = {
  "not applicable": "read, check and write are not what the suggestion is for",
  "several reads or writes": "several reads or writes meet here; make each write conditional and go on only if it changed a row",
  "different functions":
    "check and write are in different functions; let the one that writes take what was checked and return whether a row changed",
  "effect before write":
    "something that cannot be taken back comes before the write; claim the row before it, with a state of its own ('processing')",
  "write leaves the check open":
    "what is written may pass the check again, so that a second caller would win as well; write a state that the check refuses",
  "written value computed from the read":
    "the new value is computed from the value read; let the database compute it, with the check in the WHERE",
  "may write several rows":
    "the write may change several rows; ask for the checked state in its WHERE and go on with the rows that it returns (RETURNING), or take them with FOR UPDATE SKIP LOCKED in a transaction",
  "check is no if statement":
    "the check leaves by a helper, a switch or an expression, so that there is no exit to repeat; put the checked state into the write's filter and leave if no row changed",
  "the row has no name": "no variable of the function holds the row; keep it in one, and put the checked state into the write's filter",
  "write is part of an expression":
    "the write is not awaited in a statement of its own; give it one, put the checked state into its filter and go on only if a row changed",
  "the write's result is used":
    "what the write gives is used in place; keep it in a variable, put the checked state into the write's filter and test whether a row changed",
  "exit not valid at the write":
    "the check's exit does not mean the same behind the write; put the checked state into the write's filter and test how many rows changed",
  "condition cannot be expressed":
    "what the check lets through has no words in a filter; write only if a column still has the value that was read",
  "value does not round-trip":
    "the value read need not equal the value stored, so that comparing them proves nothing; lock the row in a transaction, or check a version column",
  "column not known": "the column's type is not known; put the checked state into the write's filter and go on only if a row changed",
  "write cannot be rewritten":
    "the write is in a form that is not edited; make it an update with the checked state in its filter and go on only if a row changed",
  "read cannot be rewritten": "the read is in a form that is not edited; lock its row until the transaction ends",
  "outer join in the read":
    "the read joins, and PostgreSQL locks nothing on the nullable side of an outer join; lock the row by a read of its own",
};
