import type pg from "pg";
import { serverDatabase } from "../../../src/race/database/index.js";
import { exploreSettings } from "../../../src/race/explore.js";
import { settingsOf } from "../../../src/race/options.js";
import type { Dependent } from "../../../src/race/reduce/effects.js";
import type { ExploreOptions, Report, WorkerModule } from "../../../src/race/types.js";
import { poolWorker } from "../explore/jobs.js";
import { type Block, type Program, reset, type Statement } from "./programs.js";

interface Memory {
  rows: Record<string, unknown>[];
  readonly log: unknown[];
}

async function send(client: pg.Pool | pg.PoolClient, { sql, only }: Statement, memory: Memory): Promise<void> {
  if (only !== undefined && (only === "rows") !== memory.rows.length > 0) return;
  const carried = Number(Object.values(memory.rows[0] ?? {})[0] ?? 0) + 1;
  const result = await client.query<Record<string, unknown>>(sql, sql.includes("$1") ? [carried] : []);
  memory.rows = result.rows;
  memory.log.push([result.rowCount, result.rows]);
}

async function runBlock(pool: pg.Pool, { end, statements }: Block, memory: Memory): Promise<void> {
  if (end === "auto") {
    for (const statement of statements) await send(pool, statement, memory).catch((error: unknown) => failed(memory, error));
    return;
  }
  const client = await pool.connect();
  try {
    await client.query("begin");
    for (const statement of statements) await send(client, statement, memory);
    const { command } = await client.query(end);
    memory.log.push(command);
  } catch (error) {
    failed(memory, error);
    await client.query("rollback");
  } finally {
    client.release();
  }
}

function failed(memory: Memory, error: unknown): void {
  memory.log.push((error as { code?: string }).code ?? String(error));
}

function workerOf(blocks: readonly Block[]): WorkerModule {
  return poolWorker(async (pool) => {
    const memory: Memory = { rows: [], log: [] };
    for (const block of blocks) await runBlock(pool, block, memory);
    return memory.log;
  });
}

/** As in a database that the explorer made: who is the victim of a deadlock is its decision, and not a timer's. */
function patient(url: string): string {
  const longest = new URL(url);
  longest.searchParams.set("options", "-c deadlock_timeout=2147483647");
  return longest.href;
}

interface Exploration {
  readonly report: Report;
  /** Final states with the workers' outcomes, each once, sorted. */
  readonly ends: readonly string[];
}

/** Explores a program in the database, which it fills anew. Its workers share a module graph and nothing else. */
async function exploreProgram(program: Program, url: string, reduce: boolean, relation?: Dependent): Promise<Exploration> {
  const ends = new Set<string>();
  let last = "";
  const options: ExploreOptions = {
    database: serverDatabase(patient(url), { allowExisting: true }),
    schema: program.schema,
    reset: (db) => db.query(reset),
    workers: program.workers.map(workerOf),
    stopAtFirst: false,
    invariant: async ({ outcomes, db }) => {
      const { rows: parents } = await db.query("select * from parents order by id");
      const { rows: items } = await db.query("select * from items order by id");
      last = JSON.stringify([parents, items, outcomes.map(({ status, value }) => [status, value])]);
    },
    // Only of schedules that count: warming up may run some that reduction leaves out.
    onProgress: () => ends.add(last),
  };
  const report = await exploreSettings({ ...settingsOf(options), reduce }, relation);
  return { report, ends: [...ends].sort() };
}

interface Comparison {
  readonly full: Exploration;
  readonly reduced: Exploration;
  /** What is not as it must be; empty if all is. */
  readonly faults: readonly string[];
}

/** Explores with and without reduction: the ends must be the same, and the schedules run and pruned must add up to all. */
export async function compare(program: Program, url: string, relation?: Dependent): Promise<Comparison> {
  const full = await exploreProgram(program, url, false);
  const reduced = await exploreProgram(program, url, true, relation);
  const missing = full.ends.filter((end) => !reduced.ends.includes(end));
  const strange = reduced.ends.filter((end) => !full.ends.includes(end));
  const counted = reduced.report.explored + reduced.report.pruned;
  return {
    full,
    reduced,
    faults: [
      ...[full, reduced].flatMap(({ report }) => report.unfinished.map((reason) => JSON.stringify(reason))),
      ...missing.map((end) => `only without reduction: ${end}`),
      ...strange.map((end) => `only with reduction: ${end}`),
      ...(counted === full.report.explored
        ? []
        : [`${reduced.report.explored} explored and ${reduced.report.pruned} pruned of ${full.report.explored}`]),
    ],
  };
}
