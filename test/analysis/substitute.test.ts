import { describe, expect, it } from "vitest";

import { Substituter, type Substitution } from "../../src/analysis/substitute.js";
import type { Value } from "../../src/ir/value.js";
import { accessDefaults } from "./table.js";
import { Builder, show } from "./values.js";

const b = new Builder();

/** The callee is `f`; it is called at `site` with these arguments. */
function substituter(args: readonly Value[], more: Partial<Substitution> = {}): Substituter {
  return new Substituter(b.values, b.operations, {
    function: "f",
    receiver: b.self("caller"),
    argument: (index) => args[index] ?? b.values.undefined,
    prefix: "site",
    typeArgument: () => undefined,
    connection: (value) => (value.kind === "handle" ? value.connection : value),
    source: b.source,
    ...more,
  });
}

const apply = (value: Value, ...args: readonly Value[]) => show(substituter(args).apply(value));
const status = (row: Value) => b.member(row, "status");

describe("inputs", () => {
  it("parameters become arguments", () => {
    expect(apply(b.parameter(1), b.of("a"), b.of("b"))).toBe('"b"');
    expect(apply(b.equals(status(b.parameter(0)), "pending"), b.row("r"))).toBe('row(r).status === "pending"');
  });

  it("parameters of another function stay", () => {
    expect(apply(b.parameter(0, "g"), b.of("a"))).toBe("$0");
  });

  it("a parameter that is not passed is undefined", () => {
    expect(apply(b.parameter(2), b.of("a"))).toBe("undefined");
  });

  it("`this` becomes the receiver", () => {
    expect(substituter([]).apply(status(b.self("f")))).toBe(status(b.self("caller")));
    expect(substituter([]).apply(b.self("g"))).toBe(b.self("g"));
  });

  it("type parameters become type arguments", () => {
    const parameter = b.values.make({ kind: "type-parameter", owner: "Base", name: "T" });
    const job = b.values.make({ kind: "class", id: "Job", name: "Job" });
    const bound = substituter([], { typeArgument: (owner, name) => (owner === "Base" && name === "T" ? job : undefined) });
    expect(bound.apply(parameter)).toBe(job);
    expect(substituter([]).apply(parameter)).toBe(parameter);
  });

  it("fields of a known argument are read", () => {
    expect(apply(b.member(b.parameter(0), "id"), b.fields({ id: 7 }))).toBe("7");
    expect(apply(b.element(b.parameter(0)), b.list("a"))).toBe('"a"');
  });
});

describe("what happened in the callee", () => {
  it("gets the call site in front", () => {
    expect(apply(status(b.row("read")))).toBe("row(site/read).status");
    expect(apply(b.values.affected("write"))).toBe("count(site/write)");
    expect(apply(b.values.make({ kind: "transaction", site: "tx" }))).toBe("transaction(site/tx)");
    const call = substituter([]).apply(b.values.make({ kind: "call", site: "c", name: "g", inputs: [b.row("read")] }));
    expect(call.kind === "call" ? [call.site, ...call.inputs.map(show)] : []).toEqual(["site/c", "row(site/read)"]);
  });

  it("leaves constants alone", () => {
    for (const value of [b.of("a"), b.values.clock, b.list(1), b.symbol("S")]) expect(substituter([]).apply(value)).toBe(value);
  });
});

describe("joins", () => {
  const optional = b.join(b.option("given", b.parameter(0)), b.option("default", b.condition(b.parameter(0), false)));

  it("are decided by an argument that is known", () => {
    expect(apply(optional, b.of(true))).toBe('"given"');
    expect(apply(optional, b.of(undefined))).toBe('"default"');
  });

  it("stay open, in the caller's terms, where it is not", () => {
    expect(apply(optional, status(b.row("r")))).toBe('"given" if row(r).status | "default" if not row(r).status');
  });

  it("comparisons of an argument are folded", () => {
    const flag = b.equals(b.parameter(0), "admin");
    const choice = b.join(b.option(1, flag), b.option(2, b.condition(flag, false)));
    expect(apply(choice, b.of("admin"))).toBe("1");
    expect(apply(choice, b.of("user"))).toBe("2");
  });
});

