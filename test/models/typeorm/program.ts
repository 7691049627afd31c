/** The entities that the TypeORM tests use. */
import type { Handle } from "../../../src/ir/value.js";
import { classInfo, decorator, factsOf, field, literal, options, TestContext } from "../context.js";

const user = { kind: "class", type: { kind: "class", id: "/app.ts#User", name: "User" } } as const;

export const job = classInfo(
  "Job",
  [
    field("id", "string", decorator("PrimaryGeneratedColumn", literal("uuid"))),
    field("status", '"pending" | "running"', decorator("Column")),
    field("attempts", "number", decorator("Column", literal("int"), options({ nullable: literal(true) }))),
    field("lockedBy", "string | null", decorator("Column", options({ name: literal("locked_by"), type: literal("varchar") }))),
    field("payload", "object", decorator("Column", literal("jsonb"))),
    field("tags", "string[]", decorator("Column", literal("text"), options({ array: literal(true) }))),
    field("slug", "string", decorator("Column", options({ unique: literal(true) }))),
    field("ownerId", "string", decorator("Column", options({ name: literal("owner_id") }))),
    field("owner", "User", decorator("ManyToOne", user), decorator("JoinColumn", options({ name: literal("owner_id") }))),
    field("removedAt", "Date", decorator("DeleteDateColumn")),
    field("version", "number", decorator("VersionColumn")),
  ],
  {
    decorators: [
      decorator("Entity"),
      decorator("Unique", { kind: "list", elements: [literal("slug"), literal("owner")] }),
      decorator("Index", { kind: "list", elements: [literal("status")] }, options({ unique: literal(true), where: literal("x") })),
    ],
  },
);

export const users = classInfo("User", [field("id", "string", decorator("PrimaryColumn")), field("name", "string", decorator("Column"))]);

export function typeormContext(): TestContext {
  return new TestContext(factsOf({ classes: [job, users] }));
}

export function handle(context: TestContext, type: string): Handle {
  const connection = context.values.make({ kind: "global", key: "typeorm:outer", name: "typeorm:outer" });
  return { model: "typeorm", type, connection, entity: type === "repository" ? context.entity("Job") : undefined, steps: [] };
}
