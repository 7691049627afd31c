import { execFileSync, spawnSync, type SpawnSyncReturns } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const template = fileURLToPath(new URL("../package/consumer", import.meta.url));

interface Manifest {
  readonly name: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;

/** A project outside this repository that has the packed plugin installed, and nothing that the plugin does not declare. */
export interface Consumer {
  readonly directory: string;
  /** Text of a file of the project. */
  read(path: string): string;
  /** Runs a package's script with Node in the project's directory. */
  run(script: string, ...args: string[]): SpawnSyncReturns<string>;
}

/** A scratch directory with symbolic links resolved: paths in reports are compared with it. */
export function createScratchDirectory(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), "check-then-act-")));
}

export function removeDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
}

/** Builds and packs the plugin as `npm publish` would; returns the tarball's path. */
export function packPlugin(directory: string): string {
  npm("run", "build");
  const packed = JSON.parse(npm("pack", "--json", "--pack-destination", directory)) as readonly [{ readonly filename: string }];
  return join(directory, packed[0].filename);
}

/**
 * `eslint` is the installed package that the consumer sees as `eslint`. Dependencies are links to this repository's, so nothing is
 * fetched; the plugin itself is a copy outside the repository, so an undeclared import of it does not resolve.
 */
export function createConsumer(parent: string, tarball: string, eslint: string): Consumer {
  const directory = join(parent, `with-${eslint}`);
  cpSync(template, directory, { recursive: true });
  // The documented configuration is also valid TypeScript.
  copyFileSync(join(directory, "eslint.config.js"), join(directory, "eslint.config.ts"));
  extract(tarball, join(directory, "node_modules", manifest.name));
  for (const name of [...Object.keys(manifest.dependencies), ...Object.keys(manifest.peerDependencies), "typeorm"]) {
    link(directory, name, name === "eslint" ? eslint : name);
  }
  return {
    directory,
    read: (path) => readFileSync(join(directory, path), "utf8"),
    run: (script, ...args) =>
      spawnSync(process.execPath, [join(directory, "node_modules", script), ...args], { cwd: directory, encoding: "utf8" }),
  };
}

function extract(tarball: string, target: string): void {
  mkdirSync(target, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", target, "--strip-components=1"]);
}

function link(directory: string, name: string, installed: string): void {
  const path = join(directory, "node_modules", name);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(join(root, "node_modules", installed), path, "junction");
}

function npm(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync("npm", args, { cwd: root, encoding: "utf8", shell: process.platform === "win32" });
  // The compiler prints its errors on standard output.
  if (status !== 0) throw new Error(`npm ${args.join(" ")} failed:\n${stdout}\n${stderr}`);
  return stdout;
}
