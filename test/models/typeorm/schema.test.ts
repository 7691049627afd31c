import { describe, expect, it } from "vitest";
import { typeorm } from "../../../src/models/typeorm/model.js";
import { classInfo, decorator, factsOf, field, literal, options } from "../context.js";
import { job, users } from "./program.js";

const facts = factsOf({ classes: [job, users] });

describe("schema", () => {
  it("reads columns, keys and relations", () => {
    const schema = typeorm.schema(job.id, facts);
    expect(schema?.primaryKey).toEqual(["id"]);
    expect([...(schema?.columns.values() ?? [])].map((c) => `${c.name} ${c.type}${c.nullable ? "?" : ""}`)).toEqual([
      "id string",
      "status enum",
      "attempts number?",
      "lockedBy string?",
      "payload json",
      "tags list",
      "slug string",
      "ownerId string",
      "removedAt date?",
      "version number",
    ]);
    expect(schema?.relations.get("owner")).toEqual({ entity: users.id, foreignKey: ["ownerId"], many: false });
  });

  it("keeps unconditional unique constraints only, with foreign keys for relations", () => {
    expect(typeorm.schema(job.id, facts)?.uniques).toEqual([["slug"], ["slug", "ownerId"]]);
  });

  it("reads inherited and embedded columns", () => {
    const base = classInfo("Base", [field("id", "number", decorator("PrimaryGeneratedColumn"))], { decorators: [] });
    const name = classInfo("Name", [field("first", "string", decorator("Column"))], { decorators: [] });
    const embedded = { kind: "class", type: { kind: "class", id: name.id, name: "Name" } } as const;
    const person = classInfo("Person", [field("name", "Name", decorator("Column", embedded))], {
      extends: { kind: "class", id: base.id, name: "Base" },
    });
    const schema = typeorm.schema(person.id, factsOf({ classes: [base, name, person] }));
    expect([...(schema?.columns.keys() ?? [])]).toEqual(["id", "name.first"]);
    expect(schema?.primaryKey).toEqual(["id"]);
  });

  it("makes the owning side of one to one unique", () => {
    const type = { kind: "class", type: { kind: "external", package: "@app/users", name: "User" } } as const;
    const profile = classInfo("Profile", [
      field("id", "number", decorator("PrimaryColumn")),
      field("userId", "number", decorator("Column")),
      field("user", "User", decorator("OneToOne", type), decorator("JoinColumn", options({ name: literal("userId") }))),
    ]);
    const schema = typeorm.schema(profile.id, factsOf({ classes: [profile] }));
    expect(schema?.relations.get("user")?.entity).toBe("@app/users#User");
    expect(schema?.uniques).toEqual([["userId"]]);
  });

  it("knows nothing of other classes", () => {
    expect(typeorm.schema("/app.ts#Nothing", facts)).toBeUndefined();
    expect(typeorm.schema("/app.ts#Dto", factsOf({ classes: [classInfo("Dto", [field("id", "string")])] }))).toBeUndefined();
  });
});
