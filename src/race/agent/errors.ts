import type { StatementError } from "../types.js";

const sqlState = /^[0-9A-Z]{5}$/;

/**
 * Where the data layers keep the server's SQLSTATE: pg, Knex, Kysely, TypeORM and postgres.js in `code`, Drizzle in `cause`,
 * Sequelize in `parent` and `original`, Objection in `nativeError`, TypeORM also in `driverError`, Prisma's adapters in
 * `meta.driverAdapterError.cause.originalCode`.
 */
const inner = ["cause", "parent", "original", "nativeError", "driverError", "meta", "driverAdapterError"];
const codes = ["code", "originalCode"];

function property(value: object, name: string): unknown {
  return (value as Record<string, unknown>)[name];
}

function findState(error: unknown, depth: number): string | undefined {
  if (typeof error !== "object" || error === null || depth > 5) return undefined;
  for (const name of codes) {
    const code = property(error, name);
    // Prisma's own codes (P2034) have five characters too; the server has no class that starts with P but P0 (PL/pgSQL).
    if (typeof code === "string" && sqlState.test(code) && !/^P[1-9]/.test(code)) return code;
  }
  for (const name of inner) {
    const state = findState(property(error, name), depth + 1);
    if (state !== undefined) return state;
  }
  return undefined;
}

/** That of a connection that every address of a host refuses has no message of its own. */
function messageOf(error: Error): string {
  if (error.message !== "" || !(error instanceof AggregateError)) return error.message;
  return error.errors.map((one: unknown) => (one instanceof Error ? one.message : String(one))).join(", ");
}

/** An error as plain data: it crosses threads and appears in reports. */
export function describeError(error: unknown): StatementError {
  const state = findState(error, 0);
  const told = error instanceof Error ? { name: error.name, message: messageOf(error) } : { name: "Error", message: String(error) };
  return state === undefined ? told : { ...told, sqlState: state };
}
