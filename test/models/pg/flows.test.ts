/** Flows through node-postgres whose types are not there: the package's name is all that is known of it. */
import { describe, expect, it } from "vitest";
import { Flow } from "../../analysis/flow.js";

const imports = `import { Pool, Client, type PoolClient } from "pg";
import { mailer } from "./outside";
const pool = new Pool();
`;

const verdicts = (body: string, parameters = "id: string") =>
  new Flow(`${imports}export async function f(${parameters}) {${body}}`).verdicts("f");

const read = (handle: string, clause = "") =>
  `const { rows: [job] } = await ${handle}.query("SELECT * FROM jobs WHERE id = $1 ${clause}", [id]); if (job.status !== "pending") return;`;
const write = (handle: string) => `await ${handle}.query("UPDATE jobs SET status = 'running' WHERE id = $1", [id]); await mailer.send(id);`;

describe("a check between a read and a write", () => {
  it.each([
    ["rows[0]", `const result = await pool.query("SELECT * FROM jobs WHERE id = $1", [id]); const job = result.rows[0];`],
    ["destructured", `const { rows: [job] } = await pool.query("SELECT * FROM jobs WHERE id = $1", [id]);`],
    ["a promise's value", `const job = await pool.query("SELECT * FROM jobs WHERE id = $1", [id]).then((r) => r.rows[0]);`],
    [
      "a config object",
      `const { rows } = await pool.query({ text: "SELECT * FROM jobs WHERE id = $1", values: [id] }); const job = rows[0];`,
    ],
    [
      "a prepared name",
      `const { rows } = await pool.query({ name: "job", text: "SELECT * FROM jobs WHERE id = $1", values: [id] }); const [job] = rows;`,
    ],
    ["config and values", `const { rows } = await pool.query({ text: "SELECT * FROM jobs WHERE id = $1" }, [id]); const job = rows.at(0);`],
    ["an alias", `const { rows: [job] } = await pool.query("SELECT state AS status FROM jobs WHERE id = $1", [id]);`, "state: race"],
    ["a template", "const { rows: [job] } = await pool.query(`SELECT * FROM jobs WHERE id = ${id}`);"],
    ["a concatenation", `const { rows: [job] } = await pool.query("SELECT * FROM jobs" + " WHERE id = $1", [id]);`],
    ["a constant", `const table = "jobs"; const { rows: [job] } = await pool.query(\`SELECT * FROM \${table} WHERE id = $1\`, [id]);`],
  ])("%s", (_, statement, verdict = "status: race") => {
    const body = `${statement} if (job.status !== "pending") return;`;
    const column = verdict.split(":")[0] ?? "";
    expect(verdicts(body + write("pool").replace("SET status", `SET ${column}`))).toEqual([verdict]);
  });

  it("rows that a callback is given", () => {
    expect(
      new Flow(`${imports}export function f(id: string) {
  pool.query("SELECT * FROM jobs WHERE id = $1", [id], (err, result) => {
    if (err || result.rows[0].status !== "pending") return;
    pool.query("UPDATE jobs SET status = 'running' WHERE id = $1", [id], (error, changed) => { mailer.send(id); });
  });
}`).verdicts("f"),
    ).toEqual(["status: race"]);
  });

  it("rowCount of a read", () => {
    const body = `const { rowCount } = await pool.query("SELECT 1 FROM jobs WHERE id = $1 AND status = 'pending'", [id]); if (rowCount === 0) return;`;
    expect(new Set(verdicts(body + write("pool")))).toEqual(new Set(["status: race"]));
  });

  it("an unknown table is no access", () => {
    expect(
      verdicts("const { rows: [job] } = await pool.query(`SELECT * FROM ${id}`); if (job.status !== 'pending') return;" + write("pool")),
    ).toEqual([]);
  });
});

