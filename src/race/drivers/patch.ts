const patched = Symbol.for("eslint-plugin-check-then-act/race/patched");

export type Callback = (...args: unknown[]) => unknown;

export function isFunction(value: unknown): value is Callback {
  return typeof value === "function";
}

/** Replaces a method of a prototype once, whatever number of copies of this package asks for it. */
export function patch<Key extends string>(
  prototype: Record<Key, unknown>,
  name: Key,
  wrap: (original: Callback) => (...args: never[]) => unknown,
): void {
  const original = prototype[name];
  if (!isFunction(original) || patched in original) return;
  const wrapped = wrap(original);
  Object.defineProperty(wrapped, patched, { value: true });
  prototype[name] = wrapped;
}
