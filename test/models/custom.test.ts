import { describe, expect, it } from "vitest";
import type { Handle, Value } from "../../src/ir/value.js";
import { customModel } from "../../src/models/custom/customModel.js";
import type { Repository, RepositoryMethod } from "../../src/models/custom/repository.js";
import type { AccessSpec, Model } from "../../src/models/model.js";
import { models } from "../../src/models/registry.js";
import type { Origin, ProgramFacts } from "../../src/program/facts.js";
import { classInfo, factsOf, field, origin, set, show, TestContext, where, type Program } from "./context.js";
import { schemaText } from "./prisma/program.js";
import { job } from "./typeorm/program.js";

function described(parts: Partial<RepositoryMethod> & Pick<RepositoryMethod, "operation">): RepositoryMethod {
  const none = {
    key: undefined,
    filter: undefined,
    row: undefined,
    patch: undefined,
    writes: [],
    guards: [],
    missThrows: false,
    locks: false,
  };
  return { entity: "Job", returns: parts.operation === "read" ? "row" : "nothing", ...none, ...parts };
}

function store(methods: Readonly<Record<string, RepositoryMethod>>, parts: Partial<Repository> = {}): Repository {
  return { name: "JobStore", package: "@acme/jobs", entity: "Job", keyColumn: "id", methods, ...parts };
}

const anyMethods = { get: described({ operation: "read", key: 0 }) };

function factsWith(program: Program, decorated: readonly string[] = []): ProgramFacts {
  return { ...factsOf(program), decorated: (_, name) => (name === "Entity" ? decorated : []) };
}

function context(program: Program = {}, decorated: readonly string[] = []): TestContext {
  return new TestContext(factsWith(program, decorated));
}

function handleIn(model: Model, c: TestContext, from: Origin, receiver: Value = c.parameter(9)): Handle | undefined {
  return model.handle(from, receiver, c.call([]));
}

/** The access of a call of the one method, made on an instance of the repository. */
function accessOf(
  method: RepositoryMethod,
  args: (c: TestContext) => readonly Parameters<TestContext["value"]>[0][],
  c = context(),
): AccessSpec {
  const model = customModel([store({ run: method })], models);
  return c.access(model, required(handleIn(model, c, origin("@acme/jobs", ["JobStore"]))), "run", ...args(c));
}

function resultOf(method: RepositoryMethod, ...args: Parameters<TestContext["value"]>[0][]): string {
  const c = context();
  const model = customModel([store({ run: method })], models);
  const meaning = c.meaning(model, required(handleIn(model, c, origin("@acme/jobs", ["JobStore"]))), "run", ...args);
  return meaning.kind === "access" ? show(meaning.result) : meaning.kind;
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("nothing there");
  return value;
}

describe("handles", () => {
  const model = customModel([store(anyMethods), store(anyMethods, { name: "LocalStore", package: undefined })], models);

  it.each([
    { name: "an instance of the package's class", from: origin("@acme/jobs", ["JobStore"]), found: true },
    { name: "the export itself", from: origin("@acme/jobs", ["JobStore"], { role: "export" }), found: true },
    { name: "an export of a subpath", from: origin("@acme/jobs", ["JobStore"], { subpath: "stores" }), found: true },
    { name: "another package's class of that name", from: origin("@acme/jobs-legacy", ["JobStore"]), found: false },
    { name: "a class of the program of that name", from: origin("/app/store.ts", ["JobStore"]), found: false },
    { name: "a member of a class of that name", from: origin("@acme/jobs", ["JobStore", "Options"]), found: false },
    { name: "a class of the program", from: origin("/app/store.ts", ["LocalStore"]), found: true },
    { name: "a class of the program on Windows", from: origin("C:/app/store.ts", ["LocalStore"]), found: true },
    { name: "a package's class that is described as one of the program", from: origin("@acme/jobs", ["LocalStore"]), found: false },
    {
      name: "a class of the program that extends a package's",
      from: origin("@acme/http", ["Client"], { via: ["/app/store.ts#LocalStore"] }),
      found: true,
    },
    { name: "a subclass of the package's class", from: origin("@acme/jobs", ["JobStore"], { via: ["/app/a.ts#MyStore"] }), found: true },
  ])("$name", ({ from, found }) => {
    expect(handleIn(model, context(), from) !== undefined).toBe(found);
  });

  it("a subclass inside the program is found by its superclasses", () => {
    const above = { kind: "class", id: "/app/store.ts#LocalStore", name: "LocalStore" } as const;
    const c = context({ classes: [classInfo("MyStore", [], { extends: above })] });
    expect(handleIn(model, c, origin("/app.ts", ["MyStore"]))).toMatchObject({ type: "#LocalStore" });
  });

  it("a method that a subclass overrides is the program's", () => {
    const own = { ...field("get", undefined), kind: "method" as const, function: "/app.ts#1" };
    const c = context({ classes: [classInfo("MyStore", [own])] });
    const handle = required(handleIn(model, c, origin("@acme/jobs", ["JobStore"], { via: ["/app.ts#MyStore"] })));
    expect(model.call(handle, "get", c.call(["1"]))).toBeUndefined();
  });

  it("a method that is not described has no meaning", () => {
    const c = context();
    const handle = required(handleIn(model, c, origin("@acme/jobs", ["JobStore"])));
    expect(model.call(handle, "close", c.call([]))).toBeUndefined();
    expect(model.call(handle, "constructor", c.call([]))).toBeUndefined();
  });

  it("names its packages and methods", () => {
    expect(model.packages).toEqual(["@acme/jobs"]);
    expect([...model.methods]).toEqual(["get"]);
  });
});

