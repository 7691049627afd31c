import type { Request, Ticket } from "../agent/agent.js";
import { describeError } from "../agent/errors.js";
import { type Label, tellGaveUp } from "../agent/labels.js";
import type { Answer } from "../agent/protocol.js";
import { type Handlers, replaceHandlers } from "./pgHandlers.js";
import { mayTakeRows } from "./mayTakeRows.js";
import { beginMessages, queryMessage, syncMessage } from "./pgMessages.js";
import { asDeadlock } from "./pgDeadlock.js";
import { free, occupy } from "./pgOccupy.js";
import type { PgSession } from "./pgSession.js";
import type { PgQuery } from "./pgTypes.js";
import { refusals } from "./refusals.js";

/** Keeps a client busy while the application waits for its result. */
const nobody = { handleError: () => undefined, handleReadyForQuery: () => undefined };

function property(error: unknown, name: string): unknown {
  return typeof error === "object" && error !== null ? (error as Record<string, unknown>)[name] : undefined;
}

/** An answer of the server to the statement, after which ReadyForQuery follows. */
function isStatementError(error: unknown): boolean {
  const severity = property(error, "severity");
  return typeof severity === "string" && severity !== "FATAL" && severity !== "PANIC";
}

/** Whether the COMMIT was sent with the statement: not yet `granted`, or `answered` before that. */
type CommitAlong = "no" | "sent" | "granted" | "answered";

/** One statement of pg on its way: parked, sent (perhaps in a bracket), answered, and its result delivered. */
export class PgPassage implements Request {
  readonly sql: string;
  readonly values: readonly unknown[];
  readonly streamed: boolean;
  readonly session: PgSession;
  readonly #query: PgQuery;
  readonly #submit: PgQuery["submit"];
  readonly #ticket: Ticket;
  readonly #original: Handlers;
  readonly #restore: () => void;
  #state: "parked" | "submitting" | "statement" | "commit" | "rollback" = "parked";
  #bracket: "none" | "beginning" | "begun" = "none";
  #error: { readonly thrown: unknown } | undefined;
  #tag: string | undefined;
  #name: string | undefined;
  #along: CommitAlong = "no";
  #unbracketed = false;
  #doomed = false;
  /** pg goes on with its queue by itself when the handler that it called returns. */
  #handling = false;

  constructor(label: Label, session: PgSession, query: PgQuery, submit: PgQuery["submit"], streamed: boolean) {
    this.session = session;
    this.#query = query;
    this.#submit = submit;
    this.streamed = streamed;
    const told = query.cursor ?? query;
    this.sql = told.text ?? told.name ?? "";
    this.values = told.values ?? [];
    if (/advisory/i.test(this.sql)) session.locksAdvisory = true;
    const { original, restore } = replaceHandlers(query, {
      handleReadyForQuery: () => this.#handle(() => this.#ready()),
      handleError: (error) => this.#handle(() => this.#failed(error)),
      handleCommandComplete: (message) => this.#completed(message),
      handleRowDescription: (message) => {
        this.#original.handleRowDescription(message);
        if (this.streamed) this.#stream();
      },
    });
    this.#original = original;
    this.#restore = restore;
    this.#ticket = label.agent.arrive(label, this);
  }

