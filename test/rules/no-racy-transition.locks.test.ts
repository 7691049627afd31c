import rule from "../../rules/no-racy-transition.js";
import { handleNote, processNote, transactionNote } from "./raceData.js";
import { testRule } from "./ruleTester.js";
import { quiet, raced } from "./shapes.js";

testRule("no-racy-transition (locks and transactions of others)", rule, {
  invalid: [
    raced(
      "an insert under a fresh id is no event",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import { randomUUID } from "node:crypto";
import { Column, Entity, PrimaryColumn } from "typeorm";
@Entity()
class Handled { @PrimaryColumn("text") id!: string; @Column("text") jobId!: string; }
export async function f(jobs: Repository<Task>, handled: Repository<Handled>, id: string): Promise<void> {
  await handled.insert({ id: randomUUID(), jobId: id });
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.status !== "pending") return; // check
  await jobs.update({ id }, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "runInTransaction, plain",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import { runInTransaction } from "typeorm-transactional";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  await runInTransaction(async () => {
    const job = await jobs.findOneByOrFail({ id }); // read
    if (job.status !== "pending") return; // check
    await jobs.update({ id }, { status: "running" }); // write:update
    await mailer.send(id); // effect:mailer.send
  });
}
`,
    ),
    raced(
      "two decorated methods are two transactions",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import { Transactional } from "typeorm-transactional";
class Store {
  constructor(private readonly jobs: Repository<Task>) {}
  @Transactional()
  lock(id: string): Promise<Task> { return this.jobs.findOneOrFail({ where: { id }, lock: { mode: "pessimistic_write" } }); } // read
  @Transactional()
  async mark(id: string): Promise<void> { await this.jobs.update({ id }, { status: "running" }); } // write:update
}
export class S {
  constructor(private readonly store: Store) {}
  async f(id: string): Promise<void> {
    const job = await this.store.lock(id);
    if (job.status !== "pending") return; // check
    await this.store.mark(id); // act:mark
    await mailer.send(id); // effect:mailer.send
  }
}
`,
      { note: handleNote, remedy: "otherHandle" },
    ),
    raced(
      "the default level of a helper",
      `import type { DataSource, EntityManager } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function inTx<X>(source: DataSource, run: (m: EntityManager) => Promise<X>, level: "SERIALIZABLE" | "READ COMMITTED" = "READ COMMITTED"): Promise<X> { return source.transaction(level, run); }
export async function f(source: DataSource, id: string): Promise<void> {
  await inTx(source, async (m) => {
    const job = await m.findOneByOrFail(Task, { id }); // read
    if (job.status !== "pending") return; // check
    await m.update(Task, { id }, { status: "running" }); // write:update
    await mailer.send(id); // effect:mailer.send
  });
}
`,
      { note: transactionNote, remedy: "inTransaction" },
    ),
    raced(
      "a mutex written by hand, in memory",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
const tails = new Map<string, Promise<unknown>>();
function exclusively<X>(key: string, run: () => Promise<X>): Promise<X> {
  const before = tails.get(key) ?? Promise.resolve();
  const next = before.then(run, run);
  tails.set(key, next);
  return next;
}
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  await exclusively(id, async () => {
    const job = await jobs.findOneByOrFail({ id }); // read
    if (job.status !== "pending") return; // check
    await jobs.update({ id }, { status: "running" }); // write:update
    await mailer.send(id); // effect:mailer.send
  });
}
`,
    ),
    raced(
      "a mutex in memory",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import { Mutex } from "async-mutex";
const mutex = new Mutex();
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  await mutex.runExclusive(async () => {
    const job = await jobs.findOneByOrFail({ id }); // read
    if (job.status !== "pending") return; // check
    await jobs.update({ id }, { status: "running" }); // write:update
    await mailer.send(id); // effect:mailer.send
  });
}
`,
      { note: processNote },
    ),
    raced(
      "a mutex in memory, acquired and released",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import { Mutex } from "async-mutex";
export class S {
  private readonly mutex = new Mutex();
  constructor(private readonly jobs: Repository<Task>) {}
  async f(id: string): Promise<void> {
    const release = await this.mutex.acquire();
    try {
      const job = await this.jobs.findOneByOrFail({ id }); // read
      if (job.status !== "pending") return; // check
      await this.jobs.update({ id }, { status: "running" }); // write:update
      await mailer.send(id); // effect:mailer.send
    } finally { release(); }
  }
}
`,
      { note: processNote },
    ),
    raced(
      "a lock in memory by key",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import AsyncLock from "async-lock";
const lock = new AsyncLock();
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  await lock.acquire(id, async () => {
    const job = await jobs.findOneByOrFail({ id }); // read
    if (job.status !== "pending") return; // check
    await jobs.update({ id }, { status: "running" }); // write:update
    await mailer.send(id); // effect:mailer.send
  });
}
`,
      { note: processNote },
    ),
    raced(
      "one at a time in memory",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import pLimit from "p-limit";
const limit = pLimit(1);
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  await limit(async () => {
    const job = await jobs.findOneByOrFail({ id }); // read
    if (job.status !== "pending") return; // check
    await jobs.update({ id }, { status: "running" }); // write:update
    await mailer.send(id); // effect:mailer.send
  });
}
`,
      { note: processNote },
    ),
    raced(
      "a decorator opens a transaction",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import { Transactional } from "typeorm-transactional";
export class S {
  constructor(private readonly jobs: Repository<Task>) {}
  @Transactional()
  async f(id: string): Promise<void> {
    const job = await this.jobs.findOneByOrFail({ id }); // read
    if (job.status !== "pending") return; // check
    await this.jobs.update({ id }, { status: "running" }); // write:update
    await mailer.send(id); // effect:mailer.send
  }
}
`,
      { note: transactionNote, remedy: "inTransaction" },
    ),
    raced(
      "a decorator of the program",
      `import type { DataSource, Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export function Tx(): MethodDecorator {
  return (_t, _k, d: PropertyDescriptor) => { const run = d.value; d.value = function (this: { source: DataSource }, ...a: unknown[]) { return this.source.transaction(() => run.apply(this, a)); }; };
}
export class S {
  constructor(readonly source: DataSource, private readonly jobs: Repository<Task>) {}
  @Tx()
  async f(id: string): Promise<void> {
    const job = await this.jobs.findOneByOrFail({ id }); // read
    if (job.status !== "pending") return; // check
    await this.jobs.update({ id }, { status: "running" }); // write:update
    await mailer.send(id); // effect:mailer.send
  }
}
`,
    ),
  ],
  valid: [
    quiet(
      "own transaction decorator named in the settings, row locked",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export declare function Tx(): MethodDecorator;
export class S {
  constructor(private readonly jobs: Repository<Task>) {}
  @Tx()
  async f(id: string): Promise<void> {
    const job = await this.jobs.findOneOrFail({ where: { id }, lock: { mode: "pessimistic_write" } });
    if (job.status !== "pending") return;
    await this.jobs.update({ id }, { status: "running" });
    await mailer.send(id);
  }
}
`,
      { settings: { transactionDecorators: ["Tx"] } },
    ),
    quiet(
      "own transaction decorator that nobody names, row locked",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export declare function Tx(): MethodDecorator;
export class S {
  constructor(private readonly jobs: Repository<Task>) {}
  @Tx()
  async f(id: string): Promise<void> {
    const job = await this.jobs.findOneOrFail({ where: { id }, lock: { mode: "pessimistic_write" } });
    if (job.status !== "pending") return;
    await this.jobs.update({ id }, { status: "running" });
    await mailer.send(id);
  }
}
`,
    ),
    quiet(
      "lock decorator",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import { WithLock } from "./locks.js";
export class S {
  constructor(private readonly jobs: Repository<Task>) {}
  @WithLock("job")
  async f(id: string): Promise<void> {
    const job = await this.jobs.findOneByOrFail({ id });
    if (job.status !== "pending") return;
    await this.jobs.update({ id }, { status: "running" });
    await mailer.send(id);
  }
}
`,
    ),
    quiet(
      "runInTransaction, serializable",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import { runInTransaction } from "typeorm-transactional";
export class S {
  constructor(private readonly jobs: Repository<Task>) {}
  async f(id: string): Promise<void> {
    await runInTransaction(async () => {
      const job = await this.jobs.findOneByOrFail({ id });
      if (job.status !== "pending") return;
      await this.jobs.update({ id }, { status: "running" });
      await mailer.send(id);
    }, { isolationLevel: "SERIALIZABLE" });
  }
}
`,
    ),
    quiet(
      "both ends in one REPEATABLE READ transaction",
      `import { PrismaClient, Prisma } from "@prisma/client";
import { mailer } from "./mailer.js";
export async function f(p: PrismaClient, id: string): Promise<void> {
  await p.$transaction(async (tx) => {
    const job = await tx.job.findUniqueOrThrow({ where: { id } });
    if (job.status !== "pending") return;
    await tx.job.update({ where: { id }, data: { status: "running" } });
    await mailer.send(id);
  }, { isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead });
}
`,
    ),
    quiet(
      "an isolation level that the caller passes",
      `import type { PrismaClient, Prisma } from "@prisma/client";
import { mailer } from "./mailer.js";
async function inTx<X>(p: PrismaClient, run: (tx: Prisma.TransactionClient) => Promise<X>, opts: { isolationLevel?: "Serializable" } = {}): Promise<X> { return p.$transaction(run, opts); }
export async function f(p: PrismaClient, id: string): Promise<void> {
  await inTx(p, async (tx) => {
    const job = await tx.job.findUniqueOrThrow({ where: { id } });
    if (job.status !== "pending") return;
    await tx.job.update({ where: { id }, data: { status: "running" } });
    await mailer.send(id);
  }, { isolationLevel: "Serializable" });
}
`,
    ),
    quiet(
      "redlock, its callback",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import Redlock from "redlock";
const redlock = new Redlock([] as never);
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  await redlock.using([\`job:\${id}\`], 5000, async () => {
    const job = await jobs.findOneByOrFail({ id });
    if (job.status !== "pending") return;
    await jobs.update({ id }, { status: "running" });
    await mailer.send(id);
  });
}
`,
    ),
    quiet(
      "redlock, acquired and released",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import Redlock from "redlock";
const redlock = new Redlock([] as never);
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const lock = await redlock.acquire([\`job:\${id}\`], 5000);
  try {
    const job = await jobs.findOneByOrFail({ id });
    if (job.status !== "pending") return;
    await jobs.update({ id }, { status: "running" });
    await mailer.send(id);
  } finally { await lock.release(); }
}
`,
    ),
    quiet(
      "a key that is set only if it is absent",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
interface Redis { set(k: string, v: string, ...a: (string | number)[]): Promise<"OK" | null>; del(k: string): Promise<number>; }
export async function f(jobs: Repository<Task>, redis: Redis, id: string): Promise<void> {
  const got = await redis.set(\`lock:\${id}\`, "1", "NX", "PX", 5000);
  if (got !== "OK") return;
  try {
    const job = await jobs.findOneByOrFail({ id });
    if (job.status !== "pending") return;
    await jobs.update({ id }, { status: "running" });
    await mailer.send(id);
  } finally { await redis.del(\`lock:\${id}\`); }
}
`,
    ),
    quiet(
      "the same with a client that is not installed",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import Redis from "ioredis";
const redis = new Redis();
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const got = await redis.set(\`lock:\${id}\`, "1", "PX", 5000, "NX");
  if (!got) return;
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await jobs.update({ id }, { status: "running" });
  await mailer.send(id);
}
`,
    ),
    quiet(
      "a lock service of which only the interface is known",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
interface LockService { acquire(key: string): Promise<{ release(): Promise<void> }>; }
export async function f(jobs: Repository<Task>, locks: LockService, id: string): Promise<void> {
  const lock = await locks.acquire(\`job:\${id}\`);
  try {
    const job = await jobs.findOneByOrFail({ id });
    if (job.status !== "pending") return;
    await jobs.update({ id }, { status: "running" });
    await mailer.send(id);
  } finally { await lock.release(); }
}
`,
    ),
    quiet(
      "a wrapper of the program over a lock in Redis",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import Redis from "ioredis";
const redis = new Redis();
async function withLock<X>(key: string, run: () => Promise<X>): Promise<X | undefined> {
  const ok = await redis.set(key, "1", "PX", 5000, "NX");
  if (!ok) return undefined;
  try { return await run(); } finally { await redis.del(key); }
}
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  await withLock(\`job:\${id}\`, async () => {
    const job = await jobs.findOneByOrFail({ id });
    if (job.status !== "pending") return;
    await jobs.update({ id }, { status: "running" });
    await mailer.send(id);
  });
}
`,
    ),
    quiet(
      "a method that says whether the lock was taken",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import Redis from "ioredis";
class Locks {
  constructor(private readonly redis: Redis) {}
  async acquire(key: string): Promise<boolean> { const r = await this.redis.set(key, "1", "PX", 5000, "NX"); return r === "OK"; }
  async release(key: string): Promise<void> { await this.redis.del(key); }
}
export class S {
  constructor(private readonly jobs: Repository<Task>, private readonly locks: Locks) {}
  async f(id: string): Promise<void> {
    const got = await this.locks.acquire(\`job:\${id}\`);
    if (!got) return;
    try {
      const job = await this.jobs.findOneByOrFail({ id });
      if (job.status !== "pending") return;
      await this.jobs.update({ id }, { status: "running" });
      await mailer.send(id);
    } finally { await this.locks.release(\`job:\${id}\`); }
  }
}
`,
    ),
    quiet(
      "an event that is inserted once",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import { Column, Entity, PrimaryColumn } from "typeorm";
@Entity()
class Handled { @PrimaryColumn("text") id!: string; }
export async function f(jobs: Repository<Task>, handled: Repository<Handled>, id: string): Promise<void> {
  await handled.insert({ id });
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await jobs.update({ id }, { status: "running" });
  await mailer.send(id);
}
`,
    ),
    quiet(
      "a wrapper that the settings name",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
declare function exclusively<X>(key: string, run: () => Promise<X>): Promise<X>;
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  await exclusively(id, async () => {
    const job = await jobs.findOneByOrFail({ id });
    if (job.status !== "pending") return;
    await jobs.update({ id }, { status: "running" });
    await mailer.send(id);
  });
}
`,
      { settings: { lockFunctions: ["exclusively"] } },
    ),
    quiet(
      "a mutex in memory of the only process",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import { Mutex } from "async-mutex";
const mutex = new Mutex();
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  await mutex.runExclusive(async () => {
    const job = await jobs.findOneByOrFail({ id });
    if (job.status !== "pending") return;
    await jobs.update({ id }, { status: "running" });
    await mailer.send(id);
  });
}
`,
      { settings: { singleProcess: true } },
    ),
    quiet(
      "a mutex in memory of the only process, acquired and released",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import { Mutex } from "async-mutex";
export class S {
  private readonly mutex = new Mutex();
  constructor(private readonly jobs: Repository<Task>) {}
  async f(id: string): Promise<void> {
    const release = await this.mutex.acquire();
    try {
      const job = await this.jobs.findOneByOrFail({ id });
      if (job.status !== "pending") return;
      await this.jobs.update({ id }, { status: "running" });
      await mailer.send(id);
    } finally { release(); }
  }
}
`,
      { settings: { singleProcess: true } },
    ),
    quiet(
      "one at a time in the only process",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import pLimit from "p-limit";
const limit = pLimit(5);
export async function f(jobs: Repository<Task>, ids: string[]): Promise<void> {
  await Promise.all(ids.map((id) => limit(async () => {
    const job = await jobs.findOneByOrFail({ id });
    if (job.status !== "pending") return;
    await jobs.update({ id }, { status: "running" });
    await mailer.send(id);
  })));
}
`,
      { settings: { singleProcess: true } },
    ),
    quiet(
      "a decorator opens a transaction, and the read locks the row",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import { Transactional } from "typeorm-transactional";
export class S {
  constructor(private readonly jobs: Repository<Task>) {}
  @Transactional()
  async f(id: string): Promise<void> {
    const job = await this.jobs.findOneOrFail({ where: { id }, lock: { mode: "pessimistic_write" } });
    if (job.status !== "pending") return;
    await this.jobs.update({ id }, { status: "running" });
    await mailer.send(id);
  }
}
`,
    ),
    quiet(
      "a decorator opens a serializable transaction",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import { IsolationLevel, Transactional } from "typeorm-transactional";
export class S {
  constructor(private readonly jobs: Repository<Task>) {}
  @Transactional({ isolationLevel: IsolationLevel.SERIALIZABLE })
  async f(id: string): Promise<void> {
    const job = await this.jobs.findOneByOrFail({ id });
    if (job.status !== "pending") return;
    await this.jobs.update({ id }, { status: "running" });
    await mailer.send(id);
  }
}
`,
    ),
    quiet(
      "locked and written by a service in the decorated method",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import { Transactional } from "typeorm-transactional";
class Store {
  constructor(private readonly jobs: Repository<Task>) {}
  lock(id: string): Promise<Task> { return this.jobs.findOneOrFail({ where: { id }, lock: { mode: "pessimistic_write" } }); }
  async mark(id: string): Promise<void> { await this.jobs.update({ id }, { status: "running" }); }
}
export class S {
  constructor(private readonly store: Store) {}
  @Transactional()
  async f(id: string): Promise<void> {
    const job = await this.store.lock(id);
    if (job.status !== "pending") return;
    await this.store.mark(id);
    await mailer.send(id);
  }
}
`,
    ),
    quiet(
      "a client of which nothing is known",
      `import { mailer } from "./mailer.js";
import { Transactional, TransactionHost } from "@nestjs-cls/transactional";
export class S {
  constructor(private readonly host: TransactionHost<any>) {}
  @Transactional()
  async f(id: string): Promise<void> {
    const job = await this.host.tx.job.findUniqueOrThrow({ where: { id } });
    if (job.status !== "pending") return;
    await this.host.tx.job.update({ where: { id }, data: { status: "running" } });
    await mailer.send(id);
  }
}
`,
    ),
  ],
});
