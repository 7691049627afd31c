import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import type { AgentEvent, Command } from "../agent/protocol.js";
import { workerName } from "../lanes.js";
import type { Host } from "./host.js";
import type { ThreadData } from "./threadMain.js";

const typeScript = /\.[cm]?tsx?$/;

interface TsxManifest {
  readonly exports: { readonly "./esm/api": { readonly import: { readonly default: string } } };
}

/** What a thread must run before it can load TypeScript with the tsx that `from` finds. */
function tsxProgram(from: string): string {
  const require = createRequire(from);
  const manifest = require.resolve("tsx/package.json");
  // The entry for `import`: the one for `require` looks for its hooks beside the wrong file (tsx 4.23).
  const { exports } = require(manifest) as TsxManifest;
  const api = new URL(exports["./esm/api"].import.default, pathToFileURL(manifest)).href;
  return `require(${JSON.stringify(require.resolve("tsx/cjs/api"))}).register(); import("${api}").then(({ register }) => register())`;
}

/**
 * Node 20 does not run TypeScript, and the type stripping of later versions has no decorators, so workers in TypeScript are loaded
 * through tsx where it is installed and nothing else is asked for. The flag `--import tsx` does not do it: it registers hooks on the
 * main thread only, which Node 20 does not share with others.
 */
function findTsx(modules: readonly URL[]): string | undefined {
  const files = [...modules.map(({ href }) => href), import.meta.url];
  if (!files.some((file) => typeScript.test(file))) return undefined;
  for (const from of [...files, pathToFileURL(`${process.cwd()}/`).href]) {
    try {
      return tsxProgram(from);
    } catch {
      // Not installed for this file: perhaps for the next.
    }
  }
  return undefined;
}

/** Beside this file, with its extension: `.ts` in this repository's own tests. */
const main = new URL(`./threadMain${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);

/** Each worker in a thread of its own, with its own module graph, as each would have in a process of its own. */
export class ThreadHost implements Host {
  readonly agents: number;
  readonly size: number;
  readonly #threads: readonly Worker[];
  #listener: (event: AgentEvent) => void = () => undefined;

  constructor(modules: readonly URL[], databaseUrl: string, flags: readonly string[] | undefined) {
    this.size = this.agents = modules.length;
    const execArgv = [...(flags ?? [])];
    const tsx = flags === undefined ? findTsx(modules) : undefined;
    this.#threads = modules.map((module, index) => {
      const workerData: ThreadData = { module: module.href, context: { name: workerName(index), index, databaseUrl } };
      const program = tsx === undefined ? main : `${tsx}.then(() => import("${main.href}"));`;
      const env = { ...process.env, DATABASE_URL: databaseUrl };
      const thread = new Worker(program, { workerData, execArgv, env, eval: tsx !== undefined });
      thread.on("message", (events: readonly AgentEvent[]) => {
        for (const event of events) this.#listener(event);
      });
      thread.on("error", (error) =>
        this.#listener({ type: "crashed", worker: index, error: error instanceof Error ? error : new Error(String(error)) }),
      );
      return thread;
    });
  }

  listen(listener: (event: AgentEvent) => void): void {
    this.#listener = listener;
  }

  send(worker: number, command: Command): void {
    this.#threads[worker]?.postMessage(command);
  }

  broadcast(command: Command): void {
    for (const thread of this.#threads) thread.postMessage(command);
  }

  idled(worker: number): number {
    return this.#threads[worker]?.performance.eventLoopUtilization().idle ?? 0;
  }

  async kill(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }
}
