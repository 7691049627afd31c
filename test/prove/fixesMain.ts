/**
 * `node test/prove/fixes.js [part of a name ...]`: applies `check-then-act fix` to racy fixtures and explores what comes out, with the same
 * workers and invariant. Fails if a fixed one is not safe in every schedule, or if none was fixed.
 */
import { embeddedPostgres } from "../../src/race/index.js";
import { exploreFixture } from "./exploreFixture.js";
import { fixedFixture } from "./fixedFixture.js";
import { allFixtures, type Fixture } from "./fixtures.js";

const filters = process.argv.slice(2);
const database = process.env["DATABASE_URL"] ?? embeddedPostgres();

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function proveFix(fixture: Fixture): Promise<"safe" | "not safe" | "not fixed"> {
  const { fixture: fixed, told } = await fixedFixture(fixture);
  if (fixed === undefined) {
    print(`${fixture.name}: not fixed\n    ${told.filter((line) => line.startsWith("not fixed:")).join("\n    ")}`);
    return "not fixed";
  }
  const { report, disagreements } = await exploreFixture(fixed, { database, countAll: true });
  print(`${fixture.name}: fixed, ${report.verdict} after ${report.explored} schedules${disagreements.map((one) => `\n${one}`).join("")}`);
  return disagreements.length === 0 ? "safe" : "not safe";
}

const racy = allFixtures().filter(
  ({ name, verdict }) => verdict === "racy" && (filters.length === 0 || filters.some((f) => name.includes(f))),
);
const results: string[] = [];
for (const fixture of racy) results.push(await proveFix(fixture));
print(`${results.filter((r) => r === "safe").length} of ${racy.length} racy fixtures fixed and safe in every schedule`);
process.exitCode = results.includes("safe") && !results.includes("not safe") ? 0 : 1;
