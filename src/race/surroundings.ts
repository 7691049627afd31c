import { DatabaseError, messageOf } from "./database/databaseError.js";
import { type ControlConnection, controlConnection, resolveDatabase } from "./database/index.js";
import { endClients } from "./drivers/pgClients.js";
import { type Host, Replies } from "./host/host.js";
import { SharedHost } from "./host/shared.js";
import { ThreadHost } from "./host/threads.js";
import type { Settings } from "./options.js";
import { Purity } from "./sql/purity.js";
import type { OpenDatabase } from "./types.js";
import type { AgentEvent } from "./agent/protocol.js";

/** Everything that an exploration opens, and closes whatever happens. */
export interface Opened {
  readonly database: OpenDatabase;
  readonly control: ControlConnection;
  readonly host: Host;
  readonly replies: Replies;
  readonly purity: Purity;
}

function inDatabase(setting: string): string {
  return `do $$ begin execute format('alter database %I set ${setting}', current_database()); end $$`;
}

async function prepareDatabase(database: OpenDatabase, control: ControlConnection, { schema, options }: Settings): Promise<void> {
  const { isolation } = options;
  if (isolation !== undefined && !database.created) {
    throw new TypeError("`isolation` is a setting of the whole database, so it needs one of the explorer's own: leave allowExisting out.");
  }
  if (database.created) {
    if (isolation !== undefined) await control.query(inDatabase(`default_transaction_isolation to ${quote(isolation)}`));
    // The longest there is: who is the victim of a deadlock is the explorer's decision. Only a superuser may set it
    // (https://www.postgresql.org/docs/current/runtime-config-locks.html); its default is long enough while the machine is not busy.
    await control.query(inDatabase("deadlock_timeout to 2147483647")).catch(() => undefined);
  }
  for (const text of schema) await control.query(text).catch((error: unknown) => Promise.reject(schemaError(error, database)));
}

function schemaError(error: unknown, { created }: OpenDatabase): DatabaseError {
  const remedy = created
    ? ""
    : " The database is not the explorer's own (allowExisting): leave `schema` out where its tables are there already.";
  return new DatabaseError(`The schema could not be executed: ${messageOf(error)}.${remedy}`, { cause: error });
}

function quote(text: string): string {
  return `''${text}''`;
}

async function openHost({ isolate, sources, options }: Settings, databaseUrl: string): Promise<Host> {
  if (isolate === "shared") return SharedHost.open(sources, databaseUrl);
  const modules = sources.filter((source) => source instanceof URL);
  return new ThreadHost(modules, databaseUrl, options.execArgv);
}

function databaseOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1));
}

/** What helps against errors that say what is wrong and not what to do. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /Unknown file extension "\.[cm]?tsx?"/,
    "Install tsx (npm install --save-dev tsx), through which workers in TypeScript are loaded, or give the URL of a worker in JavaScript.",
  ],
  [
    /Nest can't resolve dependencies|ColumnTypeUndefinedError|because the "Object" type/,
    "tsx does not emit the metadata of decorators: let the worker import the application's compiled files (npm run build), or load it with ts-node.",
  ],
  [/Cannot find module .*[\\/]dist[\\/]/, "Build the application first (npm run build)."],
  [
    /Cannot find module .*(?:[\\/]generated[\\/]|\.prisma[\\/]client)|@prisma\/client did not initialize/,
    "Generate the Prisma client first (npx prisma generate).",
  ],
];

function remedyFor(message: string): string {
  const remedy = remedies.find(([pattern]) => pattern.test(message))?.[1];
  return remedy === undefined ? "" : `\n${remedy}`;
}

/** Runs the workers' `setup`, or says which went wrong. */
async function prepareWorkers(host: Host, replies: Replies): Promise<void> {
  let crash: (error: Error) => void = () => undefined;
  const crashed = new Promise<never>((_, reject) => (crash = reject));
  host.listen((event: AgentEvent) => {
    if (event.type === "crashed") crash(event.error);
    else replies.take(event);
  });
  const prepared = await Promise.race([replies.ask({ do: "prepare" }, "prepared"), crashed]);
  const failed = prepared.find(({ error }) => error !== undefined)?.error;
  if (failed !== undefined) throw new Error(`A worker could not be started: ${failed.name}: ${failed.message}${remedyFor(failed.message)}`);
}

/** Runs the workers' `teardown`; one that hangs, because a worker still holds a connection, is left to its end by force. */
async function closeWorkers(host: Host, replies: Replies, patience: number): Promise<void> {
  host.listen((event) => replies.take(event));
  const left = new Promise<readonly []>((resolve) => setTimeout(resolve, patience, []).unref());
  const closed = await Promise.race([replies.ask({ do: "close" }, "closed"), left]);
  const failed = closed.find(({ error }) => error !== undefined)?.error;
  if (failed !== undefined) throw new Error(`A worker's teardown failed: ${failed.name}: ${failed.message}`);
}

/** Opens all, gives it to `use`, and closes it in the opposite order, also when something fails on the way. */
export async function withOpened<Value>(settings: Settings, use: (opened: Opened) => Promise<Value>): Promise<Value> {
  const { options } = settings;
  const { database: option, allowExisting = false } = options;
  const database = await resolveDatabase(option, { allowExisting }).open();
  const closers: (() => Promise<unknown>)[] = [() => database.close()];
  try {
    const control = await controlConnection(database.url);
    closers.push(() => control.end());
    await prepareDatabase(database, control, settings);
    const purity = await Purity.read(control, options.isolation);
    const host = await openHost(settings, database.url);
    closers.push(async () => {
      await host.kill();
      if (database.created) await endClients(databaseOf(database.url));
    });
    const replies = new Replies(host);
    await prepareWorkers(host, replies);
    closers.push(() => closeWorkers(host, replies, settings.stall));
    return await use({ database, control, host, replies, purity });
  } finally {
    const failed: unknown[] = [];
    for (const close of closers.reverse()) await close().catch((error: unknown) => failed.push(error));
    // eslint-disable-next-line no-unsafe-finally -- what was thrown before is the cause of it, or there was nothing
    if (failed.length > 0) throw failed[0];
  }
}
