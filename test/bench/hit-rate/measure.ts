import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import type { Case } from "../../../fixtures/case.js";
import definition from "../../../fixtures/cases/job-processor.js";
import { embeddedPostgres, explore, stress } from "../../../src/race/index.js";
import { dataFile, type HitRates, type Series } from "./data.js";

const fixture = "typeorm/job-processor/racy";
const spreads = [0, 100, 500];
const seconds = Number(process.argv[3] ?? 20);

const { schema, reset, invariant }: Omit<Case<never>, "workers"> = definition;
const worker = new URL(`../../../fixtures/worker.js?fixture=${fixture}&worker=0`, import.meta.url);
const common = { database: embeddedPostgres({ settings: { max_connections: 500 } }), schema, reset, invariant };

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function measure(spread: number): Promise<Series> {
  const report = await stress({ ...common, worker, seconds, spread });
  say(`starts spread over ${spread} ms: ${report.toString()}`);
  return { spread, rows: report.rows };
}

const explored = await explore({ ...common, workers: [2, worker], stopAtFirst: false });
say(`explored: ${explored.violations} of ${explored.explored} schedules in ${explored.seconds.toFixed(2)} s`);
const series: Series[] = [];
for (const spread of spreads) series.push(await measure(spread));
const rates: HitRates = {
  fixture,
  machine: { cores: availableParallelism(), node: process.version, postgres: explored.serverVersion },
  explored: { schedules: explored.explored, violations: explored.violations, seconds: explored.seconds },
  series,
};
await writeFile(dataFile, `${JSON.stringify(rates, undefined, 2)}\n`);
