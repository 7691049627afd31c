import rule from "../../rules/no-racy-transition.js";
import { raceData, remedies } from "./raceData.js";
import { testRule } from "./ruleTester.js";

const methods = {
  get: { operation: "read", key: 0 },
  lock: { operation: "read", key: 0, locks: true },
  mark: { operation: "update", key: 0, writes: ["status"] },
  change: { operation: "update", key: 0, patch: 1 },
  save: { operation: "update", row: 0 },
  claim: { operation: "update", key: 0, guards: ["status"], writes: ["status"], returns: "changed" },
  claimOrThrow: { operation: "update", key: 0, guards: ["status"], writes: ["status"], missThrows: true },
};
const own = { name: "JobStore", entity: "Job", methods };
const settings = {
  "check-then-act": {
    repositories: [own, { ...own, package: "@acme/jobs" }],
    lockFunctions: ["withLock", "acquireLock", { name: "runExclusive", package: "@acme/locks" }],
  },
};

/** A report about `status` of Job whose effect is the mail. */
function race(places: { read: number; check: number; write: number; effect: number }, method: string, column: number, line = places.write) {
  return {
    messageId: "effect" as const,
    data: raceData(
      {
        read: `file.ts:${places.read}`,
        check: `file.ts:${places.check}`,
        write: `file.ts:${places.write}`,
        remedy: remedies.plain(method),
      },
      { effect: "mailer.send", effectAt: `file.ts:${places.effect}` },
    ),
    line,
    column,
    endLine: line,
    endColumn: column + method.length,
  };
}

testRule("no-racy-transition (settings: repositories)", rule, {
  invalid: [
    {
      name: "an interface of the program",
      settings,
      code: `import type { JobStore } from "./jobStore.js";
import { mailer } from "./mailer.js";
export async function start(store: JobStore, id: string): Promise<void> {
  const job = await store.get(id);
  if (job?.status !== "pending") return;
  await store.mark(id, "running");
  await mailer.send(id);
}
`,
      errors: [race({ read: 4, check: 5, write: 6, effect: 7 }, "mark", 15)],
    },
    {
      name: "a class of a package that is not installed, injected, its object saved",
      settings,
      code: `import { JobStore } from "@acme/jobs";
import { mailer } from "./mailer.js";
export class Processor {
  constructor(private readonly store: JobStore) {}
  async start(id: string): Promise<void> {
    const job = await this.store.get(id);
    if (job.status !== "pending") return;
    job.status = "running";
    await this.store.save(job);
    await mailer.send(id);
  }
}
`,
      errors: [race({ read: 6, check: 7, write: 9, effect: 10 }, "save", 22)],
    },
    {
      name: "read through the repository, written through TypeORM: one entity",
      settings,
      code: `import type { Repository } from "typeorm";
import { Job } from "./entities.js";
import type { JobStore } from "./jobStore.js";
import { mailer } from "./mailer.js";
export async function start(store: JobStore, jobs: Repository<Job>, id: string): Promise<void> {
  const job = await store.get(id);
  if (job?.status !== "pending") return;
  await jobs.update({ id }, { status: "running" });
  await mailer.send(id);
}
`,
      errors: [race({ read: 6, check: 7, write: 8, effect: 9 }, "update", 14)],
    },
    {
      name: "a patch that a helper is given",
      settings,
      code: `import type { JobStore } from "./jobStore.js";
import { mailer } from "./mailer.js";
async function set(store: JobStore, id: string, patch: { status: string }): Promise<void> {
  await store.change(id, patch);
}
export async function start(store: JobStore, id: string): Promise<void> {
  const job = await store.get(id);
  if (job?.status !== "pending") return;
  await set(store, id, { status: "running" });
  await mailer.send(id);
}
`,
      errors: [
        {
          ...race({ read: 7, check: 8, write: 4, effect: 10 }, "change", 9, 9),
          endColumn: 12,
        },
      ],
    },
  ],
  valid: [
    {
      name: "nothing is known of the interface without the setting",
      code: `import type { JobStore } from "./jobStore.js";
import { mailer } from "./mailer.js";
export async function start(store: JobStore, id: string): Promise<void> {
  const job = await store.get(id);
  if (job?.status !== "pending") return;
  await store.mark(id, "running");
  await mailer.send(id);
}
`,
    },
    {
      name: "a class of that name from another package",
      settings,
      code: `import { JobStore } from "@other/jobs";
import { mailer } from "./mailer.js";
export async function start(store: JobStore, id: string): Promise<void> {
  const job = await store.get(id);
  if (job.status !== "pending") return;
  await store.mark(id);
  await mailer.send(id);
}
`,
    },
    {
      name: "a claim that is looked at",
      settings,
      code: `import type { JobStore } from "./jobStore.js";
import { mailer } from "./mailer.js";
export async function start(store: JobStore, id: string): Promise<void> {
  const job = await store.get(id);
  if (job?.status !== "pending") return;
  if (!(await store.claim(id))) return;
  await mailer.send(id);
}
`,
    },
    {
      name: "a claim whose miss throws decides about a later write",
      settings,
      code: `import { JobStore } from "@acme/jobs";
import { mailer } from "./mailer.js";
export async function start(store: JobStore, id: string): Promise<void> {
  const job = await store.get(id);
  if (job.status !== "pending") return;
  await store.claimOrThrow(id);
  await mailer.send(id);
  await store.mark(id);
}
`,
    },
    {
      name: "the read locks the row",
      settings,
      code: `import type { JobStore } from "./jobStore.js";
import { mailer } from "./mailer.js";
export async function start(store: JobStore, id: string): Promise<void> {
  const job = await store.lock(id);
  if (job?.status !== "pending") return;
  await store.mark(id, "running");
  await mailer.send(id);
}
`,
    },
    {
      name: "another row is written",
      settings,
      code: `import type { JobStore } from "./jobStore.js";
import { mailer } from "./mailer.js";
export async function start(store: JobStore, id: string, other: string): Promise<void> {
  const job = await store.get(id);
  if (job?.status !== "pending") return;
  await store.mark(other, "running");
  await mailer.send(id);
}
`,
    },
  ],
});

