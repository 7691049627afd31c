import type { Fixture } from "./fixtures.js";

/** Each verdict, each library, equal and different workers, and the statements whose commit points matter. */
const smoke: ReadonlySet<string> = new Set([
  "drizzle/job-processor/lock-in-transaction",
  "pg/job-processor/racy",
  "prisma/job-processor/conditional-update",
  "prisma/job-processor/limit",
  "prisma/mail-queue/skip-locked",
  "typeorm/job-processor/other-column",
  "typeorm/job-processor/racy",
  "typeorm/order/racy",
  "typeorm/registration/serializable",
  "typeorm/ticket/idempotent",
  "typeorm/voucher/lock-in-transaction",
]);

/** Whether `npm test` proves the fixture too. */
export function isSmoke({ name }: Fixture): boolean {
  return smoke.has(name);
}
