/** Flows through Drizzle whose types are not there: the package's name is all that is known of it. */
import { describe, expect, it } from "vitest";
import { Flow } from "../../analysis/flow.js";

const program = `import { and, asc, count, eq, gt, inArray, isNull, lt, ne, not, or, sql } from "drizzle-orm";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { integer, pgEnum, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import { mailer, pool } from "./outside";
export const jobStatus = pgEnum("job_status", ["pending", "running", "done"]);
export const jobs = pgTable("jobs", {
  id: uuid("id").primaryKey().defaultRandom(),
  status: jobStatus("status").notNull().default("pending"),
  worker: text("worker_name"),
  attempts: integer("attempts").notNull().default(0),
  startedAt: timestamp("started_at"),
});
export const owners = pgTable("owners", { id: uuid("id").primaryKey(), jobId: uuid("job_id").references(() => jobs.id) });
const db = drizzle(pool, { schema: { jobs, owners } });
type Tx = Parameters<Parameters<typeof db.transaction>[0]>[0];
`;

const flowOf = (body: string, parameters = "id: string", more = "") =>
  new Flow(`${program}${more}export async function f(${parameters}) {${body}}`);
const verdicts = (...given: Parameters<typeof flowOf>) => flowOf(...given).verdicts("f");

const read = (handle = "db", clause = "") =>
  `const [job] = await ${handle}.select().from(jobs).where(eq(jobs.id, id))${clause}; if (job.status !== "pending") return;`;
const write = (handle = "db") => `await ${handle}.update(jobs).set({ status: "running" }).where(eq(jobs.id, id)); await mailer.send(id);`;

