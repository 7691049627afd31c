import { flowGraph } from "../../src/ir/graph.js";
import type { BlockId, Instruction, IrFile, IrFunction, Temp, Terminator } from "../../src/ir/ir.js";
import { successors } from "../../src/ir/ir.js";

/** Everything that is wrong with the IR of a file; empty for a well-formed one. */
export function malformations(ir: IrFile): readonly string[] {
  return [
    ...ir.functions.flatMap((fn, index) => (fn.index === index ? [] : [`function ${String(index)} has another index`])),
    ...ir.functions.flatMap((fn) => inFunction(fn, ir).map((text) => `${fn.name}: ${text}`)),
  ];
}

function inFunction(fn: IrFunction, ir: IrFile): readonly string[] {
  const found: string[] = [];
  const graph = flowGraph(fn);
  const definedIn = new Map<Temp, BlockId>();
  for (const { id, instructions } of fn.blocks) {
    for (const { dest } of instructions) {
      if (definedIn.has(dest)) found.push(`t${String(dest)} is assigned twice`);
      definedIn.set(dest, id);
    }
  }
  fn.blocks.forEach((block, index) => {
    if (block.id !== index) found.push(`block ${String(index)} has another id`);
    if (!graph.dominates(0, index)) found.push(`block ${String(index)} cannot be reached`);
    for (const target of [...successors(block), ...(block.handler === undefined ? [] : [block.handler])]) {
      if (fn.blocks[target] === undefined) found.push(`no block ${String(target)}`);
    }
    const seen = new Set<Temp>();
    const use = (temp: Temp): void => {
      const from = definedIn.get(temp);
      const known = from === index ? seen.has(temp) : from !== undefined && graph.dominates(from, index);
      if (!known) found.push(`t${String(temp)} is used in block ${String(index)} before it is assigned`);
    };
    for (const instruction of block.instructions) {
      operandsOf(instruction).forEach(use);
      seen.add(instruction.dest);
      if (instruction.op === "load" && !canUse(fn, instruction.variable, ir))
        found.push(`variable ${String(instruction.variable)} is not captured`);
    }
    operandsOf(block.terminator).forEach(use);
  });
  return found;
}

function canUse(fn: IrFunction, variable: number, ir: IrFile): boolean {
  return ir.variables[variable]?.declaredIn === fn.index || fn.captures.includes(variable);
}

const tempKeys = new Set(["value", "object", "key", "left", "right", "operand", "condition", "array", "iterable"]);
const listKeys = new Set(["operands", "values", "arguments", "elements", "parts", "callee"]);

function operandsOf(part: Instruction | Terminator): readonly Temp[] {
  return "op" in part && part.op === "const" ? [] : temps(part);
}

function temps(part: unknown): readonly Temp[] {
  if (typeof part === "number") return [part];
  if (Array.isArray(part)) return part.flatMap(temps);
  if (typeof part !== "object" || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) => (tempKeys.has(key) || listKeys.has(key) ? temps(value) : []));
}
