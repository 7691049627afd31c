/** What becomes of the result of a call, as the code is written. */
import type { CallInstruction, Instruction, IrFunction, Temp } from "../ir/ir.js";
import { operandsOf } from "../ir/operands.js";
import type { Environment } from "./environment.js";
import type { Site } from "./summary.js";

type Use = "dropped" | "returned" | "used";

/**
 * Whether the result that the last call of the path has is dropped: by the function that makes the call, or, as long as each function merely
 * returns it, by one further up. What is stored or handed on counts as used, whatever is done with it then.
 */
export function isDropped(path: readonly Site[], environment: Environment): boolean {
  for (const site of path.toReversed()) {
    const use = useOf(site, environment);
    if (use !== "returned") return use === "dropped";
  }
  return false;
}

function useOf({ function: id, call }: Site, environment: Environment): Use {
  const fn = environment.facts.function(id);
  const made = fn?.blocks.flatMap((b) => b.instructions).find((i): i is CallInstruction => i.op === "call" && i.node === call.node);
  return fn === undefined || made === undefined ? "used" : useOfTemp(fn, made.dest);
}

function useOfTemp(fn: IrFunction, temp: Temp): Use {
  const readers = fn.blocks.flatMap((b): readonly (Instruction | "return" | "other")[] => [
    ...b.instructions.filter((i) => operandsOf(i).includes(temp)),
    ...(operandsOf(b.terminator).includes(temp) ? [b.terminator.kind === "return" ? ("return" as const) : ("other" as const)] : []),
  ]);
  const [only] = readers;
  if (only === undefined) return "dropped";
  if (readers.length > 1 || only === "other") return "used";
  if (only === "return") return "returned";
  return only.op === "await" ? useOfTemp(fn, only.dest) : "used";
}
