import { fileURLToPath } from "node:url";
import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import boundaries from "eslint-plugin-boundaries";
import eslintPlugin from "eslint-plugin-eslint-plugin";
import n from "eslint-plugin-n";
import tseslint from "typescript-eslint";

/**
 * The rooms of the house (docs/internals) and who may import whom. The first pattern that matches a file names its room; a file
 * of src/ or rules/ that matches none is an error, so a new room starts with a line here.
 */
const rooms = [
  { category: "entry", pattern: "src/index.ts" },
  { category: "pipeline", pattern: "src/pipeline.ts" },
  { category: "settings", pattern: ["src/settings.ts", "src/settings/**"] },
  { category: "debug", pattern: "src/debug.ts" },
  { category: "program", pattern: "src/program/**" },
  { category: "lower", pattern: "src/ir/lower/**" },
  { category: "ir", pattern: "src/ir/**" },
  { category: "models", pattern: "src/models/**" },
  { category: "analysis", pattern: "src/analysis/**" },
  { category: "suggest", pattern: "src/suggest/**" },
  { category: "report", pattern: "src/report/**" },
  { category: "rules", pattern: "rules/**" },
  // The `check-then-act` command: lints a project with its own configuration and edits what is reported.
  { category: "cli", pattern: "src/cli/**" },
  { category: "race", pattern: "src/race/**" },
];

/** Room -> rooms it may import from, besides itself. */
const imports = {
  program: [],
  ir: [],
  settings: [],
  debug: [],
  lower: ["ir"],
  models: ["ir"],
  analysis: ["ir", "models"],
  suggest: ["analysis", "ir", "models"],
  pipeline: ["program", "lower", "ir", "models", "analysis", "suggest", "settings", "debug"],
  // What all rules share lives in report/ and starts the engine, so the pipeline ends in issues and knows no report.
  report: ["analysis", "ir", "suggest", "pipeline", "settings", "debug"],
  rules: ["report", "suggest", "settings"],
  entry: ["rules", "report", "settings"],
  // It starts the linter from outside, so it knows the plugin; nobody knows it.
  cli: ["entry", "pipeline", "program", "suggest", "analysis", "report", "settings"],
  // The race explorer is a package entry of its own and knows nothing of the rules.
  race: [],
};

/** Room -> rooms of which it may import types only: they say what another room is handed, not how it is made. */
const typeImports = {
  program: ["ir", "debug"],
  lower: ["debug"],
  models: ["program"],
  analysis: ["program", "debug"],
  rules: ["analysis"],
};

/** The rooms that a later front end replaces: the only ones that use the compiler. */
const compilerRooms = ["program", "lower"];
/** Rooms that may name the compiler's types without using its values. */
const compilerTypeRooms = ["pipeline", "report", "rules", "entry", "cli"];
/** Rooms that know ESLint exists, or its syntax trees. */
const eslintRooms = ["rules", "suggest", "report", "pipeline", "entry", "cli"];
/** Rooms of plain data and pure functions: no package and no Node module. */
const pureRooms = ["ir", "analysis"];

const root = fileURLToPath(new URL(".", import.meta.url));

const inRoom = (...categories) => ({ file: { categories: { anyOf: categories } } });
const allow = (from, to, kind) => ({
  from: inRoom(from),
  ...(kind && { dependency: { kind } }),
  allow: { to },
});
const fromPackage = (...sources) => ({ module: { origin: "external", source: sources } });

