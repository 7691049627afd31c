/** Database expressions in patches: `{ attempts: () => "attempts + 1" }`. */
import type { Literal } from "../../ir/ir.js";
import type { Value } from "../../ir/value.js";
import type { ProgramFacts } from "../../program/facts.js";
import type { WrittenColumn } from "../model.js";
import { tokenize } from "./tokens.js";
import type { Site } from "./site.js";

/** `attempts + 1` on the column itself is an increment; anything else is left to the database. */
export function databaseExpression(column: string, closure: Value & { kind: "closure" }, site: Site): WrittenColumn {
  const text = returnedText(closure.function, site.context.facts);
  const amount = text === undefined ? undefined : step(column, text);
  if (amount === undefined) return { column, value: closure, how: "raw" };
  const how = amount.sign === "+" ? "increment" : "decrement";
  return { column, value: site.context.values.constant(amount.by), how };
}

function step(column: string, text: string): { readonly sign: "+" | "-"; readonly by: Literal } | undefined {
  const tokens = tokenize(text).filter((t) => t.kind !== "symbol" || (t.text !== "(" && t.text !== ")"));
  const [operator, by, ...rest] = tokens.slice(-2);
  const names = tokens.slice(0, -2);
  const named = names.at(-1);
  const isPath = names.every((t) => t.kind === "word" || t.text === ".");
  if (!isPath || named?.kind !== "word" || named.text !== column || by?.kind !== "number" || rest.length > 0) return undefined;
  return operator?.text === "+" || operator?.text === "-" ? { sign: operator.text, by: Number(by.text) } : undefined;
}

/** The constant text that a function of one block returns. */
function returnedText(id: string, facts: ProgramFacts): string | undefined {
  const [block, ...more] = facts.function(id)?.blocks ?? [];
  const end = block?.terminator;
  if (block === undefined || more.length > 0 || end?.kind !== "return") return undefined;
  const returned = block.instructions.find((i) => i.dest === end.value);
  return returned?.op === "const" && typeof returned.value === "string" ? returned.value : undefined;
}
