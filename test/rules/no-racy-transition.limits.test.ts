import rule from "../../rules/no-racy-transition.js";
import { testRule } from "./ruleTester.js";

// Races that are knowingly not reported. Each is a line of docs/limitations.md with its reason.
testRule("no-racy-transition (limits)", rule, {
  invalid: [],
  valid: [
    {
      name: "FN_check_one_column_write_another",
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
export async function begin(jobs: Repository<Job>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await jobs.update({ id }, { startedAt: new Date() });
  await mailer.send(id);
}
`,
    },
    {
      name: "FN_check_one_entity_write_another",
      code: `import type { PrismaClient } from "@prisma/client";
import { mailer } from "./mailer.js";
export async function begin(prisma: PrismaClient, projectId: string, id: string): Promise<void> {
  const project = await prisma.project.findUniqueOrThrow({ where: { id: projectId } });
  if (project.status !== "open") return;
  await prisma.task.update({ where: { id }, data: { status: "running" } });
  await mailer.send(id);
}
`,
    },
    {
      name: "FN_predicate_over_a_set",
      code: `import type { PrismaClient } from "@prisma/client";
import { mailer } from "./mailer.js";
export async function demote(prisma: PrismaClient, id: string): Promise<void> {
  const admins = await prisma.user.count({ where: { role: "admin" } });
  if (admins < 2) throw new Error("at least one admin must remain");
  await prisma.user.update({ where: { id }, data: { role: "member" } });
  await mailer.send(id);
}
`,
    },
    {
      name: "FN_unguarded_write_beside_guarded_sibling",
      code: `import type { PrismaClient } from "@prisma/client";
import { mailer } from "./mailer.js";
export async function ship(prisma: PrismaClient, id: string): Promise<void> {
  const { count } = await prisma.order.updateMany({ where: { id, status: "paid" }, data: { status: "shipped" } });
  if (count === 0) return;
  await mailer.send(id);
}
export async function cancel(prisma: PrismaClient, id: string): Promise<void> {
  await prisma.order.update({ where: { id }, data: { status: "cancelled" } });
  await mailer.send(id);
}
`,
    },
    {
      name: "FN_throttle_on_a_timestamp",
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
export async function remind(jobs: Repository<Job>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.startedAt !== null && Date.now() - job.startedAt.getTime() < 3_600_000) return;
  await jobs.update({ id }, { startedAt: new Date() });
  await mailer.send(id);
}
`,
    },
    {
      name: "FN_opaque_patch",
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
export async function edit(jobs: Repository<Job>, id: string, patch: Partial<Job>): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await jobs.update({ id }, patch);
  await mailer.send(id);
}
`,
    },
    {
      name: "FN_unknown_wrapper",
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
declare function exclusively<T>(key: string, run: () => Promise<T>): Promise<T>;
export async function start(jobs: Repository<Job>, id: string): Promise<void> {
  await exclusively(id, async () => {
    const job = await jobs.findOneByOrFail({ id });
    if (job.status !== "pending") return;
    await jobs.update({ id }, { status: "running" });
    await mailer.send(id);
  });
}
`,
    },
    {
      name: "FN_row_from_nobody",
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
export async function start(jobs: Repository<Job>, job: Job): Promise<void> {
  if (job.status !== "pending") return;
  await jobs.update({ id: job.id }, { status: "running" });
  await mailer.send(job.id);
}
`,
    },
    {
      name: "FN_computed_method",
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
export async function finish(jobs: Repository<Job>, id: string, method: "update" | "delete"): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await (jobs as never as Record<string, (...input: unknown[]) => Promise<void>>)[method]!({ id }, { status: "running" });
  await mailer.send(id);
}
`,
    },
    {
      name: "FN_read_in_one_request_write_in_the_next",
      code: `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
export async function show(jobs: Repository<Job>, id: string): Promise<Job> {
  return jobs.findOneByOrFail({ id });
}
export async function submit(jobs: Repository<Job>, id: string, seen: string): Promise<void> {
  if (seen !== "pending") return;
  await jobs.update({ id }, { status: "running" });
  await mailer.send(id);
}
`,
    },
  ],
});
