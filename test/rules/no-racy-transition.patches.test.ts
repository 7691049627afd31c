import rule from "../../rules/no-racy-transition.js";
import { testRule } from "./ruleTester.js";
import { quiet, raced, taskImports } from "./shapes.js";

testRule("no-racy-transition (patches)", rule, {
  invalid: [
    raced(
      "patch whose column the flow looks at",
      `${taskImports}interface Change {
  status?: Task["status"];
  amount?: number;
}
export async function f(jobs: Repository<Task>, id: string, change: Change): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (change.status && job.status === "done") throw new Error(); // check
  await jobs.update(id, change); // write:update
}
`,
      { overwritten: "'status'" },
    ),
    raced(
      "assigned to the row, checked by a helper on one of two ways",
      `${taskImports}interface Change {
  status?: Task["status"];
  amount?: number;
}
function mayBecome(from: string, to: string): void {
  const after: Record<string, string[]> = { pending: ["running"], running: ["done", "cancelled"] };
  if (!after[from]?.includes(to)) throw new Error(); // check
}
export async function f(jobs: Repository<Task>, id: string, change: Change): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (change.status && change.status !== job.status) mayBecome(job.status, change.status);
  Object.assign(job, change);
  await jobs.save(job); // write:save
}
`,
      { overwritten: "'status'" },
    ),
    raced(
      "helper that throws on one of two ways",
      `${taskImports}function assertPending(job: Task): void {
  if (job.status !== "pending") throw new Error(); // check
}
export async function f(jobs: Repository<Task>, id: string, strict: boolean): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (strict) assertPending(job);
  await jobs.update(id, { status: "running" }); // write:update
  await mailer.send(id); // effect:mailer.send
}
`,
    ),
    raced(
      "other part of a document",
      `${taskImports}export async function f(jobs: Repository<Task>, id: string, by: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id }); // read
  if (job.meta.by) return; // check
  await mailer.send(id); // effect:mailer.send
  await jobs.update(id, { meta: { ...job.meta, by } }); // write:update
}
`,
      { subject: "'meta' of Task", remedy: "early" },
    ),
    raced(
      "row found by its state, which changes",
      `${taskImports}export async function f(jobs: Repository<Task>, worker: string, amount: number): Promise<void> {
  const job = await jobs.findOneBy({ worker, status: "pending" }); // read
  if (!job) return;
  job.status = "running";
  job.amount = amount;
  await jobs.save(job); // write:save
}
`,
      { filter: "findOneBy", check: "file.ts:5", overwritten: "'amount'" },
    ),
  ],
  valid: [
    quiet(
      "patch whose column the flow looks at, claimed",
      `${taskImports}interface Change {
  status?: Task["status"];
  amount?: number;
}
export async function f(jobs: Repository<Task>, id: string, change: Change): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (change.status && job.status === "done") throw new Error();
  const { affected } = await jobs.update({ id, status: job.status }, change);
  if (affected !== 1) throw new Error();
}
`,
    ),
    quiet(
      "FN_patch_nobody_looks_into",
      `${taskImports}interface Change {
  status?: Task["status"];
  amount?: number;
}
export async function f(jobs: Repository<Task>, id: string, change: Change): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status === "done") throw new Error();
  await jobs.update(id, change);
}
`,
    ),
    quiet(
      "helper that throws on one of two ways, and is caught",
      `${taskImports}function assertPending(job: Task): void {
  if (job.status !== "pending") throw new Error();
}
export async function f(jobs: Repository<Task>, id: string, strict: boolean): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  try {
    if (strict) assertPending(job);
  } catch {
    return void (await jobs.update(id, { status: "running" }));
  }
}
`,
    ),
    quiet(
      "effective value is validated",
      `${taskImports}interface Change {
  status?: Task["status"];
  amount?: number;
}
function valid(worker: string): string {
  if (worker.length > 20) throw new Error();
  return worker;
}
export async function f(jobs: Repository<Task>, id: string, worker?: string): Promise<void> {
  const job = (await jobs.findOneBy({ id })) ?? jobs.create({ id });
  if (worker !== undefined) job.worker = worker;
  if (job.worker) job.worker = valid(job.worker.trim());
  await jobs.save(job);
}
`,
    ),
    quiet(
      "part of a document that is written back as it was",
      `${taskImports}export async function f(jobs: Repository<Task>, id: string, by: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.meta.state !== "on") return;
  await mailer.send(id);
  await jobs.update(id, { meta: { ...job.meta, by } });
}
`,
    ),
    quiet(
      "key looked for in another spelling and written back",
      `${taskImports}export async function f(jobs: Repository<Task>, worker: string, amount: number): Promise<void> {
  const job = await jobs.findOneBy({ worker: worker.trim() });
  if (!job) return;
  await jobs.update(job.id, { worker, amount });
}
`,
    ),
    quiet(
      "row found by one of two keys, which it keeps",
      `${taskImports}export async function f(jobs: Repository<Task>, id: string | null, worker: string | null, amount: number): Promise<void> {
  let job: Task | null = null;
  if (id) job = await jobs.findOneBy({ id });
  if (!job && worker) job = await jobs.findOneBy({ worker });
  if (!job) return;
  job.worker = worker ?? job.worker;
  job.amount = amount;
  await jobs.save(job);
}
`,
    ),
    quiet(
      "filter of the write wider than the check, but not as wide as to repeat it",
      `${taskImports}export async function f(jobs: Repository<Task>, id: string, amount: number): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "running") return;
  await jobs.update({ id, status: In(["pending", "running"]) }, { status: "done", amount });
}
`,
    ),
  ],
});
