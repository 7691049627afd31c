export { type ControlConnection, controlConnection } from "./control.js";
export { DatabaseError } from "./databaseError.js";
export { embeddedPostgres, type EmbeddedPostgresOptions } from "./embeddedPostgres.js";
export { resolveDatabase } from "./resolveDatabase.js";
export { serverDatabase, type ServerDatabaseOptions } from "./serverDatabase.js";
export { isUncontrolled, markUncontrolled } from "./uncontrolled.js";
