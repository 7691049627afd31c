/** Every modelled method is one of the installed library's: a misspelt one would be dead. */
import pg from "pg";
import { describe, expect, it } from "vitest";
import { methods, pg as model } from "../../../src/models/pg/model.js";
import { origin, TestContext } from "../context.js";

describe("methods", () => {
  const members = [new pg.Pool(), new pg.Client()].map((object) => object as unknown as Readonly<Record<string, unknown>>);

  it.each(Object.keys(methods).filter((m) => m !== "release"))("%s", (method) => {
    expect(members.some((m) => typeof m[method] === "function")).toBe(true);
  });
});

describe("handles", () => {
  const context = new TestContext();
  const handle = (packageName: string, path: readonly string[], role: "instance" | "export" = "instance") =>
    model.handle(origin(packageName, path, { role }), context.parameter(0), context.call([]));

  it.each([
    ["pg", ["Pool"], "pool"],
    ["pg", ["default", "Pool"], "pool"],
    ["pg-pool", ["default"], "pool"],
    ["pg", ["Client"], "client"],
    ["pg", ["PoolClient"], "client"],
    ["pg", ["ClientBase"], "client"],
  ])("%s %j is a %s", (packageName, path, type) => {
    expect(handle(packageName, path)).toMatchObject({ type, connection: context.parameter(0) });
  });

  it("others are none", () => {
    expect(handle("pg", ["Query"])).toBeUndefined();
    expect(handle("pg", ["Pool"], "export")).toBeUndefined();
    expect(handle("pg-promise", ["Pool"])).toBeUndefined();
  });
});
