/**
 * How a driver's statements are intercepted. An adapter patches what the driver exports, so that each statement asks
 * `labelOf(..)` whose it is and, if a run controls it, `agent.arrive(..)` when it may be sent.
 */
export interface DriverAdapter {
  readonly name: string;
  /** Patches everything it finds: copies of the driver that are loaded already, and those that will be. Safe to call again. `from`: where the workers' modules are. */
  install(from: readonly URL[]): Promise<void> | void;
}
