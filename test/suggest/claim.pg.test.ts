import rule from "../../rules/no-racy-transition.js";
import { testSuggestions } from "../rules/ruleTester.js";

function start(check: string, write: string): string {
  return `import { Pool } from "pg";
import { mailer } from "./mailer.js";
interface Task { id: string; status: string; worker: string | null }
const pool = new Pool();
export async function start(id: string, wanted: string): Promise<void> {
  const { rows } = await pool.query<Task>("SELECT * FROM tasks WHERE id = $1", [id]);
  ${check}
  ${write}
  await mailer.send(id + wanted);
}
`;
}

const pending = `if (rows[0]?.status !== "pending") return;`;
const update = (text: string) => `await pool.query(${text}, [id]);`;

function claim(name: string, check: string, before: string, after: string, exit = "return;") {
  return {
    name,
    code: start(check, update(before)),
    suggestions: [{ messageId: "claim", output: start(check, `const { rowCount } = ${update(after)}\n  if (rowCount !== 1) ${exit}`) }],
  };
}

const none = (name: string, check: string, write: string) => ({ name, code: start(check, write), suggestions: [] });

testSuggestions("claim (pg)", rule, [
  claim(
    "equality",
    pending,
    `"UPDATE tasks SET status = 'running' WHERE id = $1"`,
    `"UPDATE tasks SET status = 'running' WHERE id = $1 AND status = 'pending'"`,
  ),
  claim(
    "in front of RETURNING, in a template, with a comment",
    pending,
    "`UPDATE tasks SET status = 'running' WHERE id = $1 -- one\n    RETURNING *`",
    "`UPDATE tasks SET status = 'running' WHERE id = $1 AND status = 'pending' -- one\n    RETURNING *`",
  ),
  claim(
    "a column that may be null is compared as JavaScript compares it",
    `if (rows[0]?.status === "running") throw new Error("taken");`,
    `"UPDATE tasks SET status = 'running' WHERE id = $1"`,
    `"UPDATE tasks SET status = 'running' WHERE id = $1 AND status IS DISTINCT FROM 'running'"`,
    `throw new Error("taken");`,
  ),
  claim(
    "a null test",
    "if (rows[0]?.worker !== null) return;",
    `"UPDATE tasks SET worker = 'me' WHERE id = $1"`,
    `"UPDATE tasks SET worker = 'me' WHERE id = $1 AND worker IS NULL"`,
  ),
  none(
    "a column that is compared with a value of which nothing is known",
    "if (rows[0]?.status !== wanted) return;",
    update(`"UPDATE tasks SET status = 'running' WHERE id = $1"`),
  ),
  none("a text that is put together", pending, update('"UPDATE tasks SET status = \'running\' " + "WHERE id = $1"')),
]);

function inTransaction(read: string): string {
  return `import { Pool } from "pg";
import { mailer } from "./mailer.js";
interface Task { id: string; status: string }
const pool = new Pool();
export async function start(id: string): Promise<void> {
  const client = await pool.connect();
  await client.query("BEGIN");
  const { rows } = await client.query<Task>(${read}, [id]);
  if (!["pending"].includes(rows[0]?.status ?? "")) throw new Error("not pending");
  await client.query("UPDATE tasks SET status = 'running' WHERE id = $1", [id]);
  await client.query("COMMIT");
  await mailer.send(id);
}
`;
}

testSuggestions("lock (pg)", rule, [
  {
    name: "the read locks the row",
    code: inTransaction(`"SELECT * FROM tasks WHERE id = $1"`),
    suggestions: [{ messageId: "lock", output: inTransaction(`"SELECT * FROM tasks WHERE id = $1 FOR UPDATE"`) }],
  },
  {
    name: "rows of a join are not locked",
    code: inTransaction(`"SELECT t.* FROM tasks t LEFT JOIN owners o ON o.id = t.id WHERE t.id = $1"`),
    suggestions: [],
  },
]);
