/**
 * Compiles the plugin, the explorer and the fixtures to `.build/`, what changed since the last time. Workers run in threads of their
 * own, where Node 20 knows no loader for TypeScript; types are checked by `npm run typecheck`.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

const folders = ["src", "rules", "fixtures", "test/prove", "test/bench", "test/tools", "test/fuzz", "test/demo"];
const output = ".build";

const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile("fixtures/tsconfig.json", (file) => ts.sys.readFile(file)).config,
  { ...ts.sys, readDirectory: () => [] },
  "fixtures",
);

export function build() {
  for (const folder of folders) for (const file of sourcesIn(folder)) compile(file);
}

/** @param {string} folder */
function sourcesIn(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => path.join(folder, file));
}

/** @param {string} file */
function compile(file) {
  const target = path.join(output, file.replace(/\.ts$/, ".js"));
  if (existsSync(target) && statSync(target).mtimeMs > statSync(file).mtimeMs) return;
  const { outputText } = ts.transpileModule(readFileSync(file, "utf8"), {
    fileName: file,
    compilerOptions: { ...options, module: ts.ModuleKind.ESNext, noEmit: false, inlineSourceMap: true },
  });
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, outputText);
}
