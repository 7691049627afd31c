import type { BranchEdge } from "./controlDependence.js";
import { controlDependence, postDominators, withExits } from "./controlDependence.js";
import type { Digraph } from "./digraph.js";
import { hasBit, predecessorsOf, reachability } from "./digraph.js";
import type { DominatorTree } from "./dominators.js";
import { dominatorTree, positions } from "./dominators.js";
import type { BlockId, IrFunction } from "./ir.js";
import { successors } from "./ir.js";

/** A branch that decides whether a block runs. */
export interface Guard extends BranchEdge {
  /** Every path from the entry to the block goes through this edge, so the condition certainly had this outcome. */
  readonly dominates: boolean;
}

/** What can run before, after and under the condition of what. Blocks that cannot be reached relate to nothing. */
export interface FlowGraph {
  /** The blocks that can be reached from the entry; a handler is reached through the `nondet` branch of its `try`. */
  readonly reversePostorder: readonly BlockId[];
  predecessors(block: BlockId): readonly BlockId[];
  immediateDominator(block: BlockId): BlockId | undefined;
  /** Every path from the entry to `b` passes `a`; reflexive. */
  dominates(a: BlockId, b: BlockId): boolean;
  /** Every path from `b` to the end of the function passes `a`; reflexive. A loop without end counts as ending at its jump back. */
  postDominates(a: BlockId, b: BlockId): boolean;
  /** The branch edges that `block` depends on, directly or through another guard, outermost first. */
  guards(block: BlockId): readonly Guard[];
  /** The guards of the edge between two blocks: those of `from`, and the edge itself if `from` branches. */
  edgeGuards(from: BlockId, to: BlockId): readonly Guard[];
  /** Whether a path of at least one edge and without jumps back leads from `a` to `b`: in one round of every loop around both. */
  precedes(a: BlockId, b: BlockId): boolean;
  /** Whether a path of at least one edge leads from `a` to `b`; so `reaches(a, a)` says that `a` can run again. */
  reaches(a: BlockId, b: BlockId): boolean;
  /** Whether some block can run again. */
  readonly hasLoop: boolean;
  /** Whether a path leads from the block's beginning to a return. */
  returns(block: BlockId): boolean;
}

const cache = new WeakMap<IrFunction, FlowGraph>();

export function flowGraph(fn: IrFunction): FlowGraph {
  let graph = cache.get(fn);
  if (graph === undefined) {
    graph = new LazyFlowGraph(fn);
    cache.set(fn, graph);
  }
  return graph;
}

/** Computes each relation when it is first asked for: most functions are asked for few. */
class LazyFlowGraph implements FlowGraph {
  readonly reversePostorder: readonly BlockId[];
  readonly #fn: IrFunction;
  readonly #graph: Digraph;
  readonly #dominators: DominatorTree;
  readonly #position: readonly (number | undefined)[];
  readonly #predecessors: readonly (readonly BlockId[])[];
  /** Without a branch nothing depends on anything, which is so of most functions. */
  readonly #branches: boolean;
  readonly #guards = new Map<BlockId, readonly Guard[]>();
  #dependence: readonly (readonly BranchEdge[])[] | undefined;
  #postDominators: DominatorTree | undefined;
  #reach: readonly Uint32Array[] | undefined;
  #onward: readonly Uint32Array[] | undefined;

  constructor(fn: IrFunction) {
    this.#fn = fn;
    const all = fn.blocks.map(successors);
    this.#dominators = dominatorTree({ entry: 0, successors: all });
    this.reversePostorder = fn.blocks.length === 0 ? [] : this.#dominators.order;
    this.#position = positions(this.reversePostorder, all.length);
    // Unreachable blocks of hand-written IR have no edges, so that nothing below has to think of them.
    this.#graph = { entry: 0, successors: all.map((targets, block) => (this.#position[block] === undefined ? [] : targets)) };
    this.#predecessors = predecessorsOf(this.#graph.successors);
    this.#branches = fn.blocks.some((block) => block.terminator.kind === "branch");
  }

