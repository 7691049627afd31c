/** `check-then-act fix`. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { formatPlace } from "../report/location.js";
import { quoteList } from "../report/wording.js";
import { CliError } from "./cliError.js";
import { findRaces, type Race, type Target } from "./findRaces.js";
import { patchOf, type ChangedFile } from "./patch.js";
import { codes, type Terminal } from "./run.js";
import { requireCleanWorkTree, requireTracked } from "./workTree.js";
import { Workspace } from "./workspace.js";

export interface FixOptions {
  /** FILE or FILE:LINE. */
  readonly target: string | undefined;
  readonly write: boolean;
  readonly force: boolean;
}

export async function fix({ target, write, force }: FixOptions, terminal: Terminal): Promise<number> {
  const { cwd, print, tell } = terminal;
  if (force && !write) throw new CliError("--force goes with --write.");
  const { pattern, line } = targetOf(target, cwd);
  if (write && !force) requireCleanWorkTree(cwd);
  tell(`Looking for races in ${target ?? "this folder"} with the project's ESLint configuration ...`);
  const races = await findRaces({ pattern, line }, cwd);
  if (races.length === 0) {
    tell(`No race is reported${target === undefined ? "" : ` in ${target}`}: nothing to fix.`);
    return codes.done;
  }
  const workspace = new Workspace();
  const fixed = races.filter((race) => fixOne(race, workspace, terminal)).length;
  const changed = changedFiles(workspace);
  if (write) writeAll(changed, force, cwd);
  else print(patchOf(changed, cwd));
  tell(
    `${fixed} of ${races.length} ${races.length === 1 ? "race" : "races"} fixed${write && changed.length > 0 ? `, ${changed.length} files written` : ""}.`,
  );
  return fixed === races.length ? codes.done : codes.left;
}

function fixOne(race: Race, workspace: Workspace, { cwd, tell }: Terminal): boolean {
  const { issue } = race;
  const name = `${formatPlace(issue.anchor, cwd)} ${quoteList(issue.columns)} of ${issue.entity}`;
  const result = workspace.fix(race);
  tell(result.kind === "withheld" ? `not fixed: ${name}: ${result.reason}` : `fixed:     ${name}`);
  return result.kind === "fixed";
}

/** A name that ends in `:` and a number is a file's line, unless there is such a file. */
function targetOf(target: string | undefined, cwd: string): Target {
  if (target === undefined) return { pattern: ".", line: undefined };
  const { file, line } = /^(?<file>.+):(?<line>\d+)$/.exec(target)?.groups ?? {};
  if (file !== undefined && !existsSync(path.resolve(cwd, target))) return { pattern: existing(file, cwd), line: Number(line) };
  return { pattern: existing(target, cwd), line: undefined };
}

function existing(file: string, cwd: string): string {
  if (!existsSync(path.resolve(cwd, file))) throw new CliError(`there is no file ${file}.`);
  return file;
}

function changedFiles(workspace: Workspace): readonly ChangedFile[] {
  return [...workspace.texts]
    .map(([file, text]) => {
      const before = readFileSync(file, "utf8");
      // The compiler leaves the byte order mark out.
      return { file, before, after: before.startsWith("\uFEFF") ? `\uFEFF${text}` : text };
    })
    .toSorted((a, b) => (a.file < b.file ? -1 : 1));
}

function writeAll(files: readonly ChangedFile[], force: boolean, cwd: string): void {
  if (!force)
    requireTracked(
      cwd,
      files.map(({ file }) => file),
    );
  for (const { file, after } of files) writeFileSync(file, after);
}