describe("entities", () => {
  const get = described({ operation: "read", key: 0 });

  it("of TypeORM, of Prisma, or of the settings", () => {
    expect(accessOf(get, () => ["1"], context({ classes: [job] }, [job.id])).entity).toMatchObject({ id: job.id });
    expect(accessOf(get, () => ["1"], context({ schemas: [{ path: "/app/schema.prisma", text: schemaText }] })).entity).toMatchObject({
      id: "prisma:Job",
    });
    expect(accessOf(get, () => ["1"]).entity).toMatchObject({ id: "custom:Job", name: "Job" });
  });

  it("two entities of one name are none", () => {
    const other = { ...job, id: "/other.ts#Job" };
    expect(accessOf(get, () => ["1"], context({ classes: [job, other] }, [job.id, other.id])).entity).toMatchObject({ id: "custom:Job" });
  });

  it("a method may have its own", () => {
    expect(accessOf({ ...get, entity: "Log" }, () => ["1"]).entity).toMatchObject({ id: "custom:Log" });
  });

  it("of the settings have a key, others their layer's schema", () => {
    const model = customModel([store({ get, log: { ...get, entity: "Log" } }, { keyColumn: "number" })], models);
    const { facts } = context();
    expect(model.schema("custom:Job", facts)).toMatchObject({ name: "Job", primaryKey: ["number"] });
    expect(model.schema("custom:Log", facts)).toMatchObject({ name: "Log", primaryKey: ["number"] });
    expect(model.schema("custom:Other", facts)).toBeUndefined();
    expect(model.schema(job.id, facts)).toBeUndefined();
  });
});

describe("the WHERE", () => {
  it.each([
    { name: "a key", method: described({ operation: "read", key: 0 }), args: ["1"], expected: 'id = "1"' },
    { name: "keys", method: described({ operation: "read", key: 0, returns: "rows" }), args: [["1", "2"]], expected: 'id in ["1", "2"]' },
    { name: "a key that the call leaves out", method: described({ operation: "read", key: 0 }), args: [], expected: "id unknown and …" },
    {
      name: "a filter",
      method: described({ operation: "read", filter: 0 }),
      args: [{ status: "pending", worker: null }],
      expected: 'status = "pending" and worker is null',
    },
    {
      name: "a filter with a list",
      method: described({ operation: "read", filter: 0 }),
      args: [{ status: ["a", "b"] }],
      expected: 'status in ["a", "b"]',
    },
    { name: "nothing described", method: described({ operation: "read", returns: "rows" }), args: [], expected: "…" },
    { name: "nothing described of a write", method: described({ operation: "update", writes: ["status"] }), args: [], expected: "…" },
    {
      name: "guards",
      method: described({ operation: "update", key: 0, guards: ["status"] }),
      args: ["1"],
      expected: 'id = "1" and status unknown',
    },
    { name: "an insert", method: described({ operation: "insert", patch: 0 }), args: [{ status: "new" }], expected: "" },
    {
      name: "a row made here",
      method: described({ operation: "update", row: 0 }),
      args: [{ id: "1", status: "done" }],
      expected: 'id = "1"',
    },
  ])("$name", ({ method, args, expected }) => {
    expect(where(accessOf(method, () => args))).toBe(expected);
  });

  it("a filter that is not known, or whose value may be absent", () => {
    const find = described({ operation: "read", filter: 0 });
    expect(where(accessOf(find, (c) => [c.parameter(0)]))).toBe("…");
    expect(where(accessOf(find, (c) => [{ status: c.choice("a", undefined) }]))).toBe("status unknown and …");
  });
});

