import fc from "fast-check";
import { expect, it } from "vitest";

import { flowGraph } from "../../src/ir/graph.js";
import type { Block, BlockId, IrFunction, Terminator } from "../../src/ir/ir.js";
import { functionId, successors } from "../../src/ir/ir.js";

const size = 7;
const target = fc.nat(size - 1);
const terminator: fc.Arbitrary<Terminator> = fc.oneof(
  { weight: 2, arbitrary: target.map((to) => ({ kind: "goto", target: to }) as const) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(target, target)
      .map(([whenTrue, whenFalse]) => ({ kind: "branch", condition: 0, whenTrue, whenFalse, node: 0 }) as const),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "return", node: 0 } as const) },
);
const functions = fc.array(terminator, { minLength: size, maxLength: size }).map(functionOf);

function functionOf(terminators: readonly Terminator[]): IrFunction {
  const blocks = terminators.map((end, id): Block => ({ id, instructions: [], terminator: end }));
  const fixed = { name: "f", kind: "function", async: false, generator: false, node: 0, parameters: [], captures: [] } as const;
  return { ...fixed, id: functionId("/f.ts", 0), index: 0, blocks };
}

type Edge = readonly [from: BlockId, to: BlockId];

/** What a walk from `start` reaches that passes neither the block nor the edge. */
function walk(fn: IrFunction, start: BlockId, avoid: { readonly block?: BlockId; readonly edge?: Edge } = {}): ReadonlySet<BlockId> {
  const seen = new Set<BlockId>();
  const pending = [start];
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    if (seen.has(block) || block === avoid.block) continue;
    seen.add(block);
    const from = block;
    pending.push(...next(fn, from).filter((to) => from !== avoid.edge?.[0] || to !== avoid.edge[1]));
  }
  return seen;
}

function next(fn: IrFunction, block: BlockId): readonly BlockId[] {
  const found = fn.blocks[block];
  return found === undefined ? [] : successors(found);
}

function dominates(fn: IrFunction, a: BlockId, b: BlockId): boolean {
  return walk(fn, 0).has(b) && !walk(fn, 0, { block: a }).has(b);
}

function ends(fn: IrFunction, exits: ReadonlySet<BlockId>, blocks: ReadonlySet<BlockId>): boolean {
  return [...blocks].some((block) => next(fn, block).length === 0 || exits.has(block));
}

function postDominates(fn: IrFunction, a: BlockId, b: BlockId, exits: ReadonlySet<BlockId> = new Set()): boolean {
  return !ends(fn, exits, walk(fn, b, { block: a }));
}

interface Way {
  readonly block: BlockId;
  readonly polarity: boolean;
  readonly to: BlockId;
}

function ways(fn: IrFunction): readonly Way[] {
  return fn.blocks.flatMap(({ id, terminator: end }) =>
    end.kind !== "branch" || end.whenTrue === end.whenFalse || !walk(fn, 0).has(id)
      ? []
      : [
          { block: id, polarity: true, to: end.whenTrue },
          { block: id, polarity: false, to: end.whenFalse },
        ],
  );
}

interface Region {
  readonly blocks: ReadonlySet<BlockId>;
  readonly exits: ReadonlySet<BlockId>;
}

/** The whole function, and each natural loop, whose jumps back count as ends. */
function regions(fn: IrFunction): readonly Region[] {
  const reached = walk(fn, 0);
  const loops = [...reached].flatMap((head) => {
    const latches = [...reached].filter((block) => next(fn, block).includes(head) && dominates(fn, head, block));
    if (latches.length === 0) return [];
    const inside = [...reached].filter(
      (block) => block === head || (dominates(fn, head, block) && latches.some((latch) => walk(fn, block, { block: head }).has(latch))),
    );
    return [{ blocks: new Set(inside), exits: new Set(latches) }];
  });
  return [{ blocks: reached, exits: new Set() }, ...loops];
}

/** Ferrante, Ottenstein and Warren's definition, word for word. */
function depends(fn: IrFunction, block: BlockId, way: Way): boolean {
  return regions(fn).some(
    ({ blocks, exits }) =>
      blocks.has(block) &&
      blocks.has(way.block) &&
      postDominates(fn, block, way.to, exits) &&
      (block === way.block || !postDominates(fn, block, way.block, exits)),
  );
}

function guards(fn: IrFunction, block: BlockId): readonly string[] {
  const found = new Map<string, Way>();
  const pending = [block];
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (const way of ways(fn)) {
      const name = `${String(way.block)} ${String(way.polarity)}`;
      if (found.has(name) || !depends(fn, at, way)) continue;
      found.set(name, way);
      pending.push(way.block);
    }
  }
  return [...found].map(([name, way]) => `${name} ${String(!walk(fn, 0, { edge: [way.block, way.to] }).has(block))}`).sort();
}

it("dominance is what removing a block cuts off", () => {
  fc.assert(
    fc.property(functions, (fn) => {
      const graph = flowGraph(fn);
      for (const a of fn.blocks.keys()) {
        for (const b of fn.blocks.keys()) {
          expect(graph.dominates(a, b)).toBe(walk(fn, 0).has(a) && dominates(fn, a, b));
          const reaches = walk(fn, 0).has(a) && next(fn, a).some((to) => walk(fn, to).has(b));
          expect(graph.reaches(a, b)).toBe(reaches);
        }
      }
    }),
    { numRuns: 300 },
  );
});

it("the immediate dominator is the closest one", () => {
  fc.assert(
    fc.property(functions, (fn) => {
      const graph = flowGraph(fn);
      for (const block of graph.reversePostorder) {
        const strict = [...fn.blocks.keys()].filter((a) => a !== block && dominates(fn, a, block));
        const closest = strict.find((a) => strict.every((b) => dominates(fn, b, a)));
        expect(graph.immediateDominator(block)).toBe(closest);
      }
    }),
    { numRuns: 200 },
  );
});

it("post-dominance and guards follow their definitions where every block can end", () => {
  fc.assert(
    fc.property(functions, (fn) => {
      const reached = [...walk(fn, 0)];
      fc.pre(reached.every((block) => ends(fn, new Set(), walk(fn, block))));
      const graph = flowGraph(fn);
      for (const block of reached) {
        for (const other of reached) expect(graph.postDominates(block, other)).toBe(postDominates(fn, block, other));
        const found = graph.guards(block).map((guard) => `${String(guard.block)} ${String(guard.polarity)} ${String(guard.dominates)}`);
        expect([...found].sort()).toEqual(guards(fn, block));
      }
    }),
    { numRuns: 200 },
  );
});

it("loops without end have guards too", () => {
  fc.assert(
    fc.property(functions, (fn) => {
      const graph = flowGraph(fn);
      for (const block of graph.reversePostorder) {
        const inOrder = graph.guards(block).map((guard) => graph.reversePostorder.indexOf(guard.block));
        expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b));
        for (const guard of graph.guards(block)) {
          const way = ways(fn).find(({ block: at, polarity }) => at === guard.block && polarity === guard.polarity);
          expect(way && !walk(fn, 0, { edge: [way.block, way.to] }).has(block)).toBe(guard.dominates);
        }
      }
    }),
    { numRuns: 200 },
  );
});
