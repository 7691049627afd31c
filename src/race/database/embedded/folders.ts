import { existsSync } from "node:fs";
import { lstat, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAbandoned } from "../owners.js";
import { commandOf, identify, mayLive } from "../processes.js";

export const folderPrefix = "check-then-act-";
export const ownersFile = "owners.json";

/** How long a server may take to end after each signal. */
const endMilliseconds = 5000;

/** Ends the servers and removes the folders of runs that were killed together with their keepers. */
export async function removeAbandonedFolders(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(folderPrefix));
  await Promise.all(names.map((name) => removeIfAbandoned(join(tmpdir(), name))));
}

async function removeIfAbandoned(folder: string): Promise<void> {
  if (!(await isOurs(folder))) return;
  const owners = await readFile(join(folder, ownersFile), "utf8").catch(() => "");
  if (!isAbandoned(owners) || !(await endServer(join(folder, "data")))) return;
  await rm(folder, { recursive: true, force: true, maxRetries: 10 }).catch(() => undefined);
}

/** In a temp folder that many write to, a folder of another user's must make this process neither remove nor signal anything. */
async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  return found?.isDirectory() === true && (process.getuid === undefined || found.uid === process.getuid());
}

/**
 * The first line of `postmaster.pid` is the server's pid (https://www.postgresql.org/docs/current/storage-file-layout.html); the process
 * is the server only if it was started for this data folder. Returns whether no server is left.
 */
async function endServer(data: string): Promise<boolean> {
  const file = await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "");
  const pid = Number.parseInt(file, 10);
  if (!Number.isInteger(pid) || pid <= 1) return true;
  const server = identify(pid);
  if (!mayLive(server) || !commandOf(pid).includes(data)) return true;
  for (const signal of ["SIGQUIT", "SIGKILL"] as const) {
    if (!existsSync(data)) return true;
    process.kill(pid, signal);
    const until = Date.now() + endMilliseconds;
    while (mayLive(server) && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
    if (!mayLive(server)) return true;
  }
  return false;
}
