import type { Request, Ticket } from "../../agent/agent.js";
import { describeError } from "../../agent/errors.js";
import type { Label } from "../../agent/labels.js";
import type { Answer } from "../../agent/protocol.js";
import { beginMessages, queryMessage } from "../pgMessages.js";
import { mayTakeRows } from "../mayTakeRows.js";
import { refusals } from "../refusals.js";
import type { Announcement } from "./announcement.js";
import { Contents } from "./contents.js";
import type { Exchange } from "./exchange.js";
import type { WireMessage } from "./framer.js";
import { readError, readTag } from "./reading.js";
import { repeated } from "./repeated.js";
import type { WireSession } from "./session.js";
import { asDeadlockMessage } from "./writing.js";

/** The server asks for rows of a COPY, or sends them: both sides go on without waiting for the end of the statement. */
const copying = new Set(["G", "H", "W", "d", "c"]);
/** Notices, notifications and settings come at any time. */
const asynchronous = new Set(["N", "A", "S"]);
/** The statement was executed, or a piece of it. */
const executions = new Set(["C", "s", "I"]);
/** What a statement whose COMMIT fails has not done. */
const results = new Set(["D", ...executions]);

/** The statements of one exchange on their way: parked, sent (perhaps in a bracket), answered, and the answers given to the driver. */
export class WirePassage implements Exchange, Request {
  started = false;
  released = false;
  readonly session: WireSession;
  readonly #contents: Contents;
  readonly #replies: WireMessage[] = [];
  #label: Label | undefined;
  #announced: Announcement | undefined;
  #ticket: Ticket | undefined;
  #state: "waiting" | "statement" | "commit" | "rollback" | "over" = "waiting";
  #bracket: "none" | "beginning" | "begun" = "none";
  #error: Error | undefined;
  #tag: string | undefined;
  /** The COMMIT was sent with the statement: whether it is granted yet, and what ended its answers, if that came before. */
  #along: { granted: boolean; end?: WireMessage } | undefined;
  #unbracketed = false;
  #doomed = false;
  /** How many of the messages the driver has answers to already. */
  #told = 0;
  /** Answers that the driver must not see, by their types. */
  #unasked: string[] = [];

  constructor(session: WireSession, prepared: Map<string, string>) {
    this.session = session;
    this.#contents = new Contents(prepared);
  }

  get closed(): boolean {
    return this.#contents.closed;
  }

  get sql(): string {
    return this.#contents.sql;
  }

  get values(): readonly unknown[] {
    return this.#announced?.values() ?? this.#contents.values;
  }

  get streamed(): boolean {
    return this.#contents.inPieces || this.#announced?.streamed() === true;
  }

