import type { Session } from "../agent/agent.js";
import type { TransactionStatus } from "../agent/protocol.js";
import { ownBackends } from "../agent/backends.js";
import { markUncontrolled } from "../database/uncontrolled.js";
import type { PgClient } from "./pgTypes.js";
import { nextSessionId } from "./sessionIds.js";

const statuses: Readonly<Record<string, TransactionStatus>> = { I: "idle", T: "open", E: "failed" };

/** One connection of pg, with the transaction status that the server last told. */
export class PgSession implements Session {
  readonly id = nextSessionId();
  readonly client: PgClient;
  /** Whether a session-level advisory lock may be held. */
  locksAdvisory = false;
  #status: TransactionStatus;

  constructor(client: PgClient) {
    this.client = client;
    // A client that was used before it was intercepted: pg keeps the status from 8.21 on, and pools hand out idle ones.
    this.#status = statuses[client._txStatus ?? "I"] ?? "idle";
    // Before pg's own listener, which tells the query that it is ready.
    client.connection.prependListener("readyForQuery", ({ status }) => {
      this.#status = statuses[status ?? "I"] ?? "idle";
      ownBackends().add(this.pid);
    });
  }

  get pid(): number {
    return this.client.processID ?? 0;
  }

  get status(): TransactionStatus {
    return this.#status;
  }

  async clear(): Promise<void> {
    if (!this.client._queryable || this.client._ending) return;
    if (this.#status !== "idle") await this.#run("rollback");
    if (this.locksAdvisory) await this.#run("select pg_advisory_unlock_all()");
    this.locksAdvisory = false;
  }

  async level(): Promise<string | undefined> {
    if (!this.client._queryable || this.client._ending) return undefined;
    return (await this.#run("select current_setting('default_transaction_isolation') as level"))?.level;
  }

  async #run(sql: string): Promise<{ readonly level?: string } | undefined> {
    return new Promise((resolve) => {
      this.client.query(markUncontrolled({ text: sql }), (_: unknown, answer?: { readonly rows: readonly { level?: string }[] }) => {
        resolve(answer?.rows[0]);
      });
    });
  }
}

const sessions = new WeakMap<PgClient, PgSession>();

export function sessionOf(client: PgClient): PgSession {
  const known = sessions.get(client);
  if (known !== undefined) return known;
  const session = new PgSession(client);
  sessions.set(client, session);
  return session;
}
