import rule from "../../rules/no-racy-transition.js";
import { testRule } from "./ruleTester.js";
import { raced } from "./shapes.js";

testRule("no-racy-transition (travel)", rule, {
  invalid: [
    raced(
      "class field across methods",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export class S {
  private job!: Task;
  constructor(private readonly jobs: Repository<Task>) {}
  async f(id: string): Promise<void> {
    await this.load(id);
    this.check();
    await this.mark(); // act:mark
    await mailer.send(id); // effect:mailer.send
  }
  private async load(id: string): Promise<void> { this.job = await this.jobs.findOneByOrFail({ id }); } // read
  private check(): void { if (this.job.status !== "pending") throw new Error(); } // check
  private async mark(): Promise<void> { this.job.status = "running"; await this.jobs.save(this.job); } // write:save
}
`,
    ),
    raced(
      "destructured parameters",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function begin(jobs: Repository<Task>, { id, status }: Task): Promise<void> {
  if (status !== "pending") return; // check
  await jobs.update({ id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
export async function f(jobs: Repository<Task>, id: string): Promise<void> { await begin(jobs, await jobs.findOneByOrFail({ id })); } // read
`,
    ),
    raced(
      "object argument",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function begin({ jobs, job }: { jobs: Repository<Task>; job: Task }): Promise<void> {
  if (job.status !== "pending") return; // check
  await jobs.update({ id: job.id }, { status: "running" }); // write:update
  await mailer.send(job.id); // effect:mailer.send
}
export async function f(jobs: Repository<Task>, id: string): Promise<void> { const job = await jobs.findOneByOrFail({ id }); await begin({ jobs, job }); } // read
`,
    ),
    raced(
      "tuple",
      `import type { Repository } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function load(jobs: Repository<Task>, id: string): Promise<[Task, boolean]> {
  const job = await jobs.findOneByOrFail({ id }); // read
  return [job, job.status === "pending"];
}
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const [job, open] = await load(jobs, id);
  if (!open) return; // check
  await jobs.update({ id: job.id }, { status: "running" }); // write:update
  await mailer.send(job.id); // effect:mailer.send
}
`,
    ),
    raced(
      "class field",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export class S {
  private job!: Task;
  constructor(private readonly jobs: Repository<Task>) {}
  async f(id: string): Promise<void> {
    this.job = await this.jobs.findOneByOrFail({ id }); // read
    if (this.job.status !== "pending") return; // check
    await this.jobs.update({ id }, { status: "running" }); // write:update
    await mailer.send(id); // effect:mailer.send
  }
}
`,
    ),
    raced(
      "this fluent",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
class Flow {
  private job: Task | undefined;
  constructor(private readonly jobs: Repository<Task>) {}
  async load(id: string): Promise<this> { this.job = await this.jobs.findOneByOrFail({ id }); return this; } // read
  assertOpen(): this { if (this.job?.status !== "pending") throw new Error(); return this; } // check
  async start(): Promise<void> { await this.jobs.update({ id: this.job!.id }, { status: "running" }); } // write:update
}
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const flow = new Flow(jobs);
  await flow.load(id);
  flow.assertOpen();
  await flow.start(); // act:start
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "closures",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  const isOpen = (): boolean => job.status === "pending";
  const mark = async (): Promise<void> => {
    await jobs.update({ id: job.id }, { status: "running" }); // write:update
  };
  if (!isOpen()) return; // check
  await mark();
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "Promise.all map",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, ids: string[]): Promise<void> {
  const all = await Promise.all(ids.map((id) => jobs.findOneByOrFail({ id }))); // read
  for (const job of all) {
    if (job.status !== "pending") continue; // check
    await jobs.update({ id: job.id }, { status: "running" }); // write:update
    await mailer.send(job.id); // effect:mailer.send
  }
}
`,
    ),
    raced(
      "Promise.all of async closures",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, ids: string[]): Promise<void> {
  await Promise.all(ids.map(async (id) => {
    const job = await jobs.findOneByOrFail({ id }); // read
    if (job.status !== "pending") return; // check
    await jobs.update({ id: job.id }, { status: "running" }); // write:update
    await mailer.send(job.id); // effect:mailer.send
  }));
}
`,
    ),
    raced(
      "Promise.allSettled",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const [r] = await Promise.allSettled([jobs.findOneByOrFail({ id })]); // read
  if (r.status === "rejected") return;
  if (r.value.status !== "pending") return; // check
  await jobs.update({ id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "async generator of batches",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function* batches(jobs: Repository<Task>): AsyncGenerator<Task[]> {
  for (;;) {
    const page = await jobs.find({ where: { status: "pending" }, take: 100 }); // read check
    if (page.length === 0) return;
    yield page;
  }
}
export async function f(jobs: Repository<Task>): Promise<void> {
  for await (const page of batches(jobs)) {
    for (const job of page) {
      await jobs.update({ id: job.id }, { status: "running" }); // write:update
      await mailer.send(job.id); // effect:mailer.send
    }
  }
}
`,
      { filter: "find" },
    ),
    raced(
      "mapper literal",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
const toDomain = (e: Task) => ({ id: e.id, state: e.status });
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const model = toDomain(await jobs.findOneByOrFail({ id })); // read
  if (model.state !== "pending") return; // check
  await jobs.update({ id: model.id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "getter on service",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export class S {
  private _job?: Task;
  constructor(private readonly jobs: Repository<Task>) {}
  private get job(): Task { return this._job!; }
  async f(id: string): Promise<void> {
    this._job = await this.jobs.findOneByOrFail({ id }); // read
    if (this.job.status !== "pending") return; // check
    await this.jobs.update({ id }, { status: "running" }); // write:update
    await mailer.send(id); // effect:mailer.send
  }
}
`,
    ),
    raced(
      "spread copy save",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
export async function f(jobs: Repository<Task>, id: string, me: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.status !== "pending") return; // check
  await jobs.save({ ...job, status: "running", worker: me }); // write:save
}
`,
      { overwritten: "'worker'" },
    ),
    raced(
      "Object.assign save",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
export async function f(jobs: Repository<Task>, id: string, me: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.status !== "pending") return; // check
  Object.assign(job, { status: "running", worker: me });
  await jobs.save(job); // write:save
}
`,
      { overwritten: "'worker'" },
    ),
    raced(
      "merge save",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
export async function f(jobs: Repository<Task>, id: string, me: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.status !== "pending") return; // check
  await jobs.save(jobs.merge(job, { status: "running", worker: me })); // write:save
}
`,
      { overwritten: "'worker'" },
    ),
    raced(
      "cache in front of the read",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
interface Cache { get<T>(k: string): Promise<T | undefined>; set(k: string, v: unknown): Promise<void>; }
export class S {
  constructor(private readonly jobs: Repository<Task>, private readonly cache: Cache) {}
  async find(id: string): Promise<Task> {
    const cached = await this.cache.get<Task>(id);
    if (cached) return cached;
    const job = await this.jobs.findOneByOrFail({ id }); // read
    await this.cache.set(id, job);
    return job;
  }
  async f(id: string): Promise<void> {
    const job = await this.find(id);
    if (job.status !== "pending") return; // check
    await this.jobs.update({ id }, { status: "running" }); // write:update
    await mailer.send(id); // effect:mailer.send
  }
}
`,
    ),
    raced(
      "cache wrap",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
interface Cache { wrap<T>(k: string, fn: () => Promise<T>): Promise<T>; }
export async function f(jobs: Repository<Task>, cache: Cache, id: string): Promise<void> {
  const job = await cache.wrap(\`job:\${id}\`, () => jobs.findOneByOrFail({ id })); // read
  if (job.status !== "pending") return; // check
  await jobs.update({ id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "Map cache",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
const cache = new Map<string, Task>();
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  let job = cache.get(id);
  if (!job) {
    job = await jobs.findOneByOrFail({ id }); // read
    cache.set(id, job);
  }
  if (job.status !== "pending") return; // check
  await jobs.update({ id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "structuredClone / JSON copy",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = structuredClone(await jobs.findOneByOrFail({ id })); // read
  if (job.status !== "pending") return; // check
  await jobs.update({ id: job.id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "return through then chain",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export function f(jobs: Repository<Task>, id: string): Promise<void> {
  return jobs.findOneByOrFail({ id }).then(async (job) => { // read
    if (job.status !== "pending") return; // check
    await jobs.update({ id }, { status: "running" }); // write:update
    await mailer.send(id); // effect:mailer.send
  });
}
`,
    ),
    raced(
      "then chain split",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export function f(jobs: Repository<Task>, id: string): Promise<void> {
  return jobs
    .findOneByOrFail({ id }) // read
    .then((job) => {
      if (job.status !== "pending") throw new Error(); // check
      return jobs.update({ id }, { status: "running" }); // write:update
    })
    .then(() => mailer.send(id)); // effect:mailer.send
}
`,
    ),
    raced(
      "chunked",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
function chunk<X>(xs: X[], n: number): X[][] { const out: X[][] = []; for (let i = 0; i < xs.length; i += n) out.push(xs.slice(i, i + n)); return out; }
export async function f(jobs: Repository<Task>): Promise<void> {
  const open = await jobs.find({ where: { status: "pending" } }); // read check
  for (const batch of chunk(open, 10)) {
    for (const job of batch) {
      await jobs.update({ id: job.id }, { status: "running" }); // write:update
      await mailer.send(job.id); // effect:mailer.send
    }
  }
}
`,
      { filter: "find" },
    ),
    raced(
      "context object",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
interface Ctx { job?: Task; jobs: Repository<Task>; }
async function load(ctx: Ctx, id: string): Promise<void> { ctx.job = await ctx.jobs.findOneByOrFail({ id }); } // read
function check(ctx: Ctx): void { if (ctx.job?.status !== "pending") throw new Error(); } // check
async function mark(ctx: Ctx): Promise<void> { await ctx.jobs.update({ id: ctx.job!.id }, { status: "running" }); } // write:update
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const ctx: Ctx = { jobs };
  await load(ctx, id);
  check(ctx);
  await mark(ctx); // act:mark
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "req.job set by middleware in same program",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
interface Req { params: { id: string }; job?: Task; }
export class C {
  constructor(private readonly jobs: Repository<Task>) {}
  async load(req: Req): Promise<void> { req.job = await this.jobs.findOneByOrFail({ id: req.params.id }); } // read
  async handle(req: Req): Promise<void> {
    await this.load(req);
    if (req.job!.status !== "pending") throw new Error(); // check
    await this.jobs.update({ id: req.job!.id }, { status: "running" }); // write:update
    await mailer.send(req.job!.id); // effect:mailer.send
  }
}
`,
    ),
    raced(
      "default and nullish assign",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string, given?: Task): Promise<void> {
  const job = given ?? (await jobs.findOneByOrFail({ id })); // read
  if (job.status !== "pending") return; // check
  await jobs.update({ id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
  ],
  valid: [],
});