const importPolicies = [
  ...rooms.map(({ category }) => allow(category, inRoom(category))),
  ...Object.entries(imports).flatMap(([from, to]) => to.map((room) => allow(from, inRoom(room)))),
  ...Object.entries(typeImports).flatMap(([from, to]) => to.map((room) => allow(from, inRoom(room), "type"))),
  { allow: { to: { module: { origin: ["external", "core"] } } } },
  {
    disallow: { to: fromPackage("typescript") },
    message: "Only src/program and src/ir/lower use the compiler; a few rooms may import its types.",
  },
  ...compilerRooms.map((room) => allow(room, fromPackage("typescript"))),
  ...compilerTypeRooms.map((room) => allow(room, fromPackage("typescript"), "type")),
  {
    disallow: { to: fromPackage("eslint", "@typescript-eslint/*") },
    message:
      "ESLint and its syntax trees are known to rules/, src/report, src/suggest, src/cli and the files that join them to the engine.",
  },
  ...eslintRooms.map((room) => allow(room, fromPackage("eslint", "@typescript-eslint/*"))),
  {
    from: inRoom(...pureRooms),
    disallow: { to: { module: { origin: ["external", "core"] } } },
    message: "src/ir and src/analysis are plain data and pure functions: they import no package and no Node module.",
  },
];

export default defineConfig(
  globalIgnores([
    "dist/",
    ".build/",
    "coverage/",
    // Small applications that are racy on purpose; `npm run prove` lints them.
    "fixtures/*/*/",
    "test/**/fixture/",
    // A project of its own, linted by the test that installs the packed plugin in it.
    "test/package/consumer/",
  ]),
  {
    extends: [js.configs.recommended],
    linterOptions: { reportUnusedDisableDirectives: "error", reportUnusedInlineConfigs: "error" },
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: root },
    },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-import-type-side-effects": "error",
      // A parameter that an interface asks for, and a property that is taken out of a copy.
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", ignoreRestSiblings: true }],
      // `default` on a union of ours is an exhaustiveness hole; on the compiler's hundreds of syntax kinds it is the only way.
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // Visitors are one-line arrows that call a function for its effect.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      // Locations are printed as `path:line`.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      eqeqeq: "error",
      "no-console": "error",
    },
  },
  {
    files: ["src/**/*.ts", "rules/**/*.ts"],
    extends: [n.configs["flat/recommended-module"]],
    plugins: { boundaries },
    settings: {
      // What is published is dist/: what src/ and rules/ import must be there, or in `dependencies` or `peerDependencies`.
      n: { convertPath: [{ include: ["src/**/*.ts", "rules/**/*.ts"], replace: ["^(.+)\\.ts$", "dist/$1.js"] }] },
      "import/resolver": { typescript: { project: "tsconfig.json" } },
      "boundaries/root-path": root,
      "boundaries/files": rooms,
      "boundaries/files-single-match": true,
      "boundaries/dependency-nodes": ["import", "export", "dynamic-import", "require"],
      "boundaries/legacy-templates": false,
    },
    rules: {
      "boundaries/dependencies": ["error", { default: "disallow", checkAllOrigins: true, policies: importPolicies }],
      "boundaries/no-unknown-files": "error",
      "boundaries/no-unknown-dependencies": "error",
      "n/prefer-node-protocol": "error",
      "max-lines": ["error", { max: 250, skipBlankLines: true, skipComments: true }],
      // The target is 40; a list of one-line cases may be longer than that and still be easy to read.
      "max-lines-per-function": ["error", { max: 60, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    // `require-meta-docs-url` is left out: `RuleCreator` derives the address from the rule's name.
    files: ["rules/**/*.ts"],
    extends: [eslintPlugin.configs["rules-recommended"]],
    rules: {
      "eslint-plugin/require-meta-languages": "error",
      // Suggestions are made in src/report, where this rule does not look.
      "eslint-plugin/require-meta-has-suggestions": "off",
      "eslint-plugin/require-meta-docs-description": "error",
      // The severity in the preset, or undefined.
      "eslint-plugin/require-meta-docs-recommended": ["error", { allowNonBoolean: true }],
    },
  },
  {
    files: ["test/**/*.ts"],
    extends: [eslintPlugin.configs["tests-recommended"]],
    rules: {
      "eslint-plugin/require-test-error-positions": "error",
      "eslint-plugin/unique-test-case-names": "error",
    },
  },
  {
    files: ["*.js", ".*.js", "fixtures/**/*.js", "test/**/*.js"],
    extends: [n.configs["flat/recommended-module"]],
    // Configuration of tools and starters of scripts: they import development dependencies and are never published.
    rules: { "n/no-unpublished-import": "off" },
  },
);
