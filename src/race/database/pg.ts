import { createRequire } from "node:module";
import type pg from "pg";
import { codeOf, DatabaseError } from "./databaseError.js";
import { explain } from "./explain.js";
import { markUncontrolled } from "./uncontrolled.js";

const connectMilliseconds = 10_000;

/** `pg` is an optional peer: only who runs race tests needs it. */
async function loadPg(): Promise<typeof pg> {
  try {
    return (await import("pg")).default;
  } catch (error) {
    throw explainMissing(error);
  }
}

/** For a process that is started elsewhere. */
export function pathOfPg(): string {
  try {
    return createRequire(import.meta.url).resolve("pg");
  } catch (error) {
    throw explainMissing(error);
  }
}

/** `import` and `require` have different codes for it, and loaders turn one into the other. */
function explainMissing(error: unknown): unknown {
  if (!codeOf(error)?.endsWith("MODULE_NOT_FOUND")) return error;
  return new DatabaseError('Race tests need the package "pg". Run: npm install --save-dev pg', { cause: error });
}

/** A connection of the explorer's own, which no interception controls. */
export async function connect(url: URL): Promise<pg.Client> {
  const { Client } = await loadPg();
  const client = markUncontrolled(
    new Client({ connectionString: url.href, connectionTimeoutMillis: connectMilliseconds, application_name: "check-then-act" }),
  );
  // A connection that the server ends between two statements emits an error, which would end the process if nobody listened; the next
  // statement reports it.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    // pg leaves the socket open when it gives up by itself, for want of a password. The server would wait for one for a minute
    // (authentication_timeout), and every CREATE and DROP DATABASE with it.
    void client.end().catch(() => undefined);
    throw explain(error, url);
  }
  return client;
}
