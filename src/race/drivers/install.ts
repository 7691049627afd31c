import type { DriverAdapter } from "./driver.js";
import { pgAdapter } from "./pg.js";
import { postgresJsAdapter } from "./postgresJs.js";
import { wireAdapter } from "./wire/sockets.js";

const adapters: readonly DriverAdapter[] = [pgAdapter, wireAdapter, postgresJsAdapter];

/** Patches every driver, before the workers' modules make their connections. */
export async function installDrivers(from: readonly URL[]): Promise<void> {
  for (const adapter of adapters) await adapter.install(from);
}
