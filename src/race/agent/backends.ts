import { oncePerProcess } from "../database/shared.js";

/** The server's processes to which this thread has connected through an intercepted driver, whether or not a worker asked for it. */
export function ownBackends(): Set<number> {
  return oncePerProcess("backends", () => new Set<number>());
}
