import nodeModule = require("node:module");

/**
 * Node's own `require`, also inside Jest. Jest runs test files, and all that they require, in a registry of its own, which cannot
 * load ES modules before Node 24.9; a `createRequire` there leads back into the registry. The class it gives out as Node's `Module`
 * extends the real one. What is loaded this way is outside the registry, where the explorer belongs: it starts threads and servers.
 */
const native = Object.getPrototypeOf(nodeModule.Module) as Partial<typeof nodeModule.Module>;

export = (native.createRequire ?? nodeModule.createRequire)(__filename);
