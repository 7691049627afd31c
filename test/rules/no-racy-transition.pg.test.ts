import rule from "../../rules/no-racy-transition.js";
import { raceData, remedies, transactionNote } from "./raceData.js";
import { testRule } from "./ruleTester.js";

/** The job processor in four files: connection, statements, check, and the function under test. */
const processor = `import { mailer } from "./mailer.js";
import { pool, withTransaction } from "./pg/db.js";
import { assertPending } from "./pg/guards.js";
import { claimTask, findTask, lockTask, setStatus } from "./pg/tasks.js";
`;

const lines = `import { Pool } from "pg";
import { mailer } from "./mailer.js";
interface Task { id: string; status: string }
const pool = new Pool();
`;

const subject = "'status' of tasks";
const lockNote = " The lock does not help: outside a transaction it ends with the statement that takes it.";
const oneTransaction =
  "Do the read and the write in one transaction, or make 'query' conditional on what was checked and go on only if a row changed.";
const sends = (effectAt: string) => ({ effect: "mailer.send", effectAt });

function start(read: string, write: string): string {
  return `${lines}export async function start(id: string): Promise<void> {
  const { rows } = await pool.query<Task>(${read});
  if (rows[0]?.status !== "pending") return;
  ${write}
  await mailer.send(id);
}
`;
}

const byId = `"SELECT * FROM tasks WHERE id = $1", [id]`;
const update = `pool.query("UPDATE tasks SET status = 'running' WHERE id = $1", [id]);`;
const here = { subject, read: "file.ts:6", check: "file.ts:7", write: "file.ts:8" };
const at = (line: number, column: number, length = 5) => ({ line, column, endLine: line, endColumn: column + length });
const plain = {
  messageId: "effect" as const,
  data: raceData({ ...here, remedy: remedies.plain("query") }, sends("file.ts:9")),
};

function inTransaction(body: string): string {
  return `${lines}export async function start(id: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    ${body}
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
  await mailer.send(id);
}
`;
}

const checked = (read: string, write: string) => `const { rows } = await ${read};
    if (rows[0]?.status !== "pending") throw new Error("not pending");
    await ${write}`;

function next(query: string): string {
  return `${lines}export async function next(): Promise<void> {
  const { rows } = await pool.query<Task>("UPDATE tasks SET status = 'running' WHERE id = (${query}) RETURNING *");
  for (const task of rows) await mailer.send(task.id);
}
`;
}

