/** One lint in a process of its own, which is what is measured; prints one line of JSON. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { ESLint, type Linter } from "eslint";
import tseslint from "typescript-eslint";

/** What the process is asked for, as JSON in its first argument. */
export interface Task {
  readonly folder: string;
  readonly plugin: boolean;
  /** Below `folder`: what is linted, or a glob. */
  readonly target: string;
  /** How often the target, then one file, is edited and linted again in the same process. */
  readonly edits: number;
}

/** What it prints. */
export interface Measured {
  /** From the start of the process to the result: loading, building the program, linting. */
  readonly seconds: number;
  /** Seconds of CPU, of all threads: what a busy machine disturbs less. */
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  readonly files: number;
  /** Reports of the plugin. */
  readonly reports: number;
  /** Of each edit. */
  readonly editMilliseconds: readonly number[];
}

const task = JSON.parse(process.argv[2] ?? "") as Task;

/** As a user has it: the presets as they are published, and the project service. */
async function configuration(): Promise<Linter.Config[]> {
  const own = task.plugin ? [(await import("../../../src/index.js")).default.configs.recommended] : [];
  const parserOptions = { projectService: true, tsconfigRootDir: task.folder };
  return [...(tseslint.configs.recommendedTypeChecked as Linter.Config[]), { languageOptions: { parserOptions } }, ...own];
}

/** Each edit changes what the file's last function does, so that its text and its types are new. */
async function edit(eslint: ESLint, file: string): Promise<readonly number[]> {
  const text = readFileSync(file, "utf8");
  const milliseconds: number[] = [];
  for (let number = 0; number < task.edits; number++) {
    const edited = `${text}\nexport function edited${number}(value: number): number {\n  return value + ${number};\n}\n`;
    const start = performance.now();
    await eslint.lintText(edited, { filePath: file });
    milliseconds.push(performance.now() - start);
  }
  return milliseconds;
}

const eslint = new ESLint({ cwd: task.folder, overrideConfigFile: true, overrideConfig: await configuration() });
const results = await eslint.lintFiles([task.target]);
const messages = results.flatMap((result) => result.messages);
const fatal = messages.find((message) => message.fatal);
if (fatal !== undefined) throw new Error(fatal.message);
const seconds = performance.now() / 1000;
const { user, system } = process.cpuUsage();
const measured: Measured = {
  seconds,
  cpuSeconds: (user + system) / 1e6,
  peakMegabytes: process.resourceUsage().maxRSS / 1024,
  files: results.length,
  reports: messages.filter(({ ruleId }) => ruleId?.startsWith("check-then-act/")).length,
  editMilliseconds: task.edits > 0 ? await edit(eslint, path.join(task.folder, task.target)) : [],
};
process.stdout.write(`${JSON.stringify(measured)}\n`);
