import type { Digraph } from "./digraph.js";
import { predecessorsOf } from "./digraph.js";
import type { DominatorTree } from "./dominators.js";
import { dominatorTree, positions } from "./dominators.js";
import type { Block, BlockId } from "./ir.js";
import { naturalLoops } from "./loops.js";

/** One way out of a branch. */
export interface BranchEdge {
  readonly block: BlockId;
  readonly polarity: boolean;
}

/**
 * For each block the branch edges that it is directly control dependent on (Ferrante, Ottenstein, Warren: it post-dominates the edge's
 * target but not the branch).
 *
 * Besides dependence in the whole function, dependence within one turn of each loop counts. In
 * `for (;;) { if (skip) continue; act(); if (last) break; }` every terminating run acts, so `act()` post-dominates the test of `skip`
 * and would not depend on it; but in the turn that skips it does not act. So for the blocks of a loop the jump back to its head is also
 * a way out. For blocks behind the loop it is not: they run whatever the loop's conditions were.
 */
export function controlDependence(blocks: readonly Block[], tree: DominatorTree, exits: ExitGraph): readonly (readonly BranchEdge[])[] {
  const edges = blocks.map(() => new Map<number, BranchEdge>());
  const everywhere = new Set(tree.order);
  addDependences(edges, blocks, everywhere, postDominators(exits));
  for (const loop of naturalLoops(tree, predecessorsOf(exits.graph.successors))) {
    const turn = { ...exits, exits: new Set([...exits.exits, ...loop.latches]) };
    addDependences(edges, blocks, loop.blocks, postDominators(turn));
  }
  return edges.map((found) => [...found.values()]);
}

/** The flow graph and the blocks that lead to the virtual exit. */
export interface ExitGraph {
  readonly graph: Digraph;
  readonly exits: ReadonlySet<number>;
}

/** The dominators of the reversed graph. Its entry, the virtual exit, has the number after the last block. */
export function postDominators({ graph, exits }: ExitGraph): DominatorTree {
  const exit = graph.successors.length;
  const reversed = [...predecessorsOf(graph.successors), [...exits]];
  return dominatorTree({ entry: exit, successors: reversed });
}

/**
 * Every block that ends the function leads to the virtual exit, and so do the jumps back of loops that never end, or else
 * post-dominance would be undefined in them.
 */
export function withExits(graph: Digraph, order: readonly number[]): ExitGraph {
  const exits = new Set(order.filter((block) => graph.successors[block]?.length === 0));
  const ending = new Set(postDominators({ graph, exits }).order);
  const position = positions(order, graph.successors.length);
  for (const block of order) {
    if (ending.has(block)) continue;
    const isLatch = graph.successors[block]?.some((next) => (position[next] ?? 0) <= (position[block] ?? 0)) ?? false;
    if (isLatch) exits.add(block);
  }
  return { graph, exits };
}

/** Walks from each edge's target up the post-dominators until that of the branch. */
function addDependences(
  edges: readonly Map<number, BranchEdge>[],
  blocks: readonly Block[],
  within: ReadonlySet<number>,
  tree: DominatorTree,
): void {
  for (const { id, terminator } of blocks) {
    if (!within.has(id) || terminator.kind !== "branch" || terminator.whenTrue === terminator.whenFalse) continue;
    const end = tree.immediate(id);
    for (const polarity of [true, false]) {
      let runner: number | undefined = polarity ? terminator.whenTrue : terminator.whenFalse;
      while (runner !== undefined && runner !== end && runner < blocks.length) {
        if (within.has(runner)) edges[runner]?.set(2 * id + (polarity ? 0 : 1), { block: id, polarity });
        runner = tree.immediate(runner);
      }
    }
  }
}
