/**
 * `npm run prove [-- part of a name ...]`: lint and explorer over all fixtures. Fails if one of them disagrees with its verdict.
 *
 * - `--smoke`: a few fixtures, each up to the first violation
 * - `--lint`: no explorer
 * - `--jobs 2`: how many fixtures are proved at once
 */
import { parseArgs } from "node:util";
import { embeddedPostgres } from "../../src/race/index.js";
import { allFixtures, type Fixture } from "./fixtures.js";
import { type Proof, prove } from "./proof.js";
import { isSmoke } from "./smoke.js";
import { header, row, summary } from "./table.js";

const { values: flags, positionals: filters } = parseArgs({
  allowPositionals: true,
  options: {
    smoke: { type: "boolean", default: false },
    lint: { type: "boolean", default: false },
    jobs: { type: "string", default: "2" },
  },
});

const start = performance.now();
const chosen = allFixtures()
  .filter((fixture) => !flags.smoke || isSmoke(fixture))
  .filter(({ name }) => filters.length === 0 || filters.some((filter) => name.includes(filter)));
const database = flags.lint ? undefined : (process.env["DATABASE_URL"] ?? embeddedPostgres());
const proofs: Proof[] = [];

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function proveAll(queue: Iterable<Fixture>): Promise<void> {
  for (const fixture of queue) {
    const proof = await prove(fixture, { database, countAll: !flags.smoke });
    proofs.push(proof);
    print(row(proof, proofs.length, chosen.length));
    for (const text of proof.disagreements) print(text.replaceAll(/^/gm, "    "));
  }
}

print(header(chosen.length));
const queue = chosen.values();
await Promise.all(Array.from({ length: Number(flags.jobs) }, () => proveAll(queue)));
print(summary(proofs, (performance.now() - start) / 1000));
process.exitCode = chosen.length > 0 && proofs.every(({ disagreements }) => disagreements.length === 0) ? 0 : 1;
