import { workerOf } from "../lanes.js";
import type { Search } from "../scheduler/search.js";
import { type Choose, difference } from "../scheduler/tree.js";
import type { Turn } from "../scheduler/turns.js";
import type { UnfinishedReason } from "../types.js";
import { type Dependent, type Effect, Effects } from "./effects.js";
import { footprintsMeet } from "./footprint.js";
import { Node } from "./node.js";
import { Order } from "./order.js";
import type { StatementReader } from "./statementReader.js";

/** Turns of one worker are never independent, and one that lets another worker go on is a turn of both. */
export const dependent: Dependent = (one, other) =>
  [...one.workers].some((worker) => other.workers.has(worker)) || footprintsMeet(one.footprint, other.footprint);

/**
 * Dynamic partial-order reduction with source sets and sleep sets (Abdulla, Aronis, Jonsson, Sagonas: Optimal dynamic partial order
 * reduction, POPL 2014, algorithm 1) over the tree of replayed schedules. A run is looked at when it is over: wherever two turns of
 * different workers raced, a schedule that has them the other way round is asked for. What a turn did is read from what happened in
 * it, never foretold.
 *
 * A worker with several statements at once has all their orders explored wherever it is let through.
 */
export class ReducedTree implements Search {
  mismatch: UnfinishedReason | undefined;
  redundant = false;
  pruned = 0;
  readonly #path: Node[] = [];
  readonly #reader: StatementReader;
  readonly #dependent: Dependent;
  #effects: Effect[] = [];
  #run: Effects;
  /** The turn from which on the run is new. */
  #fresh = 0;

  constructor(reader: StatementReader, relation: Dependent = dependent) {
    this.#reader = reader;
    this.#dependent = relation;
    this.#run = new Effects(reader);
  }

  begin(): void {
    this.mismatch = undefined;
    this.redundant = false;
    this.#effects = [];
    this.#run = new Effects(this.#reader);
  }

  readonly choose: Choose = (decision) => {
    const depth = decision.past.length;
    const [first = ""] = decision.enabled;
    this.#observe(decision.turns);
    if (this.mismatch !== undefined || this.redundant) return first;
    const known = this.#path[depth];
    if (known === undefined) return this.#extend(new Node(decision, this.#asleep(depth))) ?? first;
    this.mismatch = difference(known, decision);
    if (this.mismatch === undefined) return known.current;
    this.#path.length = depth;
    return first;
  };

  end(turns: readonly Turn[]): void {
    this.#observe(turns);
    if (this.mismatch === undefined && turns.length < this.#path.length) this.#endedEarly(turns.length);
    if (this.mismatch !== undefined) return;
    const deciders = this.#path.map(({ current }) => workerOf(current));
    const order = new Order(this.#effects.slice(0, deciders.length), deciders, this.#dependent);
    for (let turn = this.#fresh; turn < deciders.length; turn++) {
      for (const race of order.races(turn)) this.#path[race.first]?.demand(order.initials(race));
    }
    if (!this.redundant) this.pruned += (order.schedules() ?? 1) - 1;
  }

  advance(): boolean {
    for (let node = this.#path.at(-1); node !== undefined; node = this.#path.at(-1)) {
      this.#fresh = this.#path.length - 1;
      if (node.next()) return true;
      this.#path.pop();
    }
    return false;
  }

  #extend(node: Node): string | undefined {
    this.redundant = node.redundant;
    if (node.redundant) return undefined;
    this.#path.push(node);
    return node.current;
  }

  /** Turns are complete when the next decision is made. */
  #observe(turns: readonly Turn[]): void {
    for (const turn of turns.slice(this.#effects.length)) {
      const effect = this.#run.of(turn);
      const node = this.#path[this.#effects.length];
      this.#effects.push(effect);
      if (!this.redundant && this.mismatch === undefined) node?.learn(effect);
    }
  }

  #asleep(depth: number): ReadonlyMap<number, readonly Effect[]> {
    const [parent, effect] = [this.#path[depth - 1], this.#effects[depth - 1]];
    if (parent === undefined || effect === undefined) return new Map();
    return parent.sleepers((effects) => effects.every((one) => !this.#dependent(one, effect)));
  }

  #endedEarly(decisions: number): void {
    const expected = this.#path[decisions]?.workers.join("; ") ?? "";
    this.mismatch = { kind: "nondeterministic", worker: "A", expected, got: "the end of the run" };
    this.#path.length = decisions;
  }
}
