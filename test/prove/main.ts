/** `npm run prove [-- part of a name ...]`: lint and explorer over all fixtures. Fails if one of them disagrees with a verdict. */
import { parseArgs } from "node:util";
import { embeddedPostgres } from "../../src/race/index.js";
import { type ExploreResult, exploreFixture } from "./exploreFixture.js";
import { allFixtures, type Fixture } from "./fixtures.js";
import { type LintResult, lintFixture } from "./lint.js";
import { isSmoke } from "./smoke.js";
import { header, row, summary } from "./table.js";

export interface Proof {
  readonly fixture: Fixture;
  readonly lint: LintResult;
  /** `undefined` with `--lint`. */
  readonly explored: ExploreResult | undefined;
  readonly seconds: number;
  readonly disagreements: readonly string[];
}

const { values: flags, positionals: filters } = parseArgs({
  allowPositionals: true,
  options: {
    /** A few fixtures of each library and verdict, up to the first violation. */
    smoke: { type: "boolean", default: false },
    /** No explorer. */
    lint: { type: "boolean", default: false },
    /** How many fixtures are explored at once. */
    jobs: { type: "string", default: "2" },
  },
});

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const database = process.env["DATABASE_URL"] ?? embeddedPostgres();

async function prove(fixture: Fixture): Promise<Proof> {
  const start = performance.now();
  const lint = await lintFixture(fixture);
  const explored = flags.lint ? undefined : await exploreFixture(fixture, database, { countAll: !flags.smoke, seconds: 120 });
  const disagreements = [...lint.disagreements.map((one) => `lint: ${one}`), ...(explored?.disagreements ?? [])];
  return { fixture, lint, explored, seconds: (performance.now() - start) / 1000, disagreements };
}

/** An error is a disagreement of this fixture, not the end of the run. */
async function proveNext(queue: Iterator<Fixture>, proofs: Proof[], total: number): Promise<void> {
  for (let next = queue.next(); next.done !== true; next = queue.next()) {
    const fixture = next.value;
    const proof = await prove(fixture).catch((error: unknown): Proof => failed(fixture, error));
    proofs.push(proof);
    print(row(proof, proofs.length, total));
    for (const line of proof.disagreements) print(line.replaceAll(/^/gm, "    "));
  }
}

function failed(fixture: Fixture, error: unknown): Proof {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { fixture, lint: { reported: [], missing: [], disagreements: [] }, explored: undefined, seconds: 0, disagreements: [text] };
}

const chosen = allFixtures()
  .filter((fixture) => !flags.smoke || isSmoke(fixture))
  .filter(({ name }) => filters.length === 0 || filters.some((filter) => name.includes(filter)));
const proofs: Proof[] = [];
const start = performance.now();
print(header(chosen.length));
const queue = chosen.values();
await Promise.all(Array.from({ length: Number(flags.jobs) }, () => proveNext(queue, proofs, chosen.length)));
print(summary(proofs, (performance.now() - start) / 1000));
process.exitCode = chosen.length > 0 && proofs.every(({ disagreements }) => disagreements.length === 0) ? 0 : 1;