describe("a conditional update", () => {
  const update = (sql = "UPDATE jobs SET status = 'running' WHERE id = $1 AND status = 'pending'") => `await pool.query("${sql}", [id])`;

  it.each([
    ["rowCount", `const { rowCount } = ${update()}; if (rowCount === 0) return; await mailer.send(id);`],
    [
      "rows.length",
      `const { rows } = ${update("UPDATE jobs SET status = 'running' WHERE id = $1 AND status = 'pending' RETURNING *")}; if (rows.length === 0) return; await mailer.send(id);`,
    ],
  ])("guards with %s", (_, body) => {
    expect(verdicts(read("pool") + body)).toEqual(["status: compare-and-set"]);
  });

  it("that admits what the check forbids does not guard", () => {
    expect(verdicts(read("pool") + update("UPDATE jobs SET status = 'running' WHERE id = $1 AND status = 'done'"))).toEqual([
      "status: race",
    ]);
  });
});

describe("FOR UPDATE", () => {
  const inTransaction = (body: string) => `const client = await pool.connect();
try { await client.query("BEGIN"); ${body} await client.query("COMMIT"); } catch (e) { await client.query("ROLLBACK"); throw e; } finally { client.release(); }`;

  it("in a transaction of the same client protects", () => {
    expect(verdicts(inTransaction(read("client", "FOR UPDATE") + write("client")))).toEqual(["status: row locked by read"]);
  });

  it("on the pool, on a client without a transaction, or with the write on the pool does not", () => {
    expect(verdicts(read("pool", "FOR UPDATE") + write("pool"))).toEqual(["status: race"]);
    expect(verdicts(`const client = await pool.connect(); ${read("client", "FOR UPDATE")}${write("client")}`)).toEqual(["status: race"]);
    expect(verdicts(inTransaction(read("client", "FOR UPDATE") + write("pool")))).toEqual(["status: race"]);
    expect(verdicts(inTransaction(read("pool", "FOR UPDATE") + write("client")))).toEqual(["status: race"]);
  });

  it("with BEGIN and COMMIT sent to the pool does not", () => {
    expect(verdicts(`await pool.query("BEGIN"); ${read("pool", "FOR UPDATE")}${write("pool")} await pool.query("COMMIT");`)).toEqual([
      "status: race",
    ]);
  });

  it("of a key share does not", () => {
    expect(verdicts(inTransaction(read("client", "FOR KEY SHARE") + write("client")))).toEqual(["status: race"]);
  });

  it("released by a commit before the write does not", () => {
    expect(verdicts(inTransaction(`${read("client", "FOR UPDATE")} await client.query("COMMIT"); ${write("client")}`))).toEqual([
      "status: race",
    ]);
  });

  it("on a client that came from elsewhere may be in a transaction", () => {
    expect(verdicts(read("client", "FOR UPDATE") + write("client"), "client: PoolClient, id: string")).toEqual([
      "status: row locked by read",
    ]);
  });

  it("on a client whose transaction somebody else may have begun", () => {
    const begin = `const client = await pool.connect(); await begin(client);`;
    const flow = new Flow(`${imports}import { begin } from "transactions";
export async function f(id: string) { ${begin} ${read("client", "FOR UPDATE")}${write("client")} }`);
    expect(flow.verdicts("f")).toEqual(["status: row locked by read"]);
  });

  it("before a read without one protects", () => {
    expect(
      verdicts(
        inTransaction(`await client.query("SELECT 1 FROM jobs WHERE id = $1 FOR UPDATE", [id]); ${read("client")}${write("client")}`),
      ),
    ).toEqual(["status: row locked before"]);
  });
});

describe("isolation levels", () => {
  const at = (begin: string) =>
    `const client = await pool.connect(); ${begin} ${read("client")}${write("client")} await client.query("COMMIT");`;

  it.each([
    [`await client.query("BEGIN ISOLATION LEVEL SERIALIZABLE");`, "status: isolation level"],
    [`await client.query("BEGIN"); await client.query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");`, "status: isolation level"],
    [`await client.query("BEGIN");`, "status: race"],
    [`await client.query("BEGIN"); await client.query("SET LOCAL lock_timeout = '4s'");`, "status: race"],
    [`await client.query("BEGIN"); await client.query(text());`, "status: unknown statement before read"],
  ])("%s", (begin, verdict) => {
    expect(verdicts(at(begin))).toEqual([verdict]);
  });
});

