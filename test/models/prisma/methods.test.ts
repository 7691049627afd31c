import { describe, expect, it } from "vitest";
import { prisma } from "../../../src/models/prisma/model.js";
import { entityNamed } from "../../../src/models/entity.js";
import { set, show, where, type Given, type TestContext } from "../context.js";
import { delegate, prismaContext } from "./program.js";

const both = [prismaContext.bind(undefined, undefined), prismaContext.bind(undefined, "")];

describe("where", () => {
  const cases: readonly (readonly [(c: TestContext) => Given, string])[] = [
    [(c) => ({ id: c.parameter(0) }), "id = $0"],
    [(c) => ({ id: c.parameter(0), status: "PENDING" }), 'id = $0 and status = "PENDING"'],
    [() => ({ status: { equals: "A" } }), 'status = "A"'],
    [() => ({ status: { in: ["A", "B"] } }), 'status in ["A", "B"]'],
    [() => ({ status: { notIn: ["A"] } }), 'status not in ["A"]'],
    [() => ({ status: { not: "A" } }), 'status <> "A"'],
    [() => ({ status: { not: { in: ["A"] } } }), 'status not in ["A"]'],
    [() => ({ runAt: null }), "runAt is null"],
    [() => ({ runAt: { not: null } }), "runAt is not null"],
    [() => ({ attempts: { lt: 3, gte: 1 } }), "attempts < 3 and attempts >= 1"],
    [() => ({ slug: { contains: "a", mode: "insensitive" } }), "slug unknown"],
    [() => ({ AND: [{ id: "1" }, { status: "A" }] }), 'id = "1" and status = "A"'],
    [() => ({ AND: { status: "A" } }), 'status = "A"'],
    [() => ({ id: "1", OR: [{ runAt: null }, { runAt: { lt: 1 } }] }), 'id = "1" and runAt unknown and …'],
    [() => ({ OR: [{ status: "A", id: "1" }, { id: "1" }] }), 'id = "1" and …'],
    [() => ({ NOT: { status: "A" } }), 'status <> "A"'],
    [() => ({ NOT: [{ status: "A" }, { runAt: null }] }), 'status <> "A" and runAt is not null'],
    [() => ({ NOT: { status: "A", slug: "b" } }), "status unknown and slug unknown and …"],
    [() => ({ id: "1", status: undefined }), 'id = "1"'],
    [(c) => ({ id: "1", status: c.choice("A", undefined) }), 'id = "1" and status unknown and …'],
    [(c) => ({ id: c.choice("1", "2") }), 'id = "1" | "2"'],
    [(c) => c.parameter(0), "…"],
    [
      (c) =>
        c.values.object([
          { kind: "spread", value: c.parameter(0) },
          { kind: "field", name: "status", value: c.value("A") },
        ]),
      'status = "A" and …',
    ],
    [
      (c) =>
        c.values.object([
          { kind: "field", name: "status", value: c.value("A") },
          { kind: "spread", value: c.parameter(0) },
        ]),
      "status unknown and …",
    ],
    [() => ({ ownerId_slug: { ownerId: "u", slug: "s" } }), 'ownerId = "u" and slug = "s"'],
  ];
  it.each(cases.flatMap((x) => both.map((context) => [x[1], x[0], context] as const)))("%s", (expected, given, context) => {
    const c = context();
    expect(where(c.access(prisma, delegate(c), "findMany", { where: given(c) }))).toBe(expected);
  });

  it.each<readonly [Given, string]>([
    [{ byStatus: { status: "A", slug: "s" } }, 'status = "A" and slug = "s"'],
    [{ owner: { id: "u" } }, 'inner ownerId = "u"'],
    [{ owner: { is: { name: "n" } } }, 'inner owner.name = "n"'],
    [{ owner: null }, "ownerId is null"],
    [{ logs: { some: { text: "t" } } }, "inner logs.text unknown and …"],
    [{ logs: { none: {} } }, "…"],
  ])("with the schema: %j", (given, expected) => {
    const c = prismaContext();
    expect(where(c.access(prisma, delegate(c), "findMany", { where: given }))).toBe(expected);
  });

  it("reads what was assigned to the object", () => {
    const c = prismaContext();
    const object = c.value({ id: "1" });
    c.assign(object, "status", "A");
    expect(where(c.access(prisma, delegate(c), "updateMany", { where: object, data: {} }))).toBe('id = "1" and status = "A"');
  });

  it("does not guard an update with a limit", () => {
    const c = prismaContext();
    const options = { where: { id: "1", status: "A" }, data: { status: "B" } };
    expect(where(c.access(prisma, delegate(c), "updateMany", { ...options, limit: 1 }))).toBe('inner id = "1" and inner status = "A"');
    expect(where(c.access(prisma, delegate(c), "updateMany", options))).toBe('id = "1" and status = "A"');
  });
});

