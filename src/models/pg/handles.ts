/** Which values are pools and clients of node-postgres, and the connection they use. */
import type { Handle, Value } from "../../ir/value.js";
import type { Origin } from "../../program/facts.js";
import { connectionOf, outerConnection, withClasses } from "../connection.js";
import type { ModelContext } from "../model.js";

export const modelName = "pg";

export type HandleType =
  /** Sends each statement on any of its connections. */
  | "pool"
  /** One connection: `new Client()`, or one that was checked out of a pool. */
  | "client";

const types: Readonly<Record<string, HandleType>> = {
  Pool: "pool",
  BoundPool: "pool",
  Client: "client",
  ClientBase: "client",
  PoolClient: "client",
};

export function typeNamed(packageName: string, path: readonly string[]): HandleType | undefined {
  if (packageName === "pg-pool") return "pool";
  return packageName === "pg" ? types[path.at(-1) ?? ""] : undefined;
}

export function makeHandle(type: HandleType, connection: Value): Handle {
  return { model: modelName, type, entity: undefined, connection, steps: [] };
}

export function handleOf(origin: Origin, receiver: Value, context: ModelContext): Handle | undefined {
  const type = origin.role === "instance" ? typeNamed(origin.package, origin.path) : undefined;
  if (type === undefined) return undefined;
  const connection = type === "pool" ? connectionOf(receiver, modelName, context.values) : clientConnection(receiver, context);
  return withClasses(makeHandle(type, connection), origin.via, context.facts, context.values);
}

/** A client of the module is one connection for everybody; one that an object holds may be a transaction's. */
function clientConnection(receiver: Value, { values }: ModelContext): Value {
  if (receiver.kind === "handle") return receiver.connection;
  return receiver.kind === "global" ? outerConnection(`${modelName} client`, values) : receiver;
}
