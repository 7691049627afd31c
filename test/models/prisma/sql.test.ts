import { describe, expect, it } from "vitest";
import type { Handle, Value } from "../../../src/ir/value.js";
import { prisma } from "../../../src/models/prisma/model.js";
import { factsOf, origin, set, show, where, type Given, type TestContext } from "../context.js";
import { client, prismaContext } from "./program.js";

function template(c: TestContext, text: string, ...inputs: readonly Given[]): Value {
  return c.values.computed(
    `template ${text}`,
    inputs.map((i) => c.value(i)),
  );
}

function namespace(c: TestContext): Handle {
  const handle = prisma.handle(origin("@prisma/client", ["Prisma"], { role: "export" }), c.parameter(9), c.call([]));
  if (handle === undefined) throw new Error("no namespace");
  return handle;
}

function fragment(c: TestContext, method: string, ...args: readonly Given[]): Value {
  const meaning = c.meaning(prisma, namespace(c), method, ...args);
  if (meaning.kind !== "value") throw new Error(meaning.kind);
  return meaning.value;
}

describe("tagged templates", () => {
  it("what stands in them is a value", () => {
    const c = prismaContext();
    const text = template(c, 'UPDATE "Job" SET status = ${} WHERE id = ${}', "running", c.parameter(0));
    const access = c.access(prisma, client(c), "$executeRaw", text);
    expect(`${access.operation} ${set(access)} where ${where(access)}`).toBe('update status = "running" where id = $0');
    expect(show(access.entity)).toBe("class");
  });

  it("fragments are text", () => {
    const c = prismaContext();
    const condition = fragment(c, "sql", template(c, "status = ${}", "pending"));
    const ids = fragment(c, "join", [c.parameter(0), c.parameter(1)]);
    const order = fragment(c, "raw", "ORDER BY id");
    const empty = prisma.property(namespace(c), "empty", c.call([]));
    const text = template(c, 'SELECT * FROM "Job" WHERE ${} AND id IN (${}) ${} ${}', condition, ids, order, empty);
    expect(where(c.access(prisma, client(c), "$queryRaw", text))).toBe('status = "pending" and id in [$0, $1]');
  });

  it("fragments are joined", () => {
    const c = prismaContext();
    const conditions = fragment(c, "join", [fragment(c, "sql", "a = 1"), fragment(c, "sql", "b = 2")], " AND ");
    expect(
      where(c.access(prisma, client(c), "$queryRaw", fragment(c, "sql", template(c, 'SELECT * FROM "Job" WHERE ${}', conditions)))),
    ).toBe("a = 1 and b = 2");
  });
});

describe("what they resolve to", () => {
  it.each([
    ["$queryRawUnsafe", 'SELECT * FROM "Job" WHERE id = $1', "result(site)"],
    ["$queryRawUnsafe", 'UPDATE "Job" SET status = $1 RETURNING *', "result(site)"],
    ["$executeRawUnsafe", 'UPDATE "Job" SET status = $1', "affected(site)"],
    ["$executeRawUnsafe", 'SELECT 1 FROM "Job" FOR UPDATE', "result(site).length"],
  ])("%s %s", (method, text, expected) => {
    const c = prismaContext();
    const meaning = c.meaning(prisma, client(c), method, text, c.parameter(0));
    expect(meaning.kind === "access" && show(meaning.result)).toBe(expected);
  });
});

describe("tables", () => {
  const facts = factsOf({
    schemas: [
      { path: "/app/schema.prisma", text: `model Job {\n  id String @id\n  lockedBy String? @map("locked_by")\n  @@map("jobs")\n}` },
    ],
  });

  it("are named by @@map, columns by @map", () => {
    expect(prisma.entityOfTable?.("jobs", facts)).toBe("prisma:Job");
    expect(prisma.entityOfTable?.("Job", facts)).toBeUndefined();
    expect(prisma.schema("prisma:Job", facts)?.columnNames?.get("locked_by")).toBe("lockedBy");
  });
});
