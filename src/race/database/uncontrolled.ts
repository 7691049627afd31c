/**
 * Marks connections that an exploration must not control: the ones it uses itself. `Symbol.for` because thread workers and several
 * copies of this package in one process must agree on it.
 */
const uncontrolled = Symbol.for("eslint-plugin-check-then-act/race/uncontrolled");

/** Makes every interception let the client's statements through unseen. */
export function markUncontrolled<Client extends object>(client: Client): Client {
  Object.defineProperty(client, uncontrolled, { value: true });
  return client;
}

export function isUncontrolled(client: object): boolean {
  return uncontrolled in client;
}
