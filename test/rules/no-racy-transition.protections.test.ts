import rule from "../../rules/no-racy-transition.js";
import { handleNote, transactionNote } from "./raceData.js";
import { testRule } from "./ruleTester.js";
import { quiet, raced } from "./shapes.js";

testRule("no-racy-transition (protections)", rule, {
  invalid: [
    raced(
      "lock helper given wrong handle",
      `import type { DataSource, EntityManager } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function lockJob(m: EntityManager, id: string): Promise<Task> { return m.findOneByOrFail(Task, { id }); } // read
export async function f(source: DataSource, id: string): Promise<void> {
  await source.transaction(async (m) => {
    const job = await lockJob(m, id);
    if (job.status !== "pending") throw new Error(); // check
    await m.update(Task, { id }, { status: "running" }); // write:update
    await mailer.send(id); // effect:mailer.send
  });
}
`,
      { note: transactionNote, remedy: "inTransaction" },
    ),
    raced(
      "forUpdate option absent",
      `import type { DataSource, EntityManager } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
class Repo {
  async get(m: EntityManager, id: string, opts: { forUpdate?: boolean } = {}): Promise<Task> {
    return m.findOneOrFail(Task, { where: { id }, ...(opts.forUpdate ? { lock: { mode: "pessimistic_write" as const } } : {}) }); // read
  }
}
export async function f(source: DataSource, repo: Repo, id: string): Promise<void> {
  await source.transaction(async (m) => {
    const job = await repo.get(m, id);
    if (job.status !== "pending") throw new Error(); // check
    await m.update(Task, { id }, { status: "running" }); // write:update
    await mailer.send(id); // effect:mailer.send
  });
}
`,
      { note: transactionNote, remedy: "inTransaction" },
    ),
    raced(
      "lock conditional undefined option false",
      `import type { DataSource, EntityManager } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function get(m: EntityManager, id: string, lock = false): Promise<Task> {
  return m.findOneOrFail(Task, { where: { id }, lock: lock ? { mode: "pessimistic_write" } : undefined }); // read
}
export async function f(source: DataSource, id: string): Promise<void> {
  await source.transaction(async (m) => {
    const job = await get(m, id);
    if (job.status !== "pending") throw new Error(); // check
    await m.update(Task, { id }, { status: "running" }); // write:update
    await mailer.send(id); // effect:mailer.send
  });
}
`,
      { note: transactionNote, remedy: "inTransaction" },
    ),
    raced(
      "option in sql absent",
      `import { Pool, type PoolClient } from "pg";
import { mailer } from "./mailer.js";
const pool = new Pool();
interface Task { id: string; status: string }
async function get(c: PoolClient, id: string, opts: { forUpdate?: boolean } = {}): Promise<Task | undefined> {
  const { rows } = await c.query<Task>(\`SELECT * FROM tasks WHERE id = $1\${opts.forUpdate ? " FOR UPDATE" : ""}\`, [id]);
  return rows[0];
}
async function tx<X>(run: (c: PoolClient) => Promise<X>): Promise<X> {
  const c = await pool.connect();
  try { await c.query("BEGIN"); const r = await run(c); await c.query("COMMIT"); return r; } catch (e) { await c.query("ROLLBACK"); throw e; } finally { c.release(); }
}
export async function f(id: string): Promise<void> {
  await tx(async (c) => {
    const task = await get(c, id); // read
    if (task?.status !== "pending") throw new Error(); // check
    await c.query("UPDATE tasks SET status = 'running' WHERE id = $1", [id]); // write:query
    await mailer.send(id); // effect:mailer.send
  });
}
`,
      { subject: "'status' of tasks", note: transactionNote, remedy: "inTransaction" },
    ),
    raced(
      "option for update absent",
      `import { eq } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { pgTable, text } from "drizzle-orm/pg-core";
import { mailer } from "./mailer.js";
export const jobs = pgTable("jobs", { id: text("id").primaryKey(), status: text("status").notNull() });
async function get(db: NodePgDatabase, id: string, opts?: { forUpdate?: boolean }) {
  const q = db.select().from(jobs).where(eq(jobs.id, id)); // read
  const [row] = opts?.forUpdate ? await q.for("update") : await q;
  return row;
}
export async function f(db: NodePgDatabase, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    const job = await get(tx, id);
    if (job?.status !== "pending") throw new Error(); // check
    await tx.update(jobs).set({ status: "running" }).where(eq(jobs.id, id)); // write:update
    await mailer.send(id); // effect:mailer.send
  });
}
`,
      { subject: "'status' of jobs", note: transactionNote, remedy: "inTransaction" },
    ),
    raced(
      "safe from one caller and not from another",
      `import type { DataSource, EntityManager } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function begin(m: EntityManager, id: string): Promise<void> {
  const job = await m.findOneByOrFail(Task, { id }); // read
  if (job.status !== "pending") throw new Error(); // check
  await m.update(Task, { id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
export async function safe(source: DataSource, id: string): Promise<void> {
  await source.transaction(async (m) => {
    await m.findOneOrFail(Task, { where: { id }, lock: { mode: "pessimistic_write" } });
    await begin(m, id);
  });
}
export async function unsafe(source: DataSource, id: string): Promise<void> {
  await source.transaction(async (m) => { await begin(m, id); });
}
`,
    ),
    raced(
      "row lock read by safe caller and plain by unsafe",
      `import type { DataSource, EntityManager } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function begin(m: EntityManager, job: Task): Promise<void> {
  if (job.status !== "pending") throw new Error(); // check
  await m.update(Task, { id: job.id }, { status: "running" }); // write:update
  await mailer.send(job.id); // effect:mailer.send
}
export async function safe(source: DataSource, id: string): Promise<void> {
  await source.transaction(async (m) => { await begin(m, await m.findOneOrFail(Task, { where: { id }, lock: { mode: "pessimistic_write" } })); });
}
export async function unsafe(source: DataSource, id: string): Promise<void> {
  await source.transaction(async (m) => { await begin(m, await m.findOneByOrFail(Task, { id })); }); // read
}
`,
      { note: transactionNote, remedy: "inTransaction" },
    ),
    raced(
      "optional manager param write on other handle",
      `import type { DataSource, EntityManager, Repository } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
class Repo {
  constructor(private readonly source: DataSource) {}
  private repo(m?: EntityManager): Repository<Task> { return (m ?? this.source.manager).getRepository(Task); }
  lock(id: string, m?: EntityManager): Promise<Task> { return this.repo(m).findOneOrFail({ where: { id }, lock: { mode: "pessimistic_write" } }); } // read
  async mark(id: string, m?: EntityManager): Promise<void> { await this.repo(m).update({ id }, { status: "running" }); } // write:update
}
export async function f(source: DataSource, repo: Repo, id: string): Promise<void> {
  const job = await source.transaction(async (m) => repo.lock(id, m));
  if (job.status !== "pending") throw new Error(); // check
  await repo.mark(id); // act:mark
  await mailer.send(id); // effect:mailer.send
}
`,
      { note: handleNote, remedy: "otherHandle" },
    ),
  ],
  valid: [
    quiet(
      "affected ?? 0",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  const r = await jobs.update({ id, status: "pending" }, { status: "running" });
  if ((r.affected ?? 0) === 0) return;
  await mailer.send(id);
}
`,
    ),
    quiet(
      "not claimed",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  const { affected: claimed } = await jobs.update({ id, status: "pending" }, { status: "running" });
  if (!claimed) return;
  await jobs.update({ id }, { status: "done" });
  await mailer.send(id);
}
`,
    ),
    quiet(
      "returning length",
      `import { and, eq } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { pgTable, text } from "drizzle-orm/pg-core";
import { mailer } from "./mailer.js";
export const jobs = pgTable("jobs", { id: text("id").primaryKey(), status: text("status").notNull() });
export async function f(db: NodePgDatabase, id: string): Promise<void> {
  const [job] = await db.select().from(jobs).where(eq(jobs.id, id));
  if (job?.status !== "pending") return;
  const won = await db.update(jobs).set({ status: "running" }).where(and(eq(jobs.id, id), eq(jobs.status, "pending"))).returning({ id: jobs.id });
  if (!won.length) return;
  await db.update(jobs).set({ status: "done" }).where(eq(jobs.id, id));
  await mailer.send(id);
}
`,
    ),
    quiet(
      "returning destructured",
      `import { and, eq } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { pgTable, text } from "drizzle-orm/pg-core";
import { mailer } from "./mailer.js";
export const jobs = pgTable("jobs", { id: text("id").primaryKey(), status: text("status").notNull() });
export async function f(db: NodePgDatabase, id: string): Promise<void> {
  const [job] = await db.select().from(jobs).where(eq(jobs.id, id));
  if (job?.status !== "pending") return;
  const [won] = await db.update(jobs).set({ status: "running" }).where(and(eq(jobs.id, id), eq(jobs.status, "pending"))).returning();
  if (!won) throw new Error();
  await db.update(jobs).set({ status: "done" }).where(eq(jobs.id, id));
  await mailer.send(id);
}
`,
    ),
    quiet(
      "thrown in helper",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import type { UpdateResult } from "typeorm";
function assertChanged(r: UpdateResult): void { if (r.affected !== 1) throw new Error("lost"); }
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  assertChanged(await jobs.update({ id, status: "pending" }, { status: "running" }));
  await jobs.update({ id }, { status: "done" });
  await mailer.send(id);
}
`,
    ),
    quiet(
      "thrown in helper with number",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
function expectOne(n: number | undefined): void { if (!n) throw new Error("lost"); }
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  const r = await jobs.update({ id, status: "pending" }, { status: "running" });
  expectOne(r.affected);
  await jobs.update({ id }, { status: "done" });
  await mailer.send(id);
}
`,
    ),
    quiet(
      "returned as boolean and tested by caller",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function claim(jobs: Repository<Task>, id: string): Promise<boolean> {
  const r = await jobs.update({ id, status: "pending" }, { status: "running" });
  return (r.affected ?? 0) > 0;
}
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  if (!(await claim(jobs, id))) return;
  await jobs.update({ id }, { status: "done" });
  await mailer.send(id);
}
`,
    ),
    quiet(
      "then n > 0",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  const won = await jobs.update({ id, status: "pending" }, { status: "running" }).then((r) => r.affected! > 0);
  if (!won) return;
  await jobs.update({ id }, { status: "done" });
  await mailer.send(id);
}
`,
    ),
    quiet(
      "count by then",
      `import type { PrismaClient } from "@prisma/client";
import { mailer } from "./mailer.js";
export async function f(p: PrismaClient, id: string): Promise<void> {
  const job = await p.job.findUniqueOrThrow({ where: { id } });
  if (job.status !== "pending") return;
  const won = await p.job.updateMany({ where: { id, status: "pending" }, data: { status: "running" } }).then(({ count }) => count > 0);
  if (!won) return;
  await p.job.update({ where: { id }, data: { status: "done" } });
  await mailer.send(id);
}
`,
    ),
    quiet(
      "count destructured renamed",
      `import type { PrismaClient } from "@prisma/client";
import { mailer } from "./mailer.js";
export async function f(p: PrismaClient, id: string): Promise<void> {
  const job = await p.job.findUniqueOrThrow({ where: { id } });
  if (job.status !== "pending") return;
  const { count: changed } = await p.job.updateMany({ where: { id, status: "pending" }, data: { status: "running" } });
  if (changed !== 1) throw new Error("lost");
  await p.job.update({ where: { id }, data: { status: "done" } });
  await mailer.send(id);
}
`,
    ),
    quiet(
      "rowCount nullish",
      `import { Pool } from "pg";
import { mailer } from "./mailer.js";
const pool = new Pool();
interface Task { id: string; status: string }
export async function f(id: string): Promise<void> {
  const { rows } = await pool.query<Task>("SELECT * FROM tasks WHERE id = $1", [id]);
  if (rows[0]?.status !== "pending") return;
  const r = await pool.query("UPDATE tasks SET status = 'running' WHERE id = $1 AND status = 'pending'", [id]);
  if ((r.rowCount ?? 0) < 1) return;
  await pool.query("UPDATE tasks SET status = 'done' WHERE id = $1", [id]);
  await mailer.send(id);
}
`,
    ),
    quiet(
      "Boolean(affected)",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  const won = Boolean((await jobs.update({ id, status: "pending" }, { status: "running" })).affected);
  if (!won) return;
  await jobs.update({ id }, { status: "done" });
  await mailer.send(id);
}
`,
    ),
    quiet(
      "optional affected",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  const r = await jobs.update({ id, status: "pending" }, { status: "running" });
  if (!r?.affected || r.affected < 1) throw new Error();
  await jobs.update({ id }, { status: "done" });
  await mailer.send(id);
}
`,
    ),
    quiet(
      "result object won",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function claim(jobs: Repository<Task>, id: string): Promise<{ won: boolean; n: number }> {
  const r = await jobs.update({ id, status: "pending" }, { status: "running" });
  const n = r.affected ?? 0;
  return { won: n === 1, n };
}
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  const { won } = await claim(jobs, id);
  if (!won) return;
  await jobs.update({ id }, { status: "done" });
  await mailer.send(id);
}
`,
    ),
    quiet(
      "claim returns row or null",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function claim(jobs: Repository<Task>, id: string): Promise<Task | null> {
  const r = await jobs.update({ id, status: "pending" }, { status: "running" });
  if (!r.affected) return null;
  return jobs.findOneByOrFail({ id });
}
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await claim(jobs, id);
  if (!job) return;
  if (job.status !== "running") throw new Error();
  await jobs.update({ id }, { status: "done" });
  await mailer.send(id);
}
`,
    ),
    quiet(
      "claim returning row from helper",
      `import { Pool } from "pg";
import { mailer } from "./mailer.js";
const pool = new Pool();
interface Task { id: string; status: string }
async function one<X extends object>(sql: string, params: unknown[]): Promise<X | undefined> { const r = await pool.query<X>(sql, params); return r.rows[0]; }
export async function f(id: string): Promise<void> {
  const task = await one<Task>("SELECT * FROM tasks WHERE id = $1", [id]);
  if (task?.status !== "pending") return;
  const won = await one<Task>("UPDATE tasks SET status = 'running' WHERE id = $1 AND status = 'pending' RETURNING *", [id]);
  if (!won) return;
  await one("UPDATE tasks SET status = 'done' WHERE id = $1", [id]);
  await mailer.send(id);
}
`,
    ),
    quiet(
      "switch on affected",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  const r = await jobs.update({ id, status: "pending" }, { status: "running" });
  switch (r.affected) {
    case 1: await jobs.update({ id }, { status: "done" }); await mailer.send(id); break;
    default: return;
  }
}
`,
    ),
    quiet(
      "lock held by caller",
      `import type { DataSource, EntityManager } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function begin(m: EntityManager, id: string): Promise<void> {
  const job = await m.findOneByOrFail(Task, { id });
  if (job.status !== "pending") throw new Error();
  await m.update(Task, { id }, { status: "running" });
  await mailer.send(id);
}
export async function f(source: DataSource, id: string): Promise<void> {
  await source.transaction(async (m) => {
    await m.findOneOrFail(Task, { where: { id }, lock: { mode: "pessimistic_write" } });
    await begin(m, id);
  });
}
`,
    ),
    quiet(
      "advisory lock held by caller",
      `import type { DataSource, EntityManager } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function begin(m: EntityManager, id: string): Promise<void> {
  const job = await m.findOneByOrFail(Task, { id });
  if (job.status !== "pending") throw new Error();
  await m.update(Task, { id }, { status: "running" });
  await mailer.send(id);
}
export async function f(source: DataSource, id: string): Promise<void> {
  await source.transaction(async (m) => {
    await m.query("SELECT pg_advisory_xact_lock(hashtext($1))", [id]);
    await begin(m, id);
  });
}
`,
    ),
    quiet(
      "lock by helper with handle",
      `import type { DataSource, EntityManager } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function lockJob(m: EntityManager, id: string): Promise<Task> { return m.findOneOrFail(Task, { where: { id }, lock: { mode: "pessimistic_write" } }); }
