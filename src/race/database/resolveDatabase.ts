import type { DatabaseSource } from "../types.js";
import { embeddedPostgres } from "./embeddedPostgres.js";
import { serverDatabase, type ServerDatabaseOptions } from "./serverDatabase.js";

/** What `explore({ database })` means: a source as it is, a connection string, or else `DATABASE_URL`, or else the embedded server. */
export function resolveDatabase(option: DatabaseSource | string | undefined, options: ServerDatabaseOptions = {}): DatabaseSource {
  if (typeof option === "object") return option;
  const connectionString = option ?? process.env["DATABASE_URL"];
  return connectionString ? serverDatabase(connectionString, options) : embeddedPostgres();
}
