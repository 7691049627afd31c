import type { DominatorTree } from "./dominators.js";

/** A natural loop: everything that reaches one of its latches without passing its head. */
export interface Loop {
  readonly head: number;
  /** The blocks that jump back to the head. */
  readonly latches: readonly number[];
  readonly blocks: ReadonlySet<number>;
}

export function naturalLoops(tree: DominatorTree, predecessors: readonly (readonly number[])[]): readonly Loop[] {
  return tree.order.flatMap((head) => {
    const latches = (predecessors[head] ?? []).filter((from) => tree.dominates(head, from));
    return latches.length === 0 ? [] : [{ head, latches, blocks: loopBlocks(head, latches, tree, predecessors) }];
  });
}

function loopBlocks(
  head: number,
  latches: readonly number[],
  tree: DominatorTree,
  predecessors: readonly (readonly number[])[],
): ReadonlySet<number> {
  const blocks = new Set([head]);
  const pending = [...latches];
  for (let block = pending.pop(); block !== undefined; block = pending.pop()) {
    if (blocks.has(block) || !tree.dominates(head, block)) continue;
    blocks.add(block);
    pending.push(...(predecessors[block] ?? []));
  }
  return blocks;
}
