/** A temporary copy of a fixture's job processor: what is linted, raced, fixed, linted and raced again. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import ts from "typescript";

/** The folder of compiled files that this one is in. */
const compiled = fileURLToPath(new URL("../../", import.meta.url));
const caseName = "job-processor";
/** What the copy calls the racy variant: after the fix it is none. */
const variant = "jobs";

export class Application {
  /** The application's root, with an ESLint configuration and a `tsconfig.json` of its own. */
  readonly root: string;
  readonly #folder: string;
  #runs = 0;

  constructor(readonly layer: string) {
    mkdirSync(".build", { recursive: true });
    this.#folder = mkdtempSync(path.resolve(".build", "demo-"));
    this.root = path.join(this.#folder, "app");
    const source = path.resolve("fixtures", layer, caseName);
    for (const file of filesIn(source)) if (file !== "main.ts") this.#copy(path.join(source, file), file);
    for (const file of filesIn(path.join(source, "racy"))) this.#copy(path.join(source, "racy", file), path.join(variant, file));
    this.#write("package.json", JSON.stringify({ name: "demo", private: true, type: "module" }));
    this.#write("tsconfig.json", JSON.stringify({ extends: path.resolve("fixtures/tsconfig.json"), include: ["."] }));
    this.#write("eslint.config.js", configuration());
  }

  /** The file in which the race is. */
  readonly service = `${variant}/job.service.ts`;

  /** By path below the root. */
  texts(): ReadonlyMap<string, string> {
    return new Map(this.#sources().map((file) => [file, readFileSync(path.join(this.root, file), "utf8")]));
  }

  /** Compiles the application as it is now, and returns its two workers; each time at new addresses, so that no module is reused. */
  workers(): readonly URL[] {
    const run = path.join(this.#folder, `run-${String(++this.#runs)}`);
    const fixtures = path.join(compiled, "fixtures");
    for (const file of ["worker.js", "case.js", "cases", `${this.layer}/connect.js`, `${this.layer}/${caseName}/main.js`]) {
      cpSync(path.join(fixtures, file), path.join(run, file), { recursive: true });
    }
    for (const [file, text] of this.texts()) {
      const target = path.join(run, this.layer, caseName, file.replace(/\.ts$/, ".js"));
      mkdirSync(path.dirname(target), { recursive: true });
      writeFileSync(target, compile(file, text));
    }
    const worker = pathToFileURL(path.join(run, "worker.js"));
    return [0, 1].map((index) => new URL(`?fixture=${this.layer}/${caseName}/${variant}&worker=${String(index)}`, worker));
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #sources(): readonly string[] {
    return readdirSync(this.root, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .sort();
  }

  /** Without the comment that tells `npm run prove` what must be reported. */
  #copy(from: string, to: string): void {
    this.#write(to, readFileSync(from, "utf8").replaceAll(/ *\/\/ race: .*$/gm, ""));
  }

  #write(file: string, text: string): void {
    const target = path.join(this.root, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder).filter((file) => file.endsWith(".ts"));
}

function compile(fileName: string, text: string): string {
  const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, experimentalDecorators: true };
  return ts.transpileModule(text, { fileName, compilerOptions }).outputText;
}

/** As the README has it, but that the plugin is the one of this repository. */
function configuration(): string {
  const plugin = pathToFileURL(path.join(compiled, "src/index.js")).href;
  return `import * as parser from "@typescript-eslint/parser";
import { defineConfig } from "eslint/config";
import checkThenAct from ${JSON.stringify(plugin)};

export default defineConfig({
  files: ["**/*.ts"],
  plugins: { "check-then-act": checkThenAct },
  extends: ["check-then-act/recommended"],
  languageOptions: { parser, parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
});
`;
}
