import { describe, expect, it } from "vitest";

import type { PropertySource } from "../../src/analysis/operations.js";
import type { Literal } from "../../src/ir/ir.js";
import { Builder, show, showCondition } from "./values.js";

const b = new Builder();
const row = b.row();
const status = b.member(row, "status");
const pending = b.equals(status, "pending");
const input = b.parameter(0);

describe("truth", () => {
  it.each<[Literal, boolean]>([
    [0, false],
    ["", false],
    [null, false],
    [undefined, false],
    [false, false],
    [1, true],
    ["a", true],
    [true, true],
  ])("of the constant %j is %j", (literal, truth) => {
    expect(b.operations.truth(b.of(literal))).toBe(truth);
  });

  it("of things that exist is true", () => {
    for (const thing of [
      b.fields({}),
      b.list(),
      b.mapped(row, status),
      b.filtered(row, pending),
      b.values.clock,
      b.symbol("Status.RUNNING"),
    ]) {
      expect(b.operations.truth(thing)).toBe(true);
    }
  });

  it("of rows, columns, counts, inputs and comparisons is not known", () => {
    for (const value of [row, status, b.values.affected("write"), input, pending, b.values.unknown])
      expect(b.operations.truth(value)).toBeUndefined();
  });

  it("of a negation is the opposite", () => {
    expect(b.operations.truth(b.values.make({ kind: "not", operand: b.list() }))).toBe(false);
    expect(b.operations.truth(b.values.make({ kind: "not", operand: status }))).toBeUndefined();
  });

  it("of a join is what its alternatives agree on", () => {
    expect(b.operations.truth(b.join(b.option("a"), b.option(1)))).toBe(true);
    expect(b.operations.truth(b.join(b.option(null), b.option(0)))).toBe(false);
    expect(b.operations.truth(b.join(b.option("a"), b.option(null)))).toBeUndefined();
    expect(b.operations.truth(b.join(b.option("a"), b.option(status)))).toBeUndefined();
  });
});

describe("not", () => {
  it("is folded when the operand's truth is known", () => {
    expect(b.operations.not(b.list())).toBe(b.values.false);
    expect(b.operations.not(b.of(0))).toBe(b.values.true);
  });

  it("of a negated comparison is the comparison, of a negated column a boolean of the column", () => {
    expect(b.operations.not(b.operations.not(pending))).toBe(pending);
    expect(show(b.operations.not(b.operations.not(status)))).toBe("!(!(row(read).status))");
  });
});

describe("equality", () => {
  it.each<[string, Literal, Literal, boolean]>([
    ["===", "a", "a", true],
    ["===", "a", "b", false],
    ["===", null, undefined, false],
    ["==", null, undefined, true],
    ["!==", "a", "b", true],
    ["!=", null, undefined, false],
  ])("folds constants: %s of %j and %j is %j", (operator, left, right, result) => {
    expect(b.operations.binary(operator, b.of(left), b.of(right))).toBe(b.of(result));
  });

  it("puts the constant on the right, so that both orders are one value", () => {
    expect(b.equals("pending", status)).toBe(pending);
    expect(b.equals(b.symbol("Status.PENDING"), status)).toBe(b.equals(status, b.symbol("Status.PENDING")));
  });

  it("makes an inequality the negation of the equality", () => {
    expect(show(b.operations.binary("!==", status, b.of("pending")))).toBe('!(row(read).status === "pending")');
  });

  it("of an object and nothing is false, of a row and nothing open", () => {
    expect(b.equals(b.fields({}), null)).toBe(b.values.false);
    expect(b.operations.binary("!=", b.values.null, b.list())).toBe(b.values.true);
    expect(show(b.equals(row, null))).toBe("row(read) === null");
  });

  it("is asked of each alternative of a join", () => {
    const choice = b.join(b.option("running", pending), b.option(null, b.condition(pending, false)));
    expect(show(b.equals(choice, null))).toBe('false if row(read).status === "pending" | true if not row(read).status === "pending"');
  });

  it("of two values that are not known stays a comparison", () => {
    expect(show(b.equals(status, input))).toBe("row(read).status === $0");
  });
});

