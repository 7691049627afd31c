import { Agent, type AgentWorker } from "../agent/agent.js";
import type { AgentEvent, Command } from "../agent/protocol.js";
import { installDrivers } from "../drivers/install.js";
import { workerName } from "../lanes.js";
import type { WorkerModule, WorkerSource } from "../types.js";
import type { Host } from "./host.js";

export async function moduleOf(source: WorkerSource): Promise<WorkerModule> {
  if (typeof source === "function") return { default: source };
  if (!(source instanceof URL)) return source;
  const loaded = (await import(source.href)) as { default?: unknown };
  return checkedModule(loaded, source.href);
}

/** tsx gives a CommonJS module's exports as the `default` of its ES module. */
function checkedModule(loaded: { default?: unknown }, from: string): WorkerModule {
  const found = typeof loaded.default === "object" && loaded.default !== null ? (loaded.default as { default?: unknown }) : loaded;
  if (typeof found.default !== "function") {
    throw new TypeError(`${from} has no default export that is a function. Export the worker: export default async (worker) => { .. }`);
  }
  return found as WorkerModule;
}

/** All workers in this process: one module graph, one agent, and `DATABASE_URL` set as long as they live. */
export class SharedHost implements Host {
  readonly agents = 1;
  readonly size: number;
  readonly #agent: Agent;
  readonly #former: string | undefined;
  #listener: (event: AgentEvent) => void = () => undefined;

  private constructor(workers: readonly AgentWorker[], former: string | undefined) {
    this.size = workers.length;
    this.#former = former;
    this.#agent = new Agent(workers, (event) => this.#listener(event));
  }

  static async open(sources: readonly WorkerSource[], databaseUrl: string): Promise<SharedHost> {
    const former = process.env["DATABASE_URL"];
    process.env["DATABASE_URL"] = databaseUrl;
    try {
      const modules = new Map<WorkerSource, WorkerModule>();
      await installDrivers(sources.filter((source) => source instanceof URL));
      for (const source of sources) if (!modules.has(source)) modules.set(source, await moduleOf(source));
      const workers = sources.map((source, index) => {
        const module = modules.get(source);
        if (module === undefined) throw new Error("A worker has no module.");
        return { context: { name: workerName(index), index, databaseUrl }, module };
      });
      return new SharedHost(workers, former);
    } catch (error) {
      restore(former);
      throw error;
    }
  }

  listen(listener: (event: AgentEvent) => void): void {
    this.#listener = listener;
  }

  send(_worker: number, command: Command): void {
    this.broadcast(command);
  }

  broadcast(command: Command): void {
    this.#agent.command(command);
  }

  idled(): number {
    return performance.eventLoopUtilization().idle;
  }

  kill(): Promise<void> {
    restore(this.#former);
    return Promise.resolve();
  }
}

function restore(former: string | undefined): void {
  if (former === undefined) delete process.env["DATABASE_URL"];
  else process.env["DATABASE_URL"] = former;
}