describe("the SET", () => {
  it.each([
    {
      name: "a patch",
      method: described({ operation: "update", key: 0, patch: 1 }),
      args: ["1", { status: "running" }],
      expected: 'status = "running"',
    },
    { name: "writes", method: described({ operation: "update", key: 0, writes: ["status"] }), args: ["1"], expected: "status = unknown" },
    {
      name: "a patch and further writes",
      method: described({ operation: "update", key: 0, patch: 1, writes: ["status", "at"] }),
      args: ["1", { status: "x" }],
      expected: 'status = "x", at = unknown',
    },
    { name: "nothing described", method: described({ operation: "update", key: 0 }), args: ["1"], expected: "…" },
    { name: "a delete", method: described({ operation: "delete", key: 0 }), args: ["1"], expected: "" },
    { name: "a delete of a row", method: described({ operation: "delete", row: 0 }), args: [{ id: "1", status: "x" }], expected: "" },
    {
      name: "a row made here, without its key",
      method: described({ operation: "update", row: 0 }),
      args: [{ id: "1", status: "x" }],
      expected: 'status = "x"',
    },
    { name: "a read", method: described({ operation: "read", key: 0 }), args: ["1"], expected: "" },
  ])("$name", ({ method, args, expected }) => {
    expect(set(accessOf(method, () => args))).toBe(expected);
  });

  it("a patch that is not known", () => {
    expect(set(accessOf(described({ operation: "update", key: 0, patch: 1 }), (c) => ["1", c.parameter(0)]))).toBe("…");
  });

  it("a row that was read: what has been assigned to it", () => {
    const c = context();
    const row = c.values.result("read");
    c.assign(row, "status", "running");
    const saved = accessOf(described({ operation: "update", row: 0 }), () => [row], c);
    expect(saved.target).toBe(row);
    expect(set(saved)).toBe('status = "running"');
  });
});

describe("what a method says of itself", () => {
  it.each([
    { name: "a row", method: described({ operation: "read", key: 0 }), result: "result(site)", cardinality: "row" },
    { name: "rows", method: described({ operation: "read", returns: "rows" }), result: "result(site)", cardinality: "rows" },
    { name: "a count", method: described({ operation: "read", returns: "count" }), result: "result(site)", cardinality: "count" },
    {
      name: "whether a row exists",
      method: described({ operation: "read", key: 0, returns: "exists" }),
      result: "result(site)",
      cardinality: "exists",
    },
    {
      name: "what was changed",
      method: described({ operation: "update", key: 0, returns: "changed" }),
      result: "affected(site)",
      cardinality: "none",
    },
    { name: "nothing", method: described({ operation: "update", key: 0 }), result: "unknown", cardinality: "none" },
    {
      name: "the inserted row",
      method: described({ operation: "insert", row: 0, returns: "row" }),
      result: "result(site)",
      cardinality: "row",
    },
    {
      name: "the row that was saved",
      method: described({ operation: "update", row: 0, returns: "row" }),
      result: '"1"',
      cardinality: "row",
    },
  ])("returns $name", ({ method, result, cardinality }) => {
    expect(resultOf(method, "1")).toBe(result);
    expect(accessOf(method, () => ["1"]).cardinality).toBe(cardinality);
  });

  it("misses, locks and conflicts", () => {
    expect(accessOf(described({ operation: "read", key: 0, missThrows: true }), () => ["1"]).missThrows).toBe(true);
    expect(accessOf(described({ operation: "read", key: 0, locks: true }), () => ["1"]).lock).toEqual({
      strength: "update",
      wait: "block",
    });
    expect(accessOf(described({ operation: "read", key: 0 }), () => ["1"]).lock).toBeUndefined();
    expect(accessOf(described({ operation: "upsert", patch: 0 }), () => [{ id: "1" }]).onConflict).toBe("update");
  });
});

describe("the connection", () => {
  const get = described({ operation: "read", key: 0 });

  it("is one for all repositories, and one that a caller may have opened a transaction on", () => {
    const c = context();
    const [a, b] = [accessOf(get, () => ["1"], c), accessOf({ ...get, operation: "update" }, () => ["1"], c)];
    expect(a.connection).toBe(b.connection);
    expect(a.connection.kind).toBe("capture");
  });

  it("is the transaction that the repository is made with, or that the method is given", () => {
    const c = context();
    const transaction = c.values.make({ kind: "transaction", site: "t" });
    const manager = c.values.handle({ model: "typeorm", type: "manager", entity: undefined, connection: transaction, steps: [] });
    const model = customModel([store({ get })], models);
    const made = c.values.make({ kind: "call", site: "new", name: "JobStore", inputs: [manager] });
    expect(handleIn(model, c, origin("@acme/jobs", ["JobStore"]), made)?.connection).toBe(transaction);
    expect(accessOf(get, () => ["1", manager], c).connection).toBe(transaction);
  });
});
