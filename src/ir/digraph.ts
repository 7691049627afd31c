/** A directed graph of numbered nodes. */
export interface Digraph {
  readonly entry: number;
  readonly successors: readonly (readonly number[])[];
}

/** The nodes that can be reached from the entry; of two successors the first comes first where the edges leave a choice. */
export function reversePostorder({ entry, successors }: Digraph): readonly number[] {
  const order: number[] = [];
  const seen = new Set([entry]);
  const stack = [{ node: entry, left: successors[entry]?.length ?? 0 }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    if (top.left === 0) {
      order.push(top.node);
      stack.pop();
      continue;
    }
    top.left -= 1;
    const next = successors[top.node]?.[top.left];
    if (next === undefined || seen.has(next)) continue;
    seen.add(next);
    stack.push({ node: next, left: successors[next]?.length ?? 0 });
  }
  return order.reverse();
}

export function predecessorsOf(successors: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const predecessors: number[][] = successors.map(() => []);
  successors.forEach((targets, node) => {
    for (const target of targets) predecessors[target]?.push(node);
  });
  return predecessors;
}

/** For each node the nodes at the end of a path of at least one edge, as a bit set. */
export function reachability(graph: Digraph, order: readonly number[]): readonly Uint32Array[] {
  const words = (graph.successors.length + 31) >>> 5;
  const reach = graph.successors.map(() => new Uint32Array(words));
  const backwards = order.toReversed();
  for (let changed = true; changed;) {
    changed = false;
    for (const node of backwards) {
      for (const next of graph.successors[node] ?? []) {
        if (addReach(reach, node, next)) changed = true;
      }
    }
  }
  return reach;
}

function addReach(reach: readonly Uint32Array[], node: number, next: number): boolean {
  const [own, other] = [reach[node], reach[next]];
  if (own === undefined || other === undefined) return false;
  let changed = false;
  for (let word = 0; word < own.length; word += 1) {
    const bit = word === next >>> 5 ? 1 << (next & 31) : 0;
    const before = own[word] ?? 0;
    const after = (before | (other[word] ?? 0) | bit) >>> 0;
    own[word] = after;
    if (after !== before) changed = true;
  }
  return changed;
}

export function hasBit(set: Uint32Array | undefined, bit: number): boolean {
  return (((set?.[bit >>> 5] ?? 0) >>> (bit & 31)) & 1) === 1;
}