  run(bracket: boolean, along: boolean): void {
    const { client } = this.session;
    // pg has told the query that the connection broke while it was parked.
    if (!client._queryable) return;
    const { stream } = client.connection;
    this.#state = "submitting";
    stream.cork?.();
    try {
      if (bracket) stream.write(beginMessages);
      this.#bracket = bracket ? "beginning" : "none";
      const refusal = this.#submit(client.connection);
      this.#name = this.#query.name;
      // pg takes the ParseComplete of BEGIN for that of a named statement.
      if (bracket) this.#query.name = undefined;
      if (refusal) process.nextTick(() => this.#refused(refusal));
      else if (along && bracket && this.#error === undefined && !mayTakeRows(this.sql)) this.#sendAlong();
    } finally {
      stream.uncork?.();
    }
    this.#state = "statement";
  }

  #sendAlong(): void {
    this.session.client.connection.stream.write(queryMessage("commit"));
    this.#along = "sent";
  }

  commit(): void {
    if (this.#along === "no") this.#control("commit");
    else if (this.#along === "answered") this.#finish();
    else this.#along = "granted";
  }

  doom(): void {
    this.#doomed = true;
  }

  #control(text: "commit" | "rollback"): void {
    const { client } = this.session;
    this.#state = text;
    occupy(client, this.#query);
    // What was sent along ends a failed transaction as well.
    if (this.#along === "no") client.connection.query(text);
  }

  #handle(handler: () => void): void {
    this.#handling = true;
    try {
      handler();
    } finally {
      this.#handling = false;
    }
  }

  /** pg would not send it: a parameter of no known form, a name given to two texts. A BEGIN that went ahead must be answered first. */
  #refused(error: Error): void {
    this.#error = { thrown: error };
    if (this.#bracket === "none") this.#finish();
    else this.session.client.connection.stream.write(syncMessage);
  }

  #completed(message: { readonly text: string }): void {
    if (this.#state === "statement" && this.#bracket === "beginning") {
      this.#bracket = "begun";
      this.#query.name = this.#name;
      return;
    }
    if (this.#state === "commit" || this.#state === "rollback") return;
    this.#tag = message.text;
    this.#original.handleCommandComplete(message, this.session.client.connection);
  }

  #failed(error: unknown): void {
    const { client } = this.session;
    if (this.#doomed) asDeadlock(error);
    this.#error ??= { thrown: error };
    if (this.#bracket === "beginning") this.#query.name = this.#name;
    if (this.streamed) {
      this.#stream();
      return;
    }
    if (this.#state === "submitting") return;
    // Locks are given back between the error and ReadyForQuery, so the application must not go on before.
    if (isStatementError(error)) occupy(client, this.#query);
    else this.#broken(error);
  }

  /** The connection broke, or `query_timeout` has told the application that it need not wait. */
  #broken(error: unknown): void {
    const lost = !this.session.client._queryable || property(error, "severity") !== undefined;
    if (!lost) tellGaveUp();
    // pg takes it for sent.
    this.#deliver({ ...this.#answer(), lost }, this.#state === "parked" && !lost ? "free" : "direct");
  }

  #ready(): void {
    const bracketed = this.#bracket !== "none";
    const { client, status } = this.session;
    if (this.#state === "statement" && bracketed && status !== "idle") {
      if (this.#error !== undefined) {
        this.#control("rollback");
        return;
      }
      occupy(client, this.#query);
      if (this.#along !== "no") this.#state = "commit";
      this.#ticket.executed(this.#answer());
      return;
    }
    if (this.#state === "commit" && this.#along === "sent") {
      this.#along = "answered";
      occupy(client, this.#query);
      return;
    }
    if (this.#state === "rollback" && refusals.has(String(property(this.#error?.thrown, "code")))) {
      this.#again();
      return;
    }
    this.#finish();
  }

  /** Nothing of the refused statement is left; executes it as the application sent it. */
  #again(): void {
    this.#error = undefined;
    this.#along = "no";
    this.#unbracketed = true;
    const { _result: result } = this.#query;
    if (result !== undefined) this.#query._results = this.#query._result = new result.constructor(this.#query._rowMode, result._types);
    occupy(this.session.client, this.#query);
    this.run(false, false);
  }

  #answer(): Answer {
    const { status } = this.session;
    const count = /\d+$/.exec(this.#tag ?? "")?.[0];
    return {
      status,
      ...(this.#tag !== undefined && { tag: this.#tag }),
      ...(count !== undefined && { rowCount: Number(count) }),
      ...(this.#error !== undefined && { error: describeError(this.#error.thrown) }),
      ...(this.#unbracketed && { unbracketed: true }),
    };
  }

  #finish(): void {
    this.#deliver(this.#answer(), this.#handling ? "handling" : "free");
  }

  /** The result is pg's to deliver, in the handler that it called if there is one and nobody holds the result. */
  #deliver(answer: Answer, how: "direct" | "handling" | "free"): void {
    const { client } = this.session;
    const error = this.#error;
    this.#restore();
    const action = (): void => {
      if (error === undefined) this.#original.handleReadyForQuery(client.connection);
      else this.#original.handleError(error.thrown, client.connection);
    };
    const held = this.#ticket.answered(answer, (later) => {
      if (how === "direct" || (how === "handling" && !later)) action();
      else free(client, action);
    });
    if (held && how === "handling") occupy(client, nobody);
  }

  /** A cursor's rows come when the application asks for them: its turn was taken when the server made the portal, or refused to. */
  #stream(): void {
    const error = this.#error;
    this.#restore();
    this.#ticket.answered(this.#answer(), () => undefined);
    if (error !== undefined) this.#original.handleError(error.thrown, this.session.client.connection);
  }
}
