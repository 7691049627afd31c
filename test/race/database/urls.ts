import { parseConnectionString, withDatabase } from "../../../src/race/database/connectionString.js";
import { connect } from "../../../src/race/database/pg.js";

/** The server that `test/race/globalSetup.ts` started, or the one that the environment names. */
export const serverUrl = parseConnectionString(process.env["DATABASE_URL"] ?? "");

/** Runs one statement on the server, on a connection of its own. */
export async function ask<Row extends Record<string, unknown>>(text: string, values: unknown[] = [], url: URL = serverUrl): Promise<Row[]> {
  const client = await connect(url);
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

export async function databaseExists(name: string): Promise<boolean> {
  return (await ask("select from pg_database where datname = $1", [name])).length > 0;
}

export function databaseName(url: string): string {
  return new URL(url).pathname.slice(1);
}

/** The same server, as another user. */
export function as(user: string, password: string): string {
  const url = withDatabase(serverUrl, "postgres");
  url.username = user;
  url.password = password;
  return url.href;
}
