import { randomBytes } from "node:crypto";
import type pg from "pg";
import { withDatabase } from "./connectionString.js";
import { explain } from "./explain.js";
import type { Kept } from "./keeper.js";
import { isAbandoned } from "./owners.js";
import { connect } from "./pg.js";

/** By this a user, and the next run, know what was made here. */
const namePrefix = "check_then_act_";

export interface OwnDatabase {
  readonly url: string;
  readonly serverVersion: string;
  /** Safe to call twice. */
  readonly drop: () => Promise<void>;
}

/** What keeps a database from outliving a process that is killed, on a server that does. */
export interface Protection {
  /** Called before the database is made, with the statement that drops it. */
  protect(drop: string): Promise<Kept>;
  /** The database's comment: who answers for it. */
  readonly owners: string;
}

/** Creates an empty database on the server that `server` names, from a connection to the database that it names. */
export async function createOwnDatabase(server: URL, protection?: Protection): Promise<OwnDatabase> {
  const name = `${namePrefix}${process.pid}_${randomBytes(5).toString("hex")}`;
  const client = await connect(server);
  const drop = dropStatement(client, name, "with (force)");
  const kept = await protection?.protect(drop).catch(async (error: unknown) => {
    await client.end();
    throw error;
  });
  try {
    if (protection) await dropAbandonedDatabases(client);
    await client.query(`create database ${client.escapeIdentifier(name)}`);
    if (protection) await sign(client, name, protection.owners);
    const { rows } = await client.query<{ server_version: string }>("show server_version");
    return {
      url: withDatabase(server, name).href,
      serverVersion: rows[0]?.server_version ?? "unknown",
      drop: once(() => dropFrom(server, drop, kept)),
    };
  } catch (error) {
    await kept?.release().catch(() => undefined);
    throw explain(error, server);
  } finally {
    await client.end();
  }
}

/**
 * Drops databases of runs that were killed together with their keepers. The comment names both, and the machine on which their pids
 * mean something; a database without one, of somebody on another machine, or in use is left alone.
 */
async function dropAbandonedDatabases(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string; owners: string }>(
    `select datname as name, shobj_description(oid, 'pg_database') as owners from pg_database
     where starts_with(datname, $1) and pg_has_role(datdba, 'member') and shobj_description(oid, 'pg_database') is not null
       and not exists (select from pg_stat_activity where datid = pg_database.oid)`,
    [namePrefix],
  );
  for (const { name } of rows.filter(({ owners }) => isAbandoned(owners))) {
    // Without force: somebody may have connected meanwhile, or another run may have dropped it.
    await client.query(dropStatement(client, name)).catch(() => undefined);
  }
}

function dropStatement(client: pg.Client, name: string, option = ""): string {
  return `drop database if exists ${client.escapeIdentifier(name)} ${option}`.trimEnd();
}

async function sign(client: pg.Client, name: string, owners: string): Promise<void> {
  await client.query(`comment on database ${client.escapeIdentifier(name)} is ${client.escapeLiteral(owners)}`);
}

async function dropFrom(server: URL, drop: string, kept: Kept | undefined): Promise<void> {
  const client = await connect(server);
  try {
    await client.query(drop);
    await kept?.forget();
  } finally {
    await client.end();
  }
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= action());
}
