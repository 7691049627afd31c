import type { Label } from "../../agent/labels.js";

/**
 * What is known of a statement before it is on the wire, from a driver that says so: whose it is. On the wire itself statements of
 * several workers follow each other on one connection, sent in the context of whatever event made room for them.
 */
export interface Announcement {
  /** Undefined when nobody controls it. */
  readonly label: Label | undefined;
  /** Its text as it is sent; undefined when it will not be sent. */
  readonly sql: () => string | undefined;
  readonly values: () => readonly unknown[] | undefined;
  /** Its rows come in pieces, as the application asks for them. */
  readonly streamed: () => boolean;
  /** Others are before it on its connection, of which the first waits for its turn or has it, or else is over soon. */
  queued(isControlled: boolean): void;
  /** It is the next on its connection. */
  arrived(): void;
}
