import rule from "../../rules/no-racy-transition.js";
import { testRule } from "./ruleTester.js";
import { quiet, raced } from "./shapes.js";

testRule("no-racy-transition (other stores)", rule, {
  invalid: [
    raced(
      "adding to something that is no builder",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
declare const ledger: { addLine(text: string): void };
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.status !== "pending") return; // check
  await jobs.update(id, { status: "running" }); // write:update
  ledger.addLine(id); // effect:ledger.addLine
}
`,
    ),
    raced(
      "request that acts",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.status !== "pending") return; // check
  await jobs.update(id, { status: "running" }); // write:update
  await fetch("https://pay", { method: "POST", body: new URLSearchParams({ amount: id }) }); // effect:fetch
}
`,
    ),
    raced(
      "list in a store of keys",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
declare const redis: { expire(key: string, seconds: number): Promise<void>; enqueue(id: string): Promise<void> };
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.status !== "pending") return; // check
  await jobs.update(id, { status: "running" }); // write:update
  await redis.enqueue(id); // effect:redis.enqueue
}
`,
    ),
    raced(
      "something created and waited for",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
declare function createName(id: string): { text: string };
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.status !== "pending") return; // check
  await jobs.update(id, { status: "running" }); // write:update
  await createName(id); // effect:createName
}
`,
    ),
    raced(
      "something created, whose promise is handled",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
declare function createName(id: string): Promise<void> & { text: string };
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.status !== "pending") return; // check
  await jobs.update(id, { status: "running" }); // write:update
  void createName(id).catch(() => undefined); // effect:createName
}
`,
    ),
  ],
  valid: [
    quiet(
      "builder",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
declare const messageBuilder: { addLine(text: string): void };
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await jobs.update(id, { status: "running" });
  messageBuilder.addLine(id);
}
`,
    ),
    quiet(
      "what others have put into a queue in memory",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
interface Waiting { run(): Promise<void> }
const lists = new Map<string, { waiting: Waiting[] }>();
function listOf(key: string): { waiting: Waiting[] } {
  let list = lists.get(key);
  if (!list) { list = { waiting: [] }; lists.set(key, list); }
  return list;
}
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await jobs.update(id, { status: "running" });
  const next = listOf("jobs").waiting.shift();
  if (next) await next.run();
}
`,
    ),
    quiet(
      "request for a token",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await jobs.update(id, { status: "running" });
  await fetch("https://id", { method: "POST", body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: id }) });
}
`,
    ),
    quiet(
      "counter in a store of keys",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
declare const redis: { expire(key: string, seconds: number): Promise<void>; enqueue(id: string): Promise<void> };
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await jobs.update(id, { status: "running" });
  await redis.expire(id, 60);
}
`,
    ),
    quiet(
      "object made on the way",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
declare function createName(id: string): { text: string };
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await jobs.update(id, { status: "running" });
  job.meta.by = createName(id).text;
}
`,
    ),
    quiet(
      "object made on the way, by a chain",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
declare function createName(id: string): Promise<void> & { text: string };
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await jobs.update(id, { status: "running" });
  void String(createName(id).text);
}
`,
    ),
    quiet(
      "Map",
      `import { mailer } from "./mailer.js";
const jobs = new Map<string, { id: string; status: string }>();
export async function f(id: string): Promise<void> {
  const job = jobs.get(id);
  if (job?.status !== "pending") return;
  await mailer.send(id);
  jobs.set(id, { ...job, status: "running" });
}
`,
    ),
    quiet(
      "cache with update",
      `import type { Repository } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
interface Cache { get(k: string): Promise<Task | undefined>; set(k: string, v: Task): Promise<void>; }
export async function f(jobs: Repository<Task>, cache: Cache, id: string): Promise<void> {
  const job = await cache.get(id);
  if (job?.status !== "pending") return;
  await cache.set(id, { ...job, status: "running" } as Task);
  await mailer.send(id);
}
`,
    ),
    quiet(
      "array",
      `import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(list: Task[], id: string): Promise<void> {
  const job = list.find((j) => j.id === id);
  if (job?.status !== "pending") return;
  await mailer.send(id);
  job.status = "running";
  list.push(job);
}
`,
    ),
    quiet(
      "React state",
      `import { mailer } from "./mailer.js";
declare function useState<X>(x: X): [X, (x: X) => void];
export function Comp(): () => Promise<void> {
  const [job, setJob] = useState({ id: "1", status: "pending" });
  return async () => { if (job.status !== "pending") return; setJob({ ...job, status: "running" }); await mailer.send(job.id); };
}
`,
    ),
    quiet(
      "queue",
      `import { mailer } from "./mailer.js";
