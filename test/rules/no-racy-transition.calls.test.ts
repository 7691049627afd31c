import rule from "../../rules/no-racy-transition.js";
import { transactionNote } from "./raceData.js";
import { testRule } from "./ruleTester.js";
import { raced } from "./shapes.js";

testRule("no-racy-transition (calls)", rule, {
  invalid: [
    raced(
      "a factory in another file",
      `import type { DataSource } from "typeorm";
import { createTaskStore } from "./stores/tasks.js";
import { mailer } from "./mailer.js";
export async function f(source: DataSource, id: string): Promise<void> {
  const store = createTaskStore(source);
  const task = await store.get(id);
  if (task.status !== "pending") return; // check
  await store.mark(id); // act:mark
  await mailer.send(id); // effect:mailer.send
}
`,
      { read: "stores/tasks.ts:13", write: "stores/tasks.ts:15", method: "update" },
    ),
    raced(
      "a namespace import",
      `import type { Repository } from "typeorm";
import * as store from "./stores/tasks.js";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(tasks: Repository<Task>, id: string): Promise<void> {
  const task = await store.find(tasks, id);
  if (task.status !== "pending") return; // check
  await store.begin(tasks, id); // act:begin
  await mailer.send(id); // effect:mailer.send
}
`,
      { read: "stores/tasks.ts:20", write: "stores/tasks.ts:23", method: "update" },
    ),
    raced(
      "a namespace that is exported again",
      `import type { Repository } from "typeorm";
import { taskStore } from "./stores/index.js";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(tasks: Repository<Task>, id: string): Promise<void> {
  const task = await taskStore.find(tasks, id);
  if (task.status !== "pending") return; // check
  await taskStore.begin(tasks, id); // act:begin
  await mailer.send(id); // effect:mailer.send
}
`,
      { read: "stores/tasks.ts:20", write: "stores/tasks.ts:23", method: "update" },
    ),
    raced(
      "overloads",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
function mark(jobs: Repository<Task>, id: string): Promise<void>;
function mark(jobs: Repository<Task>, job: Task): Promise<void>;
async function mark(jobs: Repository<Task>, target: string | Task): Promise<void> {
  const id = typeof target === "string" ? target : target.id;
  await jobs.update({ id }, { status: "running" }); // write:update
}
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.status !== "pending") return; // check
  await mark(jobs, job); // act:mark
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "mixin",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
type Ctor<X> = abstract new (...args: any[]) => X;
class Core { constructor(readonly jobs: Repository<Task>) {} }
function Marks<B extends Ctor<Core>>(B: B) {
  abstract class M extends B { async mark(id: string): Promise<void> { await this.jobs.update({ id }, { status: "running" }); } } // write:update
  return M;
}
class Svc extends Marks(Core) {
  async begin(id: string): Promise<void> {
    const job = await this.jobs.findOneByOrFail({ id }); // read
    if (job.status !== "pending") return; // check
    await this.mark(id); // act:mark
    await mailer.send(id); // effect:mailer.send
  }
}
export function f(s: Svc, id: string): Promise<void> { return s.begin(id); }
`,
    ),
    raced(
      "factory",
      `import { eq } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { pgTable, text } from "drizzle-orm/pg-core";
import { mailer } from "./mailer.js";
export const jobs = pgTable("jobs", { id: text("id").primaryKey(), status: text("status").notNull() });
export function createJobRepo(db: NodePgDatabase) {
  return {
    async get(id: string) { const [row] = await db.select().from(jobs).where(eq(jobs.id, id)); return row; }, // read
    async mark(id: string) { await db.update(jobs).set({ status: "running" }).where(eq(jobs.id, id)); }, // write:update
  };
}
export async function f(db: NodePgDatabase, id: string): Promise<void> {
  const repo = createJobRepo(db);
  const job = await repo.get(id);
  if (job?.status !== "pending") return; // check
  await repo.mark(id); // act:mark
  await mailer.send(id); // effect:mailer.send
}
`,
      { subject: "'status' of jobs" },
    ),
    raced(
      "factory with type and injected",
      `import { eq } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { pgTable, text } from "drizzle-orm/pg-core";
import { mailer } from "./mailer.js";
export const jobs = pgTable("jobs", { id: text("id").primaryKey(), status: text("status").notNull() });
export const createJobRepo = (db: NodePgDatabase) => {
  const get = async (id: string) => (await db.select().from(jobs).where(eq(jobs.id, id)))[0]; // read
  const mark = async (id: string) => { await db.update(jobs).set({ status: "running" }).where(eq(jobs.id, id)); }; // write:update
  return { get, mark };
};
type JobRepo = ReturnType<typeof createJobRepo>;
export function createService({ repo }: { repo: JobRepo }) {
  return {
    async begin(id: string): Promise<void> {
      const job = await repo.get(id);
      if (job?.status !== "pending") return; // check
      await repo.mark(id); // act:mark
      await mailer.send(id); // effect:mailer.send
    },
  };
}
`,
      { subject: "'status' of jobs" },
    ),
    raced(
      "injection by token",
      `import type { DataSource } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
import { Inject, Injectable } from "@nestjs/common";
const JOB_STORE = Symbol("JOB_STORE");
interface JobStore { get(id: string): Promise<Task>; mark(id: string): Promise<void>; }
@Injectable()
export class TypeormStore implements JobStore {
  constructor(private readonly source: DataSource) {}
  get(id: string): Promise<Task> { return this.source.getRepository(Task).findOneByOrFail({ id }); } // read
  async mark(id: string): Promise<void> { await this.source.getRepository(Task).update({ id }, { status: "running" }); } // write:update
}
@Injectable()
export class Svc {
  constructor(@Inject(JOB_STORE) private readonly store: JobStore) {}
  async begin(id: string): Promise<void> {
    const job = await this.store.get(id);
    if (job.status !== "pending") return; // check
    await this.store.mark(id); // act:mark
    await mailer.send(id); // effect:mailer.send
  }
}
export const use = (s: Svc) => s.begin("1");
`,
    ),
    raced(
      "injection by token, two implementations (one in memory)",
      `import type { DataSource } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
import { Inject, Injectable } from "@nestjs/common";
interface JobStore { get(id: string): Promise<Task>; mark(id: string): Promise<void>; }
export class TypeormStore implements JobStore {
  constructor(private readonly source: DataSource) {}
  get(id: string): Promise<Task> { return this.source.getRepository(Task).findOneByOrFail({ id }); } // read
  async mark(id: string): Promise<void> { await this.source.getRepository(Task).update({ id }, { status: "running" }); } // write:update
}
export class MemoryStore implements JobStore {
  private readonly map = new Map<string, Task>();
  async get(id: string): Promise<Task> { return this.map.get(id)!; }
  async mark(id: string): Promise<void> { this.map.get(id)!.status = "running"; }
}
@Injectable()
export class Svc {
  constructor(@Inject("STORE") private readonly store: JobStore) {}
  async begin(id: string): Promise<void> {
    const job = await this.store.get(id);
    if (job.status !== "pending") return; // check
    await this.store.mark(id); // act:mark
    await mailer.send(id); // effect:mailer.send
  }
}
export const use = (s: Svc) => s.begin("1");
`,
    ),
    raced(
      "injection InjectRepository",
      `import type { Repository } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
import { Injectable } from "@nestjs/common";
import { InjectRepository } from "@nestjs/typeorm";
@Injectable()
export class Svc {
  constructor(@InjectRepository(Task) private readonly jobs: Repository<Task>) {}
  async begin(id: string): Promise<void> {
    const job = await this.jobs.findOneByOrFail({ id }); // read
    if (job.status !== "pending") return; // check
    await this.jobs.update({ id }, { status: "running" }); // write:update
    await mailer.send(id); // effect:mailer.send
  }
}
export const use = (s: Svc) => s.begin("1");
`,
    ),
    raced(
      "bind",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export class S {
  constructor(private readonly jobs: Repository<Task>) {}
  private async mark(id: string): Promise<void> { await this.jobs.update({ id }, { status: "running" }); } // write:update
  async f(id: string): Promise<void> {
    const mark = this.mark.bind(this);
    const job = await this.jobs.findOneByOrFail({ id }); // read
    if (job.status !== "pending") return; // check
    await mark(id); // act:mark
    await mailer.send(id); // effect:mailer.send
  }
}
`,
    ),
    raced(
      "arrow field",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export class S {
  constructor(private readonly jobs: Repository<Task>) {}
  private readonly mark = async (id: string): Promise<void> => { await this.jobs.update({ id }, { status: "running" }); }; // write:update
  async f(id: string): Promise<void> {
    const job = await this.jobs.findOneByOrFail({ id }); // read
    if (job.status !== "pending") return; // check
    await this.mark(id); // act:mark
    await mailer.send(id); // effect:mailer.send
  }
}
`,
    ),
    raced(
      "handler map local",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string, action: "a" | "b"): Promise<void> {
  const handlers = {
    a: async () => {
      await jobs.update({ id }, { status: "running" }); // write:update
    },
    b: async () => {
      await jobs.update({ id }, { worker: "b" });
    },
  };
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.status !== "pending") return; // check
  await handlers[action]();
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "command bus handler itself",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import { CommandHandler, type ICommandHandler } from "@nestjs/cqrs";
export class StartJob { constructor(readonly id: string) {} }
@CommandHandler(StartJob)
export class StartJobHandler implements ICommandHandler<StartJob> {
  constructor(private readonly jobs: Repository<Task>) {}
  async execute(command: StartJob): Promise<void> {
    const job = await this.jobs.findOneByOrFail({ id: command.id }); // read
    if (job.status !== "pending") return; // check
    await this.jobs.update({ id: command.id }, { status: "running" }); // write:update
    await mailer.send(command.id); // effect:mailer.send
  }
}
`,
    ),
    raced(
      "own command bus",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
interface Handler { execute(c: { id: string }): Promise<void>; }
class Mark implements Handler { constructor(private readonly jobs: Repository<Task>) {} async execute(c: { id: string }): Promise<void> { await this.jobs.update({ id: c.id }, { status: "running" }); } } // write:update
class Bus { private readonly map = new Map<string, Handler>(); register(n: string, h: Handler): void { this.map.set(n, h); } async execute(n: string, c: { id: string }): Promise<void> { await this.map.get(n)!.execute(c); } }
export async function f(jobs: Repository<Task>, bus: Bus, id: string): Promise<void> {
  bus.register("mark", new Mark(jobs));
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.status !== "pending") return; // check
  await bus.execute("mark", { id }); // act:execute
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "scoped helper",
      `import type { DataSource, Repository } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
export class S {
  constructor(private readonly source: DataSource) {}
  private scoped<E extends object, R>(entity: new () => E, run: (repo: Repository<E>) => Promise<R>): Promise<R> { return run(this.source.getRepository(entity)); }
  async f(id: string): Promise<void> {
    await this.scoped(Task, async (repo) => {
      const job = await repo.findOneByOrFail({ id }); // read
      if (job.status !== "pending") return; // check
      await repo.update({ id }, { status: "running" }); // write:update
      await mailer.send(id); // effect:mailer.send
    });
  }
}
`,
    ),
    raced(
      "scoped helper transaction",
      `import type { DataSource, Repository } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
export class S {
  constructor(private readonly source: DataSource) {}
  private scoped<E extends object, R>(entity: new () => E, run: (repo: Repository<E>) => Promise<R>): Promise<R> {
    return this.source.transaction(async (m) => { await m.query("SET LOCAL app.tenant = 'x'"); return run(m.getRepository(entity)); });
  }
  async f(id: string): Promise<void> {
    const job = await this.scoped(Task, (repo) => repo.findOneByOrFail({ id })); // read
    if (job.status !== "pending") return; // check
    await this.scoped(Task, (repo) => repo.update({ id }, { status: "running" })); // write:update
    await mailer.send(id); // effect:mailer.send
  }
}
`,
      { note: transactionNote, remedy: "inTransaction" },
    ),
    raced(
      "Result-returning repository",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
type Result<X> = { ok: true; value: X } | { ok: false; error: Error };
class Repo {
  constructor(private readonly jobs: Repository<Task>) {}
  async get(id: string): Promise<Result<Task>> {
    try { return { ok: true, value: await this.jobs.findOneByOrFail({ id }) }; } catch (e) { return { ok: false, error: e as Error }; } // read
  }
  async mark(id: string): Promise<Result<null>> {
    try { await this.jobs.update({ id }, { status: "running" }); return { ok: true, value: null }; } catch (e) { return { ok: false, error: e as Error }; } // write:update
  }
}
export async function f(repo: Repo, id: string): Promise<void> {
  const found = await repo.get(id);
  if (!found.ok) throw found.error;
  if (found.value.status !== "pending") return; // check
  const marked = await repo.mark(id); // act:mark
  if (!marked.ok) throw marked.error;
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "default parameter function and callbacks",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function each(jobs: Repository<Task>, run: (job: Task) => Promise<void>): Promise<void> { for (const job of await jobs.find()) await run(job); } // read
export async function f(jobs: Repository<Task>): Promise<void> {
  await each(jobs, async (job) => {
    if (job.status !== "pending") return; // check
    await jobs.update({ id: job.id }, { status: "running" }); // write:update
    await mailer.send(job.id); // effect:mailer.send
  });
}
`,
    ),
    raced(
      "retry own",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function retry<X>(run: () => Promise<X>): Promise<X> { for (let i = 0; ; i++) { try { return await run(); } catch (e) { if (i > 3) throw e; } } }
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  await retry(async () => {
    const job = await jobs.findOneByOrFail({ id }); // read
    if (job.status !== "pending") return; // check
    await jobs.update({ id }, { status: "running" }); // write:update
    await mailer.send(id); // effect:mailer.send
  });
}
`,
    ),
    raced(
      "abstract template method",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
abstract class Base {
  constructor(protected readonly jobs: Repository<Task>) {}
  async run(id: string): Promise<void> {
    const job = await this.jobs.findOneByOrFail({ id }); // read
    if (job.status !== "pending") return; // check
    await this.act(job); // act:act
  }
  protected abstract act(job: Task): Promise<void>;
}
export class Start extends Base {
  protected async act(job: Task): Promise<void> { await this.jobs.update({ id: job.id }, { status: "running" }); await mailer.send(job.id); } // write:update effect:mailer.send
}
export const use = (s: Start) => s.run("1");
`,
    ),
    raced(
      "currying",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
const mark = (jobs: Repository<Task>) => async (id: string): Promise<void> => { await jobs.update({ id }, { status: "running" }); }; // write:update
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.status !== "pending") return; // check
  await mark(jobs)(id); // act:mark(jobs)
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "static methods",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
class Store { static async mark(jobs: Repository<Task>, id: string): Promise<void> { await jobs.update({ id }, { status: "running" }); } } // write:update
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.status !== "pending") return; // check
  await Store.mark(jobs, id); // act:mark
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
  ],
  valid: [],
});