  add(message: WireMessage): void {
    this.#contents.add(message);
    if (this.#state === "statement") this.session.toServer([message.bytes]);
  }

  /** Whose it is. */
  belongsTo(label: Label | undefined, announced: Announcement | undefined): void {
    this.#label = label;
    this.#announced = announced;
  }

  get controlled(): boolean {
    return this.#label !== undefined;
  }

  behind({ controlled }: Exchange): void {
    this.#announced?.queued(controlled);
  }

  start(): void {
    this.started = true;
    this.#announced?.arrived();
    if (/advisory/i.test(this.sql)) this.session.locksAdvisory = true;
    if (this.#label === undefined) this.run(false, false);
    else this.#ticket = this.#label.agent.arrive(this.#label, this);
  }

  run(bracket: boolean, along: boolean): void {
    this.#state = "statement";
    this.#bracket = bracket ? "beginning" : "none";
    if (along && bracket && this.closed && !mayTakeRows(this.sql)) this.#along = { granted: false };
    const bytes = this.#contents.messages.map((message) => message.bytes);
    const bracketed = bracket ? [beginMessages, ...bytes] : bytes;
    this.session.toServer(this.#along === undefined ? bracketed : [...bracketed, queryMessage("commit")]);
  }

  commit(): void {
    if (this.#along === undefined) this.#control("commit");
    else if (this.#along.end === undefined) this.#along.granted = true;
    else this.#answered(this.#along.end);
  }

  doom(): void {
    this.#doomed = true;
  }

  #control(text: "commit" | "rollback"): void {
    this.#state = text;
    // What was sent along ends a failed transaction as well.
    if (this.#along === undefined) this.session.toServer([queryMessage(text)]);
  }

  reply(message: WireMessage): void {
    const { type } = message;
    if (asynchronous.has(type)) this.session.toDriver([message]);
    else if (type === "Z") this.#ready(message);
    else if (this.#unasked[0] === type) this.#unasked.shift();
    else if (this.#state === "commit" || this.#state === "rollback") {
      if (type === "E" && this.#state === "commit") this.#commitFailed(message);
    } else if (this.#bracket === "beginning" && type !== "E") {
      if (type === "C") this.#bracket = "begun";
    } else this.#take(type === "E" ? this.#failed(message) : message);
  }

  #take(message: WireMessage): void {
    const { type } = message;
    if (type === "C") this.#tag = readTag(message);
    if (this.#ticket !== undefined && !this.released) {
      const isOpened = this.streamed && (type === "2" || type === "E");
      if (isOpened) this.#release();
      else if (copying.has(type)) this.#flush();
      else if (this.closed) {
        this.#replies.push(message);
        return;
      } else {
        this.#told = this.#contents.messages.length;
        // The application can go on in the middle of what was one decision.
        if (executions.has(type)) this.#unbracketed = true;
      }
    }
    this.session.toDriver([message]);
  }

  #failed(message: WireMessage): WireMessage {
    const told = this.#doomed ? asDeadlockMessage(message) : message;
    const fields = readError(told);
    this.#error ??= Object.assign(new Error(fields.get("M")), { name: "PostgresError", code: fields.get("C") });
    return told;
  }

  #commitFailed(message: WireMessage): void {
    const kept = this.#replies.filter(({ type }) => !results.has(type));
    this.#replies.splice(0, this.#replies.length, ...kept, this.#failed(message));
  }

  #ready(message: WireMessage): void {
    const { status } = this.session;
    if (this.#ticket === undefined || this.released) this.#end([message]);
    else if (this.#state === "statement" && this.#bracket !== "none" && status !== "idle") {
      if (this.#error === undefined) this.#executed(this.#ticket);
      else this.#control("rollback");
    } else if (this.#state === "commit" && this.#along?.granted === false) this.#along.end = message;
    else if (this.#state === "rollback" && refusals.has(String((this.#error as { code?: unknown } | undefined)?.code))) this.#again();
    else this.#answered(message);
  }

  #executed(ticket: Ticket): void {
    if (this.#along !== undefined) this.#state = "commit";
    ticket.executed(this.#answer());
  }

  #answered(end: WireMessage): void {
    this.#ticket?.answered(this.#answer(), () => this.#end([...this.#replies, end]));
  }

  /** Nothing of the refused statement is left; executes it as the application sent it. */
  #again(): void {
    const { bytes, unasked } = repeated(this.#contents.messages, this.#told);
    this.#error = this.#tag = undefined;
    this.#replies.length = 0;
    this.#unasked = unasked;
    this.#unbracketed = true;
    this.#state = "statement";
    this.#bracket = "none";
    this.#along = undefined;
    this.session.toServer(bytes);
  }

  #answer(): Answer {
    const { status } = this.session;
    const count = /\d+$/.exec(this.#tag ?? "")?.[0];
    return {
      status,
      ...(this.#tag !== undefined && { tag: this.#tag }),
      ...(count !== undefined && { rowCount: Number(count) }),
      ...(this.#error !== undefined && { error: describeError(this.#error) }),
      ...(this.#unbracketed && { unbracketed: true }),
    };
  }

  #end(messages: readonly WireMessage[]): void {
    this.#state = "over";
    this.session.finished(messages);
  }

  #flush(): void {
    this.session.toDriver(this.#replies.splice(0));
  }

  /** A cursor's rows come when the application asks for them: its turn was taken when the server made the portal, or refused to. */
  #release(): void {
    this.#flush();
    this.released = true;
    this.#ticket?.answered(this.#answer(), () => undefined);
  }

  lost(): void {
    this.#flush();
    if (this.released || this.#state === "over") return;
    this.#state = "over";
    const error = describeError(this.#error ?? new Error("The connection is gone."));
    this.#ticket?.answered({ status: "idle", lost: true, error }, () => undefined);
  }
}
