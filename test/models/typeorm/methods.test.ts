import { describe, expect, it } from "vitest";
import { typeorm } from "../../../src/models/typeorm/model.js";
import { factsOf, set, show, TestContext, where, type Given } from "../context.js";
import { handle, job, typeormContext } from "./program.js";

interface Case {
  readonly call: string;
  readonly args: (c: TestContext) => readonly Given[];
  readonly operation?: string;
  readonly where: string;
  readonly set?: string;
  readonly cardinality?: string;
  readonly lock?: string;
  readonly missThrows?: boolean;
  readonly onConflict?: string;
  readonly target?: string;
}

const op = (c: TestContext, name: string, ...args: readonly Given[]): Given => {
  const meaning = typeorm.callExport?.([name], c.call(args));
  if (meaning?.kind !== "value") throw new Error(`${name} is no value`);
  return meaning.value;
};

const reads: readonly Case[] = [
  { call: "findOneBy", args: (c) => [{ id: c.parameter(0) }], where: "id = $0", cardinality: "row" },
  { call: "findOneByOrFail", args: (c) => [{ id: c.parameter(0) }], where: "id = $0", cardinality: "row", missThrows: true },
  { call: "findOneOrFail", args: (c) => [{ where: { id: c.parameter(0) } }], where: "id = $0", missThrows: true },
  { call: "findOneById", args: (c) => [c.parameter(0)], where: "id = $0" },
  { call: "findByIds", args: (c) => [c.parameter(0)], where: "id in $0", cardinality: "rows" },
  { call: "find", args: () => [], where: "", cardinality: "rows" },
  { call: "find", args: () => [{ order: { id: "ASC" } }], where: "" },
  { call: "find", args: (c) => [c.parameter(0)], where: "…" },
  { call: "findBy", args: () => [{ status: "pending", attempts: 3 }], where: 'status = "pending" and attempts = 3' },
  { call: "findBy", args: (c) => [{ status: op(c, "Not", "done") }], where: 'status <> "done"' },
  { call: "findBy", args: (c) => [{ status: op(c, "In", ["a", "b"]) }], where: 'status in ["a", "b"]' },
  { call: "findBy", args: (c) => [{ status: op(c, "Not", op(c, "In", ["a"])) }], where: 'status not in ["a"]' },
  { call: "findBy", args: (c) => [{ lockedBy: op(c, "IsNull") }], where: "lockedBy is null" },
  { call: "findBy", args: (c) => [{ lockedBy: op(c, "Not", op(c, "IsNull")) }], where: "lockedBy is not null" },
  { call: "findBy", args: (c) => [{ attempts: op(c, "Between", 1, 3) }], where: "attempts >= 1 and attempts <= 3" },
  { call: "findBy", args: (c) => [{ attempts: op(c, "LessThan", 3) }], where: "attempts < 3" },
  { call: "findBy", args: (c) => [{ attempts: op(c, "Not", op(c, "MoreThan", 3)) }], where: "attempts <= 3" },
  { call: "findBy", args: (c) => [{ slug: op(c, "Raw", "x") }], where: "slug unknown and …" },
  { call: "findBy", args: (c) => [{ status: c.choice("a", undefined) }], where: "status unknown and …" },
  { call: "findBy", args: (c) => [{ status: c.choice("a", "b") }], where: 'status = "a" | "b"' },
  { call: "findBy", args: () => [{ status: undefined, id: "1" }], where: 'id = "1"' },
  { call: "findBy", args: (c) => [[{ id: c.parameter(0), status: "a" }, { id: c.parameter(0) }]], where: "id = $0 and …" },
  { call: "findBy", args: () => [[{ status: "a" }, { status: "b" }]], where: "status unknown and …" },
  { call: "findBy", args: (c) => [{ owner: { id: c.parameter(0), name: "n" } }], where: 'ownerId = $0 and owner.name = "n"' },
  { call: "count", args: () => [{ where: { status: "a" } }], where: 'status = "a"', cardinality: "count" },
  { call: "existsBy", args: () => [{ slug: "a" }], where: 'slug = "a"', cardinality: "exists" },
  { call: "sum", args: () => ["attempts", { status: "a" }], where: 'status = "a"', cardinality: "scalar" },
  { call: "findOne", args: () => [{ where: { id: 1 }, lock: { mode: "pessimistic_write" } }], where: "id = 1", lock: "update block" },
  {
    call: "findOne",
    args: () => [{ where: { id: 1 }, lock: { mode: "pessimistic_write", onLocked: "skip_locked" } }],
    where: "id = 1",
    lock: "update skip locked",
  },
  {
    call: "findOne",
    args: () => [{ where: { id: 1 }, lock: { mode: "pessimistic_write_or_fail" } }],
    where: "id = 1",
    lock: "update nowait",
  },
  { call: "findOne", args: () => [{ where: { id: 1 }, lock: { mode: "pessimistic_read" } }], where: "id = 1", lock: "share block" },
  { call: "findOne", args: () => [{ where: { id: 1 }, lock: { mode: "dirty_read" } }], where: "id = 1", lock: "none" },
  { call: "findOne", args: () => [{ where: { id: 1 }, lock: { mode: "optimistic", version: 1 } }], where: "id = 1", lock: "none" },
  {
    call: "findOne",
    args: (c) => [{ where: { id: 1 }, lock: c.choice({ mode: "pessimistic_write" }, undefined) }],
    where: "id = 1",
    lock: "update block",
  },
];

