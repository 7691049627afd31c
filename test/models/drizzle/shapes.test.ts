/**
 * Shapes in which programs make, name and pass databases and tables, each with a race and beside it the same with a claim. No package is
 * installed: names and declarations are all there is.
 */
import { describe, expect, it } from "vitest";
import { Flow } from "../../analysis/flow.js";
import type { Files } from "../../program/harness.js";

const schema = `import { pgSchema, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
export const jobs = pgTable("jobs", { id: uuid("id").primaryKey(), status: text("status").notNull(), worker: text("worker"), startedAt: timestamp("started_at") });
export const owners = pgTable("owners", { id: uuid("id").primaryKey(), jobId: uuid("job_id"), name: text("name") });
`;
const database = `import { drizzle } from "drizzle-orm/node-postgres"; import * as schema from "./schema"; import { pool } from "./outside";
export const db = drizzle(pool, { schema });
export type Database = typeof db;
export type Transaction = Parameters<Parameters<typeof db.transaction>[0]>[0];
`;
const imports = `import { and, eq, isNull, sql } from "drizzle-orm"; import { mailer, withRetry } from "./outside"; import { jobs } from "./schema";
`;

/** `$CLAIM` is what a guarded write has besides. */
interface Shape {
  readonly name: string;
  /** `file.ts`, whose `f` reads, checks and writes; `GUARD` stands for the condition that makes the write a claim. */
  readonly code: string;
  readonly files?: Files;
}

const guard = `, eq(jobs.status, "pending")`;
const read = (handle: string) =>
  `const [job] = await ${handle}.select().from(jobs).where(eq(jobs.id, id)).limit(1); if (!job || job.status !== "pending") return;`;
const write = (handle: string) =>
  `const [won] = await ${handle}.update(jobs).set({ status: "running" }).where(and(eq(jobs.id, id)GUARD)).returning(); if (!won) return; await mailer.send(id);`;
const both = (handle: string, other = handle) => read(handle) + write(other);

const handles: readonly Shape[] = [
  { name: "a constant of another module", code: `import { db } from "./db"; export async function f(id: string) { ${both("db")} }` },
  {
    name: "an alias of the constant's type",
    code: `import type { Database } from "./db"; export async function f(db: Database, id: string) { ${both("db")} }`,
  },
  {
    name: "a class with an injected database",
    code: `import type { NodePgDatabase } from "drizzle-orm/node-postgres"; import { Inject } from "@nestjs/common"; import * as schema from "./schema";
      export class Jobs { constructor(@Inject("DB") private readonly db: NodePgDatabase<typeof schema>) {} async f(id: string) { ${both("this.db")} } }`,
  },
  {
    name: "a property of what a factory returns",
    code: `import { makeDatabase } from "./make"; type Db = ReturnType<typeof makeDatabase>["db"]; export const f = async ({ db, id }: { db: Db; id: string }) => { ${both("db")} };`,
    files: {
      "make.ts": `import { drizzle } from "drizzle-orm/node-postgres"; import { pool } from "./outside"; export const makeDatabase = () => { const db = drizzle(pool); return { db, pool }; };`,
    },
  },
  {
    name: "what an asynchronous factory resolves to",
    code: `import type { makeDatabase } from "./make"; type Db = Awaited<ReturnType<typeof makeDatabase>>; export async function f(db: Db, id: string) { ${both("db")} }`,
    files: {
      "make.ts": `import { drizzle } from "drizzle-orm/node-postgres"; import { pool } from "./outside"; export async function makeDatabase() { await pool.connect(); return drizzle(pool); }`,
    },
  },
  {
    name: "a function that makes the database once",
    code: `import { getDb } from "./make"; export async function f(id: string) { const db = getDb(); ${both("db")} }`,
    files: {
      "make.ts": `import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres"; import { pool } from "./outside"; let cached: NodePgDatabase | undefined; export function getDb() { cached ??= drizzle(pool); return cached; }`,
    },
  },
  {
    name: "the global object keeps the database",
    code: `import { db } from "./make"; export async function f(id: string) { ${both("db")} }`,
    files: {
      "make.ts": `import { drizzle } from "drizzle-orm/postgres-js"; import { pool } from "./outside"; const g = globalThis as unknown as { db?: ReturnType<typeof drizzle> }; export const db = g.db ?? drizzle(pool); if (process.env.NODE_ENV !== "production") g.db = db;`,
    },
  },
  {
    name: "an optional transaction that falls back to the database",
    code: `import { db, type Transaction } from "./db"; export async function f(id: string, tx: Transaction | typeof db = db) { ${both("tx")} }`,
  },
  {
    name: "tx ?? db",
    code: `import { db, type Transaction } from "./db"; export async function f(id: string, tx?: Transaction) { const conn = tx ?? db; ${both("conn")} }`,
  },
  {
    name: "a transaction's type of the dialect",
    code: `import type { PgTransaction } from "drizzle-orm/pg-core"; export async function f(tx: PgTransaction<any, any, any>, id: string) { ${both("tx")} }`,
  },
  {
    name: "a database of an own package that does not resolve",
    code: `import { db } from "@acme/db"; export async function f(id: string) { ${both("db")} }`,
  },
  {
    name: "a router's context",
    code: `import { publicProcedure } from "@acme/api"; import "./db"; export const router = { start: publicProcedure.mutation(async function f({ ctx, input: { id } }) { ${both("ctx.db")} }) };`,
  },
  {
    name: "a variable of a web framework's context",
    code: `import { Hono } from "hono"; const app = new Hono(); app.post("/jobs/:id", async function f(c) { const db = c.get("db"); const id = c.req.param("id"); ${both("db")} });`,
  },
  {
    name: "a property of a web framework's context",
    code: `import { Hono } from "hono"; const app = new Hono(); app.post("/jobs/:id", async function f(c) { const id = c.req.param("id"); ${both("c.var.db")} });`,
  },
  {
    name: "a class whose database has no type",
    code: `import { connect } from "@acme/db"; export class Jobs { private db: any; constructor() { this.db = connect(); } async f(id: string) { ${both("this.db")} } }`,
  },
  {
    name: "a transaction on a database of which nothing is known",
    code: `export async function f(ctx: any, id: string) { ${read("ctx.db")} await ctx.db.transaction(async (tx: any) => { ${write("tx")} }); }`,
  },
  {
    name: "an own function that opens the transaction",
    code: `import { inTransaction } from "./make"; export async function f(id: string) { await inTransaction(async (tx) => { ${both("tx")} }); }`,
    files: {
      "make.ts": `import { db, type Transaction } from "./db"; export async function inTransaction<T>(run: (tx: Transaction) => Promise<T>): Promise<T> { return db.transaction(async (tx) => run(tx)); }`,
    },
  },
  {
    name: "a base class that opens the transaction and hands out something unknown",
    code: `import { Base } from "./make"; interface Like { update(table: unknown): any; select(): any } export class Jobs extends Base { async f(id: string) { ${read("this.db")} await this.inTransaction(async (raw) => { const tx = raw as Like; ${write("tx")} }); } }`,
    files: {
      "make.ts": `import { sql } from "drizzle-orm"; export abstract class Base { constructor(protected readonly adapter: { get(): any }) {} protected get db(): any { return this.adapter.get(); } protected async inTransaction<T>(run: (tx: unknown) => Promise<T>): Promise<T> { return this.db.transaction(async (tx: unknown) => run(tx)); } }`,
    },
  },
];

