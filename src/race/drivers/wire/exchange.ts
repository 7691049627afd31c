import type { WireMessage } from "./framer.js";

/** What is sent to the server up to a Sync or a Query, and everything that the server answers up to ReadyForQuery. */
export interface Exchange {
  /** The driver has sent all of it. */
  readonly closed: boolean;
  readonly started: boolean;
  /** The driver goes on reading its answers when it likes, without control. */
  readonly released: boolean;
  /** It waits for its turn, or has it. */
  readonly controlled: boolean;
  /** Another is the first on its connection. */
  behind(first: Exchange): void;
  /** All before it on its connection are over. */
  start(): void;
  add(message: WireMessage): void;
  reply(message: WireMessage): void;
  /** The connection is gone. */
  lost(): void;
}
