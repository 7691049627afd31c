/** Collects what one evaluation does, in the order of the flow. */
import type { FunctionId } from "../ir/ir.js";
import type { AccessId, Value, ValueOf } from "../ir/value.js";
import type { AccessSpec } from "../models/model.js";
import type { State } from "./state.js";
import { bounds, type CallRecord, type Event } from "./summary.js";

/** A closure that has been created but not (yet) run, with what its variables held. */
export interface Pending {
  readonly closure: ValueOf<"closure">;
  readonly state: State;
  readonly receiver: Value;
}

export class Recorder {
  readonly events: Event[] = [];
  readonly calls: CallRecord[] = [];
  /** Events that did not fit. */
  dropped = 0;
  readonly #pending = new Map<FunctionId, Pending>();
  readonly #run = new Set<FunctionId>();
  readonly #mentioned = new Map<Value, Set<string>>();
  readonly #accesses = new Map<AccessId, AccessSpec>();

  event(event: Event): void {
    if (event.kind === "access") this.#accesses.set(event.id, event.access);
    if (this.events.length >= bounds.events * 2) this.dropped++;
    else this.events.push(event);
  }

  /** What was recorded from this position on is followed by a throw. */
  leave(from: number): void {
    for (const [i, event] of this.events.entries()) if (i >= from) this.events[i] = { ...event, leaves: true };
  }

  /** The access that a `result` or `affected` value names, if it was recorded here. */
  access(id: AccessId): AccessSpec | undefined {
    return this.#accesses.get(id);
  }

  /** The flow reads a property of a value of which nothing is known. */
  mention(base: Value, name: string): void {
    this.#mentioned.set(base, (this.#mentioned.get(base) ?? new Set()).add(name));
  }

  mentioned(base: Value): readonly string[] {
    return [...(this.#mentioned.get(base) ?? [])];
  }

  created(pending: Pending): void {
    this.#pending.set(pending.closure.function, pending);
  }

  run(closure: FunctionId): void {
    this.#run.add(closure);
  }

  /** Closures that nothing has run. */
  waiting(): readonly Pending[] {
    return [...this.#pending].filter(([id]) => !this.#run.has(id)).map(([, pending]) => pending);
  }
}