describe("advisory locks", () => {
  it("of a transaction protect in it", () => {
    const body = (handle: string) => `const client = await pool.connect(); await client.query("BEGIN");
await ${handle}.query("SELECT pg_advisory_xact_lock(hashtext($1))", [id]); ${read("client")}${write("client")}`;
    expect(verdicts(body("client"))).toEqual(["status: row locked before"]);
    expect(verdicts(body("pool"))).toEqual(["status: race"]);
  });

  it("of a session protect on a connection of one's own", () => {
    const body = (handle: string) =>
      `const client = await pool.connect(); await ${handle}.query("SELECT pg_advisory_lock($1)", [id]); ${read("pool")}${write("pool")}`;
    expect(verdicts(body("client"))).toEqual(["status: lock function"]);
    expect(verdicts(body("pool"))).toEqual(["status: race"]);
  });
});

describe("functions of the program", () => {
  it("that send the text they are given", () => {
    const flow = new Flow({
      "db.ts": `import { Pool } from "pg";
const pool = new Pool();
export async function query(text: string, values: unknown[]) {
  const started = Date.now();
  const result = await pool.query(text, values);
  console.log(text, Date.now() - started);
  return result;
}
export async function one(text: string, ...values: unknown[]) {
  const { rows } = await query(text, values);
  return rows[0];
}`,
      "file.ts": `import { one, query } from "./db";
import { mailer } from "./outside";
export async function f(id: string) {
  const job = await one("SELECT * FROM jobs WHERE id = $1", id);
  if (job.status !== "pending") return;
  await query("UPDATE jobs SET status = 'running' WHERE id = $1", [id]);
  await mailer.send(id);
}
export async function g(id: string) {
  const job = await one("SELECT * FROM jobs WHERE id = $1", id);
  if (job.status !== "pending") return;
  const { rowCount } = await query("UPDATE jobs SET status = 'running' WHERE id = $1 AND status = 'pending'", [id]);
  if (rowCount === 1) await mailer.send(id);
}`,
    });
    expect(flow.verdicts("f")).toEqual(["status: race"]);
    expect(flow.verdicts("g")).toEqual(["status: compare-and-set"]);
    expect(flow.report()).toEqual([`jobs.status read one:4 check job.status !== "pending":5 write query:6 anchor query:6`]);
  });

  it("that run a callback in a transaction", () => {
    const wrapper = `export async function withTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const result = await work(client);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}`;
    const flow = (clause: string, handle = "client") =>
      new Flow(`${imports}${wrapper}
export async function f(id: string) { await withTransaction(pool, async (client) => { ${read("client", clause)}${write(handle)} }); }`).verdicts(
        "f",
      );
    expect(flow("FOR UPDATE")).toEqual(["status: row locked by read"]);
    expect(flow("FOR UPDATE", "pool")).toEqual(["status: race"]);
    expect(flow("")).toEqual(["status: race"]);
  });

  it("that get the pool or a client", () => {
    const flow = new Flow(`${imports}
class Jobs {
  constructor(private readonly db: Pool | PoolClient) {}
  async find(id: string) { return (await this.db.query("SELECT * FROM jobs WHERE id = $1 FOR UPDATE", [id])).rows[0]; }
  async start(id: string) { await this.db.query("UPDATE jobs SET status = 'running' WHERE id = $1", [id]); }
}
export async function f(id: string) {
  const jobs = new Jobs(pool);
  const job = await jobs.find(id);
  if (job.status !== "pending") return;
  await jobs.start(id);
  await mailer.send(id);
}`);
    expect(flow.verdicts("f")).toEqual(["status: race"]);
  });
});

describe("clients", () => {
  it.each([
    ['import pg from "pg"; const db = new pg.Pool();'],
    ['import pg from "pg"; const { Pool } = pg; const db = new Pool();'],
    ['import * as pg from "pg"; const db = new pg.Client();'],
    ['import { Client } from "pg"; const db = new Client();'],
    ['import Pool from "pg-pool"; const db = new Pool();'],
    ['const { Pool } = require("pg"); const db = new Pool(); import {} from "pg";'],
  ])("%s", (text) => {
    expect(
      new Flow(`import { mailer } from "./outside"; ${text}\nexport async function f(id: string) { ${read("db")}${write("db")} }`).verdicts(
        "f",
      ),
    ).toEqual(["status: race"]);
  });
});
