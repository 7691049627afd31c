import { execFileSync } from "node:child_process";
import { CliError } from "./cliError.js";

/** @throws {CliError} if files of the work tree have changes that are not committed, or if there is no git to go back with */
export function requireCleanWorkTree(cwd: string): void {
  const changed = git(cwd, "status", "--porcelain", "--untracked-files=no");
  if (changed === undefined)
    throw new CliError("this is no git work tree, so that what is written cannot be taken back; add --force to write all the same.");
  if (changed.trim() !== "")
    throw new CliError("the work tree has changes that are not committed; commit them, or add --force to write all the same.");
}

/** @throws {CliError} if git does not know one of the files and so cannot bring it back */
export function requireTracked(cwd: string, files: readonly string[]): void {
  const unknown = files.find((file) => git(cwd, "ls-files", "--error-unmatch", "--", file) === undefined);
  if (unknown !== undefined) throw new CliError(`git does not track ${unknown}; add it to git, or add --force to write all the same.`);
}

/** What git prints; `undefined` if it fails or is not there. */
function git(cwd: string, ...args: readonly string[]): string | undefined {
  try {
    return execFileSync("git", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return undefined;
  }
}