const flowOf = ({ code, files = {} }: Shape, guarded: boolean) =>
  new Flow({ "schema.ts": schema, "db.ts": database, ...files, "file.ts": (imports + code).replaceAll("GUARD", guarded ? guard : "") });
const reports = (shape: Shape, guarded: boolean) =>
  flowOf(shape, guarded)
    .report()
    .map((r) => r.replace(/ read .*/, ""));

describe("databases", () => {
  it.each(handles)("$name", (shape) => {
    expect(reports(shape, false)).toEqual(["jobs.status"]);
    expect(reports(shape, true)).toEqual([]);
  });
});

const tables: readonly Shape[] = [
  {
    name: "a namespace",
    code: `import { db } from "./db"; import * as schema from "./schema"; export async function f(id: string) { const job = await db.query.jobs.findFirst({ where: eq(schema.jobs.id, id) }); if (job?.status !== "pending") return; const r = await db.update(schema.jobs).set({ status: "running" }).where(and(eq(schema.jobs.id, id)GUARD)); if (r.rowCount === 0) return; await mailer.send(id); }`,
  },
  {
    name: "an object that holds the tables",
    code: `import { db } from "./db"; import { tables } from "./tables"; export async function f(id: string) { const job = await db.query.jobs.findFirst({ where: eq(tables.jobs.id, id) }); if (job?.status !== "pending") return; const r = await db.update(tables.jobs).set({ status: "running" }).where(and(eq(tables.jobs.id, id)GUARD)); if (r.rowCount === 0) return; await mailer.send(id); }`,
    files: { "tables.ts": `import { jobs, owners } from "./schema"; export const tables = { jobs, owners };` },
  },
  {
    name: "an import that does not resolve, beside a relational query",
    code: `import { db } from "./db"; import { jobs as table } from "@acme/tables"; import * as lost from "@acme/tables"; export async function f(id: string) { const job = await db.query.jobs.findFirst({ where: eq(lost.jobs.id, id) }); if (job?.status !== "pending") return; const r = await db.update(lost.jobs).set({ status: "running" }).where(and(eq(lost.jobs.id, id)GUARD)); if (r.rowCount === 0) return; await mailer.send(id); }`,
  },
  {
    name: "tables that a class keeps",
    code: `import { db } from "./db"; export class Jobs { constructor(private readonly tables: any) {} async f(id: string) { const job = await db.query.jobs.findFirst({ where: eq(this.tables.jobs.id, id) }); if (job?.status !== "pending") return; const r = await db.update(this.tables.jobs).set({ status: "running" }).where(and(eq(this.tables.jobs.id, id)GUARD)); if (r.rowCount === 0) return; await mailer.send(id); } }`,
  },
  {
    name: "keys in an object argument",
    code: `import { db } from "./db"; export async function f(input: { id: string; note: string }) { const [job] = await db.select().from(jobs).where(eq(jobs.id, input.id)); if (job?.status !== "pending") return; const r = await db.update(jobs).set({ status: "running", worker: input.note }).where(and(eq(jobs.id, input.id)GUARD)); if (r.rowCount === 0) return; await mailer.send(input.id); }`,
  },
  {
    name: "a status of an enum that does not resolve",
    code: `import { db } from "./db"; import { Status } from "@acme/types"; export async function f(id: string) { const [job] = await db.select().from(jobs).where(and(eq(jobs.id, id), eq(jobs.status, Status.Pending))); if (!job) return; const r = await db.update(jobs).set({ status: Status.Running }).where(and(eq(jobs.id, id)GUARD)); if (r.rowCount === 0) return; await mailer.send(id); }`,
  },
  {
    name: "a table of a schema",
    code: `import { db } from "./db"; import { tasks } from "./tasks"; export async function f(id: string) { const [job] = await db.select().from(tasks).where(eq(tasks.id, id)); if (job?.status !== "pending") return; const r = await db.update(tasks).set({ status: "running" }).where(and(eq(tasks.id, id)GUARD)); if (r.rowCount === 0) return; await mailer.send(id); }`,
    files: {
      "tasks.ts": `import { pgSchema, text, uuid } from "drizzle-orm/pg-core"; export const own = pgSchema("own"); export const tasks = own.table("tasks", { id: uuid("id").primaryKey(), status: text("status") });`,
    },
  },
];

