import rule from "../../rules/no-racy-transition.js";
import { testSuggestions } from "../rules/ruleTester.js";

function orm(write: string, type = "Job"): string {
  return `import type { Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
export async function start(jobs: Repository<Job>, id: string, me: string): Promise<${type}> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") throw new Error("busy"); // taken
  ${write}
}
`;
}

const saving = (end: string) => `job.status = "running";\n  job.worker = me;\n  ${end}`;
const saved = `const { affected } = await jobs.update({ id: job.id, status: "pending" }, { status: job.status, worker: job.worker });
  if (affected !== 1) throw new Error("busy");`;

function claim(name: string, from: string, to: string) {
  return { name, code: from, suggestions: [{ messageId: "claim", output: to }] };
}

testSuggestions("claim whose result is used (TypeORM)", rule, [
  claim(
    "the saved row is returned",
    orm(saving("return jobs.save(job); // done")),
    orm(saving(`${saved}\n  return job; // done`))
      .replace("return job; // done", "return job;")
      .replace("worker: job.worker });", "worker: job.worker }); // done"),
  ),
  claim(
    "the saved row is kept",
    orm(saving("const saved = await jobs.save(job);\n  await mailer.send(saved.id);\n  return saved;")),
    orm(saving(`${saved}\n  const saved = job;\n  await mailer.send(saved.id);\n  return saved;`)),
  ),
  claim(
    "the result is kept",
    orm(`const done = await jobs.update({ id }, { status: "running" });\n  await mailer.send(id);\n  return done.raw;`, "unknown"),
    orm(
      `const done = await jobs.update({ id, status: "pending" }, { status: "running" });
  if (done.affected !== 1) throw new Error("busy");
  await mailer.send(id);
  return done.raw;`,
      "unknown",
    ),
  ),
  claim(
    "the result is returned",
    orm(`return jobs.update({ id }, { status: "running", worker: me });`, "unknown"),
    orm(
      `const result = await jobs.update({ id, status: "pending" }, { status: "running", worker: me });
  if (result.affected !== 1) throw new Error("busy");
  return result;`,
      "unknown",
    ),
  ),
  {
    name: "part of an expression",
    code: orm(`return [await jobs.update({ id }, { status: "running", worker: me })];`, "unknown"),
    suggestions: [],
  },
]);

testSuggestions("claim of a query builder and of a statement (TypeORM)", rule, [
  claim(
    "a further condition behind the last",
    orm(
      `await jobs.createQueryBuilder().update().set({ status: "running" }).where("id = :id", { id }).execute();\n  await mailer.send(id);`,
      "void",
    ),
    orm(
      `const { affected } = await jobs.createQueryBuilder().update().set({ status: "running" }).where("id = :id", { id }).andWhere({ status: "pending" }).execute();
  if (affected !== 1) throw new Error("busy");
  await mailer.send(id);`,
      "void",
    ),
  ),
  claim(
    "the number is behind the rows",
    orm(`await jobs.query("UPDATE job SET status = 'running' WHERE id = $1", [id]);\n  await mailer.send(id);`, "void"),
    orm(
      `const [, changed] = await jobs.query("UPDATE job SET status = 'running' WHERE id = $1 AND status = 'pending'", [id]);
  if (changed !== 1) throw new Error("busy");
  await mailer.send(id);`,
      "void",
    ),
  ),
]);

function prisma(write: string): string {
  return `import type { PrismaClient } from "@prisma/client";
import { mailer } from "./mailer.js";
export async function start(prisma: PrismaClient, id: string, me: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.status !== "pending") return null;
  ${write}
}
`;
}

const many = (
  end: string,
) => `const { count } = await prisma.job.updateMany({ where: { id, status: "pending" }, data: { status: "running" } });
  if (count !== 1) return null;
  ${end}`;

testSuggestions("claim (Prisma)", rule, [
  claim(
    "`updateMany` counts",
    prisma(`await prisma.job.update({ where: { id }, data: { status: "running" } }); // mine\n  await mailer.send(id);`),
    prisma(many("await mailer.send(id);")).replace(`"running" } });`, `"running" } }); // mine`),
  ),
  claim(
    "the row is read again for who keeps it",
    prisma(
      `const updated = await prisma.job.update({ where: { id }, data: { status: "running" }, select: { id: true } });\n  await mailer.send(updated.id);`,
    ),
    prisma(
      many(
        "const updated = await prisma.job.findUniqueOrThrow({ where: { id }, select: { id: true } });\n  await mailer.send(updated.id);",
      ),
    ),
  ),
  claim(
    "the row is read again for who returns it",
    prisma(`return prisma.job.update({ include: { owner: true }, where: { id }, data: { status: "running", worker: me } });`),
    prisma(
      many("return prisma.job.findUniqueOrThrow({ include: { owner: true }, where: { id } });").replace(
        `"running" }`,
        `"running", worker: me }`,
      ),
    ),
  ),
  {
    name: "the write changes the key by which the row would be read again",
    code: prisma(`return prisma.job.update({ where: { id }, data: { status: "running", id: "x", worker: me } });`),
    suggestions: [],
  },
]);

function sql(write: string): string {
  return `import { Pool } from "pg";
import { mailer } from "./mailer.js";
interface Task { id: string; status: string }
const pool = new Pool();
export async function start(id: string): Promise<string | undefined> {
  const found = await pool.query<Task>("SELECT * FROM tasks WHERE id = $1", [id]);
  if (found.rows[0]?.status !== "pending") return undefined;
  ${write}
  await mailer.send(id);
  return rows[0]?.id;
}
`;
}

testSuggestions("claim whose rows are used (pg)", rule, [
  claim(
    "the count beside the rows",
    sql(`const { rows } = await pool.query<Task>("UPDATE tasks SET status = 'running' WHERE id = $1 RETURNING *", [id]);`),
    sql(`const { rows, rowCount } = await pool.query<Task>("UPDATE tasks SET status = 'running' WHERE id = $1 AND status = 'pending' RETURNING *", [id]);
  if (rowCount !== 1) return undefined;`),
  ),
]);
