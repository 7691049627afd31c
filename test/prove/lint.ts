/** What the plugin reports in a fixture, against what its source says it must report. */
import { readFileSync } from "node:fs";
import path from "node:path";
import tsParser from "@typescript-eslint/parser";
import { ESLint } from "eslint";
import plugin from "../../src/index.js";
import type { Fixture } from "./fixtures.js";
import { programOf } from "./programs.js";

export interface LintResult {
  /** Rules that reported something, sorted, each once. */
  readonly reported: readonly string[];
  /** Rules that a marker names and the plugin does not have. */
  readonly missing: readonly string[];
  /** One sentence each: what differs from the markers. */
  readonly disagreements: readonly string[];
}

/** A rule and where it reports, or must: `file:line rule`. */
type Finding = string;

/** Behind the code of a line, or on a line of its own above it. */
const marker = /^(?<before>.*)\/\/ race: (?<rules>[\w-]+(?:, [\w-]+)*)$/;

export async function lintFixture(fixture: Fixture): Promise<LintResult> {
  const { program, files } = programOf(fixture);
  const eslint = new ESLint({
    // Relative to the application's root, as its author would run it: what lies below a folder named `fixtures` is ignored.
    cwd: fixture.root,
    overrideConfigFile: true,
    overrideConfig: [
      { files: ["**/*.ts"], languageOptions: { parser: tsParser, parserOptions: { programs: [program] } } },
      plugin.configs.recommended,
    ],
  });
  const results = await eslint.lintFiles([...files]);
  const found = results.flatMap(({ filePath, messages }) =>
    messages.map(({ ruleId, line, message }) => finding(fixture, filePath, line, ruleId?.replace("check-then-act/", "") ?? message)),
  );
  const marked = files.flatMap((file) => markersIn(fixture, file));
  const known = marked.filter((wanted) => isKnown(ruleOf(wanted)));
  return {
    reported: [...new Set(found.map(ruleOf))].sort(),
    missing: [...new Set(marked.map(ruleOf).filter((rule) => !isKnown(rule)))].sort(),
    disagreements: [...contradictions(fixture, marked), ...compare(found, known)],
  };
}

function contradictions({ verdict }: Fixture, marked: readonly Finding[]): readonly string[] {
  if (verdict === "racy" && marked.length === 0) return ["racy, but no line is marked"];
  if (verdict !== "racy" && marked.length > 0) return [`${verdict}, but a line is marked`];
  return [];
}

function compare(found: readonly Finding[], marked: readonly Finding[]): readonly string[] {
  return [
    ...found.filter((one) => !marked.includes(one)).map((one) => `reported, not marked: ${one}`),
    ...marked.filter((one) => !found.includes(one)).map((one) => `marked, not reported: ${one}`),
  ];
}

function markersIn(fixture: Fixture, file: string): readonly Finding[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((text, index) => {
      const { before = "", rules } = marker.exec(text)?.groups ?? {};
      const line = before.trim() === "" ? index + 2 : index + 1;
      return (rules?.split(", ") ?? []).map((rule) => finding(fixture, file, line, rule));
    });
}

function finding(fixture: Fixture, file: string, line: number, rule: string): Finding {
  return `${path.relative(fixture.root, file)}:${line} ${rule}`;
}

function ruleOf(one: Finding): string {
  return one.slice(one.indexOf(" ") + 1);
}

function isKnown(rule: string): boolean {
  return Object.hasOwn(plugin.rules ?? {}, rule);
}
