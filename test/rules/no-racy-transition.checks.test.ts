import rule from "../../rules/no-racy-transition.js";
import { transactionNote } from "./raceData.js";
import { testRule } from "./ruleTester.js";
import { raced } from "./shapes.js";

testRule("no-racy-transition (checks)", rule, {
  invalid: [
    raced(
      "continue in loop",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, ids: string[]): Promise<void> {
  for (const id of ids) {
    const job = await jobs.findOneByOrFail({ id }); // read
    if (job.status !== "pending") continue; // check
    await jobs.update({ id }, { status: "running" }); // write:update
    await mailer.send(id); // effect:mailer.send
  }
}
`,
    ),
    raced(
      "if block",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.status === "pending") { // check
    await jobs.update({ id }, { status: "running" }); // write:update
    await mailer.send(id); // effect:mailer.send
  }
}
`,
    ),
    raced(
      "else if chain",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.status === "done") return;
  else if (job.status === "running") throw new Error("busy"); // check
  else {
    await jobs.update({ id }, { status: "running" }); // write:update
    await mailer.send(id); // effect:mailer.send
  }
}
`,
    ),
    raced(
      "switch",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  switch (job.status) {
    case "pending": // check
      await jobs.update({ id }, { status: "running" }); // write:update
      await mailer.send(id); // effect:mailer.send
      break;
    default:
      throw new Error("no");
  }
}
`,
    ),
    raced(
      "switch default throws",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  switch (job.status) {
    case "running": // check
    case "done":
      throw new Error("no");
    default:
  }
  await jobs.update({ id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "ternary",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  const r = job.status === "pending" ? await jobs.update({ id }, { status: "running" }) : null; // check write:update
  if (r) await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "and-and",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneBy({ id }); // read
  job && job.status === "pending" && (await jobs.update({ id }, { status: "running" }), await mailer.send(id)); // check write:update effect:mailer.send
}
`,
    ),
    raced(
      "or-or",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  job.status === "running" || (await jobs.update({ id }, { status: "running" }), await mailer.send(id)); // check write:update effect:mailer.send
}
`,
    ),
    raced(
      "nullish",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
export async function f(jobs: Repository<Task>, id: string, me: string): Promise<string> {
  const job = await jobs.findOneByOrFail({ id }); // read
  const owner = job.worker ?? (await jobs.update({ id }, { worker: me }), me); // check write:update
  return owner;
}
`,
      { overwritten: "'worker'", subject: "'worker' of Task" },
    ),
    raced(
      "early exit inside try",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  try {
    const job = await jobs.findOneByOrFail({ id }); // read
    if (job.status !== "pending") return; // check
    await jobs.update({ id }, { status: "running" }); // write:update
    await mailer.send(id); // effect:mailer.send
  } catch (e) {
    console.error(e);
  }
}
`,
    ),
    raced(
      "Set.has",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
const busy = new Set(["running", "done"]);
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (busy.has(job.status)) throw new Error(); // check
  await jobs.update({ id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "transition table",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
const ALLOWED: Record<Task["status"], Task["status"][]> = { pending: ["running", "cancelled"], running: ["done"], done: [], cancelled: [] };
export async function f(jobs: Repository<Task>, id: string, next: Task["status"]): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (!ALLOWED[job.status].includes(next)) throw new Error(); // check
  await jobs.update({ id }, { status: next }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "transition table Map",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
const ALLOWED = new Map<string, string[]>([["pending", ["running", "cancelled"]], ["running", ["done"]]]);
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (!ALLOWED.get(job.status)?.includes("running")) throw new Error(); // check
  await jobs.update({ id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "boolean local and negation",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  const open = job.status === "pending";
  if (!open) return; // check
  await jobs.update({ id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "let flag set in if",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  let ok = false;
  if (job.status === "pending") ok = true; // check
  if (ok) {
    await jobs.update({ id }, { status: "running" }); // write:update
    await mailer.send(id); // effect:mailer.send
  }
}
`,
    ),
    raced(
      "date comparison",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string, me: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.startedAt && job.startedAt.getTime() > Date.now() - 60000) return; // check
  await jobs.update({ id }, { startedAt: new Date(), worker: me }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
      { subject: "'startedAt' of Task" },
    ),
    raced(
      "number comparison",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.amount < 1) throw new Error(); // check
  await jobs.update({ id }, { amount: 0 }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
      { subject: "'amount' of Task" },
    ),
    raced(
      "number comparison decrement",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string, q: number): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.amount < q) throw new Error(); // check
  await jobs.decrement({ id }, "amount", q); // write:decrement
  await mailer.send(id); // effect:mailer.send
}
`,
      { subject: "'amount' of Task" },
    ),
    raced(
      "nullable timestamp",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.startedAt !== null) return; // check
  await jobs.update({ id }, { startedAt: new Date() }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
      { subject: "'startedAt' of Task" },
    ),
    raced(
      "helper boolean",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
function isOpen(job: Task): boolean { return job.status === "pending"; }
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (!isOpen(job)) return; // check
  await jobs.update({ id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "helper result object",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
function mayStart(job: Task): { allowed: boolean; reason?: string } {
  if (job.status !== "pending") return { allowed: false, reason: "busy" }; // check
  return { allowed: true };
}
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  const { allowed } = mayStart(job);
  if (!allowed) return;
  await jobs.update({ id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "helper throws with object",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
function throwIfBusy({ current }: { current: string }): void { if (current === "running") throw new Error(); } // check
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  throwIfBusy({ current: job.status });
  await jobs.update({ id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "helper throws with field",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
function throwIfBusy(status: string): void { if (status === "running") throw new Error(); } // check
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  throwIfBusy(job.status);
  await jobs.update({ id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "entity method check and assign then save",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
export async function f(jobs: Repository<Task>, id: string, me: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  job.start(me);
  await jobs.save(job); // write:save
}
`,
      { check: "work.ts:26", overwritten: "'worker'" },
    ),
    raced(
      "entity getter",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (!job.isPending) return; // check
  await jobs.update({ id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "list filter then loop",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>): Promise<void> {
  const all = await jobs.find(); // read
  const open = all.filter((j) => j.status === "pending");
  for (const job of open) { // check
    await jobs.update({ id: job.id }, { status: "running" }); // write:update
    await mailer.send(job.id); // effect:mailer.send
  }
}
`,
    ),
    raced(
      "pending list mapped to ids",
      `import { In, Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>): Promise<void> {
  const open = await jobs.find({ where: { status: "pending" } }); // read check
  if (open.length === 0) return;
  const ids = open.map((j) => j.id);
  await jobs.update({ id: In(ids) }, { status: "running" }); // write:update
  for (const id of ids) await mailer.send(id); // effect:mailer.send
}
`,
      { filter: "find" },
    ),
    raced(
      "some",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, orderId: string): Promise<void> {
  const all = await jobs.find({ where: { orderId } }); // read
  if (all.some((j) => j.status !== "pending")) throw new Error(); // check
  await jobs.update({ orderId }, { status: "running" }); // write:update
  await mailer.send(orderId); // effect:mailer.send
}
`,
    ),
    raced(
      "some update by ids",
      `import { In, Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, ids: string[]): Promise<void> {
  const all = await jobs.find({ where: { id: In(ids) } }); // read
  if (all.some((j) => j.status !== "pending")) throw new Error(); // check
  await jobs.update({ id: In(ids) }, { status: "running" }); // write:update
  for (const id of ids) await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "every",
      `import { In, Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, ids: string[]): Promise<void> {
  const all = await jobs.find({ where: { id: In(ids) } }); // read
  if (!all.every((j) => j.status === "pending")) throw new Error(); // check
  await jobs.update({ id: In(all.map((j) => j.id)) }, { status: "running" }); // write:update
  for (const id of ids) await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "guard row from caller",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function begin(jobs: Repository<Task>, job: Task): Promise<void> {
  if (job.status !== "pending") return; // check
  await jobs.update({ id: job.id }, { status: "running" }); // write:update
  await mailer.send(job.id); // effect:mailer.send
}
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  await begin(jobs, job);
}
`,
    ),
    raced(
      "closure of transaction captures row",
      `import type { DataSource } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(source: DataSource, id: string): Promise<void> {
  const job = await source.getRepository(Task).findOneByOrFail({ id }); // read
  if (job.status !== "pending") throw new Error(); // check
  await source.transaction(async (m) => {
    await m.update(Task, { id }, { status: "running" }); // write:update
    await mailer.send(id); // effect:mailer.send
  });
}
`,
      { note: transactionNote, remedy: "inTransaction" },
    ),
    raced(
      "Promise.all destructuring",
      `import type { Repository } from "typeorm";
import type { Task, Order } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, orders: Repository<Order>, id: string, oid: string): Promise<void> {
  const [job, order] = await Promise.all([jobs.findOneByOrFail({ id }), orders.findOneBy({ id: oid })]); // read
  if (job.status !== "pending" || !order) return; // check
  await jobs.update({ id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "const [row]",
      `import { eq } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { pgTable, text } from "drizzle-orm/pg-core";
import { mailer } from "./mailer.js";
export const jobs = pgTable("jobs", { id: text("id").primaryKey(), status: text("status").notNull() });
export async function f(db: NodePgDatabase, id: string): Promise<void> {
  const [job] = await db.select().from(jobs).where(eq(jobs.id, id)); // read
  if (job?.status !== "pending") return; // check
  await db.update(jobs).set({ status: "running" }).where(eq(jobs.id, id)); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
      { subject: "'status' of jobs" },
    ),
    raced(
      "data error wrapper",
      `import type { PrismaClient } from "@prisma/client";
import { mailer } from "./mailer.js";
declare const p: PrismaClient;
async function load(id: string) {
  try { return { data: await p.job.findUniqueOrThrow({ where: { id } }), error: null }; } catch (error) { return { data: null, error }; } // read
}
export async function f(id: string): Promise<void> {
  const { data: row, error } = await load(id);
  if (error || !row) return;
  if (row.status !== "pending") return; // check
  await p.job.update({ where: { id }, data: { status: "running" } }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
      { subject: "'status' of Job" },
    ),
    raced(
      "then r0",
      `import { eq } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { pgTable, text } from "drizzle-orm/pg-core";
import { mailer } from "./mailer.js";
export const jobs = pgTable("jobs", { id: text("id").primaryKey(), status: text("status").notNull() });
export async function f(db: NodePgDatabase, id: string): Promise<void> {
  const job = await db.select().from(jobs).where(eq(jobs.id, id)).then((r) => r[0]); // read
  if (!job || job.status !== "pending") return; // check
  await db.update(jobs).set({ status: "running" }).where(eq(jobs.id, id)); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
      { subject: "'status' of jobs" },
    ),
    raced(
      "rows.at(0)",
      `import { eq } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { pgTable, text } from "drizzle-orm/pg-core";
import { mailer } from "./mailer.js";
export const jobs = pgTable("jobs", { id: text("id").primaryKey(), status: text("status").notNull() });
export async function f(db: NodePgDatabase, id: string): Promise<void> {
  const rows = await db.select().from(jobs).where(eq(jobs.id, id)); // read
  if (rows.at(0)?.status !== "pending") return; // check
  await db.update(jobs).set({ status: "running" }).where(eq(jobs.id, id)); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
      { subject: "'status' of jobs" },
    ),
    raced(
      "for await",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function* pending(jobs: Repository<Task>): AsyncGenerator<Task> {
  for (const job of await jobs.find()) yield job; // read
}
export async function f(jobs: Repository<Task>): Promise<void> {
  for await (const job of pending(jobs)) {
    if (job.status !== "pending") continue; // check
    await jobs.update({ id: job.id }, { status: "running" }); // write:update
    await mailer.send(job.id); // effect:mailer.send
  }
}
`,
    ),
    raced(
      "asserts x is",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
function assertPending(job: Task | null): asserts job is Task { if (job === null || job.status !== "pending") throw new Error(); } // check
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneBy({ id }); // read
  assertPending(job);
  await jobs.update({ id: job.id }, { status: "running" }); // write:update
  await mailer.send(job.id); // effect:mailer.send
}
`,
    ),
    raced(
      "assert node",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import assert from "node:assert";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  assert(job.status === "pending"); // check
  await jobs.update({ id: job.id }, { status: "running" }); // write:update
  await mailer.send(job.id); // effect:mailer.send
}
`,
    ),
    raced(
      "invariant own function with condition",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
function invariant(c: unknown, m: string): asserts c { if (!c) throw new Error(m); } // check
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  invariant(job.status === "pending", "no");
  await jobs.update({ id: job.id }, { status: "running" }); // write:update
  await mailer.send(job.id); // effect:mailer.send
}
`,
    ),
    raced(
      "tiny-invariant not installed",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import invariant from "tiny-invariant";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  invariant(job.status === "pending", "no"); // check
  await jobs.update({ id: job.id }, { status: "running" }); // write:update
  await mailer.send(job.id); // effect:mailer.send
}
`,
    ),
    raced(
      "Either of own",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
type Either<L, R> = { kind: "left"; error: L } | { kind: "right"; value: R };
const left = <L>(error: L): Either<L, never> => ({ kind: "left", error });
const right = <R>(value: R): Either<never, R> => ({ kind: "right", value });
function startable(job: Task): Either<string, Task> { return job.status === "pending" ? right(job) : left("busy"); } // check
export async function f(jobs: Repository<Task>, id: string): Promise<Either<string, string>> {
  const job = await jobs.findOneByOrFail({ id }); // read
  const r = startable(job);
  if (r.kind === "left") return r;
  await jobs.update({ id: r.value.id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
  return right(id);
}
`,
    ),
    raced(
      "Result class of own static",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
class Result<T> {
  private constructor(readonly ok: boolean, readonly error: string | undefined, private readonly _value: T | undefined) {}
  static ok<U>(v: U): Result<U> { return new Result<U>(true, undefined, v); }
  static fail<U>(e: string): Result<U> { return new Result<U>(false, e, undefined); }
  get isSuccess(): boolean { return this.ok; }
  getValue(): T { if (!this.ok) throw new Error(); return this._value as T; }
}
function startable(job: Task): Result<Task> { if (job.status !== "pending") return Result.fail("busy"); return Result.ok(job); }
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  const r = startable(job);
  if (!r.isSuccess) return;
  await jobs.update({ id: r.getValue().id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
      { check: "file.ts:15 and file.ts:9" },
    ),
    raced(
      "Array.find not ended",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, orderId: string): Promise<void> {
  const all = await jobs.find({ where: { orderId } }); // read
  const open = all.find((x) => !x.endedAt);
  if (!open) throw new Error(); // check
  await jobs.update({ id: open.id }, { endedAt: new Date() }); // write:update
  await mailer.send(open.id); // effect:mailer.send
}
`,
      { subject: "'endedAt' of Task" },
    ),
    raced(
      "Map by id",
      `import { In, Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, ids: string[]): Promise<void> {
  const all = await jobs.findBy({ id: In(ids) }); // read
  const byId = new Map(all.map((j) => [j.id, j]));
  for (const id of ids) {
    const job = byId.get(id);
    if (!job || job.status !== "pending") continue; // check
    await jobs.update({ id }, { status: "running" }); // write:update
    await mailer.send(id); // effect:mailer.send
  }
}
`,
    ),
    raced(
      "field inside a JSON column",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string, me: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.meta.state !== "open") return; // check
  await jobs.update({ id }, { meta: { ...job.meta, state: "taken", by: me } }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
      { subject: "'meta' of Task" },
    ),
    raced(
      "field inside a JSON column prisma",
      `import type { PrismaClient } from "@prisma/client";
import { mailer } from "./mailer.js";
export async function f(p: PrismaClient, id: string): Promise<void> {
  const job = await p.job.findUniqueOrThrow({ where: { id } }); // read
  const meta = job.meta as { state: string };
  if (meta.state !== "open") return; // check
  await p.job.update({ where: { id }, data: { meta: { ...meta, state: "taken" } } }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
      { subject: "'meta' of Job" },
    ),
    raced(
      "switch true",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  switch (true) {
    case job.status === "running": throw new Error("busy"); // check
    case job.status === "done": throw new Error("done");
    default: break;
  }
  await jobs.update({ id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "exists then update",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  if (!(await jobs.existsBy({ id, status: "pending" }))) return; // read check
  await jobs.update({ id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
      { filter: "existsBy" },
    ),
    raced(
      "count then update",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const n = await jobs.countBy({ id, status: "pending" }); // read check
  if (n === 0) return;
  await jobs.update({ id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
      { filter: "countBy" },
    ),
    raced(
      "optional chaining helper returns null",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function openJob(jobs: Repository<Task>, id: string): Promise<Task | null> {
  const job = await jobs.findOneBy({ id }); // read
  if (!job || job.status !== "pending") return null; // check
  return job;
}
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await openJob(jobs, id);
  if (!job) return;
  await jobs.update({ id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "try helper caught returns",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
class Bad extends Error {}
function check(job: Task): void { if (job.status !== "pending") throw new Bad(); } // check
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  try { check(job); } catch (e) { return; }
  await jobs.update({ id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "errors list pushed",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  const errors: string[] = [];
  if (job.status !== "pending") errors.push("busy");
  if (errors.length > 0) throw new Error(errors.join()); // check
  await jobs.update({ id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "validator map of functions",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
const rules = { running: (job: Task) => job.status === "pending", done: (job: Task) => job.status === "running" };
export async function f(jobs: Repository<Task>, id: string, next: "running" | "done"): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (!rules[next](job)) throw new Error(); // check
  await jobs.update({ id }, { status: next }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "state machine class",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
class Machine {
  constructor(private readonly current: string) {}
  can(next: string): boolean { return this.current === "pending" && next === "running"; } // check
}
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  const machine = new Machine(job.status);
  if (!machine.can("running")) throw new Error();
  await jobs.update({ id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "throws in a helper three calls deep",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
function ensure(c: boolean): void { if (!c) throw new Error("no"); } // check
function check(job: Task): void { ensure(job.status === "pending"); }
function guard(job: Task): void { check(job); }
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  guard(job);
  await jobs.update({ id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
  ],
  valid: [],
});