const writes: readonly Case[] = [
  {
    call: "update",
    args: (c) => [c.parameter(0), { status: "running" }],
    operation: "update",
    where: "id = $0",
    set: 'status = "running"',
    cardinality: "none",
  },
  { call: "update", args: (c) => [[c.parameter(0), c.parameter(1)], { status: "a" }], where: "id in [$0, $1]", set: 'status = "a"' },
  {
    call: "update",
    args: (c) => [{ id: c.parameter(0), status: "pending" }, { status: "a" }],
    where: 'id = $0 and status = "pending"',
    set: 'status = "a"',
  },
  { call: "update", args: (c) => [c.parameter(0), c.parameter(1)], where: "id = $0", set: "…" },
  {
    call: "update",
    args: (c) => [c.parameter(0), { lockedBy: c.choice("w", undefined) }],
    where: "id = $0",
    set: 'lockedBy = "w" | undefined',
  },
  { call: "update", args: (c) => [c.parameter(0), { owner: { id: "u" } }], where: "id = $0", set: 'ownerId = "u"' },
  { call: "updateAll", args: () => [{ status: "a" }], where: "", set: 'status = "a"' },
  {
    call: "delete",
    args: (c) => [{ id: c.parameter(0), status: "done" }],
    operation: "delete",
    where: 'id = $0 and status = "done"',
    set: "",
  },
  { call: "clear", args: () => [], operation: "delete", where: "", set: "" },
  { call: "softDelete", args: (c) => [c.parameter(0)], operation: "update", where: "id = $0", set: "removedAt = clock" },
  { call: "restore", args: (c) => [c.parameter(0)], operation: "update", where: "id = $0", set: "removedAt = null" },
  {
    call: "increment",
    args: (c) => [{ id: c.parameter(0) }, "attempts", 1],
    operation: "update",
    where: "id = $0",
    set: "attempts increment 1",
  },
  { call: "decrement", args: (c) => [{ id: c.parameter(0) }, c.parameter(1), 1], where: "id = $0", set: "…" },
  {
    call: "insert",
    args: () => [{ slug: "s", status: "a" }],
    operation: "insert",
    where: "",
    set: 'slug = "s", status = "a"',
    cardinality: "rows",
  },
  { call: "insert", args: () => [[{ slug: "s" }, { slug: "t", status: "a" }]], operation: "insert", where: "", set: 'slug = "s" | "t", …' },
  {
    call: "upsert",
    args: () => [{ slug: "s", status: "a" }, ["slug"]],
    operation: "upsert",
    where: 'slug = "s"',
    set: 'slug = "s", status = "a"',
    onConflict: "update",
  },
  { call: "upsert", args: () => [{ slug: "s" }, { conflictPaths: ["slug"] }], operation: "upsert", where: 'slug = "s"', set: 'slug = "s"' },
  {
    call: "save",
    args: () => [{ slug: "s" }],
    operation: "insert",
    where: "",
    set: 'slug = "s"',
    target: '{slug: "s"}',
    cardinality: "row",
  },
  { call: "save", args: () => [{ id: "1", slug: "s" }], operation: "update", where: 'id = "1"', set: 'slug = "s"' },
  { call: "save", args: (c) => [c.parameter(0)], operation: "update", where: "", set: "…", target: "$0" },
  { call: "save", args: (c) => [c.values.result("r")], operation: "update", where: "", set: "", target: "result(r)" },
  { call: "remove", args: (c) => [c.parameter(0)], operation: "delete", where: "", set: "", target: "$0" },
  {
    call: "softRemove",
    args: (c) => [c.values.result("r")],
    operation: "update",
    where: "",
    set: "removedAt = clock",
    target: "result(r)",
  },
];