describe("a check between a read and a write", () => {
  it.each([
    ["select", `const [job] = await db.select().from(jobs).where(eq(jobs.id, id));`],
    ["limit", `const rows = await db.select().from(jobs).where(eq(jobs.id, id)).limit(1); const job = rows[0];`],
    ["columns", `const [job] = await db.select({ status: jobs.status }).from(jobs).where(eq(jobs.id, id));`],
    ["a promise's value", `const job = await db.select().from(jobs).where(eq(jobs.id, id)).then((rows) => rows[0]);`],
    ["execute", `const [job] = await db.select().from(jobs).where(eq(jobs.id, id)).execute();`],
    ["a query in a variable", `const query = db.select().from(jobs).where(eq(jobs.id, id)); const [job] = await query;`],
    ["a step behind a variable", `const query = db.select().from(jobs); const [job] = await query.where(eq(jobs.id, id));`],
    ["two at once", `const [[job], owner] = await Promise.all([db.select().from(jobs).where(eq(jobs.id, id)), mailer.find()]);`],
    ["findFirst, operators", `const job = await db.query.jobs.findFirst({ where: eq(jobs.id, id) });`],
    ["findFirst, a callback", `const job = await db.query.jobs.findFirst({ where: (j, { eq }) => eq(j.id, id) });`],
    [
      "findFirst, a callback that uses the object",
      `const job = await db.query.jobs.findFirst({ where: (j, op) => op.and(op.eq(j.id, id)) });`,
    ],
    ["findFirst, an object", `const job = await db.query.jobs.findFirst({ where: { id }, with: { owner: true } });`],
    [
      "a join",
      `const [row] = await db.select().from(jobs).leftJoin(owners, eq(owners.jobId, jobs.id)).where(eq(jobs.id, id)); const job = row.jobs;`,
    ],
    [
      "a join's own names",
      `const [{ job }] = await db.select({ job: jobs, owner: owners }).from(jobs).leftJoin(owners, eq(owners.jobId, jobs.id)).where(eq(jobs.id, id));`,
    ],
    ["SQL", "const { rows: [job] } = await db.execute(sql`select * from ${jobs} where ${jobs.id} = ${id}`);"],
    ["SQL that names the table", "const { rows: [job] } = await db.execute(sql`select * from jobs where id = ${id}`);"],
    ["a condition in SQL", "const [job] = await db.select().from(jobs).where(sql`${jobs.id} = ${id}`);"],
    [
      "a prepared statement",
      `const byId = db.select().from(jobs).where(eq(jobs.id, sql.placeholder("id"))).prepare("byId"); const [job] = await byId.execute({ id });`,
    ],
  ])("%s", (_, statement) => {
    expect(verdicts(`${statement} if (job.status !== "pending") return;${write()}`)).toEqual(["status: race"]);
  });

  it.each([
    [
      "set under an alias",
      `const [job] = await db.select({ state: jobs.status }).from(jobs).where(eq(jobs.id, id)); if (job.state !== "pending") return;`,
    ],
    [
      "through the filter",
      `const [job] = await db.select().from(jobs).where(and(eq(jobs.id, id), eq(jobs.status, "pending"))); if (!job) return;`,
    ],
    [
      "through a filter with alternatives",
      `const [job] = await db.select().from(jobs).where(and(eq(jobs.id, id), inArray(jobs.status, ["pending", "done"]))); if (!job) return;`,
    ],
    [
      "through a filter and a count",
      `const rows = await db.select({ id: jobs.id }).from(jobs).where(and(eq(jobs.id, id), eq(jobs.status, "pending"))); if (rows.length === 0) return;`,
    ],
  ])("%s", (_, check) => {
    expect(new Set(verdicts(check + write()))).toEqual(new Set(["status: race"]));
  });

  it("rows that are listed", () => {
    expect(
      verdicts(
        `const list = await db.select().from(jobs).where(eq(jobs.status, "pending")); for (const job of list) { await db.update(jobs).set({ status: "running" }).where(eq(jobs.id, job.id)); await mailer.send(job.id); }`,
        "",
      ),
    ).toEqual(["status: race"]);
  });

  it.each([
    [
      "repository functions",
      `export const byId = (id: string) => db.query.jobs.findFirst({ where: eq(jobs.id, id) });
export async function mark(id: string, status: "running" | "done") { return db.update(jobs).set({ status }).where(eq(jobs.id, id)); }
`,
      `const job = await byId(id); if (job?.status !== "pending") return; await mark(id, "running"); await mailer.send(id);`,
    ],
    [
      "a builder that the caller goes on with",
      `export const list = () => db.select().from(jobs).$dynamic();
`,
      `const [job] = await list().where(eq(jobs.id, id)); if (job.status !== "pending") return; ${write()}`,
    ],
    [
      "a handle that is passed",
      `export const get = (tx: Tx, id: string) => tx.select().from(jobs).where(eq(jobs.id, id));
export async function mark(tx: Tx, id: string) { await tx.update(jobs).set({ status: "running" }).where(eq(jobs.id, id)); }
`,
      `await db.transaction(async (tx) => { const [job] = await get(tx, id); if (job.status !== "pending") return; await mark(tx, id); await mailer.send(id); });`,
    ],
    [
      "a class",
      `export class Jobs { constructor(private readonly db: NodePgDatabase) {} get(id: string) { return this.db.select().from(jobs).where(eq(jobs.id, id)); } }
`,
      `const [job] = await new Jobs(db).get(id); if (job.status !== "pending") return; ${write()}`,
    ],
  ])("%s", (_, more, body) => {
    expect(verdicts(body, "id: string", more)).toEqual(["status: race"]);
  });
});

describe("a statement that nobody awaits is not sent", () => {
  it.each([
    ["a write", `${read()} db.update(jobs).set({ status: "running" }).where(eq(jobs.id, id)); await mailer.send(id);`],
    ["void", `${read()} void db.update(jobs).set({ status: "running" }).where(eq(jobs.id, id)); await mailer.send(id);`],
  ])("%s", (_, body) => {
    expect(verdicts(body)).toEqual([]);
  });

  it("a handler sends it", () => {
    expect(
      verdicts(`${read()} db.update(jobs).set({ status: "running" }).where(eq(jobs.id, id)).catch(mailer.log); await mailer.send(id);`),
    ).toEqual(["status: race"]);
  });
});

