import type {
  Block,
  Callee,
  CallInstruction,
  Instruction,
  IrFile,
  IrFunction,
  Literal,
  ObjectPart,
  Temp,
  Terminator,
  VariableId,
} from "./ir.js";

/** A function's IR as stable text, for tests and debugging. */
export function printFunction(fn: IrFunction, file: IrFile): string {
  return [printHead(fn, file), ...fn.blocks.flatMap((block) => printBlock(block, file))].join("\n");
}

function printHead(fn: IrFunction, file: IrFile): string {
  const parameters = fn.parameters.map(({ name, rest }) => (rest ? `...${name}` : name)).join(", ");
  const modifiers = [fn.async ? "async " : "", fn.generator ? "generator " : ""].join("");
  const captures = fn.captures.length === 0 ? "" : ` captures ${fn.captures.map((id) => printVariable(id, file)).join(", ")}`;
  return `${modifiers}${fn.kind} ${fn.name}(${parameters})${captures}`;
}

function printBlock(block: Block, file: IrFile): readonly string[] {
  const handler = block.handler === undefined ? "" : ` handler ${printTarget(block.handler)}`;
  return [
    `${printTarget(block.id)}${handler}:`,
    ...block.instructions.map((instruction) => `  ${printInstruction(instruction, file)}`),
    `  ${printTerminator(block.terminator)}`,
  ];
}

function printTerminator(end: Terminator): string {
  switch (end.kind) {
    case "goto":
      return `goto ${printTarget(end.target)}`;
    case "branch":
      return `if ${temp(end.condition)} ${printTarget(end.whenTrue)} else ${printTarget(end.whenFalse)}`;
    case "return":
      return end.value === undefined ? "return" : `return ${temp(end.value)}`;
    case "throw":
      return end.handler === undefined ? `throw ${temp(end.value)}` : `throw ${temp(end.value)} to ${printTarget(end.handler)}`;
    case "unreachable":
      return "unreachable";
  }
}

function printTarget(block: number): string {
  return `b${String(block)}`;
}

function temp(id: Temp): string {
  return `t${String(id)}`;
}

/** Writes are printed without the temporary that repeats the written value. */
function printInstruction(instruction: Instruction, file: IrFile): string {
  switch (instruction.op) {
    case "store":
      return `${printVariable(instruction.variable, file)} = ${temp(instruction.value)}`;
    case "store-global":
      return `global ${instruction.name} = ${temp(instruction.value)}`;
    case "set":
      return `${temp(instruction.object)}.${instruction.name} = ${temp(instruction.value)}`;
    case "set-index":
      return `${temp(instruction.object)}[${temp(instruction.key)}] = ${temp(instruction.value)}`;
    default:
      return `${temp(instruction.dest)} = ${printValue(instruction, file)}`;
  }
}

type ValueInstruction = Exclude<Instruction, { readonly op: "store" | "store-global" | "set" | "set-index" }>;

function printValue(instruction: ValueInstruction, file: IrFile): string {
  switch (instruction.op) {
    case "load":
      return `load ${printVariable(instruction.variable, file)}`;
    case "closure":
      return `closure ${String(instruction.function)} ${file.functions[instruction.function]?.name ?? "?"}`;
    case "class":
      return `class ${file.classes[instruction.class]?.name ?? "<anonymous>"}`;
    default:
      return printNameless(instruction);
  }
}

type NamelessInstruction = Exclude<ValueInstruction, { readonly op: "load" | "closure" | "class" }>;

function printNameless(instruction: NamelessInstruction): string {
  switch (instruction.op) {
    case "const":
      return printLiteral(instruction.value);
    case "param":
      return `param ${String(instruction.index)}`;
    case "global":
      return `global ${instruction.name}`;
    case "this":
    case "nondet":
    case "caught":
      return instruction.op;
    case "unary":
      return `${instruction.operator} ${temp(instruction.operand)}`;
    case "binary":
      return `${temp(instruction.left)} ${instruction.operator} ${temp(instruction.right)}`;
    case "await":
      return `await ${temp(instruction.value)}`;
    case "call":
      return printCall(instruction);
    default:
      return printStructure(instruction);
  }
}

type StructureInstruction = Exclude<
  NamelessInstruction,
  { readonly op: "const" | "param" | "global" | "this" | "nondet" | "caught" | "unary" | "binary" | "await" | "call" }
>;

function printStructure(instruction: StructureInstruction): string {
  switch (instruction.op) {
    case "get":
      return `${temp(instruction.object)}${instruction.optional ? "?." : "."}${instruction.name}`;
    case "index":
      return `${temp(instruction.object)}${instruction.optional ? "?." : ""}[${temp(instruction.key)}]`;
    case "delete":
      return `delete ${temp(instruction.object)}${instruction.name === undefined ? "[?]" : `.${instruction.name}`}`;
    case "object":
      return instruction.parts.length === 0 ? "{}" : `{ ${instruction.parts.map(printPart).join(", ")} }`;
    case "array":
      return `[${list(instruction.elements)}]`;
    case "rest":
      return `rest ${temp(instruction.object)} without ${instruction.excluded.join(", ")}`;
    case "slice":
      return `slice ${temp(instruction.array)} from ${String(instruction.from)}`;
    case "template":
      return `template ${JSON.stringify(instruction.strings)} ${instruction.values.map(temp).join(", ")}`;
    case "yield":
      return `yield${instruction.delegate ? "*" : ""}${instruction.value === undefined ? "" : ` ${temp(instruction.value)}`}`;
    case "has-next":
    case "next":
      return `${instruction.op} ${instruction.over} ${temp(instruction.iterable)}`;
    case "unknown":
      return `unknown ${instruction.syntax}(${instruction.operands.map(temp).join(", ")})`;
  }
}

function printCall(call: CallInstruction): string {
  const callee = `${printCallee(call.callee)}${call.optional ? "?." : ""}`;
  const tagged = call.tagged ? "tagged " : "";
  return `${call.use} ${tagged}${call.new ? "new " : ""}${callee}(${list(call.arguments)})`;
}

function printCallee(callee: Callee): string {
  switch (callee.kind) {
    case "method":
      return `${callee.super ? "super " : ""}${temp(callee.object)}.${callee.name}`;
    case "computed":
      return `${temp(callee.object)}[${temp(callee.key)}]`;
    case "value":
      return temp(callee.value);
    case "super":
      return "super";
  }
}

function list(values: readonly { readonly value: Temp; readonly spread: boolean }[]): string {
  return values.map(({ value, spread }) => `${spread ? "..." : ""}${temp(value)}`).join(", ");
}

function printPart(part: ObjectPart): string {
  switch (part.kind) {
    case "field":
      return `${part.name}: ${temp(part.value)}`;
    case "computed":
      return `[${temp(part.key)}]: ${temp(part.value)}`;
    case "spread":
      return `...${temp(part.value)}`;
  }
}

function printLiteral(value: Literal): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** A name that the file declares more than once is told apart by its id. */
function printVariable(id: VariableId, file: IrFile): string {
  const variable = file.variables[id];
  if (variable === undefined || variable.kind === "synthetic") return `$${String(id)}`;
  const unique = file.variables.filter(({ name }) => name === variable.name).length === 1;
  return unique ? variable.name : `${variable.name}#${String(id)}`;
}
