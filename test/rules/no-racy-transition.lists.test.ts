import rule from "../../rules/no-racy-transition.js";
import { testRule } from "./ruleTester.js";
import { quiet, raced, taskImports } from "./shapes.js";

testRule("no-racy-transition (rows in lists)", rule, {
  invalid: [
    raced(
      "map of lists",
      `${taskImports}export async function f(jobs: Repository<Task>, orderIds: string[], want: string): Promise<void> {
  const all = await jobs.find({ where: { orderId: In(orderIds) } }); // read
  const byOrder = new Map<string, Task[]>();
  for (const job of all) {
    const list = byOrder.get(job.orderId) ?? [];
    list.push(job);
    byOrder.set(job.orderId, list);
  }
  for (const job of byOrder.get(want) ?? []) {
    if (job.status !== "pending") continue; // check
    await jobs.update({ id: job.id }, { status: "running" }); // write:update
    await mailer.send(job.id); // effect:mailer.send
  }
}
`,
    ),
    raced(
      "list in a map grows in place",
      `${taskImports}export async function f(jobs: Repository<Task>): Promise<void> {
  const due = await jobs.find({ where: { status: "pending" } }); // read
  const byOrder = new Map<string, Task[]>();
  for (const job of due) {
    if (!byOrder.has(job.orderId)) byOrder.set(job.orderId, []);
    byOrder.get(job.orderId)?.push(job);
  }
  for (const [, list] of byOrder.entries()) {
    for (const job of list) {
      await mailer.send(job.id); // effect:mailer.send
      job.status = "running";
      await jobs.save(job); // write:save
    }
  }
}
`,
      { filter: "find", check: "file.ts:5", remedy: "early" },
    ),
    raced(
      "two lists spread into one",
      `${taskImports}export async function f(jobs: Repository<Task>): Promise<void> {
  const pending = await jobs.find({ where: { status: "pending" } }); // read
  const others = await jobs.find({ where: { worker: "retry" } });
  for (const job of [...pending, ...others]) {
    await mailer.send(job.id); // effect:mailer.send
    job.status = "running";
    await jobs.save(job); // write:save
  }
}
`,
      { filter: "find", check: "file.ts:5", remedy: "early" },
    ),
    raced(
      "by position, in slices",
      `${taskImports}export async function f(jobs: Repository<Task>): Promise<void> {
  const due = await jobs.find({ where: { status: "pending" } }); // read
  for (let i = 0; i < due.length; i += 10) {
    const batch = due.slice(i, i + 10);
    for (let j = 0; j < batch.length; j++) {
      const job = batch[j] as Task;
      await mailer.send(job.id); // effect:mailer.send
      job.status = "running";
      await jobs.save(job); // write:save
    }
  }
}
`,
      { filter: "find", check: "file.ts:5", remedy: "early" },
    ),
  ],
  valid: [
    quiet(
      "map of lists, claimed",
      `${taskImports}export async function f(jobs: Repository<Task>, orderIds: string[], want: string): Promise<void> {
  const all = await jobs.find({ where: { orderId: In(orderIds) } });
  const byOrder = new Map<string, Task[]>();
  for (const job of all) {
    const list = byOrder.get(job.orderId) ?? [];
    list.push(job);
    byOrder.set(job.orderId, list);
  }
  for (const job of byOrder.get(want) ?? []) {
    const { affected } = await jobs.update({ id: job.id, status: "pending" }, { status: "running" });
    if (affected === 1) await mailer.send(job.id);
  }
}
`,
    ),
    quiet(
      "list in a map grows in place, claimed",
      `${taskImports}export async function f(jobs: Repository<Task>): Promise<void> {
  const due = await jobs.find({ where: { status: "pending" } });
  const byOrder = new Map<string, Task[]>();
  for (const job of due) {
    if (!byOrder.has(job.orderId)) byOrder.set(job.orderId, []);
    byOrder.get(job.orderId)?.push(job);
  }
  for (const [, list] of byOrder.entries()) {
    for (const job of list) {
      const { affected } = await jobs.update({ id: job.id, status: "pending" }, { status: "running" });
      if (affected === 1) await mailer.send(job.id);
    }
  }
}
`,
    ),
    quiet(
      "two lists spread into one, claimed",
      `${taskImports}export async function f(jobs: Repository<Task>): Promise<void> {
  const pending = await jobs.find({ where: { status: "pending" } });
  const others = await jobs.find({ where: { worker: "retry" } });
  for (const job of [...pending, ...others]) {
    const { affected } = await jobs.update({ id: job.id, status: job.status }, { status: "running" });
    if (affected === 1) await mailer.send(job.id);
  }
}
`,
    ),
    quiet(
      "by position, in slices, claimed",
      `${taskImports}export async function f(jobs: Repository<Task>): Promise<void> {
  const due = await jobs.find({ where: { status: "pending" } });
  for (let i = 0; i < due.length; i += 10) {
    const batch = due.slice(i, i + 10);
    for (let j = 0; j < batch.length; j++) {
      const job = batch[j] as Task;
      const { affected } = await jobs.update({ id: job.id, status: "pending" }, { status: "running" });
      if (affected === 1) await mailer.send(job.id);
    }
  }
}
`,
    ),
    quiet(
      "FN_list_in_an_objects_field",
      `${taskImports}export async function f(jobs: Repository<Task>): Promise<void> {
  const due = await jobs.find({ where: { status: "pending" } });
  const groups: Record<string, Task[]> = {};
  for (const job of due) (groups[job.orderId] ??= []).push(job);
  for (const list of Object.values(groups)) {
    for (const job of list) {
      await mailer.send(job.id);
      job.status = "running";
      await jobs.save(job);
    }
  }
}
`,
    ),
  ],
});
