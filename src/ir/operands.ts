/** Which temporaries an instruction or terminator reads. */
import type { Callee, Instruction, Temp, Terminator } from "./ir.js";

export function operandsOf(part: Instruction | Terminator): readonly Temp[] {
  return "op" in part ? ofInstruction(part) : ofTerminator(part);
}

function ofTerminator(end: Terminator): readonly Temp[] {
  switch (end.kind) {
    case "branch":
      return [end.condition];
    case "throw":
      return [end.value];
    case "return":
      return end.value === undefined ? [] : [end.value];
    case "goto":
    case "unreachable":
      return [];
  }
}

function ofInstruction(instruction: Instruction): readonly Temp[] {
  switch (instruction.op) {
    case "store":
    case "store-global":
    case "await":
      return [instruction.value];
    case "yield":
      return instruction.value === undefined ? [] : [instruction.value];
    case "get":
    case "delete":
    case "rest":
      return [instruction.object];
    case "index":
      return [instruction.object, instruction.key];
    case "set":
      return [instruction.object, instruction.value];
    case "set-index":
      return [instruction.object, instruction.key, instruction.value];
    case "slice":
      return [instruction.array];
    case "unary":
      return [instruction.operand];
    case "binary":
      return [instruction.left, instruction.right];
    case "has-next":
    case "next":
      return [instruction.iterable];
    default:
      return ofComposite(instruction);
  }
}

function ofComposite(instruction: Instruction): readonly Temp[] {
  switch (instruction.op) {
    case "object":
      return instruction.parts.flatMap((p) => (p.kind === "computed" ? [p.key, p.value] : [p.value]));
    case "array":
      return instruction.elements.map((e) => e.value);
    case "template":
      return instruction.values;
    case "unknown":
      return instruction.operands;
    case "call":
      return [...ofCallee(instruction.callee), ...instruction.arguments.map((a) => a.value)];
    default:
      return [];
  }
}

function ofCallee(callee: Callee): readonly Temp[] {
  switch (callee.kind) {
    case "method":
      return [callee.object];
    case "computed":
      return [callee.object, callee.key];
    case "value":
      return [callee.value];
    case "super":
      return [];
  }
}
