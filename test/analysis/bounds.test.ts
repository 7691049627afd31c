import { expect, it } from "vitest";

import { Analysis } from "../../src/analysis/analysis.js";
import { Flow, plainSettings, TestCounters } from "./flow.js";

const start = (name: string) => `
export async function ${name}(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.status !== "pending") return;
  await prisma.job.update({ where: { id }, data: { status: "running" } });
  await mailer.send(id);
}`;

/** As generated parsers are: thousands of branches in one function. */
const huge = (branches: number) => {
  const lines = Array.from(
    { length: branches },
    (_, i) => `if (input.a${String(i)} === ${String(i)}) sum = sum + input.b${String(i)} * ${String(i)};`,
  );
  return `export function parse(input: any) { let sum = 0; ${lines.join("\n")} return sum; }`;
};

it.each([
  [100, 0],
  [9000, 1],
])("a function of %d branches: %d given up, and the others' issues are there", (branches, givenUp) => {
  const { facts, models } = new Flow(huge(branches) + start("first"));
  const counters = new TestCounters();
  const issues = new Analysis(facts, models, plainSettings, counters).issues("/app/file.ts");
  expect(issues.flatMap((i) => i.columns)).toEqual(["status"]);
  expect(counters.counts.get("bound: values of a function") ?? 0).toBe(givenUp);
});
