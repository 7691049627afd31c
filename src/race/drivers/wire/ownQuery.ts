import { queryMessage } from "../pgMessages.js";
import type { Exchange } from "./exchange.js";
import type { WireMessage } from "./framer.js";
import type { WireSession } from "./session.js";

/** A statement of the explorer's own on a connection of the application, which the driver does not hear of. */
export class OwnQuery implements Exchange {
  readonly closed = true;
  readonly released = false;
  readonly controlled = false;
  started = false;
  /** The last row's first column. */
  #value: string | undefined;
  readonly #session: WireSession;
  readonly #sql: string;
  readonly #resolve: (value: string | undefined) => void;

  constructor(session: WireSession, sql: string, resolve: (value: string | undefined) => void) {
    this.#session = session;
    this.#sql = sql;
    this.#resolve = resolve;
  }

  behind(): void {
    // Nobody asks whether it waits.
  }

  start(): void {
    this.started = true;
    this.#session.toServer([queryMessage(this.#sql)]);
  }

  add(): void {
    throw new Error("A Query is one message.");
  }

  reply({ type, bytes }: WireMessage): void {
    // DataRow: its length, the number of columns, the length of the first.
    if (type === "D") this.#value = bytes.toString("utf8", 11, 11 + Math.max(0, bytes.readInt32BE(7)));
    if (type !== "Z") return;
    this.#session.finished([]);
    this.#resolve(this.#value);
  }

  lost(): void {
    this.#resolve(undefined);
  }
}
