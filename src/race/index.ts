export { embeddedPostgres, type EmbeddedPostgresOptions, serverDatabase } from "./database/index.js";
export { drawEach } from "./draw/table.js";
export { explore } from "./explore.js";
export { exploreEach, type ExploreEachOptions, type Reports } from "./exploreEach.js";
export { assertExhausted, assertViolated } from "./matchers/assert.js";
export { stress } from "./stress.js";
export type * from "./stress/types.js";
export type * from "./types.js";
