import rule from "../../rules/no-racy-transition.js";
import { testSuggestions } from "../rules/ruleTester.js";

/** The read's own filter is the check. */
function one(read: string, exit: string, write: string): string {
  return `import { Equal, IsNull, type Repository } from "typeorm";
import type { Job } from "./entities.js";
import { mailer } from "./mailer.js";
export const operators = [Equal, IsNull];
export async function start(jobs: Repository<Job>, id: string): Promise<void> {
  const job = await jobs.${read};
  ${exit}
  ${write}
  await mailer.send(id); // told once
}
`;
}

const missing = "if (!job) return;";
const update = (more = "", set = `status: "running"`) => `await jobs.update({ id${more} }, { ${set} });`;
const none = (name: string, code: string) => ({ name, code, suggestions: [] });

testSuggestions("claim of a row that the read's filter chose (TypeORM)", rule, [
  {
    name: "the condition goes into the write's filter, and who changed nothing leaves as who found nothing",
    code: one(`findOneBy({ id, status: "pending" })`, missing, update()),
    suggestions: [
      {
        messageId: "claim",
        output: one(
          `findOneBy({ id, status: "pending" })`,
          missing,
          `const { affected } = ${update(`, status: "pending"`)}\n  if (affected !== 1) return;`,
        ),
      },
    ],
  },
  {
    name: "a null test, in options",
    code: one(
      `findOne({ where: { id, worker: IsNull() }, order: { worker: "ASC" } })`,
      `if (job === null) throw new Error("taken");`,
      update("", "worker: id"),
    ),
    suggestions: [
      {
        messageId: "claim",
        output: one(
          `findOne({ where: { id, worker: IsNull() }, order: { worker: "ASC" } })`,
          `if (job === null) throw new Error("taken");`,
          `const { affected } = ${update(", worker: IsNull()", "worker: id")}\n  if (affected !== 1) throw new Error("taken");`,
        ),
      },
    ],
  },
  none("a filter of alternatives", one(`findOne({ where: [{ id, status: "pending" }] })`, missing, update())),
  none("an operator", one(`findOneBy({ id, status: Equal("pending") })`, missing, update())),
]);

function batch(lines: readonly string[], end = "\n"): string {
  return [
    `import { Pool } from "pg"`,
    `import { mailer } from "./mailer.js"`,
    `interface Task { id: string; status: string }`,
    `const pool = new Pool()`,
    `export async function sendAll(): Promise<void> {`,
    `\tconst { rows } = await pool.query<Task>("SELECT * FROM tasks WHERE status = 'queued' AND id > '' ORDER BY id LIMIT 5")`,
    `\tfor (const task of rows) {`,
    ...lines.map((line) => `\t\t${line}`),
    `\t}`,
    `}`,
    ``,
  ].join(end);
}

const sent = "await mailer.send(task.id)";
const plain = `await pool.query("UPDATE tasks SET status = 'sending' WHERE id = $1", [task.id])`;
const conditional = `const { rowCount } = await pool.query("UPDATE tasks SET status = 'sending' WHERE id = $1 AND status = 'queued'", [task.id])`;

testSuggestions("claim of each row of a list (pg)", rule, [
  {
    name: "whose row is taken goes on with the next one; tabs, and no semicolons",
    code: batch([plain, sent]),
    suggestions: [{ messageId: "claim", output: batch([conditional, "if (rowCount !== 1) continue", sent]) }],
  },
  {
    name: "lines keep their ends",
    code: batch([plain, sent], "\r\n"),
    suggestions: [{ messageId: "claim", output: batch([conditional, "if (rowCount !== 1) continue", sent], "\r\n") }],
  },
  none("the loser would be caught", batch(["try {", `\t${plain}`, `\t${sent}`, "} catch (error) {", `\tconsole.error(error)`, "}"])),
]);
