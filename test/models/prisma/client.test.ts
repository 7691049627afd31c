import { describe, expect, it } from "vitest";
import { prisma } from "../../../src/models/prisma/model.js";
import { entityNamed } from "../../../src/models/entity.js";
import { classInfo, factsOf, field, handleIn, origin, TestContext } from "../context.js";
import { client, delegate, outer, prismaContext, schemaText } from "./program.js";

describe("origins", () => {
  it.each([
    ["@prisma/client", ["PrismaClient"]],
    [".prisma/client", ["PrismaClient"]],
    ["@prisma/client", ["Prisma", "TransactionClient"]],
    ["/app/src/generated/prisma", ["PrismaClient"]],
    ["/app/src/generated/prisma/client", ["PrismaClient"]],
    ["/app/src/generated/prisma/client", ["Prisma", "TransactionClient"]],
  ])("%s %j", (packageName, path) => {
    const c = prismaContext();
    expect(prisma.handle(origin(packageName, path), c.parameter(0), c.call([]))).toMatchObject({
      type: "client",
      connection: c.parameter(0),
    });
  });

  it.each([
    ["@prisma/extension-accelerate", ["PrismaClient"]],
    ["/app/src/generated/other", ["PrismaClient"]],
    ["@prisma/client", ["Prisma"]],
  ])("%s %j is none", (packageName, path) => {
    const c = prismaContext();
    expect(prisma.handle(origin(packageName, path), c.parameter(0), c.call([]))).toBeUndefined();
  });

  it("a delegate has the connection of its client", () => {
    const c = prismaContext();
    const receiver = c.member(c.parameter(0), "job");
    expect(prisma.handle(origin("@prisma/client", ["Prisma", "JobDelegate"]), receiver, c.call([]))).toMatchObject({
      type: "delegate",
      entity: entityNamed("prisma:Job", "Job", c.values),
      connection: c.parameter(0),
    });
  });

  it("an injected client is the outer one", () => {
    const c = prismaContext();
    const injected = c.member(c.values.make({ kind: "this", function: "f" }), "prisma");
    expect(prisma.handle(origin("@prisma/client", ["PrismaClient"]), injected, c.call([]))?.connection).toBe(outer(c));
  });
});

describe("delegates", () => {
  it("are the schema's models", () => {
    const c = prismaContext();
    expect(delegate(c).entity).toBe(entityNamed("prisma:Job", "Job", c.values));
    expect(prisma.property(client(c), "logger", c.call([]))).toBeUndefined();
    expect(prisma.property(client(c), "$queryRaw", c.call([]))).toBeUndefined();
  });

  it("are any property without a schema, unless the program declares it", () => {
    const c = new TestContext(factsOf({ classes: [classInfo("PrismaService", [field("logger", "Logger")])] }));
    const made = prisma.handle(origin("@prisma/client", ["PrismaClient"], { via: ["/app.ts#PrismaService"] }), outer(c), c.call([]));
    if (made === undefined) throw new Error("no handle");
    expect(prisma.property(made, "job", c.call([]))).toMatchObject({ kind: "handle", type: "delegate" });
    expect(prisma.property(made, "logger", c.call([]))).toBeUndefined();
  });
});

describe("client", () => {
  it.each([
    ["Serializable", "serializable"],
    ["RepeatableRead", "repeatable read"],
    ["ReadCommitted", "read committed"],
  ])("$transaction at %s", (isolationLevel, isolation) => {
    const c = prismaContext();
    const meaning = c.meaning(prisma, client(c), "$transaction", c.parameter(0), { isolationLevel });
    expect(meaning).toMatchObject({ kind: "transaction", callback: 0, isolation });
    expect(meaning.kind === "transaction" && meaning.passes).toMatchObject([
      { type: "client", connection: { kind: "transaction", site: "site" } },
    ]);
  });

  it("$transaction takes the level as a constant of the package", () => {
    const c = prismaContext();
    const isolationLevel = c.values.make({ kind: "symbol", name: "@prisma/client:Prisma.TransactionIsolationLevel.Serializable" });
    expect(c.meaning(prisma, client(c), "$transaction", c.parameter(0), { isolationLevel })).toMatchObject({ isolation: "serializable" });
    expect(c.meaning(prisma, client(c), "$transaction", c.parameter(0))).toMatchObject({ isolation: undefined });
  });

  it("$transaction of a list resolves to the list", () => {
    const c = prismaContext();
    const list = c.value([c.values.result("a"), c.values.result("b")]);
    expect(c.meaning(prisma, client(c), "$transaction", list)).toEqual({ kind: "nothing", result: list });
  });

  it.each(["$queryRaw", "$executeRaw", "$queryRawUnsafe", "$executeRawUnsafe"])("%s of an unknown statement is raw", (method) => {
    const c = prismaContext();
    expect(c.meaning(prisma, client(c), method, "call f()").kind).toBe("raw");
    expect(c.meaning(prisma, client(c), method, c.parameter(0)).kind).toBe("raw");
  });

  it("$extends gives a client, $connect nothing", () => {
    const c = prismaContext();
    expect(c.handle(prisma, client(c), "$extends", {})).toEqual(c.values.handle(client(c)));
    expect(c.meaning(prisma, client(c), "$connect").kind).toBe("nothing");
    expect(handleIn(prisma.callExport?.(["PrismaClient"], c.call([])))).toMatchObject({ type: "client", connection: outer(c) });
  });
});

describe("schema", () => {
  const { facts } = prismaContext();
  it("reads columns, keys and relations", () => {
    const schema = prisma.schema("prisma:Job", facts);
    expect(schema?.primaryKey).toEqual(["id"]);
    expect(schema?.uniques).toEqual([["slug"], ["ownerId", "slug"], ["status", "slug"]]);
    expect([...(schema?.columns.values() ?? [])].map((x) => `${x.name} ${x.type}${x.nullable ? "?" : ""}`)).toEqual([
      "id string",
      "status enum",
      "attempts number",
      "tags list",
      "payload json?",
      "slug string",
      "runAt date?",
      "ownerId string?",
    ]);
    expect([...(schema?.relations ?? [])]).toEqual([
      ["owner", { entity: "prisma:User", foreignKey: ["ownerId"], many: false }],
      ["logs", { entity: "prisma:Log", foreignKey: [], many: true }],
    ]);
  });

  it("survives a file that does not parse", () => {
    const broken = factsOf({
      schemas: [
        { path: "/a/broken.prisma", text: "model {" },
        { path: "/a/schema.prisma", text: schemaText },
      ],
    });
    expect(prisma.schema("prisma:User", broken)?.primaryKey).toEqual(["id"]);
    expect(prisma.schema("prisma:Nothing", broken)).toBeUndefined();
  });

  it.each(["", "  ", "\t", " // what is to be done", "//", " // {"])("reads a block whose brace is followed by %j", (rest) => {
    const facts = factsOf({ schemas: [{ path: "/a/schema.prisma", text: `model Task {${rest}\r\n  key Int @id // {\r\n}${rest}\r\n` }] });
    expect(prisma.schema("prisma:Task", facts)?.primaryKey).toEqual(["key"]);
  });
});
