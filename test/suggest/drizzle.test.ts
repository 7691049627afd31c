import rule from "../../rules/no-racy-transition.js";
import { testSuggestions } from "../rules/ruleTester.js";

function start(check: string, write: string, names = "and, eq", read = "db.select().from(jobs).where(eq(jobs.id, id))"): string {
  return `import { ${names} } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { mailer } from "./mailer.js";
export const jobs = pgTable("jobs", {
  id: uuid("id").primaryKey(),
  status: text("status").notNull(),
  worker: text("worker_name"),
  left: integer("left").notNull(),
});
export const unused = ["${names.split(", ")[0] ?? ""}", eq];
export async function start(db: NodePgDatabase, id: string, amount: number): Promise<void> {
  const [job] = await ${read};
  ${check}
  ${write}
  await mailer.send(id + String(amount));
}
`;
}

const pending = `if (job?.status !== "pending") return;`;
const update = (where: string, end = "") => `await db.update(jobs).set({ status: "running" }).where(${where})${end};`;
const returned = (where: string) => `const changed = ${update(where, ".returning({ id: jobs.id })")}\n  if (changed.length !== 1) return;`;

function claim(name: string, check: string, condition: string, names: string) {
  return {
    name,
    code: start(check, update("eq(jobs.id, id)")),
    suggestions: [
      {
        messageId: "claim",
        output: start(check, returned(`and(eq(jobs.id, id), ${condition})`), names).replace(`["${names.split(", ")[0] ?? ""}"`, `["and"`),
      },
    ],
  };
}

testSuggestions("claim (Drizzle)", rule, [
  claim("equality", pending, `eq(jobs.status, "pending")`, "and, eq"),
  claim(
    "several values",
    `if (job?.status !== "pending" && job?.status !== "failed") return;`,
    `inArray(jobs.status, ["pending", "failed"])`,
    "and, eq, inArray",
  ),
  {
    name: "into an `and` that is there, with a row that is asked for",
    code: start(pending, `const [row] = ${update(`and(eq(jobs.id, id), eq(jobs.left, 1))`, ".returning()")}\n  console.log(row);`),
    suggestions: [
      {
        messageId: "claim",
        output: start(
          pending,
          `const [row] = ${update(`and(eq(jobs.id, id), eq(jobs.left, 1), eq(jobs.status, "pending"))`, ".returning()")}\n  if (!row) return;\n  console.log(row);`,
        ),
      },
    ],
  },
  {
    name: "the read's own filter",
    code: start(
      "if (!job) return;",
      update("eq(jobs.id, id)"),
      "and, eq",
      `db.select().from(jobs).where(and(eq(jobs.id, id), eq(jobs.status, "pending")))`,
    ),
    suggestions: [
      {
        messageId: "claim",
        output: start(
          "if (!job) return;",
          returned(`and(eq(jobs.id, id), eq(jobs.status, "pending"))`),
          "and, eq",
          `db.select().from(jobs).where(and(eq(jobs.id, id), eq(jobs.status, "pending")))`,
        ),
      },
    ],
  },
  { name: "a promise of its own", code: start(pending, update("eq(jobs.id, id)", ".then(() => 1)")), suggestions: [] },
]);

const enough = `if (!job || job.left < amount) return;`;

testSuggestions("increment with a guard (Drizzle)", rule, [
  {
    name: "the database computes, the condition decides",
    code: start(enough, `await db.update(jobs).set({ left: job.left - amount }).where(eq(jobs.id, id));`),
    suggestions: [
      {
        messageId: "increment",
        output: start(
          enough,
          `const changed = await db.update(jobs).set({ left: sql\`\${jobs.left} - \${amount}\` }).where(and(eq(jobs.id, id), gte(jobs.left, amount))).returning({ id: jobs.id });\n  if (changed.length !== 1) return;`,
          "and, eq, gte, sql",
        ),
      },
    ],
  },
]);

function inTransaction(read: string): string {
  return `import { eq, inArray } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { pgTable, text, uuid } from "drizzle-orm/pg-core";
import { mailer } from "./mailer.js";
export const jobs = pgTable("jobs", { id: uuid("id").primaryKey(), status: text("status").notNull() });
export async function startAll(db: NodePgDatabase): Promise<void> {
  await db.transaction(async (tx) => {
    const batch = await ${read};
    if (batch.length === 0) throw new Error("nothing to do");
    await tx.update(jobs).set({ status: "running" }).where(inArray(jobs.id, batch.map((job) => job.id)));
    for (const job of batch) await mailer.send(job.id);
  });
}
`;
}

const read = `tx.select().from(jobs).where(eq(jobs.status, "pending")).limit(2)`;

testSuggestions("queue (Drizzle)", rule, [
  {
    name: "at the end of the chain",
    code: inTransaction(read),
    suggestions: [
      { messageId: "queue", output: inTransaction(`${read}.for("update", { skipLocked: true })`) },
      { messageId: "lock", output: inTransaction(`${read}.for("update")`) },
    ],
  },
  { name: "it is locked, but not enough", code: inTransaction(`${read}.for("key share")`), suggestions: [] },
]);