describe("arithmetic and comparison", () => {
  it.each<[string, Literal, Literal, Literal]>([
    ["+", 1, 2, 3],
    ["-", 3, 1, 2],
    ["*", 3, 2, 6],
    ["<", 1, 2, true],
    ["<=", 2, 2, true],
    [">", 1, 2, false],
    [">=", 2, 2, true],
    ["+", "a", "b", "ab"],
  ])("folds constants: %s of %j and %j is %j", (operator, left, right, result) => {
    expect(b.operations.binary(operator, b.of(left), b.of(right))).toBe(b.of(result));
  });

  it("keeps what cannot be folded", () => {
    expect(show(b.operations.binary("+", b.of("a"), b.of(1)))).toBe('"a" + 1');
    expect(show(b.operations.binary("-", b.member(row, "stock"), input))).toBe("row(read).stock - $0");
  });

  it("folds unary operators of constants only", () => {
    expect(b.operations.unary("-", b.of(1))).toBe(b.of(-1));
    expect(b.operations.unary("void", row)).toBe(b.values.undefined);
    expect(b.operations.unary("!", b.of(0))).toBe(b.values.true);
    expect(show(b.operations.unary("typeof", row))).toBe("typeof(row(read))");
  });
});

describe("get", () => {
  it("reads the last field of an object, and undefined if no part has it", () => {
    const object = b.values.object([
      { kind: "field", name: "status", value: b.of("pending") },
      { kind: "field", name: "status", value: b.of("running") },
    ]);
    expect(b.get(object, "status")).toBe(b.of("running"));
    expect(b.get(object, "worker")).toBe(b.values.undefined);
  });

  it("looks into a spread only if nothing behind it has the field", () => {
    const before = { kind: "field", name: "status", value: b.of("running") } as const;
    const spread = { kind: "spread", value: row } as const;
    expect(show(b.get(b.values.object([before, spread]), "status"))).toBe("row(read).status");
    expect(show(b.get(b.values.object([spread, before]), "status"))).toBe('"running"');
    expect(show(b.get(b.values.object([spread, before]), "worker"))).toBe("row(read).worker");
  });

  it("reads each alternative of a join and leaves nothing out but nothing", () => {
    const choice = b.join(b.option(row, pending), b.option(null, b.condition(pending, false)));
    expect(show(b.get(choice, "id"))).toBe("row(read).id");
    const rows = b.join(b.option(row, pending), b.option(b.row("other"), b.condition(pending, false)));
    expect(show(b.get(rows, "id"))).toBe(
      'row(read).id if row(read).status === "pending" | row(other).id if not row(read).status === "pending"',
    );
  });

  it("prefers what the flow has assigned", () => {
    const source: PropertySource = {
      ...b.source,
      assigned: (base, name) => (base === row && name === "status" ? b.of("running") : undefined),
    };
    expect(b.operations.get(row, "status", source)).toBe(b.of("running"));
    expect(show(b.operations.get(row, "worker", source))).toBe("row(read).worker");
  });

  it("asks the layer for a property of a handle", () => {
    const client = b.values.handle({ model: "toy", type: "client", entity: undefined, connection: input, steps: [] });
    const source: PropertySource = {
      ...b.source,
      ofHandle: (handle, name) => (handle.type === "client" && name === "job" ? b.of("delegate") : undefined),
    };
    expect(b.operations.get(client, "job", source)).toBe(b.of("delegate"));
    expect(show(b.operations.get(client, "name", source))).toBe("<client on $0>.name");
  });

  it("knows the length of a literal list, and that mapping keeps the length", () => {
    expect(b.get(b.list(1, 2), "length")).toBe(b.of(2));
    expect(show(b.get(b.mapped(row, b.member(b.element(row), "id")), "length"))).toBe("row(read).length");
  });

  it("of an element of a mapped list is a property of the item", () => {
    const mapped = b.mapped(row, b.fields({ id: b.member(b.element(row), "id") }));
    expect(show(b.get(b.element(mapped), "id"))).toBe("row(read)[].id");
  });

  it("of nothing is undefined, of the unknown unknown, of a string computed", () => {
    expect(b.get(b.values.null, "id")).toBe(b.values.undefined);
    expect(b.get(b.values.unknown, "id")).toBe(b.values.unknown);
    expect(show(b.get(b.of("abc"), "length"))).toBe('.length("abc")');
    expect(show(b.get(b.values.affected("write"), "value"))).toBe(".value(count(write))");
  });
});

describe("element", () => {
  it("of a literal list is the one at the index, or any of them", () => {
    const list = b.list("a", "b");
    expect(b.operations.element(list, b.of(1))).toBe(b.of("b"));
    expect(b.operations.element(list, b.of(-1))).toBe(b.of("b"));
    expect(b.operations.element(list, b.of(2))).toBe(b.values.undefined);
    expect(show(b.operations.element(list))).toBe('"a" | "b"');
    expect(b.operations.element(b.list("a", "a"))).toBe(b.of("a"));
  });

  it("of a mapped list is the item", () => {
    const id = b.member(b.element(row), "id");
    expect(b.operations.element(b.mapped(row, id))).toBe(id);
  });

  it("of rows is any row, and every element of one list is one value", () => {
    expect(b.operations.element(row)).toBe(b.operations.element(row, b.of(0)));
  });

  it("of a join is chosen as the list is", () => {
    const choice = b.join(b.option(b.list("a"), pending), b.option(b.list("b"), b.condition(pending, false)));
    expect(show(b.operations.element(choice))).toBe('"a" if row(read).status === "pending" | "b" if not row(read).status === "pending"');
  });
});

