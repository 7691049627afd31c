import ts from "typescript";
import { describe, expect, it } from "vitest";

import type { Instruction, NodeId } from "../../../src/ir/ir.js";
import type { Lowered } from "../../../src/ir/lower/lowerFile.js";
import { lowerFile } from "../../../src/ir/lower/lowerFile.js";
import { lowerText } from "./lowered.js";

function textOf(lowered: Lowered, id: NodeId | undefined): string | undefined {
  const node = id === undefined ? undefined : lowered.nodes[id];
  return node?.getText(sourceOf(lowered));
}

function sourceOf(lowered: Lowered): ts.SourceFile {
  const source = lowered.nodes.find((node) => ts.isSourceFile(node));
  if (source === undefined) throw new Error("no source file");
  return source;
}

function instructions({ ir }: Lowered): readonly Instruction[] {
  return ir.functions.flatMap((fn) => fn.blocks.flatMap((block) => block.instructions));
}

/** The source text of the nodes that instructions of one kind name. */
function nodesOf(text: string, op: Instruction["op"]): readonly (string | undefined)[] {
  const lowered = lowerText(text);
  return instructions(lowered)
    .filter((instruction) => instruction.op === op)
    .map(({ node }) => textOf(lowered, node));
}

function nameNodesOf(text: string): readonly (string | undefined)[] {
  const lowered = lowerText(text);
  return instructions(lowered).flatMap((instruction) => (instruction.op === "call" ? [textOf(lowered, instruction.nameNode)] : []));
}

describe("nodes", () => {
  it("a call names its whole expression and underlines the callee's name", () => {
    expect(nodesOf("await a.b(c); new D(); e`f`;", "call")).toEqual(["a.b(c)", "new D()", "e`f`"]);
    expect(nameNodesOf("a.b(); c(); new d.E(); f['g'](); h[i](); j?.k!(); (l)(); (m ?? n)();")).toEqual([
      "b",
      "c",
      "E",
      "'g'",
      "h[i]",
      "k",
      "l",
      "m ?? n",
    ]);
  });

  it("a property names its access, or the element that destructures it", () => {
    expect(nodesOf("x(a.b.c);", "get")).toEqual(["a.b", "a.b.c"]);
    expect(nodesOf("const { b, c: d = 1 } = a;", "get")).toEqual(["b", "c: d = 1"]);
    expect(nodesOf("a;", "global")).toEqual(["a"]);
  });

  it("a branch names one operand of its condition", () => {
    const lowered = lowerText("if (a && !(b || c.d === 1)) e(); switch (s) { case 'x': }");
    const tested = lowered.ir.functions[0]?.blocks.flatMap(({ terminator }) =>
      terminator.kind === "branch" ? [textOf(lowered, terminator.node)] : [],
    );
    expect(tested).toEqual(["a", "b", "c.d === 1", "'x'"]);
  });

  it("copies of a finally block name the same nodes", () => {
    const lowered = lowerText("function f() { try { return a; } finally { b(); } }");
    const calls = instructions(lowered).filter((instruction) => instruction.op === "call");
    expect(calls).toHaveLength(2);
    expect(new Set(calls.map(({ node }) => node)).size).toBe(1);
  });

  it("ids, nodes and locations agree; a file is lowered once", () => {
    const source = ts.createSourceFile("/a.ts", "\nconst x =\n  a.b(1);", ts.ScriptTarget.Latest);
    const lowered = lowerFile(source);
    lowered.nodes.forEach((node, id) => {
      expect(lowered.ids.get(node)).toBe(id);
    });
    expect(lowered.ir.locs).toHaveLength(lowered.nodes.length);
    const call = instructions(lowered).find(({ op }) => op === "call");
    expect(call && lowered.ir.locs[call.node]).toEqual({ line: 3, column: 2, endLine: 3, endColumn: 8 });
    expect(lowerFile(source)).toBe(lowered);
  });

  it("functions are found by their nodes", () => {
    const lowered = lowerText("const f = () => 1; class A { x = 2; m() {} static {} } export default g();");
    const named = [...lowered.functionIndex].map(([node, index]) => [ts.SyntaxKind[node.kind], lowered.ir.functions[index]?.name]);
    expect(named).toEqual([
      ["SourceFile", "<module>"],
      ["ArrowFunction", "f"],
      ["PropertyDeclaration", "A.x"],
      ["MethodDeclaration", "A.m"],
      ["ClassStaticBlockDeclaration", "A.static"],
      ["VariableDeclaration", "f"],
      ["ExportAssignment", "default"],
    ]);
  });
});

describe("tables", () => {
  it("initialisers of module-level variables and the default export", () => {
    const { ir } = lowerText("export const a = 1, { b } = c; let d; var e = () => f; export default { a }; if (a) { const g = 2; }");
    expect(Object.entries(ir.initialisers).map(([name, index]) => [name, ir.functions[index]?.kind])).toEqual([
      ["a", "initialiser"],
      ["e", "initialiser"],
      ["default", "initialiser"],
    ]);
  });

  it("members of a class", () => {
    const { ir } = lowerText(`abstract class A {
      constructor(readonly r: R, other: string);
      constructor(readonly r: R) {}
      abstract m(): void; static async n() {} get o() { return 1; } set o(v) {} p = 1; q: string; "r-s"() {} [Symbol.iterator]() {} #t() {}
      [key: string]: unknown;
    }`);
    expect(
      ir.classes[0]?.members.map(
        (member) => `${member.static ? "static " : ""}${member.kind} ${member.name}${member.function === undefined ? "" : " body"}`,
      ),
    ).toEqual([
      "constructor constructor",
      "constructor constructor body",
      "field r",
      "method m",
      "static method n body",
      "getter o body",
      "setter o body",
      "field p body",
      "field q",
      "method r-s body",
      "method [Symbol.iterator] body",
      "method #t body",
    ]);
  });

  it("decorators run nothing", () => {
    const { ir } = lowerText("@Injectable() class A { @Inject(x) y; @Get() m(@Body() b) {} }");
    expect(instructions({ ...lowerText(""), ir }).filter(({ op }) => op === "call")).toEqual([]);
  });

  it("variables know their kind and the function that declares them", () => {
    const { ir } = lowerText("function f(a) { const b = 1; let c; var d; using e = g(); class H {} function i() {} try {} catch (j) {} }");
    expect(ir.variables.map(({ name, kind, declaredIn }) => `${name} ${kind} ${String(declaredIn)}`)).toEqual([
      "a parameter 1",
      "d var 1",
      "b const 1",
      "c let 1",
      "e using 1",
      "H class 1",
      "i function 1",
      "j catch 1",
    ]);
  });

  it("a declaration file has no code", () => {
    expect(lowerText("export const a: number; export function f(): void;", "/a.d.ts").ir.functions).toHaveLength(1);
  });
});
