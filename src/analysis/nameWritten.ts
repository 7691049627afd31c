import type { Instruction } from "../ir/ir.js";
import type { Interpreter } from "./interpreter.js";

/** The name under which the program has what the instruction gives; empty if it has none. */
export function nameWritten(instruction: Instruction, run: Interpreter): string {
  switch (instruction.op) {
    case "load":
      return run.body.file.variables[instruction.variable]?.name ?? "";
    case "global":
    case "get":
      return instruction.name;
    case "this":
      return "this";
    case "await":
      return run.nameOf(instruction.value);
    case "call":
      return instruction.callee.kind === "method"
        ? instruction.callee.name
        : instruction.callee.kind === "value"
          ? run.nameOf(instruction.callee.value)
          : "";
    default:
      return "";
  }
}
