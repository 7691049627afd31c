import { it } from "vitest";
import { Flow } from "./flow.js";
it("x", () => {
  for (let k = 0; k < 3; k++) {
  const t = performance.now();
  const flow = new Flow(`
export async function f(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.status !== "pending") return;
  await prisma.job.update({ where: { id }, data: { status: "running" } });
  await mailer.send(id);
}
export async function g(jobs: Repository<Job>, id: string) {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  job.status = "running";
  await jobs.save(job);
  await mailer.send(id);
}
`);
  console.log(flow.report(), flow.consequences(), flow.verdicts(), flow.verdicts("g"), performance.now() - t);
  }
});
