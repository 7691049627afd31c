import { embeddedPostgres } from "../../src/race/database/index.js";

/**
 * One server for all race tests: starting one takes seconds. Explorations find it by `DATABASE_URL`, as they would a user's, and make
 * databases of their own on it.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  if (process.env["DATABASE_URL"]) return undefined;
  const database = await embeddedPostgres({ idle: 0 }).open();
  process.env["DATABASE_URL"] = database.url;
  return () => database.close();
}
