import { it } from "vitest";
import { Flow } from "./flow.js";
import { show } from "./values.js";
it("x", () => {
  const go = (t: string) => {
    const flow = new Flow(t);
    console.log(flow.verdicts(), flow.report(), flow.consequences(), flow.pairs("f").map((p) => show(p.check.value) + " " + p.check.polarity + " " + p.check.certain + " " + p.level), flow.evaluation("f").events.map((e) => e.kind + (e.kind==="access"? e.access.method:"") + e.guards.map((g) => show(g.value) + g.polarity).join(" ; ")));
  };
  go(`
export async function f(prisma: PrismaClient, id: string) {
  const user = await prisma.user.findUniqueOrThrow({ where: { id } });
  if (user.seenAt && Date.now() - user.seenAt.getTime() < 60_000) return;
  await prisma.user.update({ where: { id }, data: {seenAt: new Date() } });
}`);
  go(`
export async function f(prisma: PrismaClient) {
  const jobs = await prisma.job.findMany({ where: { status: "pending" } });
  for (const job of jobs) { await prisma.job.update({ where: { id: job.id }, data: { status: "running" } }); await mailer.send(job.id); }
}`);
  go(`
export async function f(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.status === "done") throw new Error();
  await start(prisma, job, id);
}
async function start(prisma: PrismaClient, job: { status: string }, id: string) {
  if (job.status !== "pending") throw new Error();
  await prisma.job.update({ where: { id: id }, data: { status: "running" } });
  await mailer.send(id);
}`);
});
