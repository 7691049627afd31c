/** What the explorer finds in a fixture, against its verdict. */
import type { Case } from "../../fixtures/case.js";
import { explore } from "../../src/race/index.js";
import type { DatabaseSource, Report, Verdict as Found } from "../../src/race/types.js";
import type { Fixture, Verdict } from "./fixtures.js";

export interface ExploreResult {
  readonly report: Report;
  readonly disagreements: readonly string[];
}

export interface ExploreSettings {
  readonly database: DatabaseSource | string;
  readonly countAll: boolean;
}

/** Far more seconds than any fixture needs, also on a busy machine. */
const seconds = 240;
/** That a fixture is racy needs one schedule, and how racy it is needs not thousands; that it is safe needs all of them. */
const enough = { schedules: 200, seconds };

const expected: Readonly<Record<Verdict, Found>> = { racy: "violated", limit: "violated", safe: "exhausted", harmless: "exhausted" };

export async function exploreFixture(fixture: Fixture, { database, countAll }: ExploreSettings): Promise<ExploreResult> {
  const definition = await caseNamed(fixture.case);
  const report = await explore({
    database,
    schema: definition.schema,
    reset: definition.reset,
    workers: definition.workers.map((_, index) => workerOf(fixture, index)),
    invariant: definition.invariant,
    stopAtFirst: !countAll,
    budget: expected[fixture.verdict] === "violated" ? enough : { seconds },
  });
  return { report, disagreements: report.verdict === expected[fixture.verdict] ? [] : [disagreement(fixture, report)] };
}

async function caseNamed(name: string): Promise<Case<unknown>> {
  const { default: definition } = (await import(`../../fixtures/cases/${name}.js`)) as { readonly default: Case<unknown> };
  return definition;
}

function workerOf(fixture: Fixture, index: number): URL {
  const url = new URL("../../fixtures/worker.js", import.meta.url);
  url.searchParams.set("fixture", fixture.name);
  url.searchParams.set("worker", String(index));
  return url;
}

function disagreement({ verdict }: Fixture, report: Report): string {
  return `explorer: ${report.verdict}, but the verdict is ${verdict}\n${report.toString()}`;
}
