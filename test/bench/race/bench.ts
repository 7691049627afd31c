import { embeddedPostgres, explore, type Isolate, type OpenDatabase, type Progress, type WorkerModule } from "../../../src/race/index.js";
import { controlConnection } from "../../../src/race/database/index.js";
import { oneWinner, schema } from "../../race/explore/jobs.js";

interface Row {
  readonly layer: string;
  readonly mode: Isolate;
  /** Statements of the workers a second, under control. */
  readonly statementsPerSecond: number;
  /** Round trips of the workers a second, under control: an autocommit write takes two. */
  readonly roundTripsPerSecond: number;
  /** The layer's statements a second with nothing between it and the server; for pg that is the bare round-trip rate. */
  readonly uncontrolledStatementsPerSecond: number;
}

const layers = ["pg", "typeorm", "drizzle", "kysely", "knex", "sequelize", "mikroorm", "objection"];
const rounds = 5;
const runsARound = 60;

/** Of rows that are there, so that the server's part is small and equal in all that is compared. */
const reset = { text: "update jobs set status = 'pending', worker = null where id = 1" };
const insert = "insert into jobs values (1, 'pending', null)";

const url = (layer: string): URL => new URL(`../../race/layers/fixture/${layer}.ts`, import.meta.url);

function median(numbers: readonly number[]): number {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;
}

/** The layer's two statements, again and again, as one worker alone sends them. */
async function uncontrolled(layer: string, database: OpenDatabase): Promise<number> {
  const db = await controlConnection(database.url);
  const worker = (await import(url(layer).href)) as WorkerModule;
  const context = { name: "A", index: 0, databaseUrl: database.url, step: () => undefined };
  await worker.setup?.(context);
  const rates: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    let busy = 0;
    for (let run = 0; run < runsARound; run++) {
      await db.query(reset.text);
      const start = performance.now();
      await worker.default(context);
      busy += performance.now() - start;
    }
    // The first round warms up.
    if (round > 0) rates.push((runsARound * 2 * 1000) / busy);
  }
  await worker.teardown?.(context);
  await db.end();
  return median(rates);
}

/** The rates between the progress of two schedules, questions about locks included, without what the user's own `reset` takes. */
async function controlled(layer: string, mode: Isolate): Promise<Pick<Row, "statementsPerSecond" | "roundTripsPerSecond">> {
  const rates: { statements: number; roundTrips: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const seen: (Progress & { readonly resetting: number })[] = [];
    let resetting = 0;
    await explore({
      database: embeddedPostgres(),
      schema: [schema, insert],
      reset: async (db) => {
        const start = performance.now();
        await db.query(reset.text);
        resetting += (performance.now() - start) / 1000;
      },
      invariant: oneWinner,
      workers: [2, url(layer)],
      isolate: mode,
      stopAtFirst: false,
      onProgress: (progress) => void seen.push({ ...progress, resetting }),
    });
    const [first, last] = [seen[1], seen.at(-1)];
    if (first === undefined || last === undefined) throw new Error("There was no progress.");
    const seconds = last.seconds - first.seconds - (last.resetting - first.resetting);
    rates.push({ statements: (last.statements - first.statements) / seconds, roundTrips: (last.roundTrips - first.roundTrips) / seconds });
  }
  return {
    statementsPerSecond: Math.round(median(rates.map(({ statements }) => statements))),
    roundTripsPerSecond: Math.round(median(rates.map(({ roundTrips }) => roundTrips))),
  };
}

async function measure(layer: string): Promise<readonly Row[]> {
  const database = await embeddedPostgres().open();
  const db = await controlConnection(database.url);
  await db.query(`${schema}; ${insert}`);
  await db.end();
  const uncontrolledStatementsPerSecond = Math.round(await uncontrolled(layer, database));
  await database.close();
  const rows: Row[] = [];
  for (const mode of ["shared", "thread"] as const)
    rows.push({ layer, mode, ...(await controlled(layer, mode)), uncontrolledStatementsPerSecond });
  return rows;
}

const chosen = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const rows: Row[] = [];
for (const layer of chosen.length > 0 ? chosen : layers) rows.push(...(await measure(layer)));
if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify(rows)}\n`);
// eslint-disable-next-line no-console -- what the command is for
else console.table(rows);