export async function f(source: DataSource, id: string): Promise<void> {
  await source.transaction(async (m) => {
    const job = await lockJob(m, id);
    if (job.status !== "pending") throw new Error();
    await m.update(Task, { id }, { status: "running" });
    await mailer.send(id);
  });
}
`,
    ),
    quiet(
      "forUpdate option true",
      `import type { DataSource, EntityManager } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
class Repo {
  async get(m: EntityManager, id: string, opts: { forUpdate?: boolean } = {}): Promise<Task> {
    return m.findOneOrFail(Task, { where: { id }, ...(opts.forUpdate ? { lock: { mode: "pessimistic_write" as const } } : {}) });
  }
}
export async function f(source: DataSource, repo: Repo, id: string): Promise<void> {
  await source.transaction(async (m) => {
    const job = await repo.get(m, id, { forUpdate: true });
    if (job.status !== "pending") throw new Error();
    await m.update(Task, { id }, { status: "running" });
    await mailer.send(id);
  });
}
`,
    ),
    quiet(
      "lock conditional undefined option true",
      `import type { DataSource, EntityManager } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function get(m: EntityManager, id: string, lock = false): Promise<Task> {
  return m.findOneOrFail(Task, { where: { id }, lock: lock ? { mode: "pessimistic_write" } : undefined });
}
export async function f(source: DataSource, id: string): Promise<void> {
  await source.transaction(async (m) => {
    const job = await get(m, id, true);
    if (job.status !== "pending") throw new Error();
    await m.update(Task, { id }, { status: "running" });
    await mailer.send(id);
  });
}
`,
    ),
    quiet(
      "option builder step",
      `import type { DataSource, EntityManager } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function get(m: EntityManager, id: string, lock: boolean): Promise<Task> {
  const qb = m.createQueryBuilder(Task, "j").where("j.id = :id", { id });
  if (lock) qb.setLock("pessimistic_write");
  return qb.getOneOrFail();
}
export async function f(source: DataSource, id: string): Promise<void> {
  await source.transaction(async (m) => {
    const job = await get(m, id, true);
    if (job.status !== "pending") throw new Error();
    await m.update(Task, { id }, { status: "running" });
    await mailer.send(id);
  });
}
`,
    ),
    quiet(
      "option in sql true",
      `import { Pool, type PoolClient } from "pg";
