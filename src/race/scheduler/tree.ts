import { workerName } from "../lanes.js";
import type { UnfinishedReason } from "../types.js";
import type { Foresee } from "./foresight.js";
import type { Search } from "./search.js";
import type { Turn } from "./turns.js";

/** One scheduling decision: what can be chosen, and what every worker is at. */
export interface Decision {
  readonly past: string;
  readonly enabled: readonly string[];
  readonly workers: readonly string[];
  /** Statements wait in a circle: whoever is ended as the victim, the others are no longer victims. */
  readonly deadlocked: boolean;
  /** What followed each decision already made. */
  readonly turns: readonly Turn[];
}

export type Choose = (decision: Decision) => string;

/** The decision where nobody has one to make. */
export const first: Choose = ({ enabled }) => enabled[0] ?? "";

interface Node {
  readonly enabled: readonly string[];
  readonly workers: readonly string[];
  next: number;
}

/** Where a run that made the same decisions is at something else. */
export function difference(node: Pick<Node, "workers">, decision: Decision): UnfinishedReason | undefined {
  for (const [index, expected] of node.workers.entries()) {
    const got = decision.workers[index] ?? "";
    if (got !== expected) return { kind: "nondeterministic", worker: workerName(index), expected, got };
  }
  return undefined;
}

/**
 * All schedules as a tree, searched depth first: each run follows the decisions of the last one up to the deepest that has another
 * choice left, takes that, and then always the first. Only the current path is kept.
 */
export class ScheduleTree implements Search {
  readonly pruned = 0;
  readonly redundant = false;
  readonly #path: Node[] = [];
  /** Where a run went another way than the runs before it with the same decisions. */
  mismatch: UnfinishedReason | undefined;

  begin(): void {
    this.mismatch = undefined;
  }

  readonly choose: Choose = (decision) => {
    const depth = decision.past.length;
    const [first = ""] = decision.enabled;
    if (this.mismatch !== undefined) return first;
    const node = this.#path[depth];
    if (node === undefined) {
      this.#path.push({ enabled: decision.enabled, workers: decision.workers, next: 0 });
      return first;
    }
    this.mismatch = difference(node, decision);
    if (this.mismatch === undefined) return node.enabled[node.next] ?? first;
    // What lies below can no longer be reached, so it is given up; the verdict says so.
    this.#path.length = depth;
    return first;
  };

  readonly foresee: Foresee = (past, enabled) => {
    if (this.mismatch !== undefined) return undefined;
    const node = this.#path[past.length];
    return node === undefined ? enabled[0] : node.enabled[node.next];
  };

  /** A run ended before the decisions that it was to follow. */
  end({ length: decisions }: readonly Turn[]): void {
    if (this.mismatch !== undefined || decisions >= this.#path.length) return;
    const [worker = ""] = this.#path[decisions]?.enabled ?? [];
    this.mismatch = {
      kind: "nondeterministic",
      worker,
      expected: this.#path[decisions]?.workers.join("; ") ?? "",
      got: "the end of the run",
    };
    this.#path.length = decisions;
  }

  /** Goes on to the next schedule; false when there is none. */
  advance(): boolean {
    for (let node = this.#path.at(-1); node !== undefined; node = this.#path.at(-1)) {
      if (++node.next < node.enabled.length) return true;
      this.#path.pop();
    }
    return false;
  }
}