describe.each([
  ["repository", "repository"],
  ["manager", "manager"],
])("%s", (_, type) => {
  const cases = [...reads, ...writes].filter((x) => type === "repository" || x.call !== "exist");
  it.each(cases.map((x) => [`${x.call}: ${x.where} ${x.set ?? ""} ${x.lock ?? ""}`, x] as const))("%s", (_name, test) => {
    const c = typeormContext();
    const args = test.args(c);
    const spec = c.access(typeorm, handle(c, type), test.call, ...(type === "manager" ? [c.entity("Job"), ...args] : args));
    expect(spec.entity).toBe(c.entity("Job"));
    expect(spec.optimistic).toBe(false);
    expect(where(spec)).toBe(test.where);
    expect(spec.operation).toBe(test.operation ?? (test.set === undefined ? "read" : spec.operation));
    if (test.set !== undefined) expect(set(spec)).toBe(test.set);
    if (test.cardinality !== undefined) expect(spec.cardinality).toBe(test.cardinality);
    if (test.onConflict !== undefined) expect(spec.onConflict).toBe(test.onConflict);
    if (test.target !== undefined) expect(show(spec.target)).toBe(test.target);
    if (test.lock !== undefined) expect(spec.lock === undefined ? "none" : `${spec.lock.strength} ${spec.lock.wait}`).toBe(test.lock);
    expect(spec.missThrows).toBe(test.missThrows ?? false);
  });
});

describe("what a call resolves to", () => {
  it.each([
    ["update", ["1", { status: "a" }], "{affected: affected(site), raw: result(site), generatedMaps: unknown}"],
    ["delete", ["1"], "{affected: affected(site), raw: result(site), generatedMaps: unknown}"],
    ["findAndCount", [], "[result(site), result(site:1)]"],
    ["insert", [{ slug: "s" }], "{identifiers: result(site), generatedMaps: result(site), raw: result(site)}"],
    ["save", [{ slug: "s" }], '{slug: "s"}'],
    ["preload", [{ id: "1", slug: "s" }], '{...result(site), id: "1", slug: "s"}'],
  ] as const)("%s", (method, args, result) => {
    const c = typeormContext();
    const meaning = c.meaning(typeorm, handle(c, "repository"), method, ...args);
    expect(meaning.kind === "access" && show(meaning.result)).toBe(result);
  });

  it("create gives the object itself", () => {
    const c = typeormContext();
    const object = c.value({ slug: "s" });
    expect(c.meaning(typeorm, handle(c, "repository"), "create", object)).toEqual({ kind: "value", value: object });
    expect(c.meaning(typeorm, handle(c, "manager"), "create", c.entity("Job"), object)).toEqual({ kind: "value", value: object });
  });
});

describe("save", () => {
  it("writes what was assigned to the row", () => {
    const c = typeormContext();
    const row = c.values.result("r");
    c.assign(row, "status", "running");
    expect(set(c.access(typeorm, handle(c, "repository"), "save", row))).toBe('status = "running"');
  });

  it("writes what was assigned to each row of a list", () => {
    const c = typeormContext();
    const rows = c.values.result("r");
    c.assign(c.values.make({ kind: "element", list: rows }), "status", "running");
    expect(set(c.access(typeorm, handle(c, "repository"), "save", rows))).toBe('status = "running"');
  });

  it("inserts an object that create() made", () => {
    const c = typeormContext();
    const made = c.meaning(typeorm, handle(c, "repository"), "create");
    if (made.kind !== "value") throw new Error("no value");
    c.assign(made.value, "status", "running");
    const spec = c.access(typeorm, handle(c, "repository"), "save", made.value);
    expect([spec.operation, set(spec)]).toEqual(["insert", 'status = "running", …']);
  });

  it("of a manager takes the entity or leaves it out", () => {
    const c = typeormContext();
    const row = c.values.result("r");
    expect(c.access(typeorm, handle(c, "manager"), "save", row).entity).toBeUndefined();
    expect(c.access(typeorm, handle(c, "manager"), "save", row, { reload: false }).target).toBe(row);
    expect(c.access(typeorm, handle(c, "manager"), "save", c.entity("Job"), row)).toMatchObject({ entity: c.entity("Job"), target: row });
  });

  it("of a spread row knows the changed column", () => {
    const c = typeormContext();
    const spread = c.values.object([
      { kind: "spread", value: c.values.result("r") },
      { kind: "field", name: "status", value: c.value("running") },
    ]);
    const spec = c.access(typeorm, handle(c, "repository"), "save", spread);
    expect([spec.operation, set(spec)]).toEqual(["update", 'status = "running", …']);
  });
});

describe("criteria that are no literal", () => {
  it.each([
    ["an id without a type of its own", { kind: "unknown" }, "id = $0"],
    ["an object of the program", { kind: "class", id: "/app.ts#Job", name: "Job" }, "…"],
    ["TypeORM's conditions", { kind: "external", package: "typeorm", name: "FindOptionsWhere" }, "…"],
    ["a branded id", { kind: "class", id: "/app.ts#JobId", name: "JobId" }, "id = $0"],
    ["another package's id", { kind: "external", package: "crypto", name: "UUID" }, "id = $0"],
  ] as const)("%s", (_, type, expected) => {
    const c = new TestContext(factsOf({ classes: [job], types: { "/app.ts#1": type } }));
    const value = c.values.make({ kind: "parameter", function: "f", index: 0 }, { file: "/app.ts", node: 1 });
    expect(where(c.access(typeorm, handle(c, "repository"), "update", value, { status: "a" }))).toBe(expected);
  });
});