describe("tables", () => {
  it.each(tables)("$name", (shape) => {
    const guardOf = (s: Shape): Shape => ({
      ...s,
      code: s.code.replaceAll("GUARD", `, eq(${/update\(([\w.]+)\)/.exec(s.code)?.[1] ?? ""}.status, "pending")`),
    });
    expect(reports(shape, false)).toEqual([expect.stringMatching(/^(?:jobs|tasks)\.status$/)]);
    if (!shape.name.includes("enum")) expect(reports(guardOf(shape), true)).toEqual([]);
  });
});

const reads = (statement: string, test = `if (job?.status !== "pending") return;`): Shape => ({
  name: "",
  code: `import { db } from "./db"; import { owners } from "./schema"; const first = <T>(rows: T[]): T | undefined => rows[0]; export async function f(id: string) { ${statement} ${test} ${write("db")} }`,
});

describe("reads", () => {
  it.each([
    ["then with an index", `const job = await db.select().from(jobs).where(eq(jobs.id, id)).then((r) => r[0]);`],
    ["then with a destructured list", `const job = await db.select().from(jobs).where(eq(jobs.id, id)).then(([r]) => r);`],
    ["then with at", `const job = await db.select().from(jobs).where(eq(jobs.id, id)).then((r) => r.at(0));`],
    ["then with a function", `const job = await db.select().from(jobs).where(eq(jobs.id, id)).limit(1).then(first);`],
    ["a function around it", `const job = first(await db.select().from(jobs).where(eq(jobs.id, id)).limit(1));`],
    ["an index in parentheses", `const job = (await db.select().from(jobs).where(eq(jobs.id, id)).limit(1))[0];`],
    ["nothing instead of undefined", `const job = (await db.select().from(jobs).where(eq(jobs.id, id)))[0] ?? null;`],
    [
      "a spread of columns",
      `const [job] = await db.select({ ...getTableColumns(jobs), owner: owners.name }).from(jobs).leftJoin(owners, eq(owners.jobId, jobs.id)).where(eq(jobs.id, id));`,
    ],
    ["conditions in a list", `const conditions = [eq(jobs.id, id)]; const [job] = await db.select().from(jobs).where(and(...conditions));`],
    ["a dynamic query", `const query = db.select().from(jobs).where(eq(jobs.id, id)).$dynamic(); const [job] = await query.limit(1);`],
    [
      "findFirst with columns",
      `const job = await db.query.jobs.findFirst({ where: eq(jobs.id, id), columns: { id: true, status: true } });`,
    ],
    ["findMany with a limit", `const [job] = await db.query.jobs.findMany({ where: eq(jobs.id, id), limit: 1 });`],
    [
      "an inner join",
      `const [row] = await db.select({ job: jobs, name: owners.name }).from(jobs).innerJoin(owners, eq(owners.jobId, jobs.id)).where(eq(jobs.id, id)); const job = row?.job;`,
    ],
  ])("%s", (_, statement) => {
    const shape = reads(statement);
    const code = shape.code.replace(`import { db }`, `import { getTableColumns } from "drizzle-orm"; import { db }`);
    expect(reports({ ...shape, code }, false)).toEqual(["jobs.status"]);
    expect(reports({ ...shape, code }, true)).toEqual([]);
  });

  it.each([
    ["a guard that is pushed", `conditions.push(eq(jobs.status, "pending"));`, []],
    ["a guard that may be pushed: what it asks is not known", `if (mine) conditions.push(eq(jobs.worker, mine));`, []],
    ["nothing is pushed", ``, ["jobs.status"]],
  ])("conditions in a list: %s", (_, more, expected) => {
    const code = `import { db } from "./db"; export async function f(id: string, mine?: string) { ${read("db")} const conditions = [eq(jobs.id, id)]; ${more} await db.update(jobs).set({ status: "running" }).where(and(...conditions)); await mailer.send(id); }`;
    expect(reports({ name: "", code }, false)).toEqual(expected);
  });

  it("an exists test by a count", () => {
    const shape = reads(`const open = await db.$count(jobs, and(eq(jobs.id, id), eq(jobs.status, "pending")));`, `if (open === 0) return;`);
    expect(reports(shape, false)).toEqual(["jobs.status"]);
    expect(reports(shape, true)).toEqual([]);
  });
});

