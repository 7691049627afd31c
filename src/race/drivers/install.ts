import type { DriverAdapter } from "./driver.js";
import { pgAdapter } from "./pg.js";

const adapters: readonly DriverAdapter[] = [pgAdapter];

/** Patches every driver, before the workers' modules make their connections. */
export async function installDrivers(): Promise<void> {
  for (const adapter of adapters) await adapter.install();
}
