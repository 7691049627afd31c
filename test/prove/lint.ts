/** What the plugin reports in a fixture, against what its source says it must report. */
import { readFileSync } from "node:fs";
import path from "node:path";
import tsParser from "@typescript-eslint/parser";
import { ESLint } from "eslint";
import plugin from "../../src/index.js";
import type { Fixture } from "./fixtures.js";
import { compareFindings, type Finding, markersIn } from "./markers.js";
import { type FixtureProgram, programOf } from "./programs.js";

export interface LintResult {
  /** Rules that reported something, each once. */
  readonly reported: readonly string[];
  /** Rules that a marker names and the plugin does not have. */
  readonly missing: readonly string[];
  /** One sentence each: what differs from the markers. */
  readonly disagreements: readonly string[];
}

export async function lintFixture(fixture: Fixture): Promise<LintResult> {
  const program = programOf(fixture);
  const found = await findingsOf(fixture, program);
  const marked = program.files.flatMap((file) => markersIn(path.relative(fixture.root, file), readFileSync(file, "utf8")));
  return {
    reported: rulesOf(found),
    missing: rulesOf(marked.filter((one) => !isKnown(one))),
    disagreements: [...contradictions(fixture, marked), ...compareFindings(found, marked.filter(isKnown))],
  };
}

async function findingsOf({ root }: Fixture, { program, files }: FixtureProgram): Promise<readonly Finding[]> {
  const eslint = new ESLint({
    // The application's root, where its author would run it. Seen from further up, the plugin leaves a folder named `fixtures` alone.
    cwd: root,
    overrideConfigFile: true,
    overrideConfig: [
      { files: ["**/*.ts"], languageOptions: { parser: tsParser, parserOptions: { programs: [program] } } },
      plugin.configs.recommended,
    ],
  });
  const results = await eslint.lintFiles([...files]);
  return results.flatMap(({ filePath, messages }) =>
    messages.map(({ ruleId, line, message }) => ({
      file: path.relative(root, filePath),
      line,
      rule: ruleId?.replace(/^check-then-act\//, "") ?? message,
    })),
  );
}

function contradictions({ verdict }: Fixture, marked: readonly Finding[]): readonly string[] {
  if (verdict === "racy" && marked.length === 0) return ["racy, but no line is marked"];
  if (verdict !== "racy" && marked.length > 0) return [`${verdict}, but a line is marked`];
  return [];
}

function isKnown({ rule }: Finding): boolean {
  return Object.hasOwn(plugin.rules ?? {}, rule);
}

function rulesOf(findings: readonly Finding[]): readonly string[] {
  return [...new Set(findings.map(({ rule }) => rule))].sort();
}