interface Queue { get(id: string): Promise<{ status: string; update(p: object): Promise<void> }>; }
export async function f(queue: Queue, id: string): Promise<void> {
  const job = await queue.get(id);
  if (job.status !== "pending") return;
  await job.update({ status: "running" });
  await mailer.send(id);
}
`,
    ),
    quiet(
      "bullmq",
      `import { mailer } from "./mailer.js";
import { Queue } from "bullmq";
export async function f(queue: Queue, id: string): Promise<void> {
  const job = await queue.getJob(id);
  if (job?.data.status !== "pending") return;
  await job.updateData({ ...job.data, status: "running" });
  await mailer.send(id);
}
`,
    ),
    quiet(
      "http client",
      `import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
interface Http { get<X>(u: string): Promise<{ data: X }>; patch(u: string, b: object): Promise<void>; }
export async function f(http: Http, id: string): Promise<void> {
  const { data: job } = await http.get<Task>(\`/jobs/\${id}\`);
  if (job.status !== "pending") return;
  await http.patch(\`/jobs/\${id}\`, { status: "running" });
  await mailer.send(id);
}
`,
    ),
    quiet(
      "in-memory store class with repository names",
      `import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
class MemoryJobs {
  private readonly map = new Map<string, Task>();
  async findOneBy({ id }: { id: string }): Promise<Task | null> { return this.map.get(id) ?? null; }
  async update({ id }: { id: string }, patch: Partial<Task>): Promise<void> { Object.assign(this.map.get(id)!, patch); }
  async save(job: Task): Promise<Task> { this.map.set(job.id, job); return job; }
}
export async function f(jobs: MemoryJobs, id: string): Promise<void> {
  const job = await jobs.findOneBy({ id });
  if (job?.status !== "pending") return;
  await jobs.update({ id }, { status: "running" });
  job.status = "running";
  await jobs.save(job);
  await mailer.send(id);
}
`,
    ),
    quiet(
      "redux store",
      `import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { pgTable, text } from "drizzle-orm/pg-core";
import { mailer } from "./mailer.js";
export const jobs = pgTable("jobs", { id: text("id").primaryKey(), status: text("status").notNull() });
interface Store { getState(): { status: string }; update(x: unknown): { set(p: object): { where(c: unknown): Promise<void> } }; }
export async function f(db: Store): Promise<void> {
  if (db.getState().status !== "pending") return;
  await db.update("x").set({ status: "running" }).where(1);
  await mailer.send("1");
}
`,
    ),
    quiet(
      "redis query method",
      `import { Pool } from "pg";
import { mailer } from "./mailer.js";
const pool = new Pool();
interface Task { id: string; status: string }
interface Client { query(q: string): Promise<{ rows: { status: string }[] }>; }
export async function f(client: Client, id: string): Promise<void> {
  const { rows } = await client.query(\`get \${id}\`);
  if (rows[0]?.status !== "pending") return;
  await client.query(\`set \${id}\`);
  await mailer.send(id);
}
`,
    ),
    quiet(
      "file system",
      `import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import { readFile, writeFile } from "node:fs/promises";
export async function f(id: string): Promise<void> {
  const job = JSON.parse(await readFile(id, "utf8")) as Task;
  if (job.status !== "pending") return;
  await writeFile(id, JSON.stringify({ ...job, status: "running" }));
  await mailer.send(id);
}
`,
    ),
    quiet(
      "zustand-like get/set/update",
      `import { mailer } from "./mailer.js";
interface Store { job: { findUnique(a: object): Promise<{ status: string } | null>; update(a: object): Promise<void> }; }
export async function f(store: Store, id: string): Promise<void> {
  const job = await store.job.findUnique({ where: { id } });
  if (job?.status !== "pending") return;
  await store.job.update({ where: { id }, data: { status: "running" } });
  await mailer.send(id);
}
`,
    ),
    quiet(
      "weakmap and signals",
      `import { mailer } from "./mailer.js";
const states = new WeakMap<object, { status: string }>();
export async function f(key: object): Promise<void> {
  const s = states.get(key);
  if (s?.status !== "pending") return;
  states.set(key, { status: "running" });
  await mailer.send("x");
}
`,
    ),
    quiet(
      "repository row mutated only in memory",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  job.status = "running";
  await mailer.send(id);
}
`,
    ),
    quiet(
      "s3 / elasticsearch client",
      `import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
interface Es { get(a: object): Promise<{ _source: Task }>; update(a: object): Promise<void>; }
export async function f(es: Es, id: string): Promise<void> {
  const { _source: job } = await es.get({ index: "jobs", id });
  if (job.status !== "pending") return;
  await es.update({ index: "jobs", id, doc: { status: "running" } });
  await mailer.send(id);
}
`,
    ),
  ],
});
