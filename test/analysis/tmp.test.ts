import { it } from "vitest";
import { Flow } from "./flow.js";
import { typeormStub } from "../program/harness.js";
import { show } from "./values.js";
it("x", () => {
  const go = (t: string) => {
    const flow = new Flow({...typeormStub, "file.ts": t});
    console.log(flow.verdicts(), flow.report(), flow.consequences(), flow.pairs("f").map((p) => show(p.check.value) + " " + p.check.polarity + " " + p.check.certain + " " + p.level), flow.evaluation("f").events.map((e) => e.kind + (e.kind==="access"? e.access.method + e.access.written.map((w) => w.column + "=" + show(w.value)).join() :"") + " IF " + e.guards.map((g) => show(g.value) + g.polarity).join(" ; ")));
    const ev = flow.evaluation("Job.start", "entities.ts");
    console.log(ev.heap.map((h) => show(h.base) + "." + h.name + "=" + show(h.value)), ev.postconditions.map((g) => show(g.value) + g.polarity));
  };
  go(`
export async function f(jobs: Repository<Job>, id: string) {
  const job = await jobs.findOneBy({ id });
  job.start();
  await jobs.save(job);
  await mailer.send(id);
}`);
  go(`
export async function f(jobs: Repository<Job>, id: string) {
  const job = await jobs.findOneBy({ id });
  if (!job) return;
  job.start();
  await jobs.save(job);
  await mailer.send(id);
}`);
});
