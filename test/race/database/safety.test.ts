import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it, vi } from "vitest";
import { mayLive, identify, type ProcessIdentity } from "../../../src/race/database/processes.js";
import type { Ending, Opened } from "./child.js";
import { databaseExists, databaseName, serverUrl } from "./urls.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const patience = { timeout: 60_000, interval: 20 };
const children = new Set<ChildProcess>();

afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
});

interface Run {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly opened: Opened;
  readonly ended: Promise<unknown>;
}

/** In a process group of its own, as a shell starts a program. */
async function start(ending: Ending, url?: string): Promise<Run> {
  const program = fileURLToPath(new URL("child.ts", import.meta.url));
  const child = spawn(process.execPath, ["--import", "tsx", program, ending, ...(url === undefined ? [] : [url])], {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", ending === "throw" ? "ignore" : "inherit"],
  });
  children.add(child);
  const ended = once(child, "exit").finally(() => children.delete(child));
  const failed = ended.then((how) => Promise.reject(new Error(`ended with ${String(how)} before it had a database`)));
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), "line"), failed])) as [string];
  return { child, pid: child.pid ?? 0, opened: JSON.parse(line) as Opened, ended };
}

interface Remains {
  readonly folder: string;
  readonly server: ProcessIdentity;
  readonly keeper: ProcessIdentity;
}

function ownersOf(text: string): readonly ProcessIdentity[] {
  return (JSON.parse(text) as { owners: readonly ProcessIdentity[] }).owners;
}

/** What a started server would leave, read while it runs. */
function remainsOf({ opened: { dataFolder } }: Run): Remains {
  const folder = dirname(dataFolder);
  const keeper = ownersOf(readFileSync(join(folder, "owners.json"), "utf8"))[1];
  if (keeper === undefined) throw new Error("no keeper");
  return { folder, server: identify(Number.parseInt(readFileSync(join(dataFolder, "postmaster.pid"), "utf8"), 10)), keeper };
}

function left({ folder, server, keeper }: Remains): readonly string[] {
  return [existsSync(folder) && "folder", mayLive(server) && "server", mayLive(keeper) && "keeper"].filter((what) => what !== false);
}

const nothingLeft = (remains: Remains): Promise<unknown> => vi.waitUntil(() => left(remains).length === 0, patience);

/** A program that ends by itself may be followed at once by a check for leftovers. */
describe.concurrent("nothing is left when the process has ended by itself", () => {
  it.each<Ending>(["close", "end", "throw", "exit"])("%s", async (ending) => {
    const run = await start(ending);
    const folder = dirname(run.opened.dataFolder);
    await run.ended;
    expect(existsSync(folder)).toBe(false);
  });
});

describe.concurrent("nothing is left of the embedded server", () => {
  it("after Ctrl+C, which the terminal sends to the whole group", async () => {
    const run = await start("wait");
    const remains = remainsOf(run);
    expect(left(remains)).toEqual(["folder", "server", "keeper"]);
    process.kill(-run.pid, "SIGINT");
    expect(await run.ended).toEqual([null, "SIGINT"]);
    await nothingLeft(remains);
  });

  it("after SIGTERM", async () => {
    const run = await start("wait");
    const remains = remainsOf(run);
    process.kill(run.pid, "SIGTERM");
    expect(await run.ended).toEqual([null, "SIGTERM"]);
    await nothingLeft(remains);
  });

  it("after SIGKILL", async () => {
    const run = await start("wait");
    const remains = remainsOf(run);
    process.kill(run.pid, "SIGKILL");
    await nothingLeft(remains);
  });

  it("after the end of the worker thread that started it", async () => {
    const run = await start("thread");
    await vi.waitUntil(() => !existsSync(dirname(run.opened.dataFolder)), patience);
    expect(mayLive(identify(run.pid))).toBe(true);
    process.kill(run.pid, "SIGTERM");
    await run.ended;
  });

  it("after the next run, when the keeper was killed too", async () => {
    const run = await start("wait");
    const remains = remainsOf(run);
    process.kill(remains.keeper.pid, "SIGKILL");
    process.kill(run.pid, "SIGKILL");
    await run.ended;
    await vi.waitUntil(() => !mayLive(remains.keeper), patience);
    expect(left(remains)).toEqual(["folder", "server"]);
    const next = await start("close");
    await next.ended;
    expect(left(remains)).toEqual([]);
  });
});

describe.concurrent("no database is left on a user's server", () => {
  const gone = (name: string): Promise<unknown> => vi.waitUntil(async () => !(await databaseExists(name)), patience);

  it.each<Ending>(["close", "end", "throw", "exit"])("%s", async (ending) => {
    const run = await start(ending, serverUrl.href);
    await run.ended;
    expect(await databaseExists(databaseName(run.opened.url))).toBe(false);
  });

  it.each(["SIGINT", "SIGTERM", "SIGKILL"] as const)("%s", async (signal) => {
    const run = await start("wait", serverUrl.href);
    process.kill(-run.pid, signal);
    await run.ended;
    await gone(databaseName(run.opened.url));
  });

  it("after the next run, when the keeper was killed too", async () => {
    const run = await start("wait", serverUrl.href);
    for (const { pid } of ownersOf(run.opened.owners ?? "").toReversed()) process.kill(pid, "SIGKILL");
    await run.ended;
    const name = databaseName(run.opened.url);
    expect(await databaseExists(name)).toBe(true);
    const next = await start("close", serverUrl.href);
    await next.ended;
    expect(await databaseExists(name)).toBe(false);
  });
});
