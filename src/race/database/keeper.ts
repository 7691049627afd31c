import { type ChildProcess, spawn } from "node:child_process";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { createInterface } from "node:readline";
import { DatabaseError } from "./databaseError.js";
import { type Answer, type Charge, KeeperProgram, type Order } from "./keeperProgram.js";
import { identify, mayLive, type ProcessIdentity } from "./processes.js";

/** Something in the keeper's charge. */
export interface Kept {
  /** Undoes it now. */
  release(): Promise<void>;
  /** Leaves it as it is, because it was undone otherwise. */
  forget(): Promise<void>;
}

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** What esbuild, and so tsx, wraps functions in to keep their names: https://esbuild.github.io/api/#keep-names */
const namesHelper = "const __name = (named) => named;";

/** How long a process that ends waits for its keeper, which needs some 50 ms; DROP DATABASE needs seconds on a server that is busy. */
const exitMilliseconds = 30_000;

/**
 * A process that outlives this one just long enough to undo what this one has made; see `KeeperProgram`. It is no reason for this
 * process to go on living.
 */
export class Keeper {
  readonly identity: ProcessIdentity;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;

  private constructor(child: ChildProcess, pid: number) {
    this.#child = child;
    this.identity = identify(pid);
    this.#unref();
    if (child.stdout !== null) createInterface({ input: child.stdout }).on("line", (line) => this.#hear(JSON.parse(line) as Answer));
    child.stdin?.on("error", () => undefined);
    child.once("exit", this.#gone);
    process.once("exit", this.#finish);
  }

  static async start(): Promise<Keeper> {
    const program = `${namesHelper} new (${KeeperProgram.toString()})().run()`;
    // NODE_OPTIONS and its kin may hold loaders and inspectors of the program under test.
    const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("NODE_")));
    const child = spawn(process.execPath, ["--eval", program], {
      cwd: tmpdir(),
      env,
      detached: true,
      windowsHide: true,
      stdio: ["pipe", "pipe", "ignore"],
    });
    await new Promise((resolve, reject) => child.once("spawn", resolve).once("error", reject));
    if (child.pid === undefined) throw new DatabaseError("The process that cleans up after this one could not be started.");
    return new Keeper(child, child.pid);
  }

  /** Puts something in the keeper's charge before it is made, so that there is no moment in which nobody would undo it. */
  async take(charge: Charge): Promise<Kept> {
    const id = ++this.#lastId;
    await this.#give({ order: "take", id, charge });
    return {
      release: () => this.#give({ order: "release", id }),
      forget: () => this.#give({ order: "forget", id }),
    };
  }

  /** Lets the keeper undo what it still has and end. */
  async end(): Promise<void> {
    process.off("exit", this.#finish);
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    await new Promise((resolve) => {
      this.#child.ref();
      this.#child.once("exit", resolve);
      this.#child.stdin?.end();
    });
  }

  async #give(order: Order): Promise<void> {
    this.#ref();
    try {
      await new Promise<void>((resolve, reject) => {
        this.#waiting.set(order.id, { resolve, reject });
        if (this.#child.exitCode !== null || this.#child.signalCode !== null) this.#gone();
        else this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
      });
    } finally {
      this.#waiting.delete(order.id);
      if (this.#waiting.size === 0) this.#unref();
    }
  }

  #hear({ id, error }: Answer): void {
    const waiting = this.#waiting.get(id);
    if (error === undefined) waiting?.resolve();
    else waiting?.reject(Object.assign(new Error(error.message), { code: error.code }));
  }

  readonly #gone = (): void => {
    process.off("exit", this.#finish);
    for (const { reject } of this.#waiting.values()) {
      reject(new DatabaseError(`The process ${this.identity.pid}, which runs the database server, was ended from outside. Run again.`));
    }
  };

  /** Nothing asynchronous runs any more in a process that exits: waits, so that nothing is left when it has gone. */
  readonly #finish = (): void => {
    this.#child.kill("SIGTERM");
    const pause = new Int32Array(new SharedArrayBuffer(4));
    const until = Date.now() + exitMilliseconds;
    while (mayLive(this.identity) && Date.now() < until) Atomics.wait(pause, 0, 0, 5);
  };

  #ref(): void {
    this.#child.ref();
    for (const stream of this.#pipes()) stream.ref();
  }

  #unref(): void {
    this.#child.unref();
    for (const stream of this.#pipes()) stream.unref();
  }

  /** Pipes of a child process are sockets: https://nodejs.org/api/child_process.html#subprocessstdio */
  #pipes(): readonly Socket[] {
    return [this.#child.stdin, this.#child.stdout] as unknown as readonly Socket[];
  }
}
