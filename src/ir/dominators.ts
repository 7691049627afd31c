import type { Digraph } from "./digraph.js";
import { predecessorsOf, reversePostorder } from "./digraph.js";

export interface DominatorTree {
  readonly order: readonly number[];
  /** Undefined for the entry and for what cannot be reached from it. */
  immediate(node: number): number | undefined;
  /** Reflexive; false if either cannot be reached. */
  dominates(a: number, b: number): boolean;
}

/**
 * Dominators by the algorithm of Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm": iterates over the nodes in reverse
 * postorder, and meets two candidates by climbing the tree built so far.
 */
export function dominatorTree(graph: Digraph): DominatorTree {
  const order = reversePostorder(graph);
  const position = positions(order, graph.successors.length);
  // Everything below is in positions, where a dominator is always smaller than what it dominates.
  const predecessors = predecessorsOf(graph.successors);
  const parents = order.map((node) => (predecessors[node] ?? []).map((from) => position[from]).filter((at) => at !== undefined));
  const immediate = immediateDominators(parents);
  const [first, last] = intervals(immediate);
  return {
    order,
    immediate: (node) => {
      const at = position[node];
      return at === undefined || at === 0 ? undefined : order[immediate[at] ?? 0];
    },
    dominates: (a, b) => {
      const [outer, inner] = [position[a], position[b]];
      if (outer === undefined || inner === undefined) return false;
      return (first[outer] ?? 0) <= (first[inner] ?? 0) && (last[inner] ?? 0) <= (last[outer] ?? 0);
    },
  };
}

/** Where each node stands in `order`. */
export function positions(order: readonly number[], size: number): readonly (number | undefined)[] {
  const position = Array.from<number | undefined>({ length: size });
  order.forEach((node, at) => {
    position[node] = at;
  });
  return position;
}

function immediateDominators(parents: readonly (readonly number[])[]): readonly (number | undefined)[] {
  const immediate = Array.from<number | undefined>({ length: parents.length });
  immediate[0] = 0;
  for (let changed = true; changed;) {
    changed = false;
    for (let at = 1; at < parents.length; at += 1) {
      let met: number | undefined;
      for (const parent of parents[at] ?? []) {
        if (immediate[parent] !== undefined) met = met === undefined ? parent : intersect(immediate, met, parent);
      }
      if (met !== immediate[at]) changed = true;
      immediate[at] = met;
    }
  }
  return immediate;
}

function intersect(immediate: readonly (number | undefined)[], left: number, right: number): number {
  let [a, b] = [left, right];
  while (a !== b) {
    if (a > b) a = immediate[a] ?? 0;
    else b = immediate[b] ?? 0;
  }
  return a;
}

/** For each node of the tree when a walk enters and leaves it: a dominator's interval contains those of what it dominates. */
function intervals(immediate: readonly (number | undefined)[]): readonly [readonly number[], readonly number[]] {
  const size = immediate.length;
  const weight = Array.from({ length: size }, () => 1);
  for (let at = size - 1; at > 0; at -= 1) {
    const parent = immediate[at] ?? 0;
    weight[parent] = (weight[parent] ?? 0) + (weight[at] ?? 0);
  }
  const first = Array.from({ length: size }, () => 0);
  const next = Array.from({ length: size }, () => 1);
  for (let at = 1; at < size; at += 1) {
    const parent = immediate[at] ?? 0;
    first[at] = next[parent] ?? 0;
    next[parent] = (next[parent] ?? 0) + (weight[at] ?? 0);
    next[at] = (first[at] ?? 0) + 1;
  }
  return [first, first.map((enter, at) => enter + (weight[at] ?? 0) - 1)];
}
