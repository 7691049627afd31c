import rule from "../../rules/no-racy-transition.js";
import { raceData, remedies, transactionNote } from "./raceData.js";
import { testRule } from "./ruleTester.js";

const jobs = `export const jobs = pgTable("jobs", { id: uuid("id").primaryKey(), status: text("status").notNull(), worker: text("worker_name") });`;
const head = `import { and, eq, sql } from "drizzle-orm"; import type { NodePgDatabase } from "drizzle-orm/node-postgres"; import { pgTable, text, uuid } from "drizzle-orm/pg-core";
import { mailer } from "./mailer.js";
${jobs}
type Database = NodePgDatabase<{ jobs: typeof jobs }>;
`;

testRule("no-racy-transition (Drizzle)", rule, {
  invalid: [
    {
      name: "appended to what the check looked at",
      code: `${head}export async function note(db: Database, id: string, name: string): Promise<void> {
  const [job] = await db.select().from(jobs).where(eq(jobs.id, id));
  if (job?.worker !== "a") return;
  await db.update(jobs).set({ worker: sql\`\${jobs.worker} || \${name}\` }).where(eq(jobs.id, id));
}
`,
      errors: [
        {
          messageId: "repeated",
          data: raceData(
            { subject: "'worker' of jobs", read: "file.ts:6", check: "file.ts:7", write: "file.ts:8", remedy: remedies.plain("update") },
            { repeated: "'worker'" },
          ),
          line: 8,
          column: 12,
          endLine: 8,
          endColumn: 18,
        },
      ],
    },
    {
      name: "select, check, update by key, then an effect",
      code: `${head}export async function start(db: Database, id: string): Promise<void> {
  const [job] = await db.select().from(jobs).where(eq(jobs.id, id));
  if (job?.status !== "pending") return;
  await db.update(jobs).set({ status: "running" }).where(eq(jobs.id, id));
  await mailer.send(id);
}
`,
      errors: [
        {
          messageId: "effect",
          data: raceData(
            { subject: "'status' of jobs", read: "file.ts:6", check: "file.ts:7", write: "file.ts:8", remedy: remedies.plain("update") },
            { effect: "mailer.send", effectAt: "file.ts:9" },
          ),
          line: 8,
          column: 12,
          endLine: 8,
          endColumn: 18,
        },
      ],
    },
    {
      name: "the relational API in a transaction",
      code: `${head}export async function start(db: Database, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    const job = await tx.query.jobs.findFirst({ where: (j, { eq }) => eq(j.id, id), columns: { status: true } });
    if (job?.status !== "pending") throw new Error("not pending");
    await tx.update(jobs).set({ status: "running" }).where(eq(jobs.id, id)).returning();
    await mailer.send(id);
  });
}
`,
      errors: [
        {
          messageId: "effect",
          data: raceData(
            {
              subject: "'status' of jobs",
              read: "file.ts:7",
              check: "file.ts:8",
              write: "file.ts:9",
              note: transactionNote,
              remedy: remedies.inTransaction("update"),
            },
            { effect: "mailer.send", effectAt: "file.ts:10" },
          ),
          line: 9,
          column: 14,
          endLine: 9,
          endColumn: 20,
        },
      ],
    },
    {
      name: "pending rows are listed and written one by one",
      code: `${head}export async function drain(db: Database): Promise<void> {
  const list = await db.select({ key: jobs.id }).from(jobs).where(eq(jobs.status, "pending"));
  for (const job of list) {
    await db.update(jobs).set({ status: "running" }).where(eq(jobs.id, job.key));
    await mailer.send(job.key);
  }
}
`,
      errors: [
        {
          messageId: "effect",
          data: raceData(
            {
              subject: "'status' of jobs",
              read: "file.ts:6",
              check: "file.ts:6 (through the filter of 'select')",
              write: "file.ts:8",
              remedy: remedies.plain("update"),
            },
            { effect: "mailer.send", effectAt: "file.ts:9" },
          ),
          line: 8,
          column: 14,
          endLine: 8,
          endColumn: 20,
        },
      ],
    },
    {
      name: "a transaction that comes in by the type of a callback's parameter",
      code: `${head}type Tx = Parameters<Parameters<Database["transaction"]>[0]>[0];
export async function start(tx: Tx, id: string): Promise<void> {
  const { rows } = await tx.execute(sql\`select \${jobs.status} from \${jobs} where \${jobs.id} = \${id}\`);
  if (rows[0]?.status !== "pending") return;
  await tx.update(jobs).set({ status: "running" }).where(eq(jobs.id, id));
  await mailer.send(id);
}
`,
      errors: [
        {
          messageId: "effect",
          data: raceData(
            { subject: "'status' of jobs", read: "file.ts:7", check: "file.ts:8", write: "file.ts:9", remedy: remedies.plain("update") },
            { effect: "mailer.send", effectAt: "file.ts:10" },
          ),
          line: 9,
          column: 12,
          endLine: 9,
          endColumn: 18,
        },
      ],
    },
    {
      name: "a database of which nothing is known but the tables that it is called with; the key comes in an object",
      code: `${head}export async function start({ ctx, input }: { ctx: any; input: { id: string } }): Promise<void> {
  await ctx.db.transaction(async (tx: any) => {
    const [job] = await tx.select().from(jobs).where(eq(jobs.id, input.id));
    if (job?.status !== "pending") return;
    await tx.update(jobs).set({ status: "running" }).where(eq(jobs.id, input.id));
    await mailer.send(input.id);
  });
}
`,
      errors: [
        {
          messageId: "effect",
          data: raceData(
            {
              subject: "'status' of jobs",
              read: "file.ts:7",
              check: "file.ts:8",
              write: "file.ts:9",
              note: transactionNote,
              remedy: remedies.inTransaction("update"),
            },
            { effect: "mailer.send", effectAt: "file.ts:10" },
          ),
          line: 9,
          column: 14,
          endLine: 9,
          endColumn: 20,
        },
      ],
    },
  ],
  valid: [
    {
      name: "a union that the database makes is the same the second time",
      code: `${head}export async function note(db: Database, id: string, name: string): Promise<void> {
  const [job] = await db.select().from(jobs).where(eq(jobs.id, id));
  if (job?.worker !== "a") return;
  await db.update(jobs).set({ worker: sql\`(select string_agg(distinct w, ',') from unnest(string_to_array(\${jobs.worker}, ',') || \${name}) w)\` }).where(eq(jobs.id, id));
}
`,
    },
    {
      name: "the write repeats the check and the rows that it returns decide",
      code: `${head}export async function start(db: Database, id: string): Promise<void> {
  const [job] = await db.select().from(jobs).where(eq(jobs.id, id));
  if (job?.status !== "pending") return;
  const started = await db.update(jobs).set({ status: "running" }).where(and(eq(jobs.id, id), eq(jobs.status, "pending"))).returning();
  if (started.length === 0) return;
  await mailer.send(id);
}
`,
    },
    {
      name: "a database of which nothing is known, with the condition in the write",
      code: `${head}export async function start({ ctx, input }: { ctx: any; input: { id: string } }): Promise<void> {
  const [job] = await ctx.db.select().from(jobs).where(eq(jobs.id, input.id));
  if (job?.status !== "pending") return;
  const [started] = await ctx.db.update(jobs).set({ status: "running" }).where(and(eq(jobs.id, input.id), eq(jobs.status, "pending"))).returning();
  if (!started) return;
  await mailer.send(input.id);
}
`,
    },
    {
      name: "a store in memory whose methods are called like a database's",
      code: `${head}export async function start(store: { select(): Map<string, { status: string }>; update(table: string): Promise<void> }, id: string): Promise<void> {
  const job = store.select().get(id);
  if (job?.status !== "pending") return;
  await store.update("jobs");
  await mailer.send(id);
}
`,
    },
    {
      name: "rowCount decides",
      code: `${head}export async function start(db: Database, id: string): Promise<void> {
  const [job] = await db.select().from(jobs).where(eq(jobs.id, id));
  if (job?.status !== "pending") return;
  const { rowCount } = await db.update(jobs).set({ status: "running" }).where(and(eq(jobs.id, id), eq(jobs.status, "pending")));
  if (rowCount === 0) return;
  await mailer.send(id);
}
`,
    },
    {
      name: "the read locks the row in the transaction",
      code: `${head}export async function start(db: Database, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    const [job] = await tx.select().from(jobs).where(eq(jobs.id, id)).for("update");
    if (job?.status !== "pending") throw new Error("not pending");
    await tx.update(jobs).set({ status: "running" }).where(eq(jobs.id, id));
    await mailer.send(id);
  });
}
`,
    },
    {
      name: "the transaction is serializable",
      code: `${head}export async function start(db: Database, id: string): Promise<void> {
  await db.transaction(
    async (tx) => {
      const [job] = await tx.select().from(jobs).where(eq(jobs.id, id));
      if (job?.status !== "pending") throw new Error("not pending");
      await tx.update(jobs).set({ status: "running" }).where(eq(jobs.id, id));
      await mailer.send(id);
    },
    { isolationLevel: "serializable" },
  );
}
`,
    },
    {
      name: "SKIP LOCKED hands out the rows that are listed",
      code: `${head}export async function drain(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    const list = await tx.select({ key: jobs.id }).from(jobs).where(eq(jobs.status, "pending")).for("update", { skipLocked: true });
    for (const job of list) {
      await tx.update(jobs).set({ status: "running" }).where(eq(jobs.id, job.key));
      await mailer.send(job.key);
    }
  });
}
`,
    },
    {
      name: "an advisory lock of the transaction",
      code: `${head}export async function start(db: Database, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql\`select pg_advisory_xact_lock(hashtext(\${id}))\`);
    const [job] = await tx.select().from(jobs).where(eq(jobs.id, id));
    if (job?.status !== "pending") throw new Error("not pending");
    await tx.update(jobs).set({ status: "running" }).where(eq(jobs.id, id));
    await mailer.send(id);
  });
}
`,
    },
    {
      name: "an update that nobody awaits is not sent",
      code: `${head}export async function start(db: Database, id: string): Promise<void> {
  const [job] = await db.select().from(jobs).where(eq(jobs.id, id));
  if (job?.status !== "pending") return;
  void db.update(jobs).set({ status: "running" }).where(eq(jobs.id, id));
  await mailer.send(id);
}
`,
    },
  ],
});
