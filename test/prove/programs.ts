/** A TypeScript program for each fixture: an application of its own, that sees nothing of its twins. */
import { readdirSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { type Fixture, fixturesFolder } from "./fixtures.js";

const config = readConfig();
const host = cachingHost(config);
/** How the fixtures are compiled. */
export const optionsOfFixtures: ts.CompilerOptions = config;
let previous: ts.Program | undefined;

export interface FixtureProgram {
  readonly program: ts.Program;
  /** The application's files: the variant's, and what they import of those that the variants share. */
  readonly files: readonly string[];
}

/** `texts`: what files hold instead of what is on disk. */
export function programOf(fixture: Fixture, texts: ReadonlyMap<string, string> = new Map()): FixtureProgram {
  const folder = path.join(fixture.root, fixture.variant);
  const rootNames = readdirSync(folder)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => path.join(folder, file));
  const program = ts.createProgram({ rootNames, options: config, host: withTexts(texts), ...(previous && { oldProgram: previous }) });
  if (texts.size === 0) previous = program;
  return { program, files: program.getSourceFiles().flatMap(({ fileName }) => (isOwn(fixture, fileName) ? [path.resolve(fileName)] : [])) };
}

function withTexts(texts: ReadonlyMap<string, string>): ts.CompilerHost {
  if (texts.size === 0) return host;
  return {
    ...host,
    getSourceFile(file, languageVersion, ...rest) {
      const text = texts.get(path.resolve(file));
      return text === undefined
        ? host.getSourceFile(file, languageVersion, ...rest)
        : ts.createSourceFile(file, text, languageVersion, true);
    },
  };
}

function isOwn(fixture: Fixture, file: string): boolean {
  const relative = path.relative(fixture.root, file);
  return !relative.startsWith("..") && !relative.startsWith("generated");
}

function readConfig(): ts.CompilerOptions {
  const file = path.join(fixturesFolder, "tsconfig.json");
  const { config } = ts.readConfigFile(file, (name) => ts.sys.readFile(name)) as { config: unknown };
  return ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, fixturesFolder).options;
}

/** Every program reads the libraries' declarations, and they are large: each file is parsed once. */
function cachingHost(options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options, true);
  const parsed = new Map<string, ts.SourceFile | undefined>();
  return {
    ...host,
    getSourceFile(file, languageVersion, ...rest) {
      if (!parsed.has(file)) parsed.set(file, host.getSourceFile(file, languageVersion, ...rest));
      return parsed.get(file);
    },
  };
}
