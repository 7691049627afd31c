import rule from "../../rules/no-racy-transition.js";
import { raceData, remedies, transactionNote } from "./raceData.js";
import { testRule } from "./ruleTester.js";

testRule("no-racy-transition (TypeORM)", rule, {
  invalid: [
    {
      name: "early return, then update by key, then an effect",
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
export async function start(jobs: Repository<Job>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await jobs.update({ id }, { status: "running" });
  await mailer.send(id);
}
`,
      errors: [
        {
          messageId: "effect",
          data: raceData(
            { read: "file.ts:5", check: "file.ts:6", write: "file.ts:7", remedy: remedies.plain("update") },
            { effect: "mailer.send", effectAt: "file.ts:8" },
          ),
          line: 7,
          column: 14,
          endLine: 7,
          endColumn: 20,
        },
      ],
    },
    {
      name: "the story: not running, so set it to running and process it, over three classes",
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
class JobStore {
  constructor(private readonly jobs: Repository<Job>) {}
  get(id: string): Promise<Job> { return this.jobs.findOneByOrFail({ id }); }
  async mark(id: string): Promise<void> { await this.jobs.update({ id }, { status: "running" }); }
}
class Progress {
  constructor(private readonly store: JobStore) {}
  async begin(job: Job): Promise<void> { await this.store.mark(job.id); }
}
export class Processor {
  constructor(private readonly store: JobStore, private readonly progress: Progress) {}
  async process(id: string): Promise<void> {
    const job = await this.store.get(id);
    if (job.status === "running") return;
    await this.progress.begin(job);
    await mailer.send(job.id);
  }
}
`,
      errors: [
        {
          messageId: "effect",
          data: raceData(
            { read: "file.ts:6", check: "file.ts:17", write: "file.ts:7", remedy: remedies.plain("update") },
            { effect: "mailer.send", effectAt: "file.ts:19" },
          ),
          line: 18,
          column: 25,
          endLine: 18,
          endColumn: 30,
        },
      ],
    },
    {
      name: "a helper that throws checks the row",
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
function assertPending(job: Job): void {
  if (job.status !== "pending") throw new Error("not pending");
}
export async function start(jobs: Repository<Job>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  assertPending(job);
  await jobs.update({ id }, { status: "running" });
  await mailer.send(id);
}
`,
      errors: [
        {
          messageId: "effect",
          data: raceData(
            { read: "file.ts:8", check: "file.ts:5", write: "file.ts:10", remedy: remedies.plain("update") },
            { effect: "mailer.send", effectAt: "file.ts:11" },
          ),
          line: 10,
          column: 14,
          endLine: 10,
          endColumn: 20,
        },
      ],
    },
    {
      name: "the row is changed and saved, with the caller's name in it",
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
export async function start(jobs: Repository<Job>, id: string, worker: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status === "pending") {
    job.status = "running";
    job.worker = worker;
    await jobs.save(job);
  }
}
`,
      errors: [
        {
          messageId: "overwrite",
          data: raceData(
            { read: "file.ts:4", check: "file.ts:5", write: "file.ts:8", remedy: remedies.plain("save") },
            { overwritten: "'worker'" },
          ),
          line: 8,
          column: 16,
          endLine: 8,
          endColumn: 20,
        },
      ],
    },
    {
      name: "a plain transaction does not protect",
      code: `import type { DataSource } from "typeorm";
import { Job } from "./entities.js";
import { mailer } from "./mailer.js";
export async function start(source: DataSource, id: string): Promise<void> {
  await source.transaction(async (manager) => {
    const job = await manager.findOneByOrFail(Job, { id });
    if (job.status !== "pending") throw new Error("not pending");
    await manager.update(Job, { id }, { status: "running" });
    await mailer.send(id);
  });
}
`,
      errors: [
        {
          messageId: "effect",
          data: raceData(
            {
              read: "file.ts:6",
              check: "file.ts:7",
              write: "file.ts:8",
              note: transactionNote,
              remedy: remedies.inTransaction("update"),
            },
            { effect: "mailer.send", effectAt: "file.ts:9" },
          ),
          line: 8,
          column: 19,
          endLine: 8,
          endColumn: 25,
        },
      ],
    },
    {
      name: "the read's filter is the check",
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
export async function start(jobs: Repository<Job>, id: string): Promise<void> {
  const job = await jobs.findOneBy({ id, status: "pending" });
  if (!job) return;
  await jobs.update({ id: job.id }, { status: "running" });
  await mailer.send(id);
}
`,
      errors: [
        {
          messageId: "effect",
          data: raceData(
            {
              read: "file.ts:5",
              check: "file.ts:5 (through the filter of 'findOneBy')",
              write: "file.ts:7",
              remedy: remedies.plain("update"),
            },
            { effect: "mailer.send", effectAt: "file.ts:8" },
          ),
          line: 7,
          column: 14,
          endLine: 7,
          endColumn: 20,
        },
      ],
    },
    {
      name: "a list of states, negated",
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
export async function start(jobs: Repository<Job>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (["running", "done"].includes(job.status)) return;
  await jobs.update(id, { status: "running" });
  await mailer.send(id);
}
`,
      errors: [
        {
          messageId: "effect",
          data: raceData(
            { read: "file.ts:5", check: "file.ts:6", write: "file.ts:7", remedy: remedies.plain("update") },
            { effect: "mailer.send", effectAt: "file.ts:8" },
          ),
          line: 7,
          column: 14,
          endLine: 7,
          endColumn: 20,
        },
      ],
    },
    {
      name: "a method of the entity that returns whether it may start",
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
export async function start(jobs: Repository<Job>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (!job.canStart()) return;
  await jobs.update({ id }, { status: "running" });
  await mailer.send(id);
}
`,
      errors: [
        {
          messageId: "effect",
          data: raceData(
            { read: "file.ts:5", check: "file.ts:6", write: "file.ts:7", remedy: remedies.plain("update") },
            { effect: "mailer.send", effectAt: "file.ts:8" },
          ),
          line: 7,
          column: 14,
          endLine: 7,
          endColumn: 20,
        },
      ],
    },
    {
      name: "the same constants and nothing else, on request",
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
export async function start(jobs: Repository<Job>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await jobs.update({ id }, { status: "running" });
}
`,
      options: [{ reportIdempotent: true }],
      errors: [
        {
          messageId: "idempotent",
          data: raceData({ read: "file.ts:4", check: "file.ts:5", write: "file.ts:6", remedy: remedies.plain("update") }, {}),
          line: 6,
          column: 14,
          endLine: 6,
          endColumn: 20,
        },
      ],
    },
  ],
  valid: [
    {
      name: "the write repeats the check and its count decides",
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
export async function start(jobs: Repository<Job>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  const { affected } = await jobs.update({ id, status: "pending" }, { status: "running" });
  if (affected !== 1) return;
  await mailer.send(id);
}
`,
    },
    {
      name: "the story, with a claim",
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
class JobStore {
  constructor(private readonly jobs: Repository<Job>) {}
  async claim(id: string): Promise<boolean> {
    const result = await this.jobs.update({ id, status: "pending" }, { status: "running" });
    return result.affected === 1;
  }
}
export class Processor {
  constructor(private readonly store: JobStore) {}
  async process(id: string): Promise<void> {
    if (!(await this.store.claim(id))) return;
    await mailer.send(id);
  }
}
`,
    },
    {
      name: "the row is locked by the read",
      code: `import type { DataSource } from "typeorm";
import { Job } from "./entities.js";
import { mailer } from "./mailer.js";
export async function start(source: DataSource, id: string): Promise<void> {
  await source.transaction(async (manager) => {
    const job = await manager.findOneOrFail(Job, { where: { id }, lock: { mode: "pessimistic_write" } });
    if (job.status !== "pending") throw new Error("not pending");
    await manager.update(Job, { id }, { status: "running" });
    await mailer.send(id);
  });
}
`,
    },
    {
      name: "a row that is missing was not checked",
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
export async function start(jobs: Repository<Job>, id: string): Promise<void> {
  const job = await jobs.findOneBy({ id });
  if (!job) throw new Error("not found");
  await jobs.update({ id }, { status: "running" });
  await mailer.send(id);
}
`,
    },
    {
      name: "check and write are of different columns",
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
export async function touch(jobs: Repository<Job>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await jobs.update({ id }, { startedAt: new Date() });
  await mailer.send(id);
}
`,
    },
    {
      name: "a dirty check saves a write",
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
export async function assign(jobs: Repository<Job>, id: string, worker: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.worker === worker) return;
  await jobs.update({ id }, { worker });
}
`,
    },
    {
      name: "the row was inserted by this flow",
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
export async function start(jobs: Repository<Job>, id: string): Promise<void> {
  const job = await jobs.save(jobs.create({ id, status: "pending" }));
  if (job.status !== "pending") return;
  await jobs.update({ id: job.id }, { status: "running" });
  await mailer.send(id);
}
`,
    },
    {
      name: "the same constants and nothing else",
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
export async function start(jobs: Repository<Job>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await jobs.update({ id }, { status: "running" });
}
`,
    },
    {
      name: "another row is written",
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
export async function start(jobs: Repository<Job>, id: string, next: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "done") return;
  await jobs.update({ id: next }, { status: "running" });
  await mailer.send(next);
}
`,
    },
    {
      name: "a test file is left alone",
      filename: "file.spec.ts",
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
export async function start(jobs: Repository<Job>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await jobs.update({ id }, { status: "running" });
  await mailer.send(id);
}
`,
    },
  ],
});
