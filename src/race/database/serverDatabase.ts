import type { DatabaseSource, OpenDatabase } from "../types.js";
import { parseConnectionString } from "./connectionString.js";
import { Keeper } from "./keeper.js";
import { createOwnDatabase } from "./ownDatabase.js";
import { ownersText } from "./owners.js";
import { connect, pathOfPg } from "./pg.js";
import { oncePerProcess, Shared } from "./shared.js";

export interface ServerDatabaseOptions {
  /** Use the very database that the connection string names, and keep it; its rows may be lost. Default: false. */
  readonly allowExisting?: boolean;
}

const keeperIdleMilliseconds = 10_000;

/** A database of the exploration's own on the server that a connection string names. */
export function serverDatabase(connectionString: string, { allowExisting = false }: ServerDatabaseOptions = {}): DatabaseSource {
  const server = parseConnectionString(connectionString);
  return { kind: "server", open: () => (allowExisting ? openExisting(server) : openOwn(server)) };
}

async function openExisting(server: URL): Promise<OpenDatabase> {
  const client = await connect(server);
  try {
    const { rows } = await client.query<{ server_version: string }>("show server_version");
    const serverVersion = rows[0]?.server_version ?? "unknown";
    return { url: server.href, serverVersion, created: false, close: () => Promise.resolve() };
  } finally {
    await client.end();
  }
}

async function openOwn(server: URL): Promise<OpenDatabase> {
  const keepers = oncePerProcess(
    "keeper",
    () =>
      new Shared(
        () => Keeper.start(),
        (keeper) => keeper.end(),
        keeperIdleMilliseconds,
      ),
  );
  try {
    const keeper = await keepers.use();
    const pg = pathOfPg();
    const { drop, ...own } = await createOwnDatabase(server, {
      protect: (statement) => keeper.take({ kind: "database", pg, url: server.href, drop: statement }),
      owners: ownersText(keeper),
    });
    let closed: Promise<void> | undefined;
    return { ...own, created: true, close: () => (closed ??= drop().finally(() => keepers.done())) };
  } catch (error) {
    await keepers.done();
    throw error;
  }
}