  predecessors(block: BlockId): readonly BlockId[] {
    return this.#predecessors[block] ?? [];
  }

  immediateDominator(block: BlockId): BlockId | undefined {
    return this.#dominators.immediate(block);
  }

  dominates(a: BlockId, b: BlockId): boolean {
    return this.#dominators.dominates(a, b);
  }

  postDominates(a: BlockId, b: BlockId): boolean {
    this.#postDominators ??= postDominators(withExits(this.#graph, this.reversePostorder));
    return this.#postDominators.dominates(a, b);
  }

  guards(block: BlockId): readonly Guard[] {
    let guards = this.#guards.get(block);
    if (guards === undefined) {
      guards = this.#closure(block).map((edge) => ({ ...edge, dominates: this.#edgeDominates(edge, block) }));
      this.#guards.set(block, guards);
    }
    return guards;
  }

  edgeGuards(from: BlockId, to: BlockId): readonly Guard[] {
    const guards = this.guards(from);
    const end = this.#fn.blocks[from]?.terminator;
    if (end?.kind !== "branch" || end.whenTrue === end.whenFalse) return guards;
    const edge = { block: from, polarity: end.whenTrue === to };
    const others = guards.filter(({ block, polarity }) => block !== from || polarity !== edge.polarity);
    return [...others, { ...edge, dominates: true }];
  }

  reaches(a: BlockId, b: BlockId): boolean {
    this.#reach ??= reachability(this.#graph, this.reversePostorder);
    return hasBit(this.#reach[a], b);
  }

  get hasLoop(): boolean {
    this.#hasLoop ??= this.reversePostorder.some((block, at) =>
      this.#graph.successors[block]?.some((next) => (this.#position[next] ?? Infinity) <= at),
    );
    return this.#hasLoop;
  }
  #hasLoop: boolean | undefined;

  precedes(a: BlockId, b: BlockId): boolean {
    this.#onward ??= reachability(
      { entry: 0, successors: this.#graph.successors.map((to, from) => this.#onwardFrom(from, to)) },
      this.reversePostorder,
    );
    return hasBit(this.#onward[a], b);
  }

  #onwardFrom(from: BlockId, to: readonly BlockId[]): readonly BlockId[] {
    return to.filter((t) => (this.#position[t] ?? 0) > (this.#position[from] ?? 0));
  }

  returns(block: BlockId): boolean {
    this.#returns ??= this.reversePostorder.filter((b) => this.#fn.blocks[b]?.terminator.kind === "return");
    return this.#returns.some((end) => end === block || this.reaches(block, end));
  }
  #returns: readonly BlockId[] | undefined;

  #closure(block: BlockId): readonly BranchEdge[] {
    if (!this.#branches) return [];
    this.#dependence ??= controlDependence(this.#fn.blocks, this.#dominators, withExits(this.#graph, this.reversePostorder));
    const found = new Map<number, BranchEdge>();
    const pending = [block];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      for (const edge of this.#dependence[next] ?? []) {
        const key = 2 * edge.block + (edge.polarity ? 0 : 1);
        if (found.has(key)) continue;
        found.set(key, edge);
        pending.push(edge.block);
      }
    }
    return [...found.values()].sort((a, b) => this.#compare(a, b));
  }

  #compare(a: BranchEdge, b: BranchEdge): number {
    const distance = (this.#position[a.block] ?? 0) - (this.#position[b.block] ?? 0);
    return distance === 0 ? Number(b.polarity) - Number(a.polarity) : distance;
  }

  /** The target dominates the block, and the only other ways into the target come from behind it. */
  #edgeDominates({ block: from, polarity }: BranchEdge, block: BlockId): boolean {
    const end = this.#fn.blocks[from]?.terminator;
    if (end?.kind !== "branch" || end.whenTrue === end.whenFalse) return false;
    const target = polarity ? end.whenTrue : end.whenFalse;
    if (target === 0 || !this.dominates(target, block)) return false;
    return this.predecessors(target).every((other) => other === from || this.dominates(target, other));
  }
}
