/** Lints one text with the plugin and its types, in a thread that can be ended: what it says is whether that worked. */
import path from "node:path";
import { isMainThread, parentPort } from "node:worker_threads";
import tsParser from "@typescript-eslint/parser";
import { Linter } from "eslint";
import ts from "typescript";
import { internalErrors } from "../../src/debug.js";
import plugin from "../../src/index.js";
import { engineFor } from "../../src/pipeline.js";
import { readSettings } from "../../src/settings.js";

export interface Question {
  /** The absolute path that the text is linted under; there need not be such a file. */
  readonly file: string;
  readonly text: string;
}

export interface Answer {
  /** What went wrong, if something did. */
  readonly failure: string | undefined;
  readonly milliseconds: number;
  /** Whether the file could be parsed, so that the rules ran; else only the engine did. */
  readonly parsed: boolean;
  readonly reports: number;
}

const root = path.resolve(".");
const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.NodeNext,
  types: ["node"],
  strict: true,
  experimentalDecorators: true,
  skipLibCheck: true,
  noEmit: true,
};

/** The libraries' declarations are parsed once; the mutated file each time. */
const disk = ts.createCompilerHost(options, true);
const parsedFiles = new Map<string, ts.SourceFile | undefined>();
const resolutions = ts.createModuleResolutionCache(root, (name) => name, options);
let previous: ts.Program | undefined;

function programOf({ file, text }: Question): ts.Program {
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (name) => name === file || disk.fileExists(name),
    readFile: (name) => (name === file ? text : disk.readFile(name)),
    getModuleResolutionCache: () => resolutions,
    getSourceFile(name, version, ...rest) {
      if (name === file) return ts.createSourceFile(name, text, version, true);
      if (!parsedFiles.has(name)) parsedFiles.set(name, disk.getSourceFile(name, version, ...rest));
      return parsedFiles.get(name);
    },
  };
  const program = ts.createProgram({ rootNames: [file], options, host, ...(previous && { oldProgram: previous }) });
  previous = program;
  return program;
}

/** The folder of the fixtures is left alone by default. */
const settings = { ignore: [] };

function lint(question: Question): Pick<Answer, "parsed" | "reports"> {
  const program = programOf(question);
  const config: Linter.Config = {
    ...plugin.configs.all,
    // ESLint takes a file that only `**/*` matches for one that has no configuration.
    files: ["**/*.{ts,mts,cts}"],
    settings: { "check-then-act": settings },
    languageOptions: { parser: tsParser, parserOptions: { programs: [program] } },
  };
  const messages = new Linter({ cwd: root }).verify(question.text, [config], { filename: question.file });
  const parsed = !messages.some(({ fatal }) => fatal);
  // What ESLint's parser refuses is still in the program when another of its files is linted.
  if (!parsed) engineFor(program, readSettings(settings, root)).issues(question.file);
  return { parsed, reports: messages.filter(({ ruleId }) => ruleId !== null).length };
}

/** An error of the engine does not reach ESLint, so it is asked for. */
function check(question: Question): Answer {
  const errors = internalErrors();
  const start = performance.now();
  try {
    const { parsed, reports } = lint(question);
    const failure = internalErrors() > errors ? "an internal error (DEBUG=check-then-act prints it)" : undefined;
    return { failure, parsed, reports, milliseconds: performance.now() - start };
  } catch (error) {
    const failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { failure, parsed: true, reports: 0, milliseconds: performance.now() - start };
  }
}

if (!isMainThread) {
  parentPort?.on("message", (question: Question) => {
    parentPort?.postMessage(check(question));
  });
}
