/** A racy fixture after `check-then-act fix --write`, as a fixture of its own. */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as parser from "@typescript-eslint/parser";
import ts from "typescript";
import { run } from "../../src/cli/run.js";
import plugin from "../../src/index.js";
import type { Fixture } from "./fixtures.js";

export interface Fixed {
  /** `undefined`: no race of the fixture was fixed, or not all of them. */
  readonly fixture: Fixture | undefined;
  /** What the command told. */
  readonly told: readonly string[];
}

/** How the configuration file, which ESLint loads by itself, gets the plugin that is compiled here. */
const shared = globalThis as { checkThenActProve?: unknown };
shared.checkThenActProve = { parser, plugin };

const config = `const { parser, plugin } = globalThis.checkThenActProve;
export default [
  { files: ["**/*.ts"], languageOptions: { parser, parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } } },
  plugin.configs.recommended,
];
`;

export async function fixedFixture(fixture: Fixture): Promise<Fixed> {
  const folder = copyOf(fixture);
  const told: string[] = [];
  const terminal = { cwd: folder, print: () => undefined, tell: (line: string) => told.push(line) };
  const code = await run(["fix", "--write", "--force"], terminal);
  const [fixed] = told.filter((line) => line.startsWith("fixed:"));
  return { fixture: code === 0 && fixed !== undefined ? compiled(fixture, folder) : undefined, told };
}

/** The application with this variant only, in a folder of its own that has the configuration of a project. */
function copyOf({ name, root, variant }: Fixture): string {
  const folder = path.resolve(".build/fixed", name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const isShared = (entry: string) => (entry.endsWith(".ts") && entry !== "main.ts") || entry === "schema.prisma" || entry === "generated";
  for (const entry of [...readdirSync(root).filter(isShared), variant])
    cpSync(path.join(root, entry), path.join(folder, entry), { recursive: true });
  const tsconfig = { extends: path.resolve("fixtures/tsconfig.json"), include: ["**/*.ts"], exclude: ["generated"] };
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
  writeFileSync(path.join(folder, "eslint.config.js"), config);
  return folder;
}

/** Beside the compiled variants of the same case, so that it is judged by the same workers, reset and invariant. */
function compiled(fixture: Fixture, folder: string): Fixture {
  const variant = `${fixture.variant}.fixed`;
  const target = path.resolve(".build/fixtures", fixture.library, fixture.case, variant);
  mkdirSync(target, { recursive: true });
  for (const file of readdirSync(path.join(folder, fixture.variant)).filter((name) => name.endsWith(".ts"))) {
    const text = readFileSync(path.join(folder, fixture.variant, file), "utf8");
    const compilerOptions = {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      experimentalDecorators: true,
      verbatimModuleSyntax: true,
    };
    writeFileSync(
      path.join(target, file.replace(/\.ts$/, ".js")),
      ts.transpileModule(text, { fileName: file, compilerOptions }).outputText,
    );
  }
  return { ...fixture, name: `${fixture.library}/${fixture.case}/${variant}`, variant, verdict: "safe" };
}
