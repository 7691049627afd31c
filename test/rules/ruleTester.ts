import { fileURLToPath } from "node:url";
import * as parser from "@typescript-eslint/parser";
import { RuleTester, type RunTests } from "@typescript-eslint/rule-tester";
import type { RuleContext, RuleModule } from "@typescript-eslint/utils/ts-eslint";
import { Linter, type Rule } from "eslint";
import { describe, expect, it } from "vitest";
import { typeErrors } from "../tools/typeErrors.js";

/** A project whose `file.ts` stands for the text of the case that runs; packages resolve to this repository's. */
export const fixtureDirectory = fileURLToPath(new URL("fixture", import.meta.url));

const tester = new RuleTester({
  languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: fixtureDirectory } },
});

type Cases<M extends string, O extends readonly unknown[]> = Pick<RunTests<M, O>, "valid" | "invalid">;

/** Runs a rule's cases with types. Every expected error says its data and its whole range; what is suggested is `testSuggestions`' business. */
export function testRule<M extends string, O extends readonly unknown[]>(name: string, rule: RuleModule<M, O>, cases: Cases<M, O>): void {
  const reporting: RuleModule<M, O> = { ...rule, create: (context) => rule.create(withoutSuggestions(context)) };
  tester.run(name, reporting, { ...cases, assertionOptions: { requireData: true, requireLocation: true } });
}

function withoutSuggestions<M extends string, O extends readonly unknown[]>(
  context: Readonly<RuleContext<M, O>>,
): Readonly<RuleContext<M, O>> {
  const report: typeof context.report = (descriptor) => context.report({ ...descriptor, suggest: null });
  return Object.create(context, { report: { value: report } }) as Readonly<RuleContext<M, O>>;
}

/** One text, and what is suggested for its only report. */
export interface SuggestionCase {
  readonly name: string;
  readonly code: string;
  /** Empty: nothing is suggested, although it is reported. */
  readonly suggestions: readonly { readonly messageId: string; readonly output: string }[];
}

/** Each output is the exact text; it parses and has no type errors but those of the text (Prisma's client is generated elsewhere). */
export function testSuggestions(name: string, rule: RuleModule<string, readonly unknown[]>, cases: readonly SuggestionCase[]): void {
  describe(name, () => {
    it.each(cases)("$name", ({ code, suggestions }) => {
      const messages = linter.verify(code, configOf(rule), { filename: caseFile });
      expect(messages.map((m) => m.ruleId)).toEqual(["one/rule"]);
      const found = messages.flatMap((m) => m.suggestions ?? []).map(({ messageId, fix }) => ({ messageId, output: fixed(code, fix) }));
      expect(found).toEqual(suggestions);
      for (const { output } of suggestions) expect(typeErrors(caseFile, output)).toEqual(typeErrors(caseFile, code));
    });
  });
}

const caseFile = `${fixtureDirectory}/file.ts`;
const linter = new Linter({ cwd: fixtureDirectory });

function configOf(rule: RuleModule<string, readonly unknown[]>): Linter.Config {
  return {
    files: ["**/*.ts"],
    languageOptions: { parser, parserOptions: { projectService: true, tsconfigRootDir: fixtureDirectory } },
    plugins: { one: { rules: { rule: rule as unknown as Rule.RuleModule } } },
    rules: { "one/rule": "error" },
  };
}

function fixed(code: string, { range: [start, end], text }: Rule.Fix): string {
  return code.slice(0, start) + text + code.slice(end);
}
