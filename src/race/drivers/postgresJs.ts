import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { labelOf, tellUnlabelled } from "../agent/labels.js";
import type { DriverAdapter } from "./driver.js";
import { type Callback, isFunction, patch } from "./patch.js";
import type { Announcement } from "./wire/announcement.js";
import { sessionOfKey } from "./wire/session.js";

/**
 * What the adapter uses of postgres.js's `Query`, a promise that begins when it is awaited:
 * https://github.com/porsager/postgres/blob/master/src/query.js, unchanged from 3.0 to 3.4.
 */
interface Query {
  readonly strings: readonly string[];
  readonly executed: boolean;
  /** Its text, when it has been built. */
  readonly string?: string;
  readonly cursorFn?: unknown;
  /** Hands it to the pool, the transaction or the connection that it belongs to. */
  handler: Callback;
  /** The connection that executes it. */
  state: Backend | null;
  parameters?: readonly unknown[];
  resolve: Callback;
  reject: Callback;
}

interface Backend {
  readonly pid: number | null;
  readonly secret: number | null;
}

/** Runs `intercept` with each value that is assigned to the property. */
function onAssigned<Key extends "state" | "parameters">(query: Query, name: Key, intercept: (value: Query[Key]) => void): void {
  let current = query[name];
  Object.defineProperty(query, name, {
    configurable: true,
    enumerable: true,
    get: () => current,
    set: (value: Query[Key]) => {
      current = value;
      intercept(value);
    },
  });
}

/** Calls `handler`, which opens a connection in a timer if there is none; returns whether it has set one. */
function setsTimer(handler: () => void): boolean {
  const { setTimeout: original } = globalThis;
  let isSet = false;
  globalThis.setTimeout = ((...args: Parameters<typeof original>) => {
    isSet = true;
    return original(...args);
  }) as typeof original;
  try {
    handler();
  } finally {
    globalThis.setTimeout = original;
  }
  return isSet;
}

/** Where a query of the pool is on its way to the server. */
type Place = "called" | "waits for a connection" | "opens a connection" | "sent" | "sent behind others" | "failed";

/** Announces the query to the connection that it comes to, with the label of whoever awaits it. */
function announce(query: Query): void {
  const { handler, resolve, reject } = query;
  // What a connection asks by itself when it has been opened is no worker's: types of arrays, the state of the server.
  const label = handler.name === "execute" ? undefined : labelOf(() => query.strings.join("?"));
  const activity = label?.agent.activity(label.worker);
  let place: Place = "called";
  let values: readonly unknown[] | undefined;
  const done =
    activity?.requestConnection(() => place === "waits for a connection" || place === "sent behind others") ?? ((): void => undefined);
  const announcement: Announcement = {
    label,
    sql: () => (place === "failed" ? undefined : query.string),
    values: () => values,
    streamed: () => query.cursorFn !== undefined,
    queued: (isControlled) => {
      place = isControlled ? "sent behind others" : "sent";
      activity?.touch();
    },
    arrived: done,
  };
  onAssigned(query, "parameters", (parameters) => void (values = parameters && [...parameters]));
  onAssigned(query, "state", (backend) => {
    if (backend === null) return;
    place = "sent";
    activity?.touch();
    const session = sessionOfKey(backend);
    if (session !== undefined) session.announce(announcement);
    // A connection that was opened before anything was intercepted.
    else if (label !== undefined) tellUnlabelled(() => query.strings.join("?"));
  });
  query.handler = Object.assign((...args: unknown[]) => {
    const opens = setsTimer(() => void handler.apply(query, args));
    // A query in a file has no text yet: the file is read before a connection is asked for.
    if (place === "called" && query.strings.length > 0) place = opens ? "opens a connection" : "waits for a connection";
    activity?.touch();
  }, handler);
  query.resolve = (...args) => (done(), resolve.apply(query, args));
  query.reject = (...args) => {
    // A parameter that cannot be written, for one: the connection has it, and the server never will.
    place = "failed";
    done();
    return reject.apply(query, args);
  };
}

function patchQuery(made: object): void {
  const { prototype } = made.constructor as unknown as { prototype: Record<"handle", unknown> };
  patch(prototype, "handle", (original) => {
    return function handle(this: Query): unknown {
      if (!this.executed) announce(this);
      return original.call(this);
    };
  });
}

/** `postgres(..)` opens no connection before a query is awaited, and a query is of the class that the package does not export. */
function patchCopy(loaded: unknown): void {
  const postgres = isFunction(loaded) ? loaded : (loaded as { default?: unknown }).default;
  if (!isFunction(postgres)) return;
  const { unsafe } = postgres({ max: 1 }) as { unsafe?: Callback };
  const query = unsafe?.("");
  if (query instanceof Promise) patchQuery(query);
}

interface Manifest {
  readonly name?: string;
  readonly exports?: { readonly import?: string };
}

function manifestAbove(file: string): { readonly folder: string; readonly manifest: Manifest } | undefined {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
      if (manifest.name === "postgres") return { folder, manifest };
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/** Both copies of the package: the one for `require` and the one for `import`. */
async function patchPackage(from: URL): Promise<void> {
  try {
    const require = createRequire(from);
    const entry = require.resolve("postgres");
    const found = manifestAbove(entry);
    if (found === undefined) return;
    patchCopy(require(entry));
    const { import: module } = found.manifest.exports ?? {};
    if (module !== undefined) patchCopy(await import(pathToFileURL(join(found.folder, module)).href));
  } catch {
    // Not installed, or of a form that is not known: its statements are then those of a stranger on the wire.
  }
}

export const postgresJsAdapter: DriverAdapter = {
  name: "postgres",
  async install(from) {
    const places = new Set([...from, pathToFileURL(`${process.cwd()}/`)].map(({ href }) => href));
    for (const place of places) await patchPackage(new URL(place));
  },
};
