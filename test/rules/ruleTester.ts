import { fileURLToPath } from "node:url";
import { RuleTester, type RunTests } from "@typescript-eslint/rule-tester";
import type { RuleModule } from "@typescript-eslint/utils/ts-eslint";

/** A project whose `file.ts` stands for the text of the case that runs; packages resolve to this repository's. */
export const fixtureDirectory = fileURLToPath(new URL("fixture", import.meta.url));

const tester = new RuleTester({
  languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: fixtureDirectory } },
});

/** Runs a rule's cases with types. Every expected error says its data and its whole range. */
export function testRule<M extends string, O extends readonly unknown[]>(
  name: string,
  rule: RuleModule<M, O>,
  cases: Pick<RunTests<M, O>, "valid" | "invalid">,
): void {
  tester.run(name, rule, { ...cases, assertionOptions: { requireData: true, requireLocation: true } });
}