describe("locks", () => {
  const inTransaction = (body: string, config = "") => `await db.transaction(async (tx) => {${body}}${config});`;
  it.each([
    ["FOR UPDATE in a transaction", inTransaction(read("tx", `.for("update")`) + write("tx")), "status: row locked by read"],
    ["skip locked", inTransaction(read("tx", `.for("update", { skipLocked: true })`) + write("tx")), "status: row locked by read"],
    ["FOR NO KEY UPDATE", inTransaction(read("tx", `.for("no key update")`) + write("tx")), "status: row locked by read"],
    ["FOR KEY SHARE", inTransaction(read("tx", `.for("key share")`) + write("tx")), "status: race"],
    ["FOR UPDATE outside", read("db", `.for("update")`) + write(), "status: race"],
    ["no lock", inTransaction(read("tx") + write("tx")), "status: race"],
    ["the outer handle", inTransaction(read("db", `.for("update")`) + write("tx")), "status: race"],
    ["serializable", inTransaction(read("tx") + write("tx"), `, { isolationLevel: "serializable" }`), "status: isolation level"],
    ["repeatable read", inTransaction(read("tx") + write("tx"), `, { isolationLevel: "repeatable read" }`), "status: isolation level"],
    ["serializable, the outer handle", inTransaction(read() + write(), `, { isolationLevel: "serializable" }`), "status: race"],
    [
      "nested",
      inTransaction(`await tx.transaction(async (inner) => {${read("inner", `.for("update")`)}${write("inner")}});`),
      "status: row locked by read",
    ],
    [
      "an advisory lock",
      inTransaction("await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${id}))`);" + read("tx") + write("tx")),
      "status: row locked before",
    ],
    [
      "an advisory lock that is not awaited",
      inTransaction("tx.execute(sql`select pg_advisory_xact_lock(hashtext(${id}))`);" + read("tx") + write("tx")),
      "status: race",
    ],
    [
      "an advisory lock on the outer handle",
      inTransaction("await db.execute(sql`select pg_advisory_xact_lock(hashtext(${id}))`);" + read("tx") + write("tx")),
      "status: race",
    ],
  ])("%s", (_, body, verdict) => {
    expect(verdicts(body)).toEqual([verdict]);
  });
});

describe("a conditional update", () => {
  const update = (end = "", condition = `and(eq(jobs.id, id), eq(jobs.status, "pending"))`) =>
    `await db.update(jobs).set({ status: "running", attempts: sql\`\${jobs.attempts} + 1\` }).where(${condition})${end}`;

  it.each([
    ["returning", `const rows = ${update(".returning()")}; if (rows.length === 0) return; await mailer.send(id);`],
    ["returning, a row", `const [row] = ${update(".returning({ id: jobs.id })")}; if (!row) return; await mailer.send(id);`],
    ["rowCount", `const result = ${update()}; if (result.rowCount === 0) return; await mailer.send(id);`],
    ["count", `const { count } = ${update()}; if (count !== 1) throw new Error("taken"); await mailer.send(id);`],
    [
      "SQL",
      "const [row] = " +
        update(".returning()", "sql`${jobs.id} = ${id} and ${jobs.status} = 'pending'`") +
        "; if (!row) return; await mailer.send(id);",
    ],
    [
      "a sub-query that locks",
      "const [row] = " +
        update(
          ".returning()",
          `inArray(jobs.id, db.select({ id: jobs.id }).from(jobs).where(eq(jobs.status, "pending")).limit(1).for("update", { skipLocked: true }))`,
        ) +
        "; if (!row) return; await mailer.send(id);",
    ],
  ])("%s", (_, body) => {
    const flow = flowOf(read() + body);
    expect(flow.verdicts("f").filter((v) => !v.endsWith("compare-and-set"))).toEqual([]);
    expect(flow.issues()).toEqual([]);
  });

  it.each([
    [
      "the second where replaces the first",
      `const rows = await db.update(jobs).set({ status: "running" }).where(eq(jobs.status, "pending")).where(eq(jobs.id, id)).returning(); if (rows.length === 0) return; await mailer.send(id);`,
    ],
    [
      "a condition that is dropped",
      `const [row] = ${update(".returning()", "and(eq(jobs.id, id), undefined)")}; if (!row) return; await mailer.send(id);`,
    ],
  ])("%s", (_, body) => {
    expect(verdicts(read() + body)).toEqual(["status: race"]);
  });

  it.each([["the count is ignored", `${update()}; await mailer.send(id);`]])("%s", (_, body) => {
    expect(
      flowOf(read() + body)
        .issues()
        .map((i) => i.kind),
    ).toEqual(["unchecked-claim"]);
  });

  it("FN_ a list, which is there in any case, is tested for being there", () => {
    const flow = flowOf(`${read()}const rows = ${update(".returning()")}; if (!rows) return; await mailer.send(id);`);
    expect(flow.issues()).toEqual([]);
  });
});
