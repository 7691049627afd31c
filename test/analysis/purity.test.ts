import { describe, expect, it } from "vitest";

import type { Issue } from "../../src/analysis/issue.js";
import { Flow } from "./flow.js";

const header = `import type { PrismaClient } from "@prisma/client"; import { mailer } from "./outside";`;

/** Check, act, helper and partner are spread over files that call each other, in a circle. */
const files = {
  "guard.ts": `${header}
export function assertPending(job: { status: string }) {
  if (job.status !== "pending") throw new Error();
}
export function retryable(job: { status: string }): boolean {
  return job.status === "failed" || job.status === "stale";
}`,
  "store.ts": `${header}
import { audit } from "./service";
export async function get(prisma: PrismaClient, id: string) {
  return prisma.job.findUniqueOrThrow({ where: { id } });
}
export async function mark(prisma: PrismaClient, id: string, status: string) {
  await prisma.job.update({ where: { id }, data: { status } });
  await audit(prisma, id);
}
export async function finish(prisma: PrismaClient, job: { id: string; status: string }) {
  if (job.status !== "running") return;
  await prisma.job.update({ where: { id: job.id }, data: { status: "done" } });
}`,
  "service.ts": `${header}
import { assertPending, retryable } from "./guard";
import { finish, get, mark } from "./store";
export async function start(prisma: PrismaClient, id: string) {
  const job = await get(prisma, id);
  assertPending(job);
  await mark(prisma, id, "running");
  await mailer.send(id);
}
export async function retry(prisma: PrismaClient, id: string) {
  const job = await get(prisma, id);
  if (!retryable(job)) return false;
  await mark(prisma, id, "pending");
  return true;
}
export async function end(prisma: PrismaClient, id: string) {
  const job = await get(prisma, id);
  await finish(prisma, job);
}
export async function audit(prisma: PrismaClient, id: string) {
  if (id === "") await mark(prisma, id, "lost");
}`,
  "cancel.ts": `${header}
import { get } from "./store";
export async function cancel(prisma: PrismaClient, id: string) {
  const job = await get(prisma, id);
  if (job.status === "done") throw new Error();
  await prisma.job.update({ where: { id }, data: { status: "cancelled" } });
}`,
};
const names = Object.keys(files);

/** The issues of each file, asked for in this order from one analysis. */
function ask(order: readonly string[]): Readonly<Record<string, readonly Issue[]>> {
  const flow = new Flow(files);
  return Object.fromEntries(order.map((name) => [name, flow.issues(name)]));
}

const alone = Object.fromEntries(names.map((name) => [name, new Flow(files).issues(name)]));

describe("the issues of a file do not depend on what was asked before", () => {
  it("there are issues to compare", () => {
    expect(names.map((name) => [name, alone[name]?.length])).toEqual([
      ["guard.ts", 0],
      ["store.ts", 1],
      ["service.ts", 2],
      ["cancel.ts", 1],
    ]);
  });

  it.each([
    ["in order", [0, 1, 2, 3]],
    ["reversed", [3, 2, 1, 0]],
    ["shuffled", [2, 0, 3, 1]],
    ["shuffled otherwise", [1, 3, 0, 2]],
    ["twice", [0, 1, 2, 3, 0, 1, 2, 3]],
  ])("%s", (_, order) => {
    expect(ask(order.flatMap((i) => names[i] ?? []))).toEqual(alone);
  });

  it("nor on what else was evaluated", () => {
    const flow = new Flow(files);
    for (const name of ["audit", "end", "retry"]) flow.evaluation(name, "service.ts");
    expect(Object.fromEntries(names.map((name) => [name, flow.issues(name)]))).toEqual(alone);
  });
});