testRule("no-racy-transition (settings: lockFunctions)", rule, {
  invalid: [
    {
      name: "a function of the program that is no lock runs the callback",
      settings,
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
async function timed<T>(run: () => Promise<T>): Promise<T> { return run(); }
export async function start(jobs: Repository<Job>, id: string): Promise<void> {
  await timed(async () => {
    const job = await jobs.findOneByOrFail({ id });
    if (job.status !== "pending") return;
    await jobs.update({ id }, { status: "running" });
    await mailer.send(id);
  });
}
`,
      errors: [race({ read: 7, check: 8, write: 9, effect: 10 }, "update", 16)],
    },
    {
      name: "the lock is acquired after the read",
      settings,
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
declare function acquireLock(key: string): Promise<{ release(): Promise<void> }>;
export async function start(jobs: Repository<Job>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  const lock = await acquireLock(id);
  if (job.status !== "pending") return;
  await jobs.update({ id }, { status: "running" });
  await mailer.send(id);
  await lock.release();
}
`,
      errors: [race({ read: 6, check: 8, write: 9, effect: 10 }, "update", 14)],
    },
    {
      name: "the read is outside the callback",
      settings,
      code: `import type { Repository } from "typeorm";
import { withLock } from "@acme/any";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
export async function start(jobs: Repository<Job>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  await withLock(id, async () => {
    if (job.status !== "pending") return;
    await jobs.update({ id }, { status: "running" });
    await mailer.send(id);
  });
}
`,
      errors: [race({ read: 6, check: 8, write: 9, effect: 10 }, "update", 16)],
    },
  ],
  valid: [
    {
      name: "read, check and write in the callback",
      settings,
      code: `import type { Repository } from "typeorm";
import { withLock } from "@acme/any";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
export async function start(jobs: Repository<Job>, id: string): Promise<void> {
  await withLock(id, async () => {
    const job = await jobs.findOneByOrFail({ id });
    if (job.status !== "pending") return;
    await jobs.update({ id }, { status: "running" });
    await mailer.send(id);
  });
}
`,
    },
    {
      name: "a lock function of the program",
      settings,
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
declare const redis: { set(key: string, value: string): Promise<void>; del(key: string): Promise<void> };
async function withLock<T>(key: string, run: () => Promise<T>): Promise<T> {
  await redis.set(key, "1");
  try {
    return await run();
  } finally {
    await redis.del(key);
  }
}
export async function start(jobs: Repository<Job>, id: string): Promise<void> {
  await withLock(id, async () => {
    const job = await jobs.findOneByOrFail({ id });
    if (job.status !== "pending") return;
    await jobs.update({ id }, { status: "running" });
    await mailer.send(id);
  });
}
`,
    },
    {
      name: "acquired before the read, released in the end",
      settings,
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
declare function acquireLock(key: string): Promise<{ release(): Promise<void> }>;
export async function start(jobs: Repository<Job>, id: string): Promise<void> {
  const lock = await acquireLock(id);
  try {
    const job = await jobs.findOneByOrFail({ id });
    if (job.status !== "pending") return;
    await jobs.update({ id }, { status: "running" });
    await mailer.send(id);
  } finally {
    await lock.release();
  }
}
`,
    },
    {
      name: "acquired with await using",
      settings,
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
declare function acquireLock(key: string): Promise<AsyncDisposable>;
export async function start(jobs: Repository<Job>, id: string): Promise<void> {
  await using _lock = await acquireLock(id);
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await jobs.update({ id }, { status: "running" });
  await mailer.send(id);
}
`,
    },
    {
      name: "acquired by a function of the program",
      settings,
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
declare const redis: { set(key: string, value: string): Promise<void>; del(key: string): Promise<void> };
async function acquireLock(key: string): Promise<() => Promise<void>> {
  await redis.set(key, "1");
  return () => redis.del(key);
}
export async function start(jobs: Repository<Job>, id: string): Promise<void> {
  const release = await acquireLock(id);
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await jobs.update({ id }, { status: "running" });
  await mailer.send(id);
  await release();
}
`,
    },
    {
      name: "a method of a package, named with the package",
      settings,
      code: `import type { Repository } from "typeorm";
import { Locks } from "@acme/locks";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
export async function start(locks: Locks, jobs: Repository<Job>, id: string): Promise<void> {
  await locks.runExclusive(id, async () => {
    const job = await jobs.findOneByOrFail({ id });
    if (job.status !== "pending") return;
    await jobs.update({ id }, { status: "running" });
    await mailer.send(id);
  });
}
`,
    },
  ],
});
