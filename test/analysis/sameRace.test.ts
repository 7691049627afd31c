import { describe, expect, it } from "vitest";

import { Flow } from "./flow.js";

/** Where each report stands, with the lines of all writes that it names. */
function reports(text: string): readonly string[] {
  return new Flow(text).issues().map((i) => {
    const writes = [i.write, ...i.otherWrites, ...i.furtherWrites].map((w) => w.loc.line);
    return `${String(i.anchor.loc.line)}: ${writes.join(", ")}`;
  });
}

const flow = (body: string, elsewhere = "") => `
export async function f(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  ${body}
}${elsewhere}`;

const set = (status: string) => `await prisma.job.update({ where: { id }, data: { status: "${status}" } });`;

describe("writes under one check of one row", () => {
  it("are one race, at the write that matters most", () => {
    const body = `if (job.status !== "pending") return;
  try {
    await mailer.send(id);
    ${set("done")}
  } catch {
    ${set("failed")}
  }`;
    expect(reports(flow(body))).toEqual(["7: 7, 9"]);
  });

  it("name the calls of the helper that writes for both", () => {
    const body = `if (job.status !== "pending") return;
  try {
    await mailer.send(id);
    await set(prisma, id, "done");
  } catch {
    await set(prisma, id, "failed");
  }`;
    const helper = `
async function set(prisma: PrismaClient, id: string, status: string) {
  await prisma.job.update({ where: { id }, data: { status } });
}`;
    expect(reports(flow(body, helper))).toEqual(["7: 13, 9"]);
  });

  it("but not under checks of their own", () => {
    const body = `if (job.status === "pending") {
    await mailer.send(id);
    ${set("done")}
  }
  if (job.status === "late") {
    await mailer.send(id);
    ${set("failed")}
  }`;
    expect(reports(flow(body))).toEqual(["6: 6", "10: 10"]);
  });

  it("nor those of two functions that share the helper that checks", () => {
    const text = `
async function pending(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.status !== "pending") throw new Error("not pending");
}
export async function approve(prisma: PrismaClient, id: string) {
  await pending(prisma, id);
  await mailer.send(id);
  ${set("approved")}
}
export async function reject(prisma: PrismaClient, id: string) {
  await pending(prisma, id);
  await mailer.send(id);
  ${set("rejected")}
}`;
    expect(reports(text)).toEqual(["9: 9", "14: 14"]);
  });
});
