/**
 * Shapes in which programs wrap pools and send statements, each with a race and beside it the same with a claim. Nothing is installed.
 */
import { describe, expect, it } from "vitest";
import { Flow } from "../../analysis/flow.js";
import type { Files } from "../../program/harness.js";

/** `R` is sent the read, `W` the write; `row` is the row read and `n` the number of rows changed. */
interface Shape {
  readonly name: string;
  readonly files?: Files;
  readonly code: string;
}

const select = `"SELECT id, status FROM jobs WHERE id = $1", [id]`;
const update = `"UPDATE jobs SET status = 'running' WHERE id = $1GUARD", [id]`;
const check = `if (!row || row.status !== "pending") return;`;
const act = `if (n === 0) return; await mailer.send(id);`;
const plain = (db: string) =>
  `const row = (await ${db}.query(${select})).rows[0]; ${check} const { rowCount: n } = await ${db}.query(${update}); ${act}`;

const pool = `import { Pool } from "pg"; export const pool = new Pool({ connectionString: process.env.DATABASE_URL });`;

const shapes: readonly Shape[] = [
  {
    name: "a module of functions",
    files: {
      "db.ts": `import pg, { type QueryResultRow } from "pg"; const pool = new pg.Pool(); export const query = <T extends QueryResultRow>(text: string, params?: unknown[]) => pool.query<T>(text, params); export const getClient = () => pool.connect();`,
    },
    code: `import * as db from "./db"; export async function f(id: string) { ${plain("db")} }`,
  },
  {
    name: "an object of functions",
    files: { "db.ts": `${pool} export default { query: (text: string, params?: unknown[]) => pool.query(text, params) };` },
    code: `import db from "./db"; export async function f(id: string) { ${plain("db")} }`,
  },
  {
    name: "a function that logs and returns the result",
    files: {
      "db.ts": `${pool} export async function query(text: string, params: unknown[] = []) { const start = Date.now(); try { const result = await pool.query(text, params); console.log({ text, took: Date.now() - start, rows: result.rowCount }); return result; } catch (error) { console.error(error); throw error; } }`,
    },
    code: `import { query } from "./db"; const db = { query }; export async function f(id: string) { ${plain("db")} }`,
  },
  {
    name: "functions that return rows",
    files: {
      "db.ts": `${pool} export async function many<T>(text: string, params: unknown[]): Promise<T[]> { const { rows } = await pool.query(text, params); return rows as T[]; } export async function one<T>(text: string, params: unknown[]): Promise<T | undefined> { const rows = await many<T>(text, params); return rows[0]; }`,
    },
    code: `import { many, one } from "./db"; export async function f(id: string) { const row = await one<{ status: string }>(${select}); ${check} const changed = await many(${update.replace('GUARD"', 'GUARD RETURNING id"')}); const n = changed.length; ${act} }`,
  },
  {
    name: "a class around a pool",
    files: {
      "db.ts": `import { Pool, type QueryResult } from "pg"; export class Database { private readonly pool: Pool; constructor(url: string) { this.pool = new Pool({ connectionString: url }); } async query(text: string, params?: unknown[]): Promise<QueryResult> { return this.pool.query(text, params); } }`,
    },
    code: `import { Database } from "./db"; export class Jobs { constructor(private readonly db: Database) {} async f(id: string) { ${plain("this.db")} } }`,
  },
  {
    name: "an injected pool",
    code: `import { Inject, Injectable } from "@nestjs/common"; import type { Pool } from "pg"; @Injectable() export class Jobs { constructor(@Inject("PG") private readonly pool: Pool) {} async f(id: string) { ${plain("this.pool")} } }`,
  },
  {
    name: "a client of the pool in a transaction",
    files: { "db.ts": pool },
    code: `import { pool } from "./db"; export async function f(id: string) { const client = await pool.connect(); try { await client.query("BEGIN"); const row = (await client.query(${select})).rows[0]; if (row?.status !== "pending") { await client.query("ROLLBACK"); return; } const { rowCount: n } = await client.query(${update}); if (n === 0) { await client.query("ROLLBACK"); return; } await client.query("COMMIT"); await mailer.send(id); } catch (error) { await client.query("ROLLBACK"); throw error; } finally { client.release(); } }`,
  },
  {
    name: "a function that opens the transaction",
    files: {
      "db.ts": `import type { PoolClient } from "pg"; ${pool} export async function inTransaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> { const client = await pool.connect(); try { await client.query("BEGIN"); const result = await work(client); await client.query("COMMIT"); return result; } catch (error) { await client.query("ROLLBACK"); throw error; } finally { client.release(); } }`,
    },
    code: `import { inTransaction } from "./db"; export async function f(id: string) { await inTransaction(async (client) => { ${plain("client")} }); }`,
  },
  {
    name: "a plugin's pool of which nothing is known",
    files: { "db.ts": pool },
    code: `import type { FastifyInstance } from "fastify"; import "./db"; export default async function routes(app: FastifyInstance) { app.post("/jobs/:id", async function f(request: any) { const id = request.params.id; ${plain("app.pg")} }); }`,
  },
  {
    name: "a pool that an own package exports",
    files: { "db.ts": pool },
    code: `import { db } from "@acme/db"; import "./db"; export async function f(id: string) { ${plain("db")} }`,
  },
  {
    name: "statements in constants",
    files: {
      "db.ts": pool,
      "sql.ts": `export const queries = { get: "SELECT id, status FROM jobs WHERE id = $1", start: "UPDATE jobs SET status = $2 WHERE id = $1GUARD" } as const;`,
    },
    code: `import { pool } from "./db"; import { queries } from "./sql"; export async function f(id: string) { const { rows: [row] } = await pool.query(queries.get, [id]); ${check} const { rowCount: n } = await pool.query(queries.start, [id, "running"]); ${act} }`,
  },
  {
    name: "a statement in a configuration",
    files: { "db.ts": pool },
    code: `import { pool } from "./db"; export class Jobs { private _pool = pool; async f(id: string) { const query = { text: "SELECT * FROM jobs WHERE id = $1", values: [id] }; const result = await this._pool.query(query); if (!result.rows.length) throw new Error("none"); const row = result.rows[0]; ${check} const { rowCount: n } = await this._pool.query({ text: "UPDATE jobs SET status = 'running' WHERE id = $1GUARD", values: [id] }); ${act} } }`,
  },
  {
    name: "repository objects made by a function",
    files: {
      "repository.ts": `import type { Pool } from "pg"; export const makeJobs = (pool: Pool) => ({ async get(id: string) { const { rows } = await pool.query("SELECT id, status FROM jobs WHERE id = $1", [id]); return rows[0] ?? null; }, async start(id: string) { const { rowCount } = await pool.query(${update}); return rowCount; } });`,
      "db.ts": pool,
    },
    code: `import { pool } from "./db"; import { makeJobs } from "./repository"; const jobs = makeJobs(pool); export async function f(id: string) { const row = await jobs.get(id); ${check} const n = await jobs.start(id); ${act} }`,
  },
];

const reports = ({ code, files = {} }: Shape, guarded: boolean) => {
  const texts = { ...files, "file.ts": `import { mailer } from "./outside"; ${code}` };
  const guard = guarded ? " AND status = 'pending'" : "";
  const flow = new Flow(Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text.replaceAll("GUARD", guard)])));
  return flow.report().map((r) => r.replace(/ read .*/, ""));
};

describe("pools and statements", () => {
  it.each(shapes)("$name", (shape) => {
    expect(reports(shape, false)).toEqual(["jobs.status"]);
    expect(reports(shape, true)).toEqual([]);
  });
});

describe("no pools of PostgreSQL", () => {
  it.each([
    ["another driver", `import mysql from "mysql2/promise"; const db: any = mysql.createPool("");`, ""],
    ["another driver's placeholders", `const db: any = (globalThis as any).connect();`, "?"],
  ])("%s", (_, declared, mark) => {
    const code = `import { mailer } from "./outside"; import "./db"; ${declared} export async function f(id: string) { ${plain("db")} }`;
    const flow = new Flow({ "db.ts": pool, "file.ts": code.replaceAll("GUARD", "").replaceAll("$1", mark === "" ? "$1" : mark) });
    expect(flow.report()).toEqual([]);
  });
});
