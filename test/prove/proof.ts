/** A fixture's proof: what lint says of it and what the explorer finds. */
import type { DatabaseSource } from "../../src/race/types.js";
import { type ExploreResult, type ExploreSettings, exploreFixture } from "./exploreFixture.js";
import type { Fixture } from "./fixtures.js";
import { type LintResult, lintFixture } from "./lint.js";
import { proveRepair, type Repair, repairsOf } from "./repair.js";

export interface Proof {
  readonly fixture: Fixture;
  /** `undefined` if an error ended it. */
  readonly lint: LintResult | undefined;
  /** `undefined` if it was not asked for, or an error ended it. */
  readonly explored: ExploreResult | undefined;
  /** What was suggested; proved unless something is left that no suggestion repairs. */
  readonly repairs: readonly Repair[];
  readonly seconds: number;
  readonly disagreements: readonly string[];
}

export interface ProofOptions {
  /** `undefined`: no explorer. */
  readonly database: DatabaseSource | string | undefined;
  /** Count all violating schedules, not only find the first. */
  readonly countAll: boolean;
}

/** An error is a disagreement of this fixture, not the end of the run. */
export async function prove(fixture: Fixture, { database, countAll }: ProofOptions): Promise<Proof> {
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  let lint: LintResult | undefined;
  let explored: ExploreResult | undefined;
  let repairs: readonly Repair[] = [];
  try {
    lint = await lintFixture(fixture);
    explored = database === undefined ? undefined : await exploreFixture(fixture, { database, countAll });
    repairs = repairsOf(fixture);
    const failed = await failedRepairs(fixture, repairs, database === undefined ? undefined : { database, countAll: false });
    const disagreements = [...failed, ...lint.disagreements.map((one) => `lint: ${one}`), ...(explored?.disagreements ?? [])];
    return { fixture, lint, explored, repairs, seconds: seconds(), disagreements };
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { fixture, lint, explored, repairs, seconds: seconds(), disagreements: [text] };
  }
}

/** One after the other: each has a server's workers to itself. */
async function failedRepairs(
  fixture: Fixture,
  repairs: readonly Repair[],
  settings: ExploreSettings | undefined,
): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const repair of repairs) {
    const found = await proveRepair(fixture, repair, settings);
    failed.push(...found.map((one) => `after the suggested ${repair.technique}: ${one}`));
  }
  return failed;
}
