import rule from "../../rules/no-racy-transition.js";
import { testSuggestions } from "../rules/ruleTester.js";

function orm(read: string): string {
  return `import { type DataSource, In } from "typeorm";
import { Job } from "./entities.js";
import { mailer } from "./mailer.js";
export async function startAll(source: DataSource): Promise<void> {
  await source.transaction(async (manager) => {
    const jobs = await manager.${read};
    if (jobs.length === 0) return;
    await manager.update(Job, { id: In(jobs.map((job) => job.id)) }, { status: "running" });
    for (const job of jobs) await mailer.send(job.id);
  });
}
`;
}

const skipping = `lock: { mode: "pessimistic_write", onLocked: "skip_locked" }`;

testSuggestions("queue (TypeORM)", rule, [
  {
    name: "in the options",
    code: orm(`find(Job, { where: { status: "pending" }, take: 5 })`),
    suggestions: [{ messageId: "queue", output: orm(`find(Job, { where: { status: "pending" }, take: 5, ${skipping} })`) }],
  },
  {
    name: "a filter becomes options",
    code: orm(`findBy(Job, { status: "pending" })`),
    suggestions: [{ messageId: "queue", output: orm(`find(Job, { where: { status: "pending" }, ${skipping} })`) }],
  },
  {
    name: "a read that joins",
    code: orm(`find(Job, { where: { status: "pending" }, relations: {} })`),
    suggestions: [],
  },
]);

function sql(read: string, connect: string): string {
  return `import { Pool } from "pg";
import { mailer } from "./mailer.js";
interface Task { id: string; status: string }
const pool = new Pool();
export async function startAll(): Promise<void> {
  const client = ${connect};
  await client.query("BEGIN");
  const { rows } = await client.query<Task>(${read});
  if (rows.length === 0) throw new Error("nothing to do");
  await client.query("UPDATE tasks SET status = 'running' WHERE id = ANY($1)", [rows.map((task) => task.id)]);
  await client.query("COMMIT");
  for (const task of rows) await mailer.send(task.id);
}
`;
}

const pending = "SELECT * FROM tasks WHERE status = 'pending' LIMIT 5";

testSuggestions("queue (pg)", rule, [
  {
    name: "at the statement's end; a plain lock makes others wait",
    code: sql(`"${pending}"`, "await pool.connect()"),
    suggestions: [
      { messageId: "queue", output: sql(`"${pending} FOR UPDATE SKIP LOCKED"`, "await pool.connect()") },
      { messageId: "lock", output: sql(`"${pending} FOR UPDATE"`, "await pool.connect()") },
    ],
  },
  { name: "no transaction on a pool", code: sql(`"${pending}"`, "pool"), suggestions: [] },
]);
