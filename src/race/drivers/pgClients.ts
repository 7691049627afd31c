import { oncePerProcess } from "../database/shared.js";
import type { PgClient } from "./pgTypes.js";

/** pg's clients of this process or thread that have been connected and not ended, but for the explorer's own. */
function clients(): Set<PgClient> {
  return oncePerProcess("pgClients", () => new Set<PgClient>());
}

export function knowClient(client: PgClient): void {
  clients().add(client);
  client.once("end", () => clients().delete(client));
}

/**
 * Ends what is left of the connections to a database that is about to be dropped: of workers that hang, or that end their pools in no
 * `teardown`. The server would end them with an error, which a client or pool without a listener throws in the user's process.
 */
export async function endClients(database: string): Promise<void> {
  const left = [...clients()].filter((client) => client.database === database);
  for (const client of left) client.on("error", () => undefined);
  await Promise.allSettled(left.map((client) => client.end()));
}
