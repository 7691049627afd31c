import type { ChildProcess } from "node:child_process";
import type pg from "pg";

/** Undone when its owner releases it, and when the owner has gone without. */
export type Charge =
  /** A folder that is about to be made: undone by removing it with what is in it. */
  | { readonly kind: "folder"; readonly path: string }
  /** A program to run: undone by ending it. Counts as started at its line `ready`, or else when it has ended well. */
  | ProgramCharge
  /** A database that is about to be made: undone by dropping it. `pg` is the path of the package's entry. */
  | { readonly kind: "database"; readonly pg: string; readonly url: string; readonly drop: string };

export interface ProgramCharge {
  readonly kind: "program";
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
  readonly ready?: string;
  readonly stop: NodeJS.Signals;
}

/** What the owner writes, one JSON object a line. */
export type Order =
  { readonly order: "take"; readonly id: number; readonly charge: Charge } | { readonly order: "release" | "forget"; readonly id: number };

/** What the keeper answers, one JSON object a line. `output`: the last that a program printed. */
export interface Answer {
  readonly id: number;
  readonly order: "take" | "release" | "forget";
  readonly error?: { readonly message: string; readonly code?: string };
}

/**
 * The program of the keeper: a process of its own that undoes, in reverse order, whatever its owner has put in its charge, as soon as
 * the owner's end of the pipe closes, which the system does however the owner ended. Handlers in the owner could not do that: none runs
 * after SIGKILL or at the end of a worker thread, and a handler for SIGINT would change what the signal does to the user's program.
 *
 * It is handed to Node as text (`keeper.ts`), so that it runs alike from `src`, from `dist` and in a bundle. Hence it may use nothing
 * outside of itself but Node.
 */
export class KeeperProgram {
  readonly #undo = new Map<number, () => Promise<void>>();
  #ending = false;

  run(): void {
    const { createInterface } = process.getBuiltinModule("node:readline");
    const end = (): void => void this.#end();
    createInterface({ input: process.stdin })
      .on("line", (line) => void this.#obey(JSON.parse(line) as Order))
      .on("close", end);
    // The owner's end of the pipe may be gone before its last answer is read.
    process.stdout.on("error", () => undefined);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, end);
  }

  async #obey({ id, order, ...rest }: Order): Promise<void> {
    if (this.#ending) return;
    let answer: Answer = { id, order };
    try {
      if ("charge" in rest) await this.#take(id, rest.charge);
      else if (order === "release") await this.#undo.get(id)?.();
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      answer = { ...answer, error: { message, ...(code !== undefined && { code }) } };
    }
    if (order !== "take") this.#undo.delete(id);
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  }

  async #take(id: number, charge: Charge): Promise<void> {
    switch (charge.kind) {
      case "folder":
        this.#undo.set(id, () => this.#remove(charge.path));
        return;
      case "database":
        this.#undo.set(id, () => this.#drop(charge.pg, charge.url, charge.drop));
        return;
      case "program":
        return this.#start(id, charge);
    }
  }

  async #end(): Promise<void> {
    if (this.#ending) return;
    this.#ending = true;
    for (const undo of [...this.#undo.values()].reverse()) await undo().catch(() => undefined);
    process.stdin.destroy();
  }

  async #remove(path: string): Promise<void> {
    const { rm } = process.getBuiltinModule("node:fs/promises");
    await rm(path, { recursive: true, force: true, maxRetries: 10 });
  }

  async #drop(entry: string, connectionString: string, text: string): Promise<void> {
    const { createRequire } = process.getBuiltinModule("node:module");
    const { Client } = createRequire(entry)(entry) as typeof pg;
    const client = new Client({ connectionString, connectionTimeoutMillis: 10_000, query_timeout: 30_000 });
    client.on("error", () => undefined);
    await client.connect();
    await client.query(text).finally(() => client.end());
  }

  /** A group of its own: a signal for it then reaches the children of `initdb` too, and the terminal's Ctrl+C reaches neither. */
  async #start(id: number, { command, args, env, uid, gid, ready, stop }: ProgramCharge): Promise<void> {
    const { spawn } = process.getBuiltinModule("node:child_process");
    const identity = { ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) };
    const child = spawn(command, args, {
      ...identity,
      env,
      cwd: "/",
      detached: true,
      windowsHide: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", (code, signal) => resolve(code === 0 ? "" : `it ended with ${signal ?? `code ${code ?? "unknown"}`}`));
    });
    this.#undo.set(id, () => this.#stop(child, stop, ended));
    let output = "";
    const failure = await new Promise<string>((resolve, reject) => {
      child.once("error", reject);
      void ended.then(resolve);
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => {
          output = (output + text).slice(-2000);
          if (ready !== undefined && output.includes(ready)) resolve("");
        });
      }
    });
    if (failure !== "") throw new Error(`${output.trim()} (${failure})`);
  }

  async #stop(child: ChildProcess, signal: NodeJS.Signals, ended: Promise<string>): Promise<void> {
    const send = (which: NodeJS.Signals): void => {
      if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      if (process.platform === "win32") child.kill(which);
      else process.kill(-child.pid, which);
    };
    send(signal);
    const patience = setTimeout(send, 5000, "SIGKILL");
    await ended;
    clearTimeout(patience);
  }
}
