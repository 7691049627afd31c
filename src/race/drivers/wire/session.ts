import type { Session } from "../../agent/agent.js";
import { ownBackends } from "../../agent/backends.js";
import { labelOfStranger } from "../../agent/labels.js";
import type { TransactionStatus } from "../../agent/protocol.js";
import { oncePerProcess } from "../../database/shared.js";
import { nextSessionId } from "../sessionIds.js";
import type { Announcement } from "./announcement.js";
import type { Exchange } from "./exchange.js";
import { Framer, type WireMessage } from "./framer.js";
import { OwnQuery } from "./ownQuery.js";
import { WirePassage } from "./passage.js";
import { readKey, readStatus } from "./reading.js";

/** What a session does with its socket, below the interception. */
export interface WireSocket {
  write(bytes: Uint8Array, callback?: (error?: Error | null) => void): boolean;
  /** Hands bytes, or the end of them, to the driver. */
  push(bytes: Uint8Array | null): boolean;
  destroy(): void;
}

const statuses: Readonly<Record<string, TransactionStatus>> = { I: "idle", T: "open", E: "failed" };

/** Rows of a COPY and its end belong to the statement that is under way, Terminate to none. */
const passing = new Set(["d", "c", "f", "X"]);

interface Key {
  readonly pid: number | null;
  readonly secret: number | null;
}

function sessions(): Map<string, WireSession> {
  return oncePerProcess("wireSessions", () => new Map<string, WireSession>());
}

/** The session of a server's process, by what the server has told the client of it. */
export function sessionOfKey({ pid, secret }: Key): WireSession | undefined {
  return sessions().get(`${pid ?? ""} ${secret ?? ""}`);
}

/** One connection that speaks PostgreSQL's protocol, between its driver and the server. */
export class WireSession implements Session {
  readonly id = nextSessionId();
  pid = 0;
  /** Whether a session-level advisory lock may be held. */
  locksAdvisory = false;
  readonly #socket: WireSocket;
  readonly #opened: () => void;
  #key = "";
  /** `opening` until the server is ready for the first time. */
  #phase: "opening" | "open" | "closed" = "opening";
  #status: TransactionStatus = "idle";
  readonly #fromDriver = new Framer();
  readonly #fromServer = new Framer();
  readonly #exchanges: Exchange[] = [];
  readonly #prepared = new Map<string, string>();
  #announced: Announcement[] = [];

  /** `opened` is called once, when the connection is open or gone. */
  constructor(socket: WireSocket, opened: () => void) {
    this.#socket = socket;
    this.#opened = opened;
  }

  get status(): TransactionStatus {
    // The portal of a cursor that is read no further keeps its transaction open.
    return this.#exchanges[0]?.released === true ? "open" : this.#status;
  }

  /** Says whose a statement is that the driver is about to send. */
  announce(announcement: Announcement): void {
    this.#announced.push(announcement);
  }

  /** Takes what the driver writes; returns what `write` of its socket is to return. */
  write(chunk: Buffer, callback?: (error?: Error | null) => void): boolean {
    if (this.#phase === "opening") return this.#socket.write(chunk, callback);
    const messages = this.#fromDriver.take(chunk);
    if (messages.length > 0 && messages.every(({ type }) => passing.has(type))) {
      return this.#socket.write(Buffer.concat(messages.map(({ bytes }) => bytes)), callback);
    }
    const fresh: WirePassage[] = [];
    for (const message of messages) {
      if (passing.has(message.type)) this.toServer([message.bytes]);
      else this.#exchangeFor(fresh).add(message);
    }
    for (const passage of fresh) this.#attribute(passage);
    this.#next();
    if (callback !== undefined) process.nextTick(callback);
    return true;
  }

  #exchangeFor(fresh: WirePassage[]): Exchange {
    const last = this.#exchanges.at(-1);
    if (last !== undefined && !last.closed) return last;
    const passage = new WirePassage(this, this.#prepared);
    fresh.push(passage);
    this.#exchanges.push(passage);
    return passage;
  }

  #attribute(passage: WirePassage): void {
    const { sql } = passage;
    // A Sync or Close alone does nothing that others see.
    if (sql === "") return;
    const at = this.#announced.findIndex((one) => one.sql() === sql);
    const announced = this.#announced[at];
    if (announced !== undefined) this.#announced = this.#announced.slice(at + 1);
    passage.belongsTo(announced === undefined ? labelOfStranger(() => sql) : announced.label, announced);
  }

  #next(): void {
    const [head, ...others] = this.#exchanges;
    if (head?.started === false) head.start();
    if (head !== undefined) for (const one of others) one.behind(head);
  }

  /** Takes what the server sends. */
  receive(chunk: Buffer | null): boolean {
    if (chunk === null) {
      this.#lose();
      return this.#socket.push(null);
    }
    const wasOpening = this.#phase === "opening";
    for (const message of this.#fromServer.take(chunk)) {
      if (message.type === "Z") this.#follow(message);
      if (wasOpening) this.#open(message);
      else if (this.#exchanges[0]?.started === true) this.#exchanges[0].reply(message);
      else this.toDriver([message]);
    }
    return wasOpening ? this.#socket.push(chunk) : true;
  }

  #follow(message: WireMessage): void {
    this.#status = statuses[readStatus(message)] ?? "idle";
    ownBackends().add(this.pid);
  }

  #open(message: WireMessage): void {
    if (message.type === "K") {
      const key = readKey(message);
      this.pid = key.pid;
      this.#key = `${key.pid} ${key.secret}`;
      sessions().set(this.#key, this);
    }
    if (message.type !== "Z") return;
    this.#phase = "open";
    this.#opened();
  }

  /** The connection is gone. */
  #lose(): void {
    if (this.#phase === "closed") return;
    if (this.#phase === "opening") this.#opened();
    this.#phase = "closed";
    sessions().delete(this.#key);
    for (const exchange of this.#exchanges.splice(0)) exchange.lost();
  }

  close(): void {
    this.#lose();
  }

  toServer(bytes: readonly Uint8Array[]): void {
    if (this.#phase === "open" && bytes.length > 0) this.#socket.write(Buffer.concat(bytes));
  }

  toDriver(messages: readonly WireMessage[]): void {
    if (messages.length > 0) this.#socket.push(Buffer.concat(messages.map(({ bytes }) => bytes)));
  }

  /** The exchange under way is over; the last of its answers go to the driver. */
  finished(messages: readonly WireMessage[]): void {
    this.#exchanges.shift();
    this.toDriver(messages);
    this.#next();
  }

  async clear(): Promise<void> {
    if (this.#phase !== "open") return;
    // The driver has not come to the end of what it sends or reads: only the connection's end can end that.
    if (this.#exchanges.some(({ closed, released }) => released || !closed)) {
      this.#socket.destroy();
      return;
    }
    if (this.#status !== "idle") await this.#run("rollback");
    if (this.locksAdvisory) await this.#run("select pg_advisory_unlock_all()");
    this.locksAdvisory = false;
  }

  async level(): Promise<string | undefined> {
    if (this.#phase !== "open" || this.#exchanges.length > 0) return undefined;
    return this.#run("select current_setting('default_transaction_isolation')");
  }

  async #run(sql: string): Promise<string | undefined> {
    return new Promise((resolve) => {
      this.#exchanges.push(new OwnQuery(this, sql, resolve));
      this.#next();
    });
  }
}