describe("SQLite", () => {
  const sqlite = {
    "schema.ts": `import { sqliteTable, text } from "drizzle-orm/sqlite-core"; export const jobs = sqliteTable("jobs", { id: text("id").primaryKey(), status: text("status") });`,
    "db.ts": `import { drizzle } from "drizzle-orm/libsql"; import { client } from "./outside"; export const db = drizzle(client); export type Transaction = Parameters<Parameters<typeof db.transaction>[0]>[0];`,
    "run.ts": `import { db, type Transaction } from "./db"; export async function run<T>(outer: typeof db | Transaction | undefined, work: (tx: typeof db | Transaction) => Promise<T>): Promise<T> { const at = outer ?? db; if ("rollback" in at) return work(at); return db.transaction(work); }`,
  };
  const reported = (body: string) => {
    const flow = new Flow({
      ...sqlite,
      "file.ts":
        `${imports}import { db } from "./db"; import { run } from "./run"; export async function f(id: string) { ${body} }`.replaceAll(
          "GUARD",
          "",
        ),
    });
    return flow.issues().map((i) => i.kind);
  };

  it.each([
    ["no transaction", both("db"), ["racy-transition"]],
    ["a transaction holds the database from its read on", `await db.transaction(async (tx) => { ${both("tx")} });`, []],
    ["a read outside of it is no part of it", `${read("db")} await db.transaction(async (tx) => { ${write("tx")} });`, ["racy-transition"]],
    ["a function that opens one unless there is one", `await run(undefined, async (tx) => { ${both("tx")} });`, []],
  ])("%s", (_, body, expected) => {
    expect(reported(body)).toEqual(expected);
  });
});

describe("a row that is taken out of the state in which it is found", () => {
  const claim = (lock: string, end = "") =>
    `const claim = () => db.transaction(async (tx) => { const rows = await tx.select().from(jobs).where(eq(jobs.status, "pending")).limit(1)${lock}; if (rows.length === 0) return []; await tx.update(jobs).set({ status: "running" }).where(inArray(jobs.id, rows.map((r) => r.id))); return rows.map((r) => ({ ...r, status: "running" as const })); });
     export async function f() { for (const job of await claim()) { ${end} } }`;
  const reported = (code: string) =>
    new Flow({
      "schema.ts": schema,
      "db.ts": database,
      "file.ts": `import { eq, inArray, sql } from "drizzle-orm"; import { mailer } from "./outside"; import { jobs } from "./schema"; import { db } from "./db"; ${code}`,
    })
      .issues()
      .map((i) => `${i.kind} ${i.columns.join(",")}`);
  const retry = `try { await mailer.send(job.id); } catch { if (job.worker !== null) { await mailer.send("last"); await db.update(jobs).set({ status: "failed", worker: null }).where(eq(jobs.id, job.id)); } }`;

  it("locked and marked in one transaction", () => {
    expect(reported(claim(`.for("update", { skipLocked: true })`, retry))).toEqual([]);
  });

  it("not locked", () => {
    expect(reported(claim("", retry))).toEqual(["racy-transition status", "racy-transition status"]);
  });
});
