/**
 * `npm run picture` draws the README's schedule: the job processor of the story, raced. With `--check` it compares instead, so that the
 * picture stays what the explorer finds.
 */
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { embeddedPostgres } from "../../src/race/index.js";
import { exploreFixture } from "./exploreFixture.js";
import { allFixtures } from "./fixtures.js";

const name = "pg/job-processor/racy";
const image = new URL("../../../docs/images/schedule.svg", import.meta.url);

const { values: flags } = parseArgs({ options: { check: { type: "boolean", default: false } } });
const fixture = allFixtures().find((one) => one.name === name);
if (fixture === undefined) throw new Error(`There is no fixture ${name}.`);
const { report } = await exploreFixture(fixture, { database: process.env["DATABASE_URL"] ?? embeddedPostgres(), countAll: false });
const drawn = `${report.toSVG().trimEnd()}\n`;

/** Clocks differ from run to run. */
function timeless(svg: string): string {
  return svg.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "a time").replaceAll(/in [\d.]+ s\b/g, "in some time");
}

if (!flags.check) await writeFile(image, drawn);
else if (timeless(await readFile(image, "utf8")) !== timeless(drawn)) {
  process.stderr.write("docs/images/schedule.svg is not what the explorer finds. Run `npm run picture` and look at it.\n");
  process.exitCode = 1;
}
