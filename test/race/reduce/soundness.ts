import { embeddedPostgres } from "../../../src/race/database/index.js";
import { compare } from "./compare.js";
import { print, programOf } from "./programs.js";

/** `npm run reduce:soundness [-- programs [first seed]]`: generated programs explored with and without reduction. */
const count = Number(process.argv[2] ?? 500);
const from = Number(process.argv[3] ?? 1);
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(from))
  throw new Error("Usage: npm run reduce:soundness -- [COUNT [FIRST SEED]]");
const database = await embeddedPostgres().open();
const started = performance.now();
let [all, explored, wrong] = [0, 0, 0];
for (let seed = from; seed < from + count; seed++) {
  const program = programOf(seed);
  const { full, reduced, faults } = await compare(program, database.url);
  all += full.report.explored;
  explored += reduced.report.explored;
  if (faults.length > 0) {
    wrong++;
    process.stdout.write(`${print(program)}\n${faults.join("\n")}\n\n`);
  }
  if ((seed - from) % 50 === 49) process.stderr.write(`${seed - from + 1} of ${count} programs, ${explored} of ${all} schedules\n`);
}
await database.close();
const seconds = ((performance.now() - started) / 1000).toFixed(0);
process.stdout.write(`${count} programs, ${wrong} wrong: ${explored} schedules with reduction, ${all} without, in ${seconds} s.\n`);
process.exitCode = wrong > 0 ? 1 : 0;
