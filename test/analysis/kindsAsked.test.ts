import { expect, it } from "vitest";

import type { IssueKind } from "../../src/analysis/issue.js";
import { absolute } from "../program/harness.js";
import { Flow } from "./flow.js";

it("only the kinds that are asked for are looked for, each as if all were", () => {
  const flow = new Flow(`
export async function f(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.status !== "pending") return;
  await prisma.job.update({ where: { id }, data: { status: "running" } });
  await mailer.send(id);
}
export async function g(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  await prisma.job.update({ where: { id }, data: { attempts: job.attempts + 1 } });
}`);
  const all = flow.issues();
  const kinds: readonly IssueKind[] = ["racy-transition", "lost-update", "racy-insert", "unchecked-claim", "ineffective-lock"];
  const asked = (kind: IssueKind) => flow.analysis.issues(absolute("file.ts"), new Set([kind]));
  expect(kinds.filter((kind) => asked(kind).length > 0)).toEqual(["racy-transition", "lost-update"]);
  for (const kind of kinds) expect(asked(kind)).toEqual(all.filter((i) => i.kind === kind));
});
