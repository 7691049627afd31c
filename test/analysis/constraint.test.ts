import { describe, expect, it } from "vitest";

import { constraintOf, predicateAdmits, predicateConstants } from "../../src/analysis/constraint.js";
import type { Value } from "../../src/ir/value.js";
import type { Predicate } from "../../src/models/model.js";
import { Builder, show } from "./values.js";

const b = new Builder();
const row = b.row();
const status = b.member(row, "status");
const done = b.symbol("Status.DONE");

/** What a condition lets pass of `values`. */
function admitted(value: Value, polarity: boolean, ...values: readonly (Value | string | null | boolean | undefined)[]) {
  const constraint = constraintOf(b.condition(value, polarity), (v) => v === status);
  if (constraint === undefined) return undefined;
  return values.map((v) => constraint.admits(b.of(v)));
}

describe("constraintOf", () => {
  it("of an equality admits the one value, of an inequality all others", () => {
    expect(admitted(b.equals(status, "pending"), true, "pending", "done", null)).toEqual([true, false, false]);
    expect(admitted(b.equals(status, "pending"), false, "pending", "done", null)).toEqual([false, true, true]);
  });

  it("of a loose null test admits null and undefined alike, of a strict one only the one", () => {
    const loose = b.operations.binary("==", status, b.values.null);
    expect(admitted(loose, true, null, undefined, "x", b.values.clock)).toEqual([true, true, false, false]);
    expect(admitted(loose, false, null, undefined, "x", b.values.clock)).toEqual([false, false, true, true]);
    expect(admitted(b.equals(status, null), true, null, undefined)).toEqual([true, false]);
  });

  it("of named constants tells them apart by name, and from literals by spelling", () => {
    expect(admitted(b.equals(status, done), true, done, b.symbol("Status.PENDING"), "done")).toEqual([true, false, true]);
    expect(admitted(b.equals(status, "done"), true, done, b.symbol("Status.IN_REVIEW"))).toEqual([true, false]);
    expect(admitted(b.equals(status, b.of(1)), true, done)).toEqual([undefined]);
  });

  it("of membership admits the members, of its negation the others", () => {
    const includes = b.operations.binary("includes", b.list("pending", "running"), status);
    expect(admitted(includes, true, "pending", "running", "done")).toEqual([true, true, false]);
    expect(admitted(includes, false, "pending", "done")).toEqual([false, true]);
    expect(admitted(b.operations.binary("includes", b.list("pending", done), status), true, "pending", "x")).toEqual([true, false]);
  });

  it("of the bare column admits what is truthy", () => {
    expect(admitted(status, true, "x", null, b.values.clock, done)).toEqual([true, false, true, undefined]);
    expect(admitted(status, false, "x", null, b.values.clock)).toEqual([false, true, false]);
  });

  it("is not known for comparisons with other than constants, with order, or of another column", () => {
    expect(admitted(b.equals(status, b.parameter(0)), true, "x")).toBeUndefined();
    expect(admitted(b.operations.binary("<", status, b.of(1)), true, "x")).toBeUndefined();
    expect(admitted(b.equals(b.member(row, "worker"), "x"), true, "x")).toBeUndefined();
    expect(admitted(b.operations.binary("includes", b.list("a", b.parameter(0)), status), true, "a")).toBeUndefined();
    expect(admitted(b.operations.binary("includes", b.parameter(0), status), true, "a")).toBeUndefined();
  });
});

describe("predicateConstants", () => {
  const constants = (operator: Predicate["operator"], value?: Value) => {
    const found = predicateConstants({ column: "status", operator, value, outer: true });
    return found === undefined ? undefined : `${found.negated ? "not " : ""}${found.values.map(show).join()}`;
  };

  it("of equality and membership are the constants, negated for their opposites", () => {
    expect(constants("=", b.of("a"))).toBe('"a"');
    expect(constants("<>", b.of("a"))).toBe('not "a"');
    expect(constants("in", b.list("a", done))).toBe('"a",Status.DONE');
    expect(constants("not in", b.list("a"))).toBe('not "a"');
  });

  it("are not known for other operators and values", () => {
    expect(constants("<", b.of(1))).toBeUndefined();
    expect(constants("=", b.parameter(0))).toBeUndefined();
    expect(constants("in", b.parameter(0))).toBeUndefined();
    expect(constants("in", b.list("a", b.parameter(0)))).toBeUndefined();
    expect(constants("unknown")).toBeUndefined();
  });

  it("of null tests are none; what they let through is known all the same", () => {
    const test = (operator: Predicate["operator"]) => ({ column: "worker", operator, value: undefined, outer: true });
    expect(constants("is null")).toBeUndefined();
    expect([b.of(null), b.of("a"), b.values.clock, b.parameter(0)].map((v) => predicateAdmits(test("is null"), v))).toEqual([
      true,
      false,
      false,
      undefined,
    ]);
    expect([b.of(null), b.of("a"), done].map((v) => predicateAdmits(test("is not null"), v))).toEqual([false, true, true]);
  });
});
