/** Database expressions in patches: `{ attempts: () => "attempts + 1" }`. */
import type { Value } from "../../ir/value.js";
import type { ProgramFacts } from "../../program/facts.js";
import type { WrittenColumn } from "../model.js";
import { assignmentIn } from "../sql/fragments.js";
import type { Site } from "./site.js";

/** `attempts + 1` on the column itself is an increment, `now()` the time; anything else is left to the database. */
export function databaseExpression(column: string, closure: Value & { kind: "closure" }, { context }: Site): WrittenColumn {
  const text = returnedText(closure.function, context.facts);
  const names = { context, column: (path: readonly string[]) => path.at(-1) ?? "", parameter: () => context.values.unknown };
  const written = text === undefined ? undefined : assignmentIn(column, context.values.constant(text), names);
  return written ?? { column, value: closure, how: "raw" };
}

/** The constant text that a function of one block returns. */
function returnedText(id: string, facts: ProgramFacts): string | undefined {
  const [block, ...more] = facts.function(id)?.blocks ?? [];
  const end = block?.terminator;
  if (block === undefined || more.length > 0 || end?.kind !== "return") return undefined;
  const returned = block.instructions.find((i) => i.dest === end.value);
  return returned?.op === "const" && typeof returned.value === "string" ? returned.value : undefined;
}
