import pg from "pg";
import { explore } from "../../../src/race/index.js";
import type { ExploreOptions, Report, WorkerContext, WorkerModule } from "../../../src/race/index.js";

export const schema = `
  create table jobs (id int primary key, status text not null, worker text);
  create table audit (id int generated always as identity primary key, job int not null, worker text not null);`;

export const reset: ExploreOptions["reset"] = (db) =>
  db.query("truncate jobs, audit restart identity; insert into jobs values (1, 'pending', null), (2, 'pending', null)");

/** At most one worker may say that it won. */
export const oneWinner: ExploreOptions["invariant"] = ({ outcomes }) => {
  const winners = outcomes.filter(({ value }) => value === "won").map(({ worker }) => worker);
  return winners.length > 1 ? `${winners.join(" and ")} won` : undefined;
};

export type Body = (pool: pg.Pool, worker: WorkerContext) => Promise<unknown>;

/** A worker of this process with a pool of its own. */
export function poolWorker(body: Body, options: pg.PoolConfig = {}): WorkerModule {
  let pool: pg.Pool;
  return {
    setup: ({ databaseUrl }) => void (pool = new pg.Pool({ connectionString: databaseUrl, ...options })),
    default: (worker) => body(pool, worker),
    teardown: () => pool.end(),
  };
}

/** Two workers of one body, in one process, all schedules. */
export function race(body: Body, options: Partial<ExploreOptions> = {}): Promise<Report> {
  return explore({ schema, reset, invariant: oneWinner, workers: [2, poolWorker(body)], stopAtFirst: false, ...options });
}

export async function inTransaction<Value>(pool: pg.Pool, begin: string, work: (client: pg.PoolClient) => Promise<Value>): Promise<Value> {
  const client = await pool.connect();
  try {
    await client.query(begin);
    const value = await work(client);
    await client.query("commit");
    return value;
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    client.release();
  }
}

interface Client {
  query(text: string, values?: unknown[]): Promise<{ rows: { status?: string }[]; rowCount: number | null }>;
}

/** The check and the act, apart. */
export async function checkThenAct(client: Client, worker: string, suffix = ""): Promise<string> {
  const { rows } = await client.query(`select status from jobs where id = 1 ${suffix}`);
  if (rows[0]?.status !== "pending") return "lost";
  await client.query("update jobs set status = 'running', worker = $1 where id = 1", [worker]);
  return "won";
}

export async function claim(client: Client, sql: string, worker: string): Promise<string> {
  const { rowCount } = await client.query(sql, [worker]);
  return rowCount === 1 ? "won" : "lost";
}
