/** What string methods make of constants: whether `row.roles.split(",").map((r) => r.trim())` includes a word is known where the roles are. */
import type { Value } from "../ir/value.js";

/** One text, or a list of them. */
export type Text = string | readonly string[];

type Method = (text: string, argument: Text | undefined) => Text | undefined;

const methods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ["trim", (text) => text.trim()],
  ["toLowerCase", (text) => text.toLowerCase()],
  ["toUpperCase", (text) => text.toUpperCase()],
  ["split", (text, separator) => (typeof separator === "string" ? text.split(separator) : undefined)],
]);

/** `known` says what a part of the value is. `undefined`: no text, or not known. */
export function textOf(value: Value, known: (part: Value) => Text | undefined, depth = 6): Text | undefined {
  const given = known(value);
  if (given !== undefined || depth === 0) return given;
  switch (value.kind) {
    case "const":
      return typeof value.value === "string" ? value.value : undefined;
    case "call": {
      const [text, argument] = value.inputs.map((v) => textOf(v, known, depth - 1));
      return typeof text === "string" ? methods.get(value.name.split(".").at(-1) ?? "")?.(text, argument) : undefined;
    }
    case "mapped":
      return mappedTexts(value.list, value.item, known, depth);
    default:
      return undefined;
  }
}

function mappedTexts(list: Value, item: Value, known: (part: Value) => Text | undefined, depth: number): Text | undefined {
  const texts = textOf(list, known, depth - 1);
  if (texts === undefined || typeof texts === "string") return undefined;
  const isElement = (v: Value) => v.kind === "element" && v.list === list;
  const items = texts.map((text) => textOf(item, (v) => (isElement(v) ? text : known(v)), depth - 1));
  return items.every((i) => typeof i === "string") ? items : undefined;
}