describe("handles", () => {
  const handle = (connection: Value) => b.values.handle({ model: "toy", type: "repository", entity: undefined, connection, steps: [] });
  const transaction = b.values.make({ kind: "transaction", site: "tx" });
  const outer = b.values.make({ kind: "global", key: "outer", name: "outer" });

  it("on a parameter's connection get the connection of the argument", () => {
    expect(apply(handle(b.parameter(0)), handle(transaction))).toBe("<repository on transaction(tx)>");
    expect(apply(handle(b.parameter(0)), transaction)).toBe("<repository on transaction(tx)>");
  });

  it("on the outer connection keep it", () => {
    expect(apply(handle(outer), handle(transaction))).toBe("<repository on outer>");
  });

  it("`tx ?? outer` is the transaction where one is passed, and the outer connection where none is", () => {
    const given = b.operations.binary("==", b.parameter(0), b.values.null);
    const optional = handle(b.join(b.option(b.parameter(0), b.condition(given, false)), b.option(outer, given)));
    expect(apply(optional, handle(transaction))).toBe("<repository on transaction(tx)>");
    expect(apply(optional)).toBe("<repository on outer>");
  });

  it("keep what the callee's builder steps say, in the caller's terms", () => {
    const built = b.values.handle({
      model: "toy",
      type: "builder",
      entity: undefined,
      connection: outer,
      steps: [{ name: "where", arguments: [b.parameter(0)] }],
    });
    const applied = substituter([b.of(7)]).apply(built);
    expect(applied.kind === "handle" ? applied.steps.map((s) => [s.name, ...s.arguments.map(show)]) : []).toEqual([["where", "7"]]);
  });
});

describe("accesses", () => {
  it("are rewritten in every part", () => {
    const access = substituter([b.of("a"), b.row("r")]).access({
      ...accessDefaults,
      id: "write",
      operation: "update",
      method: "update",
      entity: undefined,
      connection: b.parameter(1),
      filter: {
        predicates: [
          { column: "id", operator: "=", value: b.parameter(0), outer: true },
          { column: "worker", operator: "is null", value: undefined, outer: true },
        ],
        opaque: false,
      },
      target: b.parameter(1),
      written: [{ column: "status", value: status(b.parameter(1)), how: "set" }],
    });
    expect(access.id).toBe("site/write");
    expect(show(access.connection)).toBe("row(r)");
    expect(access.filter.predicates.map((p) => `${p.column} ${p.operator} ${p.value === undefined ? "" : show(p.value)}`)).toEqual([
      'id = "a"',
      "worker is null ",
    ]);
    expect(access.target === undefined ? "" : show(access.target)).toBe("row(r)");
    expect(access.written.map((w) => show(w.value))).toEqual(["row(r).status"]);
  });
});

describe("structures", () => {
  it("are rewritten inside", () => {
    const item = status(b.element(b.parameter(0)));
    expect(apply(b.mapped(b.parameter(0), item), b.row("r"))).toBe("row(r).map(row(r)[].status)");
    expect(apply(b.exists(b.parameter(0), b.equals(item, "x")), b.row("r"))).toBe('exists(row(r), row(r)[].status === "x")');
    expect(apply(b.filtered(b.parameter(0), b.equals(item, "x")), b.row("r"))).toBe('row(r).filter(row(r)[].status === "x")');
    expect(apply(b.fields({ a: b.parameter(0) }), b.of(1))).toBe("{a: 1}");
    expect(apply(b.list(b.parameter(0)), b.of(1))).toBe("[1]");
    expect(apply(b.values.computed("Number", [b.parameter(0)]), b.of("1"))).toBe('Number("1")');
    expect(apply(b.operations.not(b.parameter(0)), b.of(0))).toBe("true");
  });

  it("a spread of a known argument is merged", () => {
    const object = b.values.object([
      { kind: "spread", value: b.parameter(0) },
      { kind: "field", name: "status", value: b.of("running") },
    ]);
    expect(apply(object, b.fields({ status: "pending", id: 1 }))).toBe('{id: 1, status: "running"}');
  });

  it("captured values of a closure are rewritten", () => {
    const closure = b.values.make({ kind: "closure", function: "g", bindings: [{ variable: "x", value: b.parameter(0) }] });
    const applied = substituter([b.of(1)]).apply(closure);
    expect(applied.kind === "closure" ? applied.bindings.map((x) => show(x.value)) : []).toEqual(["1"]);
  });
});

describe("replace", () => {
  it("puts a callback's result in its place, also inside values seen before", () => {
    const result = b.values.make({ kind: "call", site: "callback", name: "run", inputs: [] });
    const of = substituter([]);
    expect(show(of.apply(status(result)))).toBe("run(..).status");
    of.replace(result, b.row("r"));
    expect(show(of.apply(status(result)))).toBe("row(r).status");
  });
});
