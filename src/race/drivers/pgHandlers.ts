import type { PgQuery } from "./pgTypes.js";

const names = ["handleReadyForQuery", "handleError", "handleCommandComplete", "handleRowDescription"] as const;

export type Handlers = Pick<PgQuery, (typeof names)[number]>;

/**
 * Puts handlers on the query object itself, over its class's and over those that pg-query-stream puts there, and returns what was
 * there before: to call, and to put back before pg's own code calls `this.handleError`.
 */
export function replaceHandlers(query: PgQuery, handlers: Handlers): { readonly original: Handlers; readonly restore: () => void } {
  const original: Handlers = {
    handleReadyForQuery: (...args) => methods.handleReadyForQuery.apply(query, args),
    handleError: (...args) => methods.handleError.apply(query, args),
    handleCommandComplete: (...args) => methods.handleCommandComplete.apply(query, args),
    handleRowDescription: (...args) => methods.handleRowDescription.apply(query, args),
  };
  // eslint-disable-next-line @typescript-eslint/unbound-method -- applied to the query above
  const { handleReadyForQuery, handleError, handleCommandComplete, handleRowDescription } = query;
  const methods = { handleReadyForQuery, handleError, handleCommandComplete, handleRowDescription };
  const own = names.map((name) => Object.getOwnPropertyDescriptor(query, name));
  Object.assign(query, handlers);
  const restore = (): void => {
    for (const [index, name] of names.entries()) {
      const descriptor = own[index];
      if (descriptor === undefined) Reflect.deleteProperty(query, name);
      else Object.defineProperty(query, name, descriptor);
    }
  };
  return { original, restore };
}
