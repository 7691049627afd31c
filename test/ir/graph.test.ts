import { describe, expect, it } from "vitest";

import type { FlowGraph } from "../../src/ir/graph.js";
import { flowGraph } from "../../src/ir/graph.js";
import type { BlockId, IrFunction } from "../../src/ir/ir.js";
import type { Lowered } from "../../src/ir/lower/lowerFile.js";
import { lowerText } from "./lower/lowered.js";

interface Subject {
  readonly lowered: Lowered;
  readonly fn: IrFunction;
  readonly graph: FlowGraph;
}

function subject(body: string): Subject {
  const lowered = lowerText(`async function f() { ${body} }`);
  const fn = lowered.ir.functions[1];
  if (fn === undefined) throw new Error("no function");
  return { lowered, fn, graph: flowGraph(fn) };
}

/** The blocks that call a global of this name. */
function blocksOf({ fn }: Subject, name: string): readonly BlockId[] {
  return fn.blocks
    .filter(({ instructions }) => instructions.some((instruction) => instruction.op === "global" && instruction.name === name))
    .map(({ id }) => id);
}

/** Each guard as the text of its test, with `!` if the test fails and `?` if the edge does not dominate. */
function guardsOf(text: string, name: string): readonly string[] {
  const whole = subject(text);
  const [block] = blocksOf(whole, name);
  if (block === undefined) throw new Error(`no block for ${name}`);
  return whole.graph.guards(block).map(({ block: at, polarity, dominates }) => {
    const end = whole.fn.blocks[at]?.terminator;
    const node = end?.kind === "branch" ? whole.lowered.nodes[end.node] : undefined;
    const [source] = whole.lowered.nodes.filter((candidate) => candidate.pos === 0 && "fileName" in candidate);
    const test = node?.getText(source as Parameters<typeof node.getText>[0]).split(" {")[0] ?? "";
    return `${polarity ? "" : "!"}${test}${dominates ? "" : "?"}`;
  });
}

describe("guards", () => {
  it.each([
    ["early return", "if (a) return; act();", ["!a"]],
    ["throw", "if (a) throw e; if (b) throw e; act();", ["!a", "!b"]],
    ["nested if without else", "if (a) { if (b) act(); }", ["a", "b"]],
    ["behind an if that ends", "if (a) b(); act();", []],
    ["else if", "if (a) b(); else if (c) act();", ["!a", "c"]],
    ["a conjunction", "if (a && b) act();", ["a", "b"]],
    ["a disjunction: neither operand certainly holds", "if (a || b) act();", ["a?", "!a?", "b?"]],
    ["a negated disjunction", "if (a || b) return; act();", ["!a", "!b"]],
    ["continue", "for (const x of xs) { if (a) continue; act(); }", ["xs", "!a"]],
    ["break", "for (const x of xs) { if (a) break; act(); }", ["xs", "!a"]],
    ["behind a loop", "for (const x of xs) { if (a) continue; b(); } act();", []],
    ["behind a loop with break", "while (a) { if (b) break; c(); } act();", []],
    ["behind a loop that can return", "while (a) { if (b) return; } act();", ["a?", "!a", "!b?"]],
    [
      "labelled continue",
      "outer: for (const x of xs) { for (const y of ys) { if (a) continue outer; b(); } act(); }",
      ["xs", "ys?", "!ys", "!a?"],
    ],
    ["do while", "do { act(); } while (a);", ["a?"]],
    ["continue in do while", "do { if (a) continue; act(); } while (b);", ["!a", "b?"]],
    ["endless loop", "while (true) { if (a) continue; act(); }", ["!a"]],
    ["endless loop with one way out, behind the act", "for (;;) { if (a) continue; act(); if (b) break; }", ["a?", "!a", "!b?"]],
    ["switch", "switch (s) { case 1: b(); break; case 2: act(); }", ["!1", "2"]],
    ["switch fallthrough", "switch (s) { case 1: b(); case 2: act(); break; case 3: c(); }", ["1?", "!1?", "2?"]],
    ["switch default", "switch (s) { case 1: return; case 2: break; default: act(); }", ["!1", "!2"]],
    ["switch with return", "switch (s) { case 1: return; } act();", ["!1"]],
    ["early return in try", "try { if (a) return; act(); } finally { c(); }", ["try", "!a"]],
    ["behind a try whose catch returns", "try { await b(); } catch { return; } act();", ["try"]],
    ["behind a try that returns early", "try { if (a) return; } catch (e) { b(); } act();", ["try?", "!try?", "!a?"]],
    ["throw into the own catch", "try { if (a) throw e; act(); } catch { b(); }", ["try", "!a"]],
  ])("%s", (_, text, guards) => {
    expect(guardsOf(text, "act")).toEqual(guards);
  });

  it("each copy of a finally block has the guards of its way through it", () => {
    const whole = subject("try { if (a) return; b(); } finally { act(); }");
    const copies = blocksOf(whole, "act");
    expect(copies).toHaveLength(3);
    const guards = copies.map((block) =>
      whole.graph
        .guards(block)
        .filter((guard) => guard.dominates)
        .map(({ polarity }) => polarity),
    );
    expect(guards).toEqual([[true, true], [false], [true, false]]);
  });
});

describe("edge guards", () => {
  it("add the edge itself where the block branches", () => {
    const { graph, fn } = subject("if (a) { if (b) c(); } d();");
    const [outer, inner] = [0, 1];
    const join = fn.blocks.length - 1;
    expect(graph.edgeGuards(inner, join)).toEqual([
      { block: outer, polarity: true, dominates: true },
      { block: inner, polarity: false, dominates: true },
    ]);
    expect(graph.edgeGuards(outer, join)).toEqual([{ block: outer, polarity: false, dominates: true }]);
    expect(graph.edgeGuards(2, join)).toEqual(graph.guards(2));
  });
});

describe("reachability", () => {
  it("needs at least one edge, so a block reaches itself only in a loop", () => {
    const whole = subject("a(); while (b) c(); d();");
    const [a, c, d] = ["a", "c", "d"].map((name) => blocksOf(whole, name)[0] ?? -1) as [number, number, number];
    const { graph } = whole;
    expect([graph.reaches(a, a), graph.reaches(c, c), graph.reaches(a, d), graph.reaches(d, a), graph.reaches(c, d)]).toEqual([
      false,
      true,
      true,
      false,
      true,
    ]);
  });

  it("precedes: within one round of a loop", () => {
    const whole = subject("while (l) { if (a) b(); else c(); } d();");
    const [b, c, d] = ["b", "c", "d"].map((name) => blocksOf(whole, name)[0] ?? -1) as [number, number, number];
    const { graph } = whole;
    expect([graph.reaches(b, c), graph.precedes(b, c), graph.precedes(c, b), graph.precedes(b, b)]).toEqual([true, false, false, false]);
    // The way out of the loop leads over its head, by a jump back.
    expect([graph.precedes(b, d), graph.precedes(0, b), graph.precedes(0, d)]).toEqual([false, true, true]);
  });

  it("in functions of more than one word of blocks", () => {
    const { graph, fn } = subject("if (a) b(); ".repeat(200));
    const last = fn.blocks.length - 1;
    expect(last).toBeGreaterThan(300);
    expect(graph.reaches(0, last)).toBe(true);
    expect(graph.reaches(last, 0)).toBe(false);
    expect(graph.guards(last)).toEqual([]);
  });
});

it("a graph is computed once for a function", () => {
  const { fn, graph } = subject("a();");
  expect(flowGraph(fn)).toBe(graph);
});