describe("data", () => {
  it.each<readonly [Given, string]>([
    [{ status: "A" }, 'status = "A"'],
    [{ status: { set: "A" } }, 'status = "A"'],
    [{ attempts: { increment: 1 } }, "attempts increment 1"],
    [{ attempts: { decrement: 2 } }, "attempts decrement 2"],
    [{ attempts: { multiply: 2 } }, "attempts raw 2"],
    [{ tags: { push: "x" } }, 'tags append "x"'],
    [{ status: undefined, slug: "s" }, 'slug = "s"'],
  ])("%j", (data, expected) => {
    for (const context of both) {
      const c = context();
      expect(set(c.access(prisma, delegate(c), "update", { where: { id: "1" }, data }))).toBe(expected);
    }
  });

  it.each<readonly [(c: TestContext) => Given, string]>([
    [(c) => c.parameter(0), "…"],
    [
      (c) =>
        c.values.object([
          { kind: "spread", value: c.parameter(0) },
          { kind: "field", name: "status", value: c.value("A") },
        ]),
      'status = "A", …',
    ],
    [(c) => ({ status: c.choice("A", undefined) }), 'status = "A" | undefined'],
    [(c) => c.choice({ status: "A" }, { status: "B", slug: "s" }), 'status = "A" | "B", slug = undefined | "s"'],
    [() => ({ payload: { set: 1 } }), "payload = {set: 1}"],
    [() => ({ owner: { connect: { id: "u" } } }), 'ownerId = "u"'],
    [() => ({ owner: { disconnect: true } }), "ownerId = null"],
    [() => ({ owner: { create: { id: "u" } } }), "ownerId = unknown"],
  ])("with the schema %#", (data, expected) => {
    const c = prismaContext();
    expect(set(c.access(prisma, delegate(c), "update", { where: { id: "1" }, data: data(c) }))).toBe(expected);
  });
});

describe("methods", () => {
  it.each([
    ["findUnique", "read", "row", false, "result(site)"],
    ["findUniqueOrThrow", "read", "row", true, "result(site)"],
    ["findFirst", "read", "row", false, "result(site)"],
    ["findFirstOrThrow", "read", "row", true, "result(site)"],
    ["findMany", "read", "rows", false, "result(site)"],
    ["count", "read", "count", false, "result(site)"],
    ["aggregate", "read", "scalar", false, "result(site)"],
    ["groupBy", "read", "scalar", false, "result(site)"],
    ["create", "insert", "row", false, "result(site)"],
    ["createMany", "insert", "none", false, "{count: affected(site)}"],
    ["createManyAndReturn", "insert", "rows", false, "result(site)"],
    ["update", "update", "row", true, "result(site)"],
    ["updateMany", "update", "none", false, "{count: affected(site)}"],
    ["updateManyAndReturn", "update", "rows", false, "result(site)"],
    ["upsert", "upsert", "row", false, "result(site)"],
    ["delete", "delete", "row", true, "result(site)"],
    ["deleteMany", "delete", "none", false, "{count: affected(site)}"],
  ])("%s", (method, operation, cardinality, missThrows, result) => {
    const c = prismaContext();
    const meaning = c.meaning(prisma, delegate(c), method, { where: { id: "1" }, data: { status: "A" }, update: {}, create: {} });
    expect(meaning).toMatchObject({
      kind: "access",
      accesses: [{ operation, cardinality, missThrows, method, optimistic: false, lock: undefined }],
    });
    expect(meaning.kind === "access" && show(meaning.result)).toBe(result);
  });

  it("createMany takes a list and may skip duplicates", () => {
    const c = prismaContext();
    const spec = c.access(prisma, delegate(c), "createMany", { data: [{ slug: "a" }, { slug: "b" }], skipDuplicates: true });
    expect([set(spec), spec.onConflict]).toEqual(['slug = "a" | "b"', "ignore"]);
  });

  it("upsert writes what its update part says", () => {
    const c = prismaContext();
    const spec = c.access(prisma, delegate(c), "upsert", {
      where: { slug: "s" },
      create: { slug: "s", status: "A" },
      update: { status: "B" },
    });
    expect([where(spec), set(spec), spec.onConflict]).toEqual(['slug = "s"', 'status = "B"', "update"]);
  });
});

describe("nested writes", () => {
  const nested = (data: Given, method = "update") => {
    const c = prismaContext();
    const specs = c.accesses(prisma, delegate(c), method, { where: { id: "1" }, data });
    return { c, specs: specs.slice(1) };
  };

  it("create a related row that refers to the parent", () => {
    const { c, specs } = nested({ slug: "s", logs: { create: { text: "t" } } }, "create");
    expect(specs).toMatchObject([{ id: "site:1", operation: "insert", entity: entityNamed("prisma:Log", "Log", c.values) }]);
    expect(specs.map(set)).toEqual(['text = "t", jobId = result(site).id']);
  });

  it.each<readonly [Given, string, string, string]>([
    [{ logs: { update: { where: { id: 7 }, data: { text: "t" } } } }, "update", "id = 7 and jobId = result(site).id", 'text = "t"'],
    [
      { logs: { updateMany: { where: { text: "a" }, data: { text: "t" } } } },
      "update",
      'text = "a" and jobId = result(site).id',
      'text = "t"',
    ],
    [{ logs: { deleteMany: {} } }, "delete", "jobId = result(site).id", ""],
    [{ logs: { delete: { id: 7 } } }, "delete", "id = 7 and jobId = result(site).id", ""],
    [{ logs: { connect: { id: 7 } } }, "update", "id = 7", "jobId = result(site).id"],
    [{ owner: { update: { name: "n" } } }, "update", "", 'name = "n"'],
  ])("%j", (data, operation, filter, patch) => {
    const { specs } = nested(data);
    expect(specs.map((s) => [s.operation, where(s), set(s)])).toEqual([[operation, filter, patch]]);
  });

  it("of one related row write the row that the relation leads to", () => {
    const { specs } = nested({ owner: { update: { name: "n" } } });
    expect(specs.map((s) => show(s.target))).toEqual(["result(site).owner"]);
  });
});