testRule("no-racy-transition (pg)", rule, {
  invalid: [
    {
      name: "the job processor in four files",
      code: `${processor}export async function start(id: string): Promise<void> {
  const task = await findTask(pool, id);
  assertPending(task);
  await setStatus(pool, id, "running");
  await mailer.send(id);
}
`,
      errors: [
        {
          messageId: "effect",
          data: raceData(
            { subject, read: "pg/tasks.ts:9", check: "pg/guards.ts:4", write: "pg/tasks.ts:17", remedy: remedies.plain("query") },
            sends("file.ts:9"),
          ),
          ...at(8, 9, 9),
        },
      ],
    },
    {
      name: "the job processor in a transaction",
      code: `${processor}export async function start(id: string): Promise<void> {
  await withTransaction(async (client) => {
    const task = await findTask(client, id);
    assertPending(task);
    await setStatus(client, id, "running");
    await mailer.send(id);
  });
}
`,
      errors: [
        {
          messageId: "effect",
          data: raceData(
            {
              subject,
              read: "pg/tasks.ts:9",
              check: "pg/guards.ts:4",
              write: "pg/tasks.ts:17",
              note: transactionNote,
              remedy: remedies.inTransaction("query"),
            },
            sends("file.ts:10"),
          ),
          ...at(9, 11, 9),
        },
      ],
    },
    { name: "a read and an update by key", code: start(byId, `await ${update}`), errors: [{ ...plain, ...at(8, 14) }] },
    { name: "an update that nobody waits for", code: start(byId, `void ${update}`), errors: [{ ...plain, ...at(8, 13) }] },
    {
      name: "values in templates",
      code: start(
        "`SELECT * FROM tasks WHERE id = '${id}'`",
        "await pool.query(`UPDATE tasks SET status = 'running' WHERE id = '${id}'`);",
      ),
      errors: [{ ...plain, ...at(8, 14) }],
    },
    {
      name: "a condition that the new value still fits",
      code: start(byId, `await pool.query("UPDATE tasks SET status = 'running' WHERE id = $1 AND status <> 'done'", [id]);`),
      errors: [{ ...plain, ...at(8, 14) }],
    },
    {
      name: "FOR UPDATE on the pool",
      code: start(`"SELECT * FROM tasks WHERE id = $1 FOR UPDATE", [id]`, `await ${update}`),
      errors: [
        {
          messageId: "effect",
          data: raceData({ ...here, note: lockNote, remedy: oneTransaction }, sends("file.ts:9")),
          ...at(8, 14),
        },
      ],
    },
    {
      name: "FOR UPDATE in a transaction, the write on the pool",
      code: inTransaction(checked(`client.query<Task>("SELECT * FROM tasks WHERE id = $1 FOR UPDATE", [id])`, update)),
      errors: [
        {
          messageId: "effect",
          data: raceData(
            {
              subject,
              read: "file.ts:9",
              check: "file.ts:10",
              write: "file.ts:11",
              note: " The transaction does not help: the read and the write do not both go through its handle.",
              remedy:
                "Use the transaction's handle for both and lock the row in the read, or make 'query' conditional on what was checked and go on only if a row changed.",
            },
            sends("file.ts:19"),
          ),
          ...at(11, 16),
        },
      ],
    },
    {
      name: "a sub-select that does not lock",
      code: next("SELECT id FROM tasks WHERE status = 'pending' LIMIT 1"),
      errors: [
        {
          messageId: "effect",
          data: raceData(
            {
              subject,
              read: "file.ts:6",
              check: "file.ts:6 (through the filter of 'query')",
              write: "file.ts:6",
              remedy: remedies.plain("query"),
            },
            sends("file.ts:7"),
          ),
          ...at(6, 31),
        },
      ],
    },
  ],
  valid: [
    {
      name: "the job processor claims",
      code: `${processor}export async function start(id: string): Promise<void> {
  const task = await findTask(pool, id);
  assertPending(task);
  if (await claimTask(pool, id)) await mailer.send(id);
}
`,
    },
    {
      name: "the job processor locks in a transaction",
      code: `${processor}export async function start(id: string): Promise<void> {
  await withTransaction(async (client) => {
    const task = await lockTask(client, id);
    assertPending(task);
    await setStatus(client, id, "running");
  });
  await mailer.send(id);
}
`,
    },
    {
      name: "a conditional update counted by rowCount",
      code: start(
        byId,
        `const { rowCount } = await pool.query("UPDATE tasks SET status = 'running' WHERE id = $1 AND status = 'pending'", [id]);
  if (rowCount === 0) return;`,
      ),
    },
    {
      name: "a conditional update counted by the returned rows",
      code: start(
        byId,
        `const claimed = await pool.query<Task>({ text: "UPDATE tasks SET status = 'running' WHERE id = $1 AND status = $2 RETURNING id", values: [id, "pending"] });
  if (claimed.rows.length === 0) return;`,
      ),
    },
    {
      name: "FOR UPDATE in a transaction of the same client",
      code: inTransaction(
        checked(
          `client.query<Task>("SELECT * FROM tasks WHERE id = $1 FOR UPDATE", [id])`,
          `client.query("UPDATE tasks SET status = 'running' WHERE id = $1", [id]);`,
        ),
      ),
    },
    { name: "a sub-select that locks", code: next("SELECT id FROM tasks WHERE status = 'pending' LIMIT 1 FOR UPDATE SKIP LOCKED") },
    {
      name: "a queue's rows, skipping what is locked",
      code: inTransaction(`const { rows } = await client.query<Task>("SELECT * FROM tasks WHERE status = 'pending' LIMIT 1 FOR UPDATE SKIP LOCKED");
    for (const task of rows) await client.query("UPDATE tasks SET status = 'running' WHERE id = $1", [task.id]);`),
    },
    {
      name: "a table that is not known",
      code: start("`SELECT * FROM ${id} WHERE id = 1`", "await pool.query(`UPDATE ${id} SET status = 'running' WHERE id = 1`);"),
    },
  ],
});
