import { createHash } from "node:crypto";
import { embeddedPostgres, explore, type ExploreOptions } from "../../../src/race/index.js";
import { controlConnection } from "../../../src/race/database/index.js";
import { checkThenAct, claim, inTransaction, oneWinner, poolWorker, reset, schema } from "../../race/explore/jobs.js";
import * as postgresJs from "../../race/layers/fixture/postgresjs.js";

/**
 * `npm run soak [-- schedules]`: the same explorations again and again, until 10,000 schedules have run. Verdicts, counts and the set of schedules must
 * be the same every time, and nothing may be left on the server.
 */
const wanted = Number(process.argv[2] ?? 10_000);
const conditional = "update jobs set status = 'running', worker = $1 where id = 1 and status = 'pending'";

const programs: Readonly<Record<string, ExploreOptions["workers"]>> = {
  plain: [2, poolWorker((pool, { name }) => checkThenAct(pool, name))],
  conditional: [3, poolWorker((pool, { name }) => claim(pool, conditional, name))],
  lock: [2, poolWorker((pool, { name }) => inTransaction(pool, "begin", (client) => checkThenAct(client, name, "for update")))],
  lockThree: [3, poolWorker((pool, { name }) => inTransaction(pool, "begin", (client) => checkThenAct(client, name, "for update")))],
  deadlock: [2, poolWorker((pool, { name }) => inTransaction(pool, "begin", (client) => checkThenAct(client, name, "for share")))],
  serializable: [
    2,
    poolWorker((pool, { name }) => inTransaction(pool, "begin isolation level serializable", (client) => checkThenAct(client, name))),
  ],
  thread: [2, new URL("../../race/layers/fixture/pg.ts", import.meta.url)],
  wire: [3, postgresJs],
  wireThread: [2, new URL("../../race/layers/fixture/postgresjs.ts", import.meta.url)],
};

async function exploreOnce(workers: ExploreOptions["workers"]): Promise<{ readonly schedules: number; readonly print: string }> {
  const seen: string[] = [];
  let judged = "";
  const report = await explore({
    database: server,
    schema,
    reset,
    workers,
    stopAtFirst: false,
    invariant: (context) => {
      const said = oneWinner(context);
      judged = JSON.stringify([context.outcomes, said]);
      return said;
    },
    // Runs that are no schedules of the search (warm-up, confirmation, those that are repeated) are judged as well.
    onProgress: () => void seen.push(judged),
  });
  const { verdict, explored, violations, errors, unfinished, sample } = report;
  const outcomes = createHash("sha256").update(seen.join("\n")).digest("hex").slice(0, 12);
  return { schedules: explored, print: JSON.stringify([verdict, explored, violations, errors, unfinished, sample?.choices, outcomes]) };
}

async function leftovers(): Promise<number> {
  const open = await server.open();
  const db = await controlConnection(open.url);
  const { rows } = await db.query<{ count: number }>(
    "select count(*)::int as count from pg_database where datname like 'check_then_act_%'",
  );
  await db.end();
  await open.close();
  // The one that was opened to ask.
  return (rows[0]?.count ?? 0) - 1;
}

const server = embeddedPostgres();
const expected = new Map<string, string>();
let schedules = 0;
while (schedules < wanted) {
  for (const [name, workers] of Object.entries(programs)) {
    const { schedules: ran, print } = await exploreOnce(workers);
    schedules += ran;
    const before = expected.get(name) ?? print;
    expected.set(name, before);
    if (print !== before) throw new Error(`${name} is not what it was.\nbefore: ${before}\nnow:    ${print}`);
  }
  process.stderr.write(`${schedules} of ${wanted} schedules\n`);
}
const left = await leftovers();
if (left > 0) throw new Error(`${left} databases are left on the server.`);
process.stdout.write(`${schedules} schedules: identical verdicts, counts and outcomes in every repetition, nothing left.\n`);
