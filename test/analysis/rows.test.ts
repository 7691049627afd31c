import { describe, expect, it } from "vitest";

import { accessOf, ColumnUses, normalRow, rootOf } from "../../src/analysis/rows.js";
import type { Value } from "../../src/ir/value.js";
import { Builder, show } from "./values.js";

const b = new Builder();
const make = (list: Value) => b.operations.element(list);
const uses = new ColumnUses(make);
const row = b.row();
const rows = b.row("list");
const item = b.element(rows);
const status = (of: Value) => b.member(of, "status");
const pending = (of: Value) => b.equals(status(of), "pending");

function usesOf(value: Value): readonly string[] {
  return uses.of(value).map((u) => `${show(u.row)}${u.column === undefined ? "" : `: ${u.column}`}`);
}

describe("normalRow", () => {
  it("removes filters: an element of the filtered list is an element of the list", () => {
    expect(normalRow(b.element(b.filtered(rows, pending(item))), make)).toBe(item);
  });

  it("takes a choice between a row and nothing for the row", () => {
    expect(normalRow(b.join(b.option(row, pending(row)), b.option(null)), make)).toBe(row);
    expect(normalRow(b.join(b.option(b.element(b.filtered(rows, pending(item)))), b.option(undefined)), make)).toBe(item);
  });

  it("keeps a choice between two rows", () => {
    const either = b.join(b.option(row), b.option(b.row("other")));
    expect(normalRow(either, make)).toBe(either);
  });
});

describe("rootOf", () => {
  it("is the access, parameter or receiver that a path starts from", () => {
    expect(rootOf(b.member(b.member(row, "project"), "status"))).toBe(row);
    expect(rootOf(b.member(b.element(b.filtered(rows, pending(item))), "id"))).toBe(rows);
    expect(rootOf(b.member(b.parameter(0), "job"))).toBe(b.parameter(0));
    expect(rootOf(b.member(b.self(), "job"))).toBe(b.self());
  });

  it("is nothing for values that are no rows", () => {
    for (const value of [b.of("a"), b.fields({}), b.values.clock, pending(row), b.values.affected("write")])
      expect(rootOf(value)).toBeUndefined();
  });
});

describe("accessOf", () => {
  it("is the access behind a row, and nothing behind an input", () => {
    expect(accessOf(item)).toBe("list");
    expect(accessOf(b.parameter(0))).toBeUndefined();
  });
});

describe("column uses", () => {
  it("of a comparison are its columns, whichever side they stand on", () => {
    expect(usesOf(pending(row))).toEqual(["row(read): status"]);
    expect(usesOf(b.equals(status(row), status(b.row("other"))))).toEqual(["row(read): status", "row(other): status"]);
  });

  it("of a presence test are the row without a column", () => {
    expect(usesOf(b.equals(row, null))).toEqual(["row(read)"]);
    expect(usesOf(b.operations.not(row))).toEqual(["row(read)"]);
  });

  it("of an emptiness test are the list and its elements: they are the rows that a loop works on", () => {
    expect(usesOf(b.get(rows, "length"))).toEqual(["row(list)", "row(list)[]"]);
    expect(usesOf(b.exists(rows))).toEqual(["row(list)", "row(list)[]"]);
    expect(usesOf(b.exists(b.filtered(rows, pending(item))))).toEqual(["row(list)", "row(list)[]: status", "row(list)[]"]);
  });

  it("of `row.column` does not include the row's presence", () => {
    expect(usesOf(status(row))).toEqual(["row(read): status"]);
  });

  it("of a nested property are both readings: a column of a related row, or part of a JSON column", () => {
    expect(usesOf(b.member(b.member(row, "meta"), "state"))).toEqual(["row(read).meta: state", "row(read): meta"]);
  });

  it("of an element chosen by a filter include the filter's columns", () => {
    expect(usesOf(b.element(b.filtered(rows, pending(item))))).toEqual(["row(list)[]", "row(list)[]: status"]);
    expect(usesOf(b.member(b.element(b.filtered(rows, pending(item))), "id"))).toEqual(["row(list)[]: id", "row(list)[]: status"]);
  });

  it("of `some` are the list and the columns of its test", () => {
    expect(usesOf(b.exists(rows, pending(item)))).toEqual(["row(list)", "row(list)[]", "row(list)[]: status"]);
  });

  it("of a mapped list are those of its items", () => {
    expect(usesOf(b.mapped(rows, status(item)))).toEqual(["row(list)", "row(list)[]: status"]);
  });

  it("of a computation are the columns it was computed from", () => {
    expect(usesOf(b.values.computed("Number", [status(row)]))).toEqual(["row(read): status"]);
    expect(usesOf(b.values.computed("canStart", [b.fields({ current: status(row) })]))).toEqual(["row(read): status"]);
  });

  it("of a computation from the whole row say nothing", () => {
    expect(usesOf(b.values.computed("isFine", [row]))).toEqual([]);
    expect(usesOf(b.values.make({ kind: "call", site: "s", name: "isFine", inputs: [row] }))).toEqual([]);
  });

  it("of a join include those of the conditions that chose", () => {
    expect(usesOf(b.join(b.option(1, pending(row)), b.option(2, b.condition(pending(row), false))))).toEqual(["row(read): status"]);
  });

  it("of a column of a choice of rows are the column of each and the choice", () => {
    const chosen = b.join(b.option(row, b.parameter(0)), b.option(b.row("other"), b.condition(b.parameter(0), false)));
    expect(usesOf(b.member(chosen, "status"))).toEqual(["row(read): status", "$0", "row(other): status"]);
  });

  it("of constants, the clock and objects are none", () => {
    expect([b.of(1), b.values.clock, b.fields({ a: status(row) }), b.symbol("S")].flatMap(usesOf)).toEqual([]);
  });
});