import { mailer } from "./mailer.js";
const pool = new Pool();
interface Task { id: string; status: string }
async function get(c: PoolClient, id: string, opts: { forUpdate?: boolean } = {}): Promise<Task | undefined> {
  const { rows } = await c.query<Task>(\`SELECT * FROM tasks WHERE id = $1\${opts.forUpdate ? " FOR UPDATE" : ""}\`, [id]);
  return rows[0];
}
async function tx<X>(run: (c: PoolClient) => Promise<X>): Promise<X> {
  const c = await pool.connect();
  try { await c.query("BEGIN"); const r = await run(c); await c.query("COMMIT"); return r; } catch (e) { await c.query("ROLLBACK"); throw e; } finally { c.release(); }
}
export async function f(id: string): Promise<void> {
  await tx(async (c) => {
    const task = await get(c, id, { forUpdate: true });
    if (task?.status !== "pending") throw new Error();
    await c.query("UPDATE tasks SET status = 'running' WHERE id = $1", [id]);
    await mailer.send(id);
  });
}
`,
    ),
    quiet(
      "option for update true",
      `import { eq } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { pgTable, text } from "drizzle-orm/pg-core";
import { mailer } from "./mailer.js";
export const jobs = pgTable("jobs", { id: text("id").primaryKey(), status: text("status").notNull() });
async function get(db: NodePgDatabase, id: string, opts?: { forUpdate?: boolean }) {
  const q = db.select().from(jobs).where(eq(jobs.id, id));
  const [row] = opts?.forUpdate ? await q.for("update") : await q;
  return row;
}
export async function f(db: NodePgDatabase, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    const job = await get(tx, id, { forUpdate: true });
    if (job?.status !== "pending") throw new Error();
    await tx.update(jobs).set({ status: "running" }).where(eq(jobs.id, id));
    await mailer.send(id);
  });
}
`,
    ),
    quiet(
      "parent row locked",
      `import type { DataSource } from "typeorm";
import { Task, Order } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(source: DataSource, orderId: string): Promise<void> {
  await source.transaction(async (m) => {
    await m.findOneOrFail(Order, { where: { id: orderId }, lock: { mode: "pessimistic_write" } });
    const open = await m.find(Task, { where: { orderId, status: "pending" } });
    if (open.length === 0) return;
    for (const job of open) {
      await m.update(Task, { id: job.id }, { status: "running" });
      await mailer.send(job.id);
    }
  });
}
`,
    ),
    quiet(
      "only safe callers",
      `import type { DataSource, EntityManager } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function begin(m: EntityManager, job: Task): Promise<void> {
  if (job.status !== "pending") throw new Error();
  await m.update(Task, { id: job.id }, { status: "running" });
  await mailer.send(job.id);
}
export async function safe(source: DataSource, id: string): Promise<void> {
  await source.transaction(async (m) => { await begin(m, await m.findOneOrFail(Task, { where: { id }, lock: { mode: "pessimistic_write" } })); });
}
`,
    ),
    quiet(
      "recheck under lock excuses early",
      `import type { DataSource } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(source: DataSource, id: string): Promise<void> {
  const early = await source.getRepository(Task).findOneByOrFail({ id });
  if (early.status !== "pending") throw new Error("early");
  await source.transaction(async (m) => {
    const job = await m.findOneOrFail(Task, { where: { id }, lock: { mode: "pessimistic_write" } });
    if (job.status !== "pending") throw new Error("late");
    await m.update(Task, { id }, { status: "running" });
    await mailer.send(id);
  });
}
`,
    ),
    quiet(
      "locked but early check only",
      `import type { DataSource } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(source: DataSource, id: string): Promise<void> {
  const early = await source.getRepository(Task).findOneByOrFail({ id });
  if (early.status !== "pending") throw new Error("early");
  await source.transaction(async (m) => {
    const job = await m.findOneOrFail(Task, { where: { id }, lock: { mode: "pessimistic_write" } });
    job.status = "running";
    await m.save(job);
    await mailer.send(id);
  });
}
`,
    ),
    quiet(
      "version read with the row",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  const r = await jobs.update({ id, amount: job.amount }, { status: "running", amount: job.amount + 1 });
  if (r.affected === 0) throw new Error("stale");
  await mailer.send(id);
}
`,
    ),
    quiet(
      "claim pay mark paid",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") throw new Error("early");
  const r = await jobs.update({ id, status: "pending" }, { status: "running" });
  if (r.affected !== 1) throw new Error();
  try { await mailer.send(id); } catch (e) { await jobs.update({ id }, { status: "pending" }); throw e; }
  await jobs.update({ id }, { status: "done" });
}
`,
    ),
    quiet(
      "session advisory lock on client",
      `import { Pool } from "pg";
import { mailer } from "./mailer.js";
const pool = new Pool();
interface Task { id: string; status: string }
export async function f(id: string): Promise<void> {
  const c = await pool.connect();
  try {
    await c.query("SELECT pg_advisory_lock(hashtext($1))", [id]);
    const { rows } = await c.query<Task>("SELECT * FROM tasks WHERE id = $1", [id]);
    if (rows[0]?.status !== "pending") return;
    await c.query("UPDATE tasks SET status = 'running' WHERE id = $1", [id]);
    await mailer.send(id);
  } finally { await c.query("SELECT pg_advisory_unlock(hashtext($1))", [id]); c.release(); }
}
`,
    ),
    quiet(
      "advisory lock higher-order function",
      `import { Pool, type PoolClient } from "pg";
import { mailer } from "./mailer.js";
const pool = new Pool();
interface Task { id: string; status: string }
async function withLock<X>(key: string, run: (c: PoolClient) => Promise<X>): Promise<X> {
  const c = await pool.connect();
  try { await c.query("BEGIN"); await c.query("SELECT pg_advisory_xact_lock(hashtext($1))", [key]); const r = await run(c); await c.query("COMMIT"); return r; } catch (e) { await c.query("ROLLBACK"); throw e; } finally { c.release(); }
}
export async function f(id: string): Promise<void> {
  await withLock(id, async (c) => {
    const { rows } = await c.query<Task>("SELECT * FROM tasks WHERE id = $1", [id]);
    if (rows[0]?.status !== "pending") return;
    await c.query("UPDATE tasks SET status = 'running' WHERE id = $1", [id]);
    await mailer.send(id);
  });
}
`,
    ),
    quiet(
      "try advisory lock looked at",
      `import { Pool, type PoolClient } from "pg";
import { mailer } from "./mailer.js";
const pool = new Pool();
interface Task { id: string; status: string }
export async function f(c: PoolClient, id: string): Promise<void> {
  const { rows: [lock] } = await c.query<{ ok: boolean }>("SELECT pg_try_advisory_lock(hashtext($1)) AS ok", [id]);
  if (!lock?.ok) return;
  const { rows } = await c.query<Task>("SELECT * FROM tasks WHERE id = $1", [id]);
  if (rows[0]?.status !== "pending") return;
  await c.query("UPDATE tasks SET status = 'running' WHERE id = $1", [id]);
  await mailer.send(id);
}
`,
    ),
    quiet(
      "nowait lock, skip locked getOne",
      `import type { DataSource } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(source: DataSource): Promise<void> {
  await source.transaction(async (m) => {
    const job = await m.createQueryBuilder(Task, "j").where("j.status = :s", { s: "pending" }).setLock("pessimistic_write").setOnLocked("skip_locked").getOne();
    if (!job) return;
    job.status = "running";
    await m.save(job);
    await mailer.send(job.id);
  });
}
`,
    ),
    quiet(
      "queryRunner transaction with lock",
      `import type { DataSource } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(source: DataSource, id: string): Promise<void> {
  const qr = source.createQueryRunner();
  await qr.connect();
  await qr.startTransaction();
  try {
    const job = await qr.manager.findOneOrFail(Task, { where: { id }, lock: { mode: "pessimistic_write" } });
    if (job.status !== "pending") throw new Error();
    await qr.manager.update(Task, { id }, { status: "running" });
    await mailer.send(id);
    await qr.commitTransaction();
  } catch (e) { await qr.rollbackTransaction(); throw e; } finally { await qr.release(); }
}
`,
    ),
    quiet(
      "optional manager param with lock",
      `import type { DataSource, EntityManager, Repository } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
class Repo {
  constructor(private readonly source: DataSource) {}
  private repo(m?: EntityManager): Repository<Task> { return (m ?? this.source.manager).getRepository(Task); }
  lock(id: string, m?: EntityManager): Promise<Task> { return this.repo(m).findOneOrFail({ where: { id }, lock: { mode: "pessimistic_write" } }); }
  async mark(id: string, m?: EntityManager): Promise<void> { await this.repo(m).update({ id }, { status: "running" }); }
}
export async function f(source: DataSource, repo: Repo, id: string): Promise<void> {
  await source.transaction(async (m) => {
    const job = await repo.lock(id, m);
    if (job.status !== "pending") throw new Error();
    await repo.mark(id, m);
    await mailer.send(id);
  });
}
`,
    ),
  ],
});
