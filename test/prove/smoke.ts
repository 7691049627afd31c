import type { Fixture } from "./fixtures.js";

/** Each verdict and each kind of protection, once in each library. */
const smoke: ReadonlySet<string> = new Set([
  "job-processor/racy",
  "job-processor/conditional-update",
  "order/racy",
  "voucher/lock-in-transaction",
  "mail-queue/sub-select",
  "wallet/increment",
  "ticket/idempotent",
]);

/** Whether `npm test` proves the fixture too. */
export function isSmoke(fixture: Fixture): boolean {
  return smoke.has(`${fixture.case}/${fixture.variant}`);
}
