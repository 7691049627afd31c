import rule from "../../rules/no-racy-transition.js";
import { testRule } from "./ruleTester.js";
import { quiet, raced } from "./shapes.js";

testRule("no-racy-transition (writes)", rule, {
  invalid: [
    raced(
      "active record",
      `import { mailer } from "./mailer.js";
import { BaseEntity, Column, Entity, PrimaryColumn } from "typeorm";
@Entity()
class Ticket extends BaseEntity {
  @PrimaryColumn("text") id!: string;
  @Column("text") status!: string;
  async take(): Promise<void> { this.status = "taken"; await this.save(); } // write:save
}
export async function f(id: string): Promise<void> {
  const t = await Ticket.findOneByOrFail({ id }); // read
  if (t.status !== "open") return; // check
  await t.take(); // act:take
  await mailer.send(id); // effect:mailer.send
}
`,
      { subject: "'status' of Ticket" },
    ),
    raced(
      "assignment far before save",
      `import type { Repository } from "typeorm";
import { Task, Order } from "./work.js";
export async function f(jobs: Repository<Task>, id: string, me: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.status !== "pending") return; // check
  job.status = "running";
  job.worker = me;
  const order = await jobs.manager.findOneBy(Order, { id: job.orderId });
  if (!order) throw new Error();
  console.log(order.status);
  await jobs.save(job); // write:save
}
`,
      { overwritten: "'worker'" },
    ),
    raced(
      "assignment in a helper far before",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
function mark(job: Task, me: string): void { job.status = "running"; job.worker = me; }
export async function f(jobs: Repository<Task>, id: string, me: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.status !== "pending") return; // check
  mark(job, me);
  await jobs.save(job); // write:save
}
`,
      { overwritten: "'worker'" },
    ),
    raced(
      "repository method that takes a patch",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
class Repo {
  constructor(private readonly jobs: Repository<Task>) {}
  get(id: string): Promise<Task> { return this.jobs.findOneByOrFail({ id }); } // read
  async patch(id: string, patch: Partial<Task>): Promise<void> { await this.jobs.update({ id }, { ...patch }); } // write:update
}
export async function f(repo: Repo, id: string): Promise<void> {
  const job = await repo.get(id);
  if (job.status !== "pending") return; // check
  await repo.patch(id, { status: "running" }); // act:patch
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "repository patch prisma",
      `import type { PrismaClient, Prisma } from "@prisma/client";
import { mailer } from "./mailer.js";
class Repo {
  constructor(private readonly p: PrismaClient) {}
  get(id: string) { return this.p.job.findUniqueOrThrow({ where: { id } }); } // read
  async patch(id: string, data: Prisma.JobUpdateInput): Promise<void> { await this.p.job.update({ where: { id }, data }); } // write:update
}
export async function f(repo: Repo, id: string): Promise<void> {
  const job = await repo.get(id);
  if (job.status !== "pending") return; // check
  await repo.patch(id, { status: "running" }); // act:patch
  await mailer.send(id); // effect:mailer.send
}
`,
      { subject: "'status' of Job" },
    ),
    raced(
      "patch object built over statements",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string, me?: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.status !== "pending") return; // check
  const patch: Partial<Task> = {};
  patch.status = "running";
  if (me) patch.worker = me;
  await jobs.update({ id }, patch); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "criteria widened is a race",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const where: { id: string; status?: "pending" } = { id, status: "pending" };
  const job = await jobs.findOneBy(where); // read
  if (!job) return; // check
  delete where.status;
  await jobs.update(where, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
      { filter: "findOneBy" },
    ),
    raced(
      "criteria widened by rest",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const where = { id, status: "pending" as const };
  const job = await jobs.findOneBy(where); // read
  if (!job) return; // check
  const { status, ...key } = where;
  await jobs.update(key, { status: "running" }); // write:update
  await mailer.send(id + status); // effect:mailer.send
}
`,
      { filter: "findOneBy" },
    ),
    raced(
      "conditions array not narrowed",
      `import { and, eq } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { pgTable, text } from "drizzle-orm/pg-core";
import { mailer } from "./mailer.js";
export const jobs = pgTable("jobs", { id: text("id").primaryKey(), status: text("status").notNull() });
export async function f(db: NodePgDatabase, id: string): Promise<void> {
  const conditions = [eq(jobs.id, id)];
  const [job] = await db.select().from(jobs).where(and(...conditions)); // read
  if (job?.status !== "pending") return; // check
  await db.update(jobs).set({ status: "running" }).where(and(...conditions)); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
      { subject: "'status' of jobs" },
    ),
    raced(
      "inherited baseUpdate",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
abstract class Base<E extends { id: string }> {
  constructor(protected readonly repo: Repository<E>) {}
  baseFind(id: string): Promise<E> { return this.repo.findOneByOrFail({ id } as never); } // read
  async baseUpdate(id: string, patch: Partial<E>): Promise<void> { await this.repo.update(id, patch as never); } // write:update
}
class Jobs extends Base<Task> {
  async begin(id: string): Promise<void> {
    const job = await this.baseFind(id);
    if (job.status !== "pending") return; // check
    await this.baseUpdate(id, { status: "running" }); // act:baseUpdate
    await mailer.send(id); // effect:mailer.send
  }
}
export function f(jobs: Jobs, id: string): Promise<void> { return jobs.begin(id); }
`,
    ),
    raced(
      "inherited baseUpdate by super",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
abstract class Base<E extends { id: string }> {
  constructor(protected readonly repo: Repository<E>) {}
  async update(id: string, patch: Partial<E>): Promise<void> { await this.repo.update(id, patch as never); } // write:update
}
class Jobs extends Base<Task> {
  override async update(id: string, patch: Partial<Task>): Promise<void> { console.log(id); await super.update(id, patch); }
  async begin(id: string): Promise<void> {
    const job = await this.repo.findOneByOrFail({ id }); // read
    if (job.status !== "pending") return; // check
    await this.update(id, { status: "running" }); // act:update
    await mailer.send(id); // effect:mailer.send
  }
}
export function f(jobs: Jobs, id: string): Promise<void> { return jobs.begin(id); }
`,
    ),
    raced(
      "claim with only key in filter",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
class Repo {
  constructor(readonly jobs: Repository<Task>) {}
  async claim(id: string): Promise<boolean> { const r = await this.jobs.update({ id }, { status: "running" }); return r.affected === 1; } // write:update
}
export async function f(repo: Repo, id: string): Promise<void> {
  const job = await repo.jobs.findOneByOrFail({ id }); // read
  if (job.status !== "pending") return; // check
  if (!(await repo.claim(id))) return; // act:claim
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "findOneAndUpdate only key",
      `import { Pool } from "pg";
import { mailer } from "./mailer.js";
const pool = new Pool();
interface Task { id: string; status: string }
async function findOneAndUpdate(id: string, status: string): Promise<Task | undefined> {
  const { rows } = await pool.query<Task>("UPDATE tasks SET status = $2 WHERE id = $1 RETURNING *", [id, status]); // write:query
  return rows[0];
}
export async function f(id: string): Promise<void> {
  const { rows } = await pool.query<Task>("SELECT * FROM tasks WHERE id = $1", [id]); // read
  if (rows[0]?.status !== "pending") return; // check
  const won = await findOneAndUpdate(id, "running"); // act:findOneAndUpdate
  if (!won) return;
  await mailer.send(id); // effect:mailer.send
}
`,
      { subject: "'status' of tasks" },
    ),
    raced(
      "query builder",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.createQueryBuilder("j").where("j.id = :id", { id }).getOneOrFail(); // read
  if (job.status !== "pending") return; // check
  await jobs.createQueryBuilder().update().set({ status: "running" }).where("id = :id", { id }).execute(); // write:update act:execute
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "preload",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.status !== "pending") return; // check
  const next = await jobs.preload({ id, status: "running" });
  await jobs.save(next!); // write:save
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "upsert",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.status !== "pending") return; // check
  await jobs.upsert({ id, status: "running" }, ["id"]); // write:upsert
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "prisma upsert",
      `import type { PrismaClient } from "@prisma/client";
import { mailer } from "./mailer.js";
export async function f(p: PrismaClient, id: string): Promise<void> {
  const job = await p.job.findUnique({ where: { id } }); // read
  if (!job || job.status !== "pending") return; // check
  await p.job.upsert({ where: { id }, create: { id, status: "running" }, update: { status: "running" } }); // write:upsert
  await mailer.send(id); // effect:mailer.send
}
`,
      { subject: "'status' of Job" },
    ),
    raced(
      "transaction list",
      `import type { PrismaClient } from "@prisma/client";
export async function f(p: PrismaClient, id: string): Promise<void> {
  const job = await p.job.findUniqueOrThrow({ where: { id } }); // read
  if (job.status !== "pending") return; // check
  await p.$transaction([p.job.update({ where: { id }, data: { status: "running" } }), p.invoice.create({ data: { id } })]); // write:update effect:invoice.create
}
`,
      { subject: "'status' of Job" },
    ),
    raced(
      "setter",
      `import type { Repository } from "typeorm";
import { mailer } from "./mailer.js";
import { Column, Entity, PrimaryColumn } from "typeorm";
@Entity()
class Ticket {
  @PrimaryColumn("text") id!: string;
  @Column("text") status!: string;
  set state(v: string) { this.status = v; }
  get state(): string { return this.status; }
}
export async function f(ts: Repository<Ticket>, id: string): Promise<void> {
  const t = await ts.findOneByOrFail({ id }); // read
  if (t.state !== "open") return; // check
  t.state = "taken";
  await ts.save(t); // write:save
  await mailer.send(id); // effect:mailer.send
}
`,
      { subject: "'state' of Ticket" },
    ),
    raced(
      "loop assign then save list",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, orderId: string): Promise<void> {
  const list = await jobs.find({ where: { orderId, status: "pending" } }); // read check
  if (list.length === 0) return;
  for (const j of list) j.status = "running";
  await jobs.save(list); // write:save
  for (const j of list) await mailer.send(j.id); // effect:mailer.send
}
`,
      { filter: "find" },
    ),
    raced(
      "map copies then save",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>): Promise<void> {
  const list = await jobs.find({ where: { status: "pending" } }); // read check
  if (list.length === 0) return;
  await jobs.save(list.map((j) => ({ ...j, status: "running" as const }))); // write:save
  for (const j of list) await mailer.send(j.id); // effect:mailer.send
}
`,
      { filter: "find" },
    ),
    raced(
      "save of partial built from id",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.status !== "pending") return; // check
  const next = jobs.create({ id: job.id, status: "running" });
  await jobs.save(next); // write:save
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "computed property write",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.status !== "pending") return; // check
  const column = "status";
  await jobs.update({ id }, { [column]: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
  ],
  valid: [
    quiet(
      "patch other column is silent",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
class Repo {
  constructor(private readonly jobs: Repository<Task>) {}
  get(id: string): Promise<Task> { return this.jobs.findOneByOrFail({ id }); }
  async patch(id: string, patch: Partial<Task>): Promise<void> { await this.jobs.update({ id }, { ...patch }); }
}
export async function f(repo: Repo, id: string): Promise<void> {
  const job = await repo.get(id);
  if (job.status !== "pending") return;
  await repo.patch(id, { amount: 2 });
  await mailer.send(id);
}
`,
    ),
    quiet(
      "criteria variable narrowed protects",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  const where: { id: string; status?: "pending" } = { id };
  where.status = "pending";
  const r = await jobs.update(where, { status: "running" });
  if (r.affected !== 1) return;
  await mailer.send(id);
}
`,
    ),
    quiet(
      "criteria variable spread narrowed protects",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  const base = { id };
  const where = { ...base, status: "pending" as const };
  const r = await jobs.update(where, { status: "running" });
  if (r.affected !== 1) return;
  await mailer.send(id);
}
`,
    ),
    quiet(
      "conditions array narrowed",
      `import { and, eq } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { pgTable, text } from "drizzle-orm/pg-core";
import { mailer } from "./mailer.js";
export const jobs = pgTable("jobs", { id: text("id").primaryKey(), status: text("status").notNull() });
export async function f(db: NodePgDatabase, id: string): Promise<void> {
  const conditions = [eq(jobs.id, id)];
  const [job] = await db.select().from(jobs).where(and(...conditions));
  if (job?.status !== "pending") return;
  conditions.push(eq(jobs.status, "pending"));
  const rows = await db.update(jobs).set({ status: "running" }).where(and(...conditions)).returning();
  if (rows.length === 0) return;
  await mailer.send(id);
}
`,
    ),
    quiet(
      "claim real",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
class Repo {
  constructor(readonly jobs: Repository<Task>) {}
  async claim(id: string): Promise<boolean> { const r = await this.jobs.update({ id, status: "pending" }, { status: "running" }); return r.affected === 1; }
}
export async function f(repo: Repo, id: string): Promise<void> {
  const job = await repo.jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  if (!(await repo.claim(id))) return;
  await mailer.send(id);
}
`,
    ),
  ],
});
