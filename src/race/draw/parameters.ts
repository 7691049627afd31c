import { clip, printable } from "./displayWidth.js";

const longest = 40;

function escaped(text: string): string {
  return clip(printable(JSON.stringify(text)), longest);
}

/** A value as one short piece of text; it may come from the application, so nothing of it is called but what JSON calls. */
function formatValue(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "string") return escaped(value);
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") return String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "invalid date" : value.toISOString();
  if (ArrayBuffer.isView(value)) return `<${value.byteLength} bytes>`;
  try {
    return clip(printable(JSON.stringify(value)), longest);
  } catch {
    return `<${typeof value}>`;
  }
}

/** More parameters than this are those of many rows; the last ones are kept because a WHERE comes last. */
const most = 16;
const keptFirst = 8;
const keptLast = 4;

/** The parameters of a statement, in the order of `$1`, `$2`, ... */
export function formatParameters(values: readonly unknown[] | undefined): string | undefined {
  if (values === undefined || values.length === 0) return undefined;
  const texts = values.map(formatValue);
  if (texts.length > most) texts.splice(keptFirst, texts.length - keptFirst - keptLast, `… ${texts.length - keptFirst - keptLast} more`);
  return `[${texts.join(", ")}]`;
}