describe("rest", () => {
  it("of known fields leaves out the excluded ones, of a row is computed from the row", () => {
    expect(show(b.operations.rest(b.fields({ a: 1, b: 2 }), ["a"]))).toBe("{b: 2}");
    expect(show(b.operations.rest(row, ["id"]))).toBe("rest without id(row(read))");
  });
});

describe("expand", () => {
  const expand = (...of: Parameters<Builder["condition"]>) => b.operations.expand(b.condition(...of)).map(showCondition);

  it("sees through negations", () => {
    expect(expand(b.operations.not(pending))).toEqual(['not row(read).status === "pending"']);
    expect(expand(b.operations.not(status), false)).toEqual(["row(read).status"]);
  });

  it("sees through Boolean and comparisons of booleans with true and false", () => {
    expect(expand(b.values.computed("Boolean", [row]))).toEqual(["row(read)"]);
    expect(expand(b.equals(pending, true))).toEqual(['row(read).status === "pending"']);
    expect(expand(b.equals(pending, false))).toEqual(['not row(read).status === "pending"']);
    expect(expand(b.equals(pending, false), false)).toEqual(['row(read).status === "pending"']);
  });

  it("does not take a column for a boolean", () => {
    expect(expand(b.equals(status, true))).toEqual(["row(read).status === true"]);
  });

  it("of a join gives the conditions of the only alternative that fits", () => {
    const worker = b.equals(b.member(row, "worker"), null);
    const allowed = b.join(b.option(true, pending, worker), b.option(false, b.condition(pending, false)));
    expect(expand(allowed)).toEqual(['row(read).status === "pending"', "row(read).worker === null"]);
    expect(expand(allowed, false)).toEqual(['not row(read).status === "pending"']);
  });

  it("of a join gives the fitting alternative too when its truth is not known", () => {
    const both = b.join(b.option(pending, row), b.option(false, b.condition(row, false)));
    expect(expand(both)).toEqual(["row(read)", 'row(read).status === "pending"']);
  });

  it("of a join in which several alternatives fit is the join", () => {
    const either = b.join(b.option(true, pending), b.option(status, b.condition(pending, false)));
    expect(expand(either)).toEqual([show(either)]);
  });

  it("of a join in which an alternative is chosen by its own truth is the other one, where that truth does not fit", () => {
    const worker = b.equals(b.member(row, "worker"), null);
    const and = b.join(b.option(pending, b.condition(pending, false)), b.option(worker, pending));
    expect(expand(and)).toEqual(['row(read).status === "pending"', "row(read).worker === null"]);
    expect(expand(and, false)).toEqual([`not ${show(and)}`]);
    const or = b.join(b.option(pending, pending), b.option(worker, b.condition(pending, false)));
    expect(expand(or)).toEqual([show(or)]);
    expect(expand(or, false)).toEqual(['not row(read).status === "pending"', "not row(read).worker === null"]);
  });

  it("ends at joins in joins beyond its depth", () => {
    let deep = b.join(b.option(true, pending), b.option(false, b.condition(pending, false)));
    for (let i = 0; i < 6; i++)
      deep = b.join(b.option(true, deep, b.member(row, `c${String(i)}`)), b.option(false, b.condition(deep, false)));
    expect(expand(deep).length).toBeGreaterThan(0);
  });
});

describe("decide", () => {
  it("knows what certainly holds and what certainly does not", () => {
    expect(b.operations.decide(b.condition(b.values.true))).toBe(true);
    expect(b.operations.decide(b.condition(b.values.true, false))).toBe(false);
    expect(b.operations.decide(b.condition(pending))).toBeUndefined();
  });
});

describe("choose", () => {
  it("drops impossible alternatives", () => {
    expect(b.operations.choose([b.option("a", b.values.true), b.option("b", b.values.false)])).toBe(b.of("a"));
  });

  it("leaves out certain conditions and keeps open ones", () => {
    const chosen = b.operations.choose([b.option("a", b.values.true, pending), b.option("b", b.condition(pending, false))]);
    expect(show(chosen)).toBe('"a" if row(read).status === "pending" | "b" if not row(read).status === "pending"');
  });

  it("of nothing possible is unknown", () => {
    expect(b.operations.choose([b.option("a", b.values.false)])).toBe(b.values.unknown);
  });
});
