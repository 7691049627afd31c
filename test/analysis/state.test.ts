import { describe, expect, it } from "vitest";

import { State } from "../../src/analysis/state.js";
import type { Value } from "../../src/ir/value.js";
import { Builder, show } from "./values.js";

const b = new Builder();
const row = b.row();
const test = b.equals(b.member(row, "status"), "pending");
const yes = b.condition(test);
const no = b.condition(test, false);
const chosen = (whenTrue: string, whenFalse: string) =>
  `${whenTrue} if row(read).status === "pending" | ${whenFalse} if not row(read).status === "pending"`;

function stateOf(variables: Readonly<Record<string, Value>>, assigned: Readonly<Record<string, Value>> = {}): State {
  const state = State.of(Object.entries(variables));
  for (const [name, value] of Object.entries(assigned)) state.assign(row, name, value);
  return state;
}

function joined(whenTrue: State, whenFalse: State): State {
  return State.join(
    b.values,
    [
      { state: whenTrue, when: [yes] },
      { state: whenFalse, when: [no] },
    ],
    (base, name) => b.member(base, name),
  );
}

function shown(state: State): Readonly<Record<string, string>> {
  return Object.fromEntries([...state.variables].map(([name, value]) => [name, show(value)]));
}

describe("join", () => {
  it("keeps what is the same everywhere and chooses the rest by the conditions", () => {
    const state = joined(stateOf({ a: b.of(1), b: b.of("x") }), stateOf({ a: b.of(1), b: b.of("y") }));
    expect(shown(state)).toEqual({ a: "1", b: chosen('"x"', '"y"') });
  });

  it("takes a variable that one flow has not set for undefined there", () => {
    expect(shown(joined(stateOf({ id: b.of(1) }), stateOf({})))).toEqual({ id: chosen("1", "undefined") });
  });

  it("takes a property that one flow has not assigned for what it was", () => {
    const state = joined(stateOf({}, { status: b.of("running") }), stateOf({}));
    expect(show(state.assigned(row, "status") ?? b.values.unknown)).toBe(chosen('"running"', "row(read).status"));
  });

  it("keeps a property that all flows have assigned alike", () => {
    const state = joined(stateOf({}, { status: b.of("running") }), stateOf({}, { status: b.of("running") }));
    expect(state.assigned(row, "status")).toBe(b.of("running"));
  });

  it("of one flow is a copy of it, of none is empty", () => {
    const only = stateOf({ a: b.of(1) });
    const copy = State.join(b.values, [{ state: only, when: [yes] }], (base, name) => b.member(base, name));
    copy.variables.set("a", b.of(2));
    expect(shown(only)).toEqual({ a: "1" });
    expect(shown(copy)).toEqual({ a: "2" });
    expect(shown(State.join(b.values, [], (base, name) => b.member(base, name)))).toEqual({});
  });
});

describe("assign", () => {
  it("is seen by reads of that property of that object only", () => {
    const state = stateOf({}, { status: b.of("running") });
    expect(state.assigned(row, "status")).toBe(b.of("running"));
    expect(state.assigned(row, "worker")).toBeUndefined();
    expect(state.assigned(b.row("other"), "status")).toBeUndefined();
  });

  it("keeps assignments in the order of the last one", () => {
    const state = stateOf({}, { status: b.of("running"), worker: b.of("me") });
    state.assign(row, "status", b.of("done"));
    expect([...(state.heap.get(row) ?? [])].map(([name, value]) => [name, show(value)])).toEqual([
      ["worker", '"me"'],
      ["status", '"done"'],
    ]);
  });

  it("does not reach copies made before", () => {
    const state = stateOf({}, { status: b.of("running") });
    const copy = state.copy();
    state.assign(row, "status", b.of("done"));
    expect(copy.assigned(row, "status")).toBe(b.of("running"));
  });
});

describe("become", () => {
  it("takes over variables and assignments, and forgets its own", () => {
    const state = stateOf({ a: b.of(1) }, { status: b.of("running") });
    state.become(stateOf({ b: b.of(2) }, { worker: b.of("me") }));
    expect(shown(state)).toEqual({ b: "2" });
    expect(state.assigned(row, "status")).toBeUndefined();
    expect(state.assigned(row, "worker")).toBe(b.of("me"));
  });

  it("of itself changes nothing", () => {
    const state = stateOf({ a: b.of(1) });
    state.become(state);
    expect(shown(state)).toEqual({ a: "1" });
  });
});
