/** The abstract memory at one point of a flow: what each variable holds and which properties of opaque objects have been assigned. */
import type { Condition, Value, ValueFactory } from "../ir/value.js";
import { SharedMap } from "./sharedMap.js";

export interface Incoming {
  readonly state: State;
  /** The conditions under which control comes from here rather than from the other predecessors. */
  readonly when: readonly Condition[];
}

export class State {
  private constructor(
    /** By `<file>:<variable id>`; closures share the variables of the function that they are written in. */
    readonly variables: SharedMap<string, Value>,
    /** Assignments to properties of values that are no object literals (`row.status = "running"`), by object and name, in order. */
    readonly heap: SharedMap<Value, ReadonlyMap<string, Value>>,
  ) {}

  static of(variables: Iterable<readonly [string, Value]> = []): State {
    return new State(new SharedMap(new Map(variables)), new SharedMap());
  }

  copy(): State {
    return new State(this.variables.copy(), this.heap.copy());
  }

  /** Takes over everything from `other`. */
  become(other: State): void {
    this.variables.become(other.variables);
    this.heap.become(other.heap);
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
    if (first === undefined) return State.of();
    const joined = first.state.copy();
    if (rest.some((i) => !i.state.variables.isSharedWith(joined.variables))) joinVariables(joined, values, incoming);
    if (rest.some((i) => !i.state.heap.isSharedWith(joined.heap))) joinHeaps(joined, values, incoming, unassigned);
    return joined;
  }
}

/** `joined` holds what the first of the states holds. */
function joinVariables(joined: State, values: ValueFactory, incoming: readonly Incoming[]): void {
  for (const key of keysOf(incoming.map((i) => i.state.variables))) {
    const value = joinOf(values, incoming, (s) => s.variables.get(key) ?? values.undefined);
    if (joined.variables.get(key) !== value) joined.variables.set(key, value);
  }
}

function joinHeaps(
  joined: State,
  values: ValueFactory,
  incoming: readonly Incoming[],
  unassigned: (base: Value, name: string) => Value,
): void {
  for (const base of keysOf(incoming.map((i) => i.state.heap))) {
    const known = joined.heap.get(base);
    if (known !== undefined && incoming.every((i) => i.state.heap.get(base) === known)) continue;
    const names = new Set(incoming.flatMap((i) => [...(i.state.heap.get(base)?.keys() ?? [])]));
    const fields = [...names].map(
      (name) => [name, joinOf(values, incoming, (s) => s.assigned(base, name) ?? unassigned(base, name))] as const,
    );
    joined.heap.set(base, new Map(fields));
  }
}

function keysOf<K>(maps: readonly SharedMap<K, unknown>[]): ReadonlySet<K> {
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
