import rule from "../../rules/no-racy-transition.js";
import { raceData, remedies, transactionNote } from "./raceData.js";
import { testRule } from "./ruleTester.js";

testRule("no-racy-transition (Prisma)", rule, {
  invalid: [
    {
      name: "find, check, update by key, then an effect",
      code: `import type { PrismaClient } from "@prisma/client";
import { mailer } from "./mailer.js";
export async function start(prisma: PrismaClient, id: string): Promise<void> {
  const job = await prisma.job.findUnique({ where: { id } });
  if (job?.status !== "pending") return;
  await prisma.job.update({ where: { id }, data: { status: "running" } });
  await mailer.send(id);
}
`,
      errors: [
        {
          messageId: "effect",
          data: raceData(
            { read: "file.ts:4", check: "file.ts:5", write: "file.ts:6", remedy: remedies.plain("update") },
            { effect: "mailer.send", effectAt: "file.ts:7" },
          ),
          line: 6,
          column: 20,
          endLine: 6,
          endColumn: 26,
        },
      ],
    },
    {
      name: "an interactive transaction does not protect",
      code: `import type { PrismaClient } from "@prisma/client";
import { mailer } from "./mailer.js";
export async function start(prisma: PrismaClient, id: string): Promise<void> {
  await prisma.$transaction(async (tx) => {
    const job = await tx.job.findUniqueOrThrow({ where: { id } });
    if (job.status !== "pending") throw new Error("not pending");
    await tx.job.update({ where: { id }, data: { status: "running" } });
    await mailer.send(id);
  });
}
`,
      errors: [
        {
          messageId: "effect",
          data: raceData(
            {
              read: "file.ts:5",
              check: "file.ts:6",
              write: "file.ts:7",
              note: transactionNote,
              remedy: remedies.inTransaction("update"),
            },
            { effect: "mailer.send", effectAt: "file.ts:8" },
          ),
          line: 7,
          column: 18,
          endLine: 7,
          endColumn: 24,
        },
      ],
    },
    {
      name: "pending rows are listed and written one by one",
      code: `import type { PrismaClient } from "@prisma/client";
import { mailer } from "./mailer.js";
export async function drain(prisma: PrismaClient): Promise<void> {
  const jobs = await prisma.job.findMany({ where: { status: "pending" } });
  for (const job of jobs) {
    await prisma.job.update({ where: { id: job.id }, data: { status: "running" } });
    await mailer.send(job.id);
  }
}
`,
      errors: [
        {
          messageId: "effect",
          data: raceData(
            {
              read: "file.ts:4",
              check: "file.ts:4 (through the filter of 'findMany')",
              write: "file.ts:6",
              remedy: remedies.plain("update"),
            },
            { effect: "mailer.send", effectAt: "file.ts:7" },
          ),
          line: 6,
          column: 22,
          endLine: 6,
          endColumn: 28,
        },
      ],
    },
    {
      name: "cancel against ship: the partner forbids what this write does",
      code: `import type { PrismaClient } from "@prisma/client";
export async function ship(prisma: PrismaClient, id: string): Promise<void> {
  const order = await prisma.order.findUniqueOrThrow({ where: { id } });
  if (order.status === "cancelled") throw new Error("cancelled");
  await prisma.order.update({ where: { id }, data: { status: "shipped" } });
}
export async function cancel(prisma: PrismaClient, id: string): Promise<void> {
  await prisma.order.updateMany({ where: { id, status: { not: "shipped" } }, data: { status: "cancelled" } });
}
`,
      errors: [
        {
          messageId: "partner",
          data: raceData(
            {
              subject: "'status' of Order",
              read: "file.ts:3",
              check: "file.ts:4",
              write: "file.ts:5",
              remedy: remedies.plain("update"),
            },
            {
              partner: "file.ts:8",
              partnerWrite: "sets 'status' to 'cancelled', which the check does not let through",
              ownWrite: "sets it to 'shipped'",
            },
          ),
          line: 5,
          column: 22,
          endLine: 5,
          endColumn: 28,
        },
      ],
    },
  ],
  valid: [
    {
      name: "the write repeats the check and its count decides",
      code: `import type { PrismaClient } from "@prisma/client";
import { mailer } from "./mailer.js";
export async function start(prisma: PrismaClient, id: string): Promise<void> {
  const job = await prisma.job.findUnique({ where: { id } });
  if (job?.status !== "pending") return;
  const { count } = await prisma.job.updateMany({ where: { id, status: "pending" }, data: { status: "running" } });
  if (count === 0) return;
  await mailer.send(id);
}
`,
    },
    {
      name: "the write repeats the check and throws on a miss",
      code: `import type { PrismaClient } from "@prisma/client";
import { mailer } from "./mailer.js";
export async function start(prisma: PrismaClient, id: string): Promise<void> {
  await prisma.$transaction(async (tx) => {
    const job = await tx.job.findUniqueOrThrow({ where: { id } });
    if (job.status !== "pending") throw new Error("not pending");
    await tx.job.update({ where: { id, status: "pending" }, data: { status: "running" } });
    await mailer.send(id);
  });
}
`,
    },
    {
      name: "each listed row is claimed",
      code: `import type { PrismaClient } from "@prisma/client";
import { mailer } from "./mailer.js";
export async function drain(prisma: PrismaClient): Promise<void> {
  const jobs = await prisma.job.findMany({ where: { status: "pending" } });
  for (const job of jobs) {
    const { count } = await prisma.job.updateMany({ where: { id: job.id, status: "pending" }, data: { status: "running" } });
    if (count === 0) continue;
    await mailer.send(job.id);
  }
}
`,
    },
    {
      name: "both ends in one REPEATABLE READ transaction",
      code: `import type { PrismaClient } from "@prisma/client";
import { mailer } from "./mailer.js";
export async function start(prisma: PrismaClient, id: string): Promise<void> {
  await prisma.$transaction(
    async (tx) => {
      const job = await tx.job.findUniqueOrThrow({ where: { id } });
      if (job.status !== "pending") throw new Error("not pending");
      await tx.job.update({ where: { id }, data: { status: "running" } });
    },
    { isolationLevel: "RepeatableRead" },
  );
  await mailer.send(id);
}
`,
    },
    {
      name: "an owner is checked and another column is written",
      code: `import type { PrismaClient } from "@prisma/client";
import { mailer } from "./mailer.js";
export async function rename(prisma: PrismaClient, id: string, user: string, name: string): Promise<void> {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.ownerId !== user) throw new Error("forbidden");
  await prisma.job.update({ where: { id }, data: { name } });
  await mailer.send(id);
}
`,
    },
  ],
});
