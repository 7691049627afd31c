/** The plugin: its rules and its presets. */
import { createRequire } from "node:module";
import type { ESLint, Linter } from "eslint";
import noRacyTransition from "../rules/no-racy-transition.js";
import { settingsKey } from "./settings.js";

type Preset = "recommended" | "all";

/** Every rule, by name. Presets are computed from `meta.docs.recommended`. */
const rules = {
  "no-racy-transition": noRacyTransition,
};

/** The package's own manifest, by the package's own name: the path from here differs between source and build. */
const manifest = createRequire(import.meta.url)("eslint-plugin-check-then-act/package.json") as {
  readonly name: string;
  readonly version: string;
};

const plugin: ESLint.Plugin & { configs: Record<Preset, Linter.Config> } = {
  meta: { name: manifest.name, version: manifest.version, namespace: settingsKey },
  // typescript-eslint types a rule's context by its own syntax tree, ESLint by ESTree; at run time they are one.
  rules: rules as unknown as NonNullable<ESLint.Plugin["rules"]>,
  configs: { recommended: {}, all: {} },
};

/** Only rules and severities: the user's own configuration sets the parser and turns type information on. */
function preset(name: Preset, severity: (recommended: "error" | "warn" | undefined) => Linter.RuleSeverity): Linter.Config {
  const entries = Object.entries(rules).map(([rule, { meta }]): [string, Linter.RuleSeverity] => [
    `${settingsKey}/${rule}`,
    severity(meta.docs?.recommended),
  ]);
  return {
    name: `${settingsKey}/${name}`,
    files: ["**/*.{ts,tsx,mts,cts}"],
    plugins: { [settingsKey]: plugin },
    rules: Object.fromEntries(entries.filter(([, level]) => level !== "off")),
  };
}

plugin.configs.recommended = preset("recommended", (recommended) => recommended ?? "off");
plugin.configs.all = preset("all", () => "error");

export default plugin;
/**
 * What `require` returns, instead of an ES module's namespace. Left out of the declarations: before 5.6 TypeScript cannot parse the name.
 *
 * @internal
 */
export { plugin as "module.exports" };
