/** A check and an act on one row that may be a race; the gates decide. */
import type { Value } from "../ir/value.js";
import type { AccessEvent, Guard } from "./summary.js";
import type { Unit } from "./unit.js";

export interface Pair {
  /** The flow in which row, check and write are all known. */
  readonly unit: Unit;
  readonly read: AccessEvent;
  readonly write: AccessEvent;
  /** The condition that the write depends on. */
  readonly check: Guard;
  /** The row, normalised. */
  readonly row: Value;
  /** Columns that are both checked and written, sorted. */
  readonly columns: readonly string[];
  /** The check is the presence of a row that the read's filter selected by these columns. */
  readonly byFilter: boolean;
  /** Index in `write.path` of the call at which check and act meet. */
  readonly level: number;
}

/** Why a pair is no finding; the name of its counter. */
export type Drop =
  | "throttle"
  | "row of this flow"
  | "value carried over"
  | "compare-and-set"
  | "unreadable filter"
  | "optimistic version"
  | "row locked by read"
  | "row locked before"
  | "unknown statement before read"
  | "isolation level"
  | "lock function"
  | "unknown wrapper"
  | "checked again under lock"
  | "checked again later"
  | "claimed"
  | "leased"
  | "inserted before"
  | "protected by every caller"
  | "closed by every caller"
  | "never run"
  | "idempotent"
  | "delete without partner";
