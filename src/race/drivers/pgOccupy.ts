import type { PgClient } from "./pgTypes.js";

function setActive(client: PgClient, query: unknown): void {
  // The getter and setter of the old name warn from 8.21 on.
  if ("_activeQuery" in client) client._activeQuery = query;
  else client.activeQuery = query;
}

/** Makes the client read the server's answers for `query`, and keeps it from sending the next one in its queue. */
export function occupy(client: PgClient, query: unknown): void {
  setActive(client, query);
  client.readyForQuery = false;
}

/** Lets the client go on with its queue, after `finish`. */
export function free(client: PgClient, finish: () => void): void {
  setActive(client, null);
  client.readyForQuery = true;
  finish();
  client._pulseQueryQueue();
}
