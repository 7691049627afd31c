/** Lints with the project's own ESLint configuration and keeps, for what it reports, what the engine knows of it. */
import path from "node:path";
import { ESLintUtils, type ParserServicesWithTypeInformation, type TSESLint } from "@typescript-eslint/utils";
import type { ESLint as ESLintClass, Linter, Rule } from "eslint";
import type ts from "typescript";
import type { Issue } from "../analysis/issue.js";
import plugin from "../index.js";
import { engineFor } from "../pipeline.js";
import { readSettings, settingsKey, type Settings } from "../settings.js";
import { CliError } from "./cliError.js";
import type { Parser } from "../suggest/parse.js";

/** A race that the project's configuration reports. */
export interface Race {
  readonly issue: Issue;
  /** The first suggestion of the rule, if it has one. */
  readonly suggestion: { readonly range: readonly [number, number]; readonly text: string } | undefined;
  readonly program: ts.Program;
  readonly settings: Settings;
  readonly parser: Parser;
}

/** What is linted: everything in the folder, a file, or a line of it. */
export interface Target {
  readonly pattern: string;
  readonly line: number | undefined;
}

/** @throws {CliError} if the project cannot be linted, or is not linted by this plugin's rules */
export async function findRaces(target: Target, cwd: string): Promise<readonly Race[]> {
  const collector = new Collector();
  const { ESLint } = await loadESLint();
  const eslint = new ESLint({
    cwd,
    overrideConfig: [
      { plugins: { [collectorName]: { rules: { collect: collector.rule } } }, rules: { [`${collectorName}/collect`]: "error" } },
    ],
    ruleFilter: ({ ruleId }) => ruleId.startsWith(`${collectorName}/`) || ruleName(ruleId) !== undefined,
  });
  const results = await lint(eslint, target, collector);
  await requireRules(eslint, results, target);
  return results.flatMap(({ filePath, messages }) =>
    messages.filter((m) => target.line === undefined || m.line === target.line).flatMap((m) => collector.raceOf(filePath, m) ?? []),
  );
}

const collectorName = "check-then-act-fix";

async function loadESLint(): Promise<{ readonly ESLint: typeof ESLintClass }> {
  try {
    return await import("eslint");
  } catch {
    throw new CliError("ESLint is not installed; run 'npm install --save-dev eslint'.");
  }
}

/** The name of a rule of this plugin, under whatever name the configuration knows the plugin. */
function ruleName(ruleId: string): string | undefined {
  const name = ruleId.slice(ruleId.lastIndexOf("/") + 1);
  return Object.hasOwn(plugin.rules ?? {}, name) ? name : undefined;
}

async function lint(eslint: ESLintClass, { pattern }: Target, collector: Collector): Promise<readonly ESLintClass.LintResult[]> {
  let results;
  try {
    results = await eslint.lintFiles([pattern]);
  } catch (error) {
    throw new CliError(collector.untyped === undefined ? eslintError(error, pattern) : withoutTypes(collector.untyped));
  }
  const fatal = results.flatMap((r) => r.messages.filter((m) => m.fatal === true).map((m) => `${r.filePath}: ${firstLine(m.message)}`))[0];
  if (fatal !== undefined && results.length === 1) throw new CliError(`ESLint cannot parse the file: ${fatal}`);
  if (collector.untyped !== undefined) throw new CliError(withoutTypes(collector.untyped));
  return results;
}

function eslintError(error: unknown, pattern: string): string {
  const message = firstLine(error instanceof Error ? error.message : String(error));
  // What typescript-eslint says of a rule that it cannot serve; our own rules come before the collector.
  if (message.includes("requires type information")) return withoutTypes(pattern);
  if (message.includes("Could not find config file"))
    return "there is no ESLint configuration; write an eslint.config.js (see the README of eslint-plugin-check-then-act).";
  return `ESLint cannot lint this: ${message}`;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? text;
}

function withoutTypes(file: string): string {
  return `${file} is linted without type information; set 'parserOptions: { projectService: true }' for it in the ESLint configuration.`;
}

/** Finding nothing must not mean that nothing was looked for. */
async function requireRules(eslint: ESLintClass, results: readonly ESLintClass.LintResult[], { pattern }: Target): Promise<void> {
  for (const { filePath } of results) {
    const config = (await eslint.calculateConfigForFile(filePath)) as Linter.Config | undefined;
    const isOn = ([id, entry]: [string, Linter.RuleEntry | undefined]) => {
      const severity = Array.isArray(entry) ? entry[0] : entry;
      return ruleName(id) !== undefined && severity !== 0 && severity !== "off" && severity !== undefined;
    };
    if (Object.entries(config?.rules ?? {}).some(isOn)) return;
  }
  throw new CliError(
    results.length === 0
      ? `ESLint finds nothing to lint in ${pattern}.`
      : `the ESLint configuration switches no rule of eslint-plugin-check-then-act on for ${pattern}; extend its 'recommended' configuration.`,
  );
}

/** A rule that reports nothing and keeps the engine's issues of each file. */
class Collector {
  readonly #races = new Map<string, Race[]>();
  /** A file that was linted without type information. */
  untyped: string | undefined;

  readonly rule: Rule.RuleModule = {
    create: (context) => {
      this.collect(context as unknown as TSESLint.RuleContext<string, unknown[]>);
      return {};
    },
  };

  private collect(context: TSESLint.RuleContext<string, unknown[]>): void {
    const { filename, cwd } = context;
    if (!/\.[cm]?tsx?$/.test(filename)) return;
    const services = servicesOf(context);
    if (services === undefined) {
      this.untyped ??= path.relative(cwd, filename);
      return;
    }
    const settings = readSettings(context.settings[settingsKey], cwd);
    if (settings.ignored(filename)) return;
    const { program, esTreeNodeToTSNodeMap } = services;
    const { fileName } = esTreeNodeToTSNodeMap.get(context.sourceCode.ast).getSourceFile();
    const parser = context.languageOptions.parser as Parser;
    const issues = engineFor(program, settings).issues(fileName);
    this.#races.set(
      filename,
      issues.map((issue) => ({ issue, suggestion: undefined, program, settings, parser })),
    );
  }

  /** The race of a message of one of this plugin's rules. */
  raceOf(file: string, { ruleId, line, column, suggestions }: Linter.LintMessage): Race | undefined {
    const rule = ruleId === null ? undefined : ruleName(ruleId);
    const race = this.#races
      .get(file)
      ?.find(({ issue: { kind, anchor } }) => `no-${kind}` === rule && anchor.loc.line === line && anchor.loc.column + 1 === column);
    return race && { ...race, suggestion: suggestions?.[0]?.fix };
  }
}

function servicesOf(context: TSESLint.RuleContext<string, unknown[]>): ParserServicesWithTypeInformation | undefined {
  try {
    return ESLintUtils.getParserServices(context);
  } catch {
    return undefined;
  }
}
