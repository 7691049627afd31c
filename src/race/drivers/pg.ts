import { AsyncResource } from "node:async_hooks";
import { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import { ownBackends } from "../agent/backends.js";
import { currentLabel, labelOf, tellGaveUp } from "../agent/labels.js";
import { isUncontrolled } from "../database/uncontrolled.js";
import type { DriverAdapter } from "./driver.js";
import { type Callback, isFunction, patch } from "./patch.js";
import { knowClient } from "./pgClients.js";
import { knowConnection } from "./pgConnections.js";
import { PgPassage } from "./pgPassage.js";
import { sessionOf } from "./pgSession.js";
import type { PgClient, PgClientClass, PgPool, PgQuery } from "./pgTypes.js";

function isSubmittable(value: unknown): value is PgQuery {
  return typeof value === "object" && value !== null && "submit" in value && isFunction(value.submit);
}

function textOf(config: unknown): string {
  if (typeof config === "string") return config;
  const { cursor, text, name } = config as PgQuery;
  return cursor?.text ?? text ?? name ?? "";
}

/**
 * The query object of a call in any of its forms, `(text, values?, callback?)`, `(config, callback?)` and `(submittable)`, and what
 * the call returns. The callback is bound to the caller's context, because pg calls it in that of the socket's owner.
 */
function queryOf(client: PgClient, args: readonly unknown[]): { query: PgQuery; result: unknown } {
  const [config, values, callback] = args;
  const given = isFunction(values) ? values : callback;
  if (isSubmittable(config)) {
    if (config.callback === undefined && isFunction(given)) config.callback = AsyncResource.bind(given);
    return { query: config, result: config };
  }
  const { Query } = client.constructor as unknown as PgClientClass;
  const query = new Query(config, values, callback);
  const { query_timeout: timeout } = config as PgQuery;
  if (timeout !== undefined) query.query_timeout = timeout;
  if (query.callback !== undefined) {
    if (isFunction(query.callback)) query.callback = AsyncResource.bind(query.callback);
    return { query, result: undefined };
  }
  const result = new Promise((resolve, reject: (error: unknown) => void) => {
    // What pg hands over is handed on, whatever it is.
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    query.callback = (error, answer) => (error === null || error === undefined ? resolve(answer) : reject(error));
  }).catch((error: unknown) => {
    // As pg does, so that the trace leads to the application.
    if (error instanceof Error) Error.captureStackTrace(error);
    throw error;
  });
  return { query, result };
}

/** `query_timeout` counts from the call on, so it may end the wait of a query that has not come to the head of its connection's queue. */
function noticeGivingUp(client: PgClient, query: PgQuery): void {
  const { callback } = query;
  if (callback === undefined) return;
  query.callback = (...result) => {
    if (Object.hasOwn(query, "submit") && client._queryable) tellGaveUp();
    callback(...result);
  };
}

function controlledQuery(original: Callback) {
  return function query(this: PgClient, ...args: unknown[]): unknown {
    const [config] = args;
    if (config === null || config === undefined) return original.apply(this, args);
    if (isUncontrolled(this) || (typeof config === "object" && isUncontrolled(config))) return original.apply(this, args);
    const label = labelOf(() => textOf(config));
    if (label === undefined) return original.apply(this, args);
    const { Query } = this.constructor as unknown as PgClientClass;
    const session = sessionOf(this);
    const { query, result } = queryOf(this, args);
    const submit = query.submit.bind(query);
    const streamed = !(query instanceof Query) || Boolean(query.rows);
    // pg calls it when the query is the next on its connection: all before it are over, so the transaction's status is known.
    query.submit = () => {
      Reflect.deleteProperty(query, "submit");
      new PgPassage(label, session, query, submit, streamed);
      return null;
    };
    noticeGivingUp(this, query);
    // Pipelined statements would be sent before their turn; one at a time is what the server does with them anyway.
    this.pipeline = false;
    original.call(this, query);
    return result;
  };
}

/** Counts a connection that is being opened as work under way. */
function watchedConnect(original: Callback) {
  return function connect(this: PgClient, callback?: Callback): unknown {
    this.connection.prependListener("readyForQuery", () => ownBackends().add(this.processID ?? 0));
    knowConnection(this.connection);
    if (!isUncontrolled(this)) knowClient(this);
    const label = isUncontrolled(this) ? undefined : currentLabel();
    if (label === undefined) return original.call(this, callback);
    const activity = label.agent.activity(label.worker);
    const { run } = label;
    activity.busy++;
    const done = (): void => {
      if (run !== label.agent.run) return;
      activity.busy--;
      activity.touch();
    };
    if (callback === undefined) {
      const connected = original.call(this) as Promise<unknown>;
      connected.then(done, done);
      return connected;
    }
    return original.call(
      this,
      AsyncResource.bind((...args: unknown[]) => (done(), callback(...args))),
    );
  };
}

/**
 * pg-pool gives a connection back in the context of whoever released it, so its callbacks are bound to who asked. A request that
 * the pool cannot serve before another connection is given back is a wait the scheduler must know of.
 */
function watchedPoolConnect(original: Callback) {
  return function connect(this: PgPool, callback?: Callback): unknown {
    const label = currentLabel();
    if (label === undefined) return original.call(this, callback && AsyncResource.bind(callback));
    const mustWait = (): boolean => this.waitingCount > 0 && this.idleCount === 0 && this.totalCount >= this.options.max;
    const done = label.agent.activity(label.worker).requestConnection(mustWait);
    if (callback === undefined) {
      const connected = original.call(this) as Promise<unknown>;
      connected.then(done, done);
      return connected;
    }
    return original.call(
      this,
      AsyncResource.bind((...args: unknown[]) => (done(), callback(...args))),
    );
  };
}

function patchClient(prototype: object): void {
  const client = prototype as Record<"query" | "connect", unknown>;
  patch(client, "query", controlledQuery);
  patch(client, "connect", watchedConnect);
}

function patchPool(prototype: object): void {
  patch(prototype as Record<"connect", unknown>, "connect", watchedPoolConnect);
}

/** The prototype in the chain that has the method itself: subclasses (`BoundPool`) inherit the patch. */
function ownerOf(object: object, method: string): object | undefined {
  let prototype = Object.getPrototypeOf(object) as object | null;
  while (prototype !== null && !Object.hasOwn(prototype, method)) prototype = Object.getPrototypeOf(prototype) as object | null;
  return prototype ?? undefined;
}

function patchInstance(emitter: object): void {
  if ("_pulseQueryQueue" in emitter) {
    const owner = ownerOf(emitter, "_pulseQueryQueue");
    if (owner !== undefined) patchClient(owner);
  } else if ("_pulseQueue" in emitter) {
    const owner = ownerOf(emitter, "_pulseQueue");
    if (owner !== undefined) patchPool(owner);
  }
}

/**
 * pg's clients and pools are event emitters, and every emitter is set up by `EventEmitter.init`, which Node's own `domain` module
 * replaces too. So each copy of pg is found when it makes its first client, however it was loaded: by `require` or `import`, under
 * a loader such as tsx, by Jest's module registry, or out of a bundle.
 */
function watchEmitters(): void {
  const emitters = EventEmitter as unknown as Record<"init", unknown>;
  patch(emitters, "init", (original) => {
    return function init(this: object, ...args: unknown[]): unknown {
      patchInstance(this);
      return original.apply(this, args);
    };
  });
}

/** Copies that have made clients already. */
function patchLoaded(): void {
  const { cache } = createRequire(import.meta.url);
  for (const [file, loaded] of Object.entries(cache)) {
    if (loaded === undefined) continue;
    const { prototype } = (loaded.exports ?? {}) as { prototype?: object };
    if (prototype === undefined) continue;
    if (/[\\/]pg[\\/]lib[\\/]client\.js$/.test(file)) patchClient(prototype);
    if (/[\\/]pg-pool[\\/]index\.js$/.test(file)) patchPool(prototype);
  }
}

export const pgAdapter: DriverAdapter = {
  name: "pg",
  install() {
    watchEmitters();
    patchLoaded();
  },
};
