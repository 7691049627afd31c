/** The abstract memory at one point of a flow: what each variable holds and which properties of opaque objects have been assigned. */
import type { Condition, Value, ValueFactory } from "../ir/value.js";

export interface Incoming {
  readonly state: State;
  /** The conditions under which control comes from here rather than from the other predecessors. */
  readonly when: readonly Condition[];
}

export class State {
  /** By `<file>:<variable id>`; closures share the variables of the function that they are written in. */
  readonly variables: Map<string, Value>;
  /** Assignments to properties of values that are no object literals (`row.status = "running"`), by object and name, in order. */
  readonly heap: Map<Value, ReadonlyMap<string, Value>>;

  constructor(variables?: Iterable<readonly [string, Value]>, heap?: Iterable<readonly [Value, ReadonlyMap<string, Value>]>) {
    this.variables = new Map(variables);
    this.heap = new Map(heap);
  }

  copy(): State {
    return new State(this.variables, this.heap);
  }

  /** Takes over everything from `other`. */
  become(other: State): void {
    replace(this.variables, other.variables);
    replace(this.heap, other.heap);
  }

  assigned(base: Value, name: string): Value | undefined {
    return this.heap.get(base)?.get(name);
  }

  assign(base: Value, name: string, value: Value): void {
    const fields = new Map(this.heap.get(base));
    fields.delete(name);
    fields.set(name, value);
    this.heap.set(base, fields);
  }

  /** The state where several flows meet. A variable that is not set in one of them is as if it were `undefined` there. */
  static join(values: ValueFactory, incoming: readonly Incoming[], unassigned: (base: Value, name: string) => Value): State {
    const [first, ...rest] = incoming;
    if (first === undefined) return new State();
    if (rest.length === 0) return first.state.copy();
    const joined = new State();
    for (const key of keysOf(incoming.map((i) => i.state.variables))) {
      joined.variables.set(
        key,
        joinOf(values, incoming, (s) => s.variables.get(key) ?? values.undefined),
      );
    }
    for (const base of keysOf(incoming.map((i) => i.state.heap))) {
      const known = first.state.heap.get(base);
      if (known !== undefined && rest.every((i) => i.state.heap.get(base) === known)) {
        joined.heap.set(base, known);
        continue;
      }
      const names = new Set(incoming.flatMap((i) => [...(i.state.heap.get(base)?.keys() ?? [])]));
      const fields = [...names].map(
        (name) => [name, joinOf(values, incoming, (s) => s.assigned(base, name) ?? unassigned(base, name))] as const,
      );
      joined.heap.set(base, new Map(fields));
    }
    return joined;
  }
}

function keysOf<K>(maps: readonly ReadonlyMap<K, unknown>[]): ReadonlySet<K> {
  const keys = new Set<K>();
  for (const map of maps) for (const key of map.keys()) keys.add(key);
  return keys;
}

function joinOf(values: ValueFactory, incoming: readonly Incoming[], read: (state: State) => Value): Value {
  const [first, ...rest] = incoming;
  if (first === undefined) return values.unknown;
  const value = read(first.state);
  if (rest.every((i) => read(i.state) === value)) return value;
  return values.join(incoming.map((i) => ({ value: read(i.state), when: i.when })));
}

function replace<K, V>(map: Map<K, V>, by: ReadonlyMap<K, V>): void {
  if (map === by) return;
  map.clear();
  for (const [key, value] of by) map.set(key, value);
}
