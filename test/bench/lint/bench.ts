/**
 * `npm run bench [-- options]`: lint time and peak memory with the plugin, over typescript-eslint's `recommendedTypeChecked` alone, in
 * alternating fresh processes.
 *
 * - `--sizes 500,2000,8000`: applications of so many files, linted whole
 * - `--one 2000`: applications of so many files, of which one file is linted; and then edited and linted again, as in an editor
 * - `--rounds 5`: processes of each kind; medians are shown
 * - `--clock cpu`: seconds of CPU instead of those on the wall, for a machine that does other things too
 * - `--json`: prints the rows as JSON
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Measured, Task } from "./lint.js";
import { type Tree, writeTree } from "./tree.js";

interface Row {
  readonly files: number;
  readonly linted: number;
  readonly baselineSeconds: number;
  readonly withPluginSeconds: number;
  readonly ratio: number;
  readonly peakMemoryRatio: number;
  /** Of one file: median over the edits. */
  readonly editBaselineSeconds?: number;
  readonly editWithPluginSeconds?: number;
}

type Kind = "baseline" | "withPlugin";

const { values: flags } = parseArgs({
  options: {
    sizes: { type: "string", default: "500,2000,8000" },
    one: { type: "string", default: "2000" },
    rounds: { type: "string", default: "5" },
    clock: { type: "string", default: "wall" },
    json: { type: "boolean", default: false },
  },
});

const rounds = Number(flags.rounds);
const edits = 10;
const child = fileURLToPath(new URL("./lint.js", import.meta.url));

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function numbers(list: string): readonly number[] {
  return list.split(",").filter(Boolean).map(Number);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

function time({ seconds, cpuSeconds }: Measured): number {
  return flags.clock === "cpu" ? cpuSeconds : seconds;
}

async function lint(task: Task): Promise<Measured> {
  const lintProcess = spawn(process.execPath, ["--max-old-space-size=8192", child, JSON.stringify(task)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  lintProcess.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  const code = await new Promise<number | null>((resolve) => lintProcess.once("close", resolve));
  if (code !== 0) throw new Error(`linting ${task.target} in ${task.folder} ended with ${code}`);
  return JSON.parse(output) as Measured;
}

/** Fresh processes in turn, each kind as often the first of a round as the other. */
async function measure(files: number, task: Omit<Task, "plugin">): Promise<Row> {
  const measured: Record<Kind, Measured[]> = { baseline: [], withPlugin: [] };
  for (let round = 0; round < rounds; round++) {
    const kinds: readonly Kind[] = round % 2 === 0 ? ["baseline", "withPlugin"] : ["withPlugin", "baseline"];
    for (const kind of kinds) {
      const one = await lint({ ...task, plugin: kind === "withPlugin" });
      measured[kind].push(one);
      const memory = `${Math.round(one.peakMegabytes)} MB, ${one.reports} reports`;
      say(`${files} files, ${one.files} linted, round ${round + 1} of ${rounds}, ${kind}: ${time(one).toFixed(2)} s, ${memory}`);
    }
  }
  return rowOf(files, measured, task.edits > 0);
}

function rowOf(files: number, { baseline, withPlugin }: Readonly<Record<Kind, readonly Measured[]>>, edited: boolean): Row {
  const [without, plugin] = [median(baseline.map(time)), median(withPlugin.map(time))];
  const peak = (of: readonly Measured[]): number => median(of.map(({ peakMegabytes }) => peakMegabytes));
  const edit = (of: readonly Measured[]): number => rounded(median(of.flatMap(({ editMilliseconds }) => editMilliseconds)) / 1000);
  return {
    files,
    linted: withPlugin[0]?.files ?? 0,
    baselineSeconds: rounded(without),
    withPluginSeconds: rounded(plugin),
    ratio: rounded(plugin / without),
    peakMemoryRatio: rounded(peak(withPlugin) / peak(baseline)),
    ...(edited && { editBaselineSeconds: edit(baseline), editWithPluginSeconds: edit(withPlugin) }),
  };
}

async function measureTree(files: number, task: (tree: Tree) => Omit<Task, "plugin" | "folder">): Promise<Row> {
  say(`writing an application of ${files} files`);
  const tree = writeTree(files);
  const whole = { folder: tree.folder, ...task(tree) };
  // One process that does not count, so that the first that does finds the files in the system's cache.
  await lint({ ...whole, plugin: true, target: tree.one, edits: 0 });
  return measure(files, whole);
}

const rows: Row[] = [];
for (const files of numbers(flags.sizes)) rows.push(await measureTree(files, () => ({ target: "src/**/*.ts", edits: 0 })));
for (const files of numbers(flags.one)) rows.push(await measureTree(files, ({ one }) => ({ target: one, edits })));
if (flags.json) process.stdout.write(`${JSON.stringify(rows)}\n`);
// eslint-disable-next-line no-console -- what the command is for
else console.table(rows);
