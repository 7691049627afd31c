/** Which values are databases and transactions of Drizzle (https://orm.drizzle.team/docs/connect-overview), and the connection they use. */
import type { Handle, Step, Value, ValueFactory } from "../../ir/value.js";
import type { Origin } from "../../program/facts.js";
import { connectionOf, outerConnection, withClasses } from "../connection.js";
import type { ModelContext } from "../model.js";
import { packageName } from "./tables.js";

export const modelName = "drizzle";

export type HandleType =
  /** A database or a transaction. */
  | "database"
  /** `db.query`. */
  | "query"
  /** `db.query.jobs`. */
  | "relational"
  /** A statement that is being built. */
  | "statement"
  /** A statement of which other statements select: `db.$with("a").as(..)`, `query.as("a")`. */
  | "subquery"
  /** What `pgTable` makes. */
  | "table"
  /** What `pgTableCreator` and `pgSchema` make. */
  | "maker"
  /** The functions that conditions are written with, as callbacks are passed them, and `sql`. */
  | "operators";

export function makeHandle(type: HandleType, parts: Partial<Handle> & Pick<Handle, "connection">): Handle {
  return { model: modelName, type, entity: undefined, steps: [], ...parts };
}

/** Knowledge that belongs to no connection. */
export function plainHandle(type: HandleType, values: ValueFactory, entity?: Value): Value {
  return values.handle(makeHandle(type, { connection: outerConnection(modelName, values), entity }));
}

/** `NodePgDatabase`, `PgTransaction`, `PostgresJsDatabase`, `BetterSQLite3Database`, `MySql2Database`. */
const databaseType = /(?:Database|Transaction)$/;

export function handleOf(origin: Origin, receiver: Value, context: ModelContext): Handle | undefined {
  if (origin.package !== packageName) return undefined;
  const name = origin.path.at(-1) ?? "";
  if (origin.role === "export") return name === "sql" ? makeHandle("operators", { connection: receiver }) : undefined;
  if (name !== "drizzle" && !databaseType.test(name)) return undefined;
  const connection = connectionOf(receiver, modelName, context.values);
  const steps = driverSteps(`${origin.subpath} ${name}`);
  return withClasses(makeHandle("database", { connection, steps }), origin.via, context.facts, context.values);
}

/** A step that says how the driver returns what a statement did. */
export function driverSteps(described: string): readonly Step[] {
  const name = /mysql|planetscale|tidb|singlestore/i.test(described)
    ? "mysql"
    : /postgres-?js/i.test(described)
      ? "postgres.js"
      : undefined;
  return name === undefined ? [] : [{ name, arguments: [] }];
}

export function isDriver(handle: Handle, name: "mysql" | "postgres.js"): boolean {
  return handle.steps.some((s) => s.name === name);
}
