export { type ControlConnection, controlConnection } from "./control.js";
export { embeddedPostgres, type EmbeddedPostgresOptions } from "./embeddedPostgres.js";
export { resolveDatabase } from "./resolveDatabase.js";
export { serverDatabase } from "./serverDatabase.js";
export { isUncontrolled } from "./uncontrolled.js";
