import { describe, expect, it } from "vitest";
import { entityOfTable } from "../../../src/models/typeorm/tables.js";
import { classInfo, decorator, factsOf, field, literal, options } from "../context.js";

const id = field("id", "string", decorator("PrimaryColumn"));
const entity = (name: string, ...args: Parameters<typeof decorator>[1][]) =>
  classInfo(name, [id], { decorators: [decorator("Entity", ...args)] });

describe("tables of entities", () => {
  const classes = [
    entity("Job"),
    entity("HTTPRequestLog"),
    entity("User", literal("users")),
    entity("Team", options({ name: literal("teams"), schema: literal("app") })),
    entity("A", literal("same")),
    entity("B", literal("same")),
  ];
  const facts = { ...factsOf({ classes }), decorated: () => classes.map((c) => c.id) };

  it.each([
    ["job", "Job"],
    ["http_request_log", "HTTPRequestLog"],
    ["users", "User"],
    ["teams", "Team"],
  ])("%s is %s", (table, name) => {
    expect(entityOfTable(table, facts)).toBe(`/app.ts#${name}`);
  });

  it.each(["jobs", "same"])("%s is nobody's, or more than one's", (table) => {
    expect(entityOfTable(table, facts)).toBeUndefined();
  });
});
