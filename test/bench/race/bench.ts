import { embeddedPostgres, explore, type Isolate, type Progress, type Sql, type WorkerModule } from "../../../src/race/index.js";
import { oneWinner, schema } from "../../race/explore/jobs.js";
import { generate } from "./prisma/generate.js";

interface Row {
  readonly layer: string;
  readonly mode: Isolate;
  /** Statements of the workers a second, under control. */
  readonly statementsPerSecond: number;
  /** Round trips of the workers a second, under control: an autocommit write takes two, but where its COMMIT is sent along. */
  readonly roundTripsPerSecond: number;
  /** The layer's statements a second with nothing between it and the server; for pg that is the bare round-trip rate. */
  readonly uncontrolledStatementsPerSecond: number;
}

const layers = ["pg", "typeorm", "prisma", "drizzle", "kysely", "knex", "sequelize", "mikroorm", "objection", "postgresjs"];
const rounds = 5;
const workers = 3;
const schedules = 160;
/** Schedules after which a round begins to count: code that has just been loaded is slow, with control and without. */
const warm = 60;
/** As many statements a schedule without control as with it. */
const bareRuns = workers;

/** Of rows that are there, so that the server's part is small and equal in all that is compared. */
const reset = "update jobs set status = 'pending', worker = null where id = 1";
const insert = "insert into jobs values (1, 'pending', null)";

function url(layer: string): URL {
  return new URL(layer === "prisma" ? "./prisma/worker.ts" : `../../race/layers/fixture/${layer}.ts`, import.meta.url);
}

interface Rates {
  readonly statements: number;
  readonly roundTrips: number;
  readonly bare: number;
}

/** The round in the middle by what control costs: rates of different rounds are of a machine that was busy in different ways. */
function middle(rates: readonly Rates[]): Rates | undefined {
  const costs = ({ statements, bare }: Rates): number => statements / bare;
  return [...rates].sort((one, other) => costs(one) - costs(other))[Math.floor(rates.length / 2)];
}

/** The layer with a module graph of its own, as one worker alone uses it. */
class Bare {
  seconds = 0;
  #worker: WorkerModule | undefined;
  readonly #layer: string;
  readonly #context = { name: "A", index: 0, step: () => undefined };

  constructor(layer: string) {
    this.#layer = layer;
  }

  async run(db: Sql, databaseUrl: string): Promise<void> {
    const context = { ...this.#context, databaseUrl };
    if (this.#worker === undefined) {
      this.#worker = (await import(`${url(this.#layer).href}?${Math.random()}`)) as WorkerModule;
      await this.#worker.setup?.(context);
    }
    for (let run = 0; run < bareRuns; run++) {
      await db.query(reset);
      const start = performance.now();
      await this.#worker.default(context);
      this.seconds += (performance.now() - start) / 1000;
    }
  }

  async end(databaseUrl: string): Promise<void> {
    await this.#worker?.teardown?.({ ...this.#context, databaseUrl });
  }
}

interface Seen extends Progress {
  /** What `reset` has taken, the runs without control included. */
  readonly resetting: number;
  readonly bare: number;
}

/**
 * One exploration with runs without control between its schedules, so that both see the same machine, as busy as it is, and code as
 * warm. What the user's own `reset` takes does not count.
 */
async function measureRound(layer: string, mode: Isolate): Promise<readonly Seen[]> {
  const bare = new Bare(layer);
  const seen: Seen[] = [];
  const database = await embeddedPostgres().open();
  let resetting = 0;
  await explore({
    database: { kind: "embedded", open: () => Promise.resolve(database) },
    schema: [schema, insert],
    reset: async (db) => {
      const start = performance.now();
      // What comes after the last schedule only makes the violation shorter.
      if (seen.length < schedules) await bare.run(db, database.url);
      await db.query(reset);
      resetting += (performance.now() - start) / 1000;
    },
    invariant: oneWinner,
    workers: [workers, url(layer)],
    isolate: mode,
    stopAtFirst: false,
    budget: { schedules },
    onProgress: (progress) => {
      seen.push({ ...progress, resetting, bare: bare.seconds });
      if (progress.explored === schedules) void bare.end(database.url);
    },
  });
  return seen;
}

async function measure(layer: string, mode: Isolate): Promise<Row> {
  const rates: Rates[] = [];
  for (let round = 0; round < rounds; round++) {
    const seen = await measureRound(layer, mode);
    const [first, last] = [seen[warm], seen.at(-1)];
    if (first === undefined || last === undefined) throw new Error("There was no progress.");
    const seconds = last.seconds - first.seconds - (last.resetting - first.resetting);
    rates.push({
      statements: (last.statements - first.statements) / seconds,
      roundTrips: (last.roundTrips - first.roundTrips) / seconds,
      bare: (2 * bareRuns * (last.explored - first.explored)) / (last.bare - first.bare),
    });
  }
  const { statements, roundTrips, bare } = middle(rates) ?? { statements: 0, roundTrips: 0, bare: 0 };
  return {
    layer,
    mode,
    statementsPerSecond: Math.round(statements),
    roundTripsPerSecond: Math.round(roundTrips),
    uncontrolledStatementsPerSecond: Math.round(bare),
  };
}

const words = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const modes = (["shared", "thread"] as const).filter(
  (mode) => !words.some((word) => word === "shared" || word === "thread") || words.includes(mode),
);
const chosen = words.filter((word) => layers.includes(word));
const measured = chosen.length > 0 ? chosen : layers;
if (measured.includes("prisma")) generate();
const rows: Row[] = [];
for (const layer of measured) for (const mode of modes) rows.push(await measure(layer, mode));
if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify(rows)}\n`);
// eslint-disable-next-line no-console -- what the command is for
else console.table(rows);
