/**
 * `npm run fuzz [-- options]`: lints thousands of mutated files of TypeScript with the plugin and its types. None may make it crash or
 * hang. Fails at the first that does, names its seed and writes the smallest file that still does.
 *
 * - `--seed 1`: where the mutations start; each file has a seed of its own, counted from here
 * - `--count 3000`: how many files
 * - `--seconds 60`: the most that one file may take
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { Random } from "../tools/random.js";
import type { Question } from "./check.js";
import { Checker } from "./checker.js";
import { readCorpus, type Sample } from "./corpus.js";
import { minimise } from "./minimise.js";
import { mutate } from "./mutate.js";

const { values: flags } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "3000" },
    seconds: { type: "string", default: "60" },
  },
});
const [first, count, seconds] = [Number(flags.seed), Number(flags.count), Number(flags.seconds)];
const corpus = readCorpus();
const applications = corpus.filter(({ isApplication }) => isApplication);

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Half of the files know a data layer from the beginning; the others are made to import one, so that they take part. */
function questionOf(seed: number): Question & { readonly from: string } {
  const random = new Random(seed);
  const sample = random.pick(random.below(2) === 0 ? applications : corpus);
  const other = random.pick(random.below(2) === 0 ? applications : corpus);
  const text = mutate(sample.text, other.text, random);
  return { ...placed(sample, text, seed), from: path.relative(".", sample.file) };
}

function placed({ file, isApplication }: Sample, text: string, seed: number): Question {
  if (isApplication) return { file: path.join(path.dirname(file), `fuzz-${seed}.ts`), text };
  return { file: path.resolve(".build/fuzz", `fuzz-${seed}.ts`), text: `import { DataSource } from "typeorm";\n${text}` };
}

async function report(checker: Checker, seed: number, question: Question, failure: string): Promise<void> {
  say(`seed ${seed}: ${failure}`);
  const small = await minimise(question.text, async (text) => (await checker.check({ ...question, text })).failure !== undefined, 300);
  const file = path.join(mkdtempSync(path.join(tmpdir(), "check-then-act-fuzz-")), path.basename(question.file));
  writeFileSync(file, small);
  say(`the smallest file that still fails: ${file} (to be linted as ${path.relative(".", question.file)})`);
  say(`again: npm run fuzz -- --seed ${seed} --count 1`);
}

/** An application with a race, as it is: without a report of it the rules do not run, and nothing is shown by what follows. */
async function isSound(checker: Checker): Promise<boolean> {
  const racy = applications.find(({ file }) => file.endsWith(path.join("typeorm", "job-processor", "racy", "job.service.ts")));
  const answer = racy && (await checker.check({ ...racy, file: path.join(path.dirname(racy.file), "fuzz-0.ts") }));
  if (answer !== undefined && answer.failure === undefined && answer.reports > 0) return true;
  say(`the job processor's race is not reported, so the rules do not run: ${answer?.failure ?? "no report"}`);
  return false;
}

async function run(checker: Checker): Promise<boolean> {
  let [parsed, reports, slowest, slowestSeed] = [0, 0, 0, first];
  const start = performance.now();
  for (let seed = first; seed < first + count; seed++) {
    const question = questionOf(seed);
    const answer = await checker.check(question);
    if (answer.failure !== undefined) {
      await report(checker, seed, question, `${answer.failure}\nfrom ${question.from}`);
      return false;
    }
    parsed += Number(answer.parsed);
    reports += answer.reports;
    if (answer.milliseconds > slowest) [slowest, slowestSeed] = [answer.milliseconds, seed];
    const done = seed - first + 1;
    if (done % 250 === 0 || done === count) say(`${done} of ${count} files, ${((performance.now() - start) / 1000).toFixed(0)} s`);
  }
  say(`${count} files from seed ${first} on, ${parsed} of them parsed, ${reports} reports; no crash, no hang`);
  say(`the slowest took ${slowest.toFixed(0)} ms (seed ${slowestSeed})`);
  return true;
}

const checker = new Checker(seconds);
const isClean = count > 0 && (await isSound(checker)) && (await run(checker));
await checker.close();
process.exitCode = isClean ? 0 : 1;
