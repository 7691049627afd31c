/** What the engine says: one database race, as plain data. Knows nothing of ESLint, rules or message texts. */
import type { Loc } from "../ir/ir.js";
import type { ColumnInfo } from "../models/model.js";

/** One anomaly each; a rule reports the issues of one kind. */
export type IssueKind =
  /** A checked column is written non-atomically. */
  | "racy-transition"
  /** A conditional update whose changed-row count nobody looks at, while the code goes on as the winner. */
  | "unchecked-claim"
  /** A column's new value is computed from the value read and written back unconditionally. */
  | "lost-update"
  /** Existence or count is checked, then a row is inserted, without a unique constraint. */
  | "racy-insert"
  /** A lock, isolation level or retry that protects nothing. */
  | "ineffective-lock";

export interface Place {
  /** Absolute path. */
  readonly file: string;
  readonly loc: Loc;
}

/** Why losing the race matters (design 1.6). */
export type Consequence =
  /** Code that the check controls does something that is not idempotent; `name` is the call as written (`mailer.send`). */
  | {
      readonly kind: "effect";
      readonly name: string;
      readonly at: Place;
      /** It happens before the write: a conditional write would come too late. */
      readonly early: boolean;
    }
  /** Another write in the program sets a checked column to what the check forbids, and this write overwrites that. */
  | {
      readonly kind: "partner";
      readonly column: string;
      /** What the other write sets, and what this one does; `undefined`: no constant. */
      readonly value: string | undefined;
      readonly own: string | undefined;
      /** This write deletes the row. */
      readonly deletes: boolean;
      readonly at: Place;
    }
  /** The exit on losing (`losing`) and the end of the flow (`at`) return different values. */
  | { readonly kind: "outcome"; readonly at: Place; readonly losing: Place }
  /**
   * The write stores something of this caller's (a worker's id, a token, its input): the loser's overwrites the winner's. Without a column:
   * what the caller passes, whatever that is.
   */
  | { readonly kind: "overwrite"; readonly column: string | undefined }
  /** The database adds to or subtracts from the column, which the check should have allowed only once. */
  | { readonly kind: "repeated"; readonly column: string }
  /** The new value is computed from the value read. */
  | { readonly kind: "stale-value"; readonly column: string }
  /** Both workers write the same constants and nothing else happens; reported only on request. */
  | { readonly kind: "idempotent" };

/** What a change of the code must know and its syntax does not tell. */
export interface Surroundings {
  /** The issue's columns; `type: undefined` where the definition is not in the program. */
  readonly columns: readonly (ColumnInfo | { readonly name: string; readonly type: undefined })[];
  /** Property names; empty where the entity's definition is not in the program. */
  readonly primaryKey: readonly string[];
  /** The write changes the row that was read and certainly no other. */
  readonly writesOneRow: boolean;
  /** A value that the write sets was computed from the value of the same column that was read. */
  readonly isStale: boolean;
  /** Something that may not happen twice lies between read and write: a conditional write comes too late for it. */
  readonly effectBefore: boolean;
  /** Read and write are certainly on the handle of one transaction. */
  readonly oneTransaction: boolean;
  /** The layer that writes, and its own word for what the write was called on; `undefined`: not known. */
  readonly through: { readonly model: string; readonly type: string } | undefined;
  /** The same of the read. */
  readonly readThrough: { readonly model: string; readonly type: string } | undefined;
  /** The read gives one row of its table, and joins nothing unless its arguments say so. */
  readonly readsOneRow: boolean;
  /** Every read of the entity joins a relation. */
  readonly joinsAlways: boolean;
  /** Names of the entity's columns and of its relations; empty where its definition is not in the program. */
  readonly properties: readonly string[];
  readonly relations: readonly string[];
  /** Saving a row does more than write it: methods of the entity run. */
  readonly hasListeners: boolean;
}

export interface Issue {
  readonly kind: IssueKind;
  /** Name of the data layer's model. */
  readonly layer: string;
  /** The entity's name as the program writes it. */
  readonly entity: string;
  /** The columns that are both checked and written (of an ineffective lock: all that the write writes), sorted. */
  readonly columns: readonly string[];
  /** The act in the lowest function where check and act meet (of a lock that protects nothing: the lock): the callee's name, on one line. */
  readonly anchor: Place;
  /** An unchecked claim has no read of its own: it is where the claim stands. */
  readonly read: Place;
  /**
   * The tested expression. A lost update tests nothing: it is where the write is given the new value, or else the read. For an unchecked
   * claim it is the claim's own condition.
   */
  readonly check: Place;
  /** Where further of the columns are checked, before the same act. */
  readonly otherChecks: readonly Place[];
  readonly write: Place;
  /** Further writes that the same call leads to under the same check. */
  readonly otherWrites: readonly Place[];
  /** Writes of other calls in the same function that hang on the same check: they have no issue of their own. */
  readonly furtherWrites: readonly Place[];
  /** The read's and the write's method names as written: `findOne`, `save`. */
  readonly readMethod: string;
  readonly writeMethod: string;
  /** The check happens through the read's own filter (`findOne({ status: "pending" })` and a null test). */
  readonly checkedInFilter: boolean;
  readonly consequence: Consequence;
  /** What the author used that does not protect here (a plain transaction, a lock after the read), if anything. */
  readonly falseProtection: "transaction" | "late lock" | "lock outside transaction" | "other handle" | "process lock" | undefined;
  /** Call sites from the function that reads down to the write, outermost first; empty when all three are in one function. */
  readonly trace: readonly Place[];
  /** For fixes; only a racy transition has one. */
  readonly repair: Repair | undefined;
  /** For suggestions; `undefined` where several reads or writes meet in one issue, so that no single change is one of all of them. */
  readonly surroundings: Surroundings | undefined;
}

/** What a fix that makes the write conditional has to know. */
export interface Repair {
  /** Calls from the anchor down to the write, both included, each by its callee's name; one only if the anchor is the write itself. */
  readonly path: readonly Place[];
  /** Those that are both checked and written. */
  readonly columns: readonly CheckedColumn[];
  /** Names of the properties that are the entity's primary key; empty if that is not known. */
  readonly key: readonly string[];
  /** What the write leaves in the columns no longer passes the check: of two callers that read the same values only one can then win. */
  readonly usedUp: boolean;
  /** What happens between check and write and cannot be taken back: a conditional write would come too late for it. */
  readonly early: readonly Place[];
}

export interface CheckedColumn {
  readonly name: string;
  readonly type: ColumnInfo["type"];
  readonly nullable: boolean;
  /** The check lets nothing through but `null`. */
  readonly onlyNull: boolean;
}
