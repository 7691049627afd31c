/** One flow in which pairs are looked for: a function with the closures it runs, or a detached closure. */
import type { AccessId, Value } from "../ir/value.js";
import { accessOf } from "./rows.js";
import type { AccessEvent, Evaluation, Event } from "./summary.js";

export class Unit {
  readonly #order = new Map<AccessId, number>();

  constructor(readonly evaluation: Evaluation) {
    for (const [i, event] of evaluation.events.entries()) this.#order.set(event.id, i);
  }

  get events(): readonly Event[] {
    return this.evaluation.events;
  }

  /** Position in the flow; what was captured from an outer flow came before everything. */
  order(id: AccessId): number {
    return this.#order.get(id) ?? -1;
  }

  event(id: AccessId): Event | undefined {
    const at = this.#order.get(id);
    if (at !== undefined) return this.events[at];
    for (let outer = this.evaluation.outer; outer !== undefined; outer = outer.outer) {
      const found = outer.events.find((e) => e.id === id);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  access(id: AccessId): AccessEvent | undefined {
    const event = this.event(id);
    return event?.kind === "access" ? event : undefined;
  }

  /** The access that read the row. */
  readOf(row: Value): AccessEvent | undefined {
    const id = accessOf(row);
    return id === undefined ? undefined : this.access(id);
  }
}

/** The evaluation and the flows detached from it, all levels down. */
export function unitsOf(evaluation: Evaluation): readonly Unit[] {
  return [new Unit(evaluation), ...evaluation.detached.flatMap(unitsOf)];
}
