import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { controlConnection, embeddedPostgres, serverDatabase } from "../../../src/race/database/index.js";

/**
 * A process that opens a database, says on its standard output what it got, and then ends in the way its first argument names. Its second
 * is a connection string; without one it starts a server.
 */
export interface Opened {
  readonly url: string;
  /** Of the server. */
  readonly dataFolder: string;
  /** The database's comment. */
  readonly owners: string | null;
}

export type Ending = "close" | "end" | "throw" | "exit" | "wait" | "thread";

const [, , ending, connectionString] = (isMainThread ? process.argv : ["", "", "wait", workerData]) as [string, string, Ending, string?];

async function open(): Promise<{ readonly opened: Opened; readonly close: () => Promise<void> }> {
  const database = await (connectionString === undefined ? embeddedPostgres() : serverDatabase(connectionString)).open();
  const control = await controlConnection(database.url);
  const { rows } = await control.query<Omit<Opened, "url">>(
    `select current_setting('data_directory') as "dataFolder", shobj_description(oid, 'pg_database') as owners
     from pg_database where datname = current_database()`,
  );
  await control.end();
  const [row] = rows;
  if (row === undefined) throw new Error("no row");
  return { opened: { url: database.url, ...row }, close: () => database.close() };
}

function say(opened: Opened): void {
  process.stdout.write(`${JSON.stringify(opened)}\n`);
}

/** Keeps the process going until it is ended from outside. */
function wait(): void {
  setInterval(() => undefined, 60_000);
}

async function run(): Promise<void> {
  if (ending === "thread") {
    // Node 20 does not take a loader over to a thread.
    const load = `import("tsx/esm/api").then(({ register }) => (register(), import(${JSON.stringify(import.meta.url)})))`;
    const thread = new Worker(load, { eval: true, workerData: connectionString });
    const [opened] = (await once(thread, "message")) as [Opened];
    await thread.terminate();
    say(opened);
    wait();
    return;
  }
  const { opened, close } = await open();
  if (parentPort) parentPort.postMessage(opened);
  else say(opened);
  switch (ending) {
    case "close":
      return close();
    case "throw":
      setImmediate(() => {
        throw new Error("on purpose");
      });
      return;
    case "exit":
      return process.exit(3);
    case "wait":
      wait();
      return;
    case "end":
      return;
  }
}

await run();
