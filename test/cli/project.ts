/** Projects on disk for the command: real files, a configuration of their own, a git repository where one is asked for. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as parser from "@typescript-eslint/parser";
import { ESLint } from "eslint";
import ts from "typescript";
import { onTestFinished } from "vitest";
import { run } from "../../src/cli/run.js";
import plugin from "../../src/index.js";

const repository = fileURLToPath(new URL("../..", import.meta.url));

/** How the configuration file, which ESLint loads by itself, gets the plugin under test. */
const shared = globalThis as { checkThenActTest?: unknown };
shared.checkThenActTest = { parser, plugin };

const config = `const { parser, plugin } = globalThis.checkThenActTest;
export default [
  { files: ["**/*.ts"], languageOptions: { parser, parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  plugin.configs.recommended,
];
`;

const tsconfig = JSON.stringify({
  compilerOptions: {
    target: "es2023",
    module: "nodenext",
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    experimentalDecorators: true,
    skipLibCheck: true,
    types: ["node"],
  },
  include: ["**/*.ts"],
});

export interface Ran {
  readonly code: number;
  /** Standard output and standard error. */
  readonly out: string;
  readonly err: string;
}

export class Project {
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), "check-then-act-cli-")));

  /** `cleanup`: who runs a function when the project is no longer needed. */
  constructor(files: Readonly<Record<string, string>>, cleanup: (remove: () => void) => void = onTestFinished) {
    cleanup(() => rmSync(this.folder, { recursive: true, force: true }));
    symlinkSync(path.join(repository, "node_modules"), path.join(this.folder, "node_modules"), "junction");
    const standard = { "package.json": '{ "type": "module" }\n', "tsconfig.json": tsconfig, "eslint.config.js": config };
    for (const [file, text] of Object.entries({ ...standard, ...files })) this.write(file, text);
  }

  write(file: string, text: string): void {
    const target = path.join(this.folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }

  read(file: string): string {
    return readFileSync(path.join(this.folder, file), "utf8");
  }

  git(...args: readonly string[]): string {
    const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "core.autocrlf=false"];
    return execFileSync("git", [...identity, ...args], { cwd: this.folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  }

  /** A repository with everything committed. */
  commit(): void {
    this.write(".gitignore", "node_modules\n");
    this.git("init", "--quiet");
    this.git("add", ".");
    this.git("commit", "--quiet", "--message", "all");
  }

  async run(...args: readonly string[]): Promise<Ran> {
    parser.clearCaches();
    let [out, err] = ["", ""];
    const code = await run(args, { cwd: this.folder, print: (text) => (out += text), tell: (line) => (err += `${line}\n`) });
    return { code, out, err };
  }

  /** What the compiler says, one line each. */
  errors(): readonly string[] {
    const { options, fileNames } = ts.parseJsonConfigFileContent(JSON.parse(tsconfig), ts.sys, this.folder);
    const program = ts.createProgram(fileNames, options);
    return ts.getPreEmitDiagnostics(program).map((d) => ts.flattenDiagnosticMessageText(d.messageText, " "));
  }

  /** What ESLint says with the project's configuration. */
  async lint(): Promise<readonly string[]> {
    // The parser's project service does not see that files change.
    parser.clearCaches();
    const results = await new ESLint({ cwd: this.folder }).lintFiles(["."]);
    return results.flatMap(({ messages }) => messages.map((m) => `${m.line}: ${m.message}`));
  }
}
