export { embeddedPostgres, type EmbeddedPostgresOptions, serverDatabase } from "./database/index.js";
export { explore } from "./explore.js";
export { exploreEach, type ExploreEachOptions, type Reports } from "./exploreEach.js";
export { stress } from "./stress.js";
export type * from "./stress/types.js";
export type * from "./types.js";
