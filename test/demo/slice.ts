/** One data layer, from the report to the proof that the fix holds. */
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { ESLint } from "eslint";
import { effectsOf } from "../../fixtures/case.js";
import jobProcessor, { type JobProcessor } from "../../fixtures/cases/job-processor.js";
import type { Case } from "../../fixtures/case.js";
import { patchOf } from "../../src/cli/patch.js";
import { explore } from "../../src/race/index.js";
import type { DatabaseSource, ExploreOptions, Report } from "../../src/race/types.js";
import type { Application } from "./application.js";
import { runNode } from "./command.js";

export interface Terminal {
  /** A step begins. */
  readonly step: (what: string) => void;
  /** What a step is for. */
  readonly show: (text: string) => void;
  readonly signal: AbortSignal;
}

export interface Result {
  readonly flagged: number;
  readonly twice: number;
  readonly schedules: number;
  readonly flaggedAfter: number;
  readonly violatedAfter: number;
  readonly schedulesAfter: number;
  /** Both explorations ran all schedules, and the first and last lint came out as a demonstration must. */
  readonly succeeded: boolean;
}

const definition: Case<JobProcessor> = jobProcessor;
const eslint = fileURLToPath(new URL("../../../node_modules/eslint/bin/eslint.js", import.meta.url));
const command = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));

export async function runSlice(application: Application, database: DatabaseSource, terminal: Terminal): Promise<Result> {
  const { step, show, signal } = terminal;
  step("npx eslint .");
  const flagged = await lint(application, terminal);
  step("racing that very code: two workers, every order of their statements, on a real PostgreSQL");
  const [workers, race] = [application.workers(), { database, signal }];
  const counted = await exploreAll(workers, race, isRunTwice);
  show(`${counted.violations} of ${counted.explored} interleavings run the job twice; the one with the fewest changes of the worker:\n`);
  show((await exploreFirst(workers, race)).toString());
  step(`npx check-then-act fix ${application.service} --write`);
  await fix(application, terminal);
  step("npx eslint .");
  const flaggedAfter = await lint(application, terminal);
  step("racing the fixed code");
  const after = await exploreAll(application.workers(), race, definition.invariant);
  show(`${after.violations} of ${after.explored} interleavings break the rule that the report is rendered exactly once`);
  const isProved = counted.verdict === "violated" && counted.unfinished.length === 0 && after.verdict === "exhausted";
  return {
    flagged,
    twice: counted.violations,
    schedules: counted.explored,
    flaggedAfter,
    violatedAfter: after.violations,
    schedulesAfter: after.explored,
    succeeded: flagged > 0 && isProved && flaggedAfter === 0 && after.violations === 0,
  };
}

/** Shows ESLint's own report; returns how many races it has. */
async function lint({ root }: Application, { show, signal }: Terminal): Promise<number> {
  const { code, stdout, stderr } = await runNode([eslint, ".", "--format", "json"], root, signal);
  if (code !== 0 && code !== 1) throw new Error(`ESLint ended with ${String(code)}\n${stdout}${stderr}`);
  const results = JSON.parse(stdout) as readonly ESLint.LintResult[];
  for (const { filePath, messages } of results) {
    for (const { line, column, ruleId, message } of messages) {
      show(`${path.relative(root, filePath)}:${line}:${column}  ${ruleId ?? "error"}\n    ${message}`);
    }
  }
  const races = results.flatMap(({ messages }) => messages).filter(({ ruleId }) => ruleId?.startsWith("check-then-act/"));
  if (races.length === 0) show("no problems");
  return races.length;
}

/** Applies the fix to the copy, and shows what it changed. */
async function fix(application: Application, { show, signal }: Terminal): Promise<void> {
  const before = application.texts();
  const { code, stderr } = await runNode([command, "fix", application.service, "--write", "--force"], application.root, signal);
  if (code === 2) throw new Error(`check-then-act fix ended with 2\n${stderr}`);
  show(stderr.trimEnd());
  const changed = [...application.texts()]
    .map(([file, after]) => ({ file: path.join(application.root, file), before: before.get(file) ?? "", after }))
    .filter(({ before: text, after }) => text !== after);
  show(patchOf(changed, application.root).trimEnd());
}

interface Race {
  readonly database: DatabaseSource;
  readonly signal: AbortSignal;
}

const isRunTwice: ExploreOptions["invariant"] = ({ outcomes }) => {
  const renderings = effectsOf(outcomes).length;
  return renderings > 1 ? `the job was run ${renderings} times` : undefined;
};

function exploreAll(workers: readonly URL[], race: Race, invariant: ExploreOptions["invariant"]): Promise<Report> {
  const { schema, reset } = definition;
  return explore({ database: race.database, signal: race.signal, schema, reset, invariant, workers, stopAtFirst: false });
}

/** Up to the first violation, which is then shrunk. */
function exploreFirst(workers: readonly URL[], race: Race): Promise<Report> {
  const { schema, reset, invariant } = definition;
  return explore({ database: race.database, signal: race.signal, schema, reset, invariant, workers });
}
