import { inspect } from "node:util";

const longest = 120;

/** A value as one short line. */
export function oneLine(value: unknown): string {
  const text = inspect(value, { breakLength: Infinity, depth: 2, compact: true });
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
