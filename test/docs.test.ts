import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as parser from "@typescript-eslint/parser";
import { ESLint, type Linter, type Rule } from "eslint";
import { describe, expect, it } from "vitest";
import plugin from "../src/index.js";
import { readSettings } from "../src/settings.js";
import { fixtureDirectory } from "./rules/ruleTester.js";
import { codeBlocks, headings, type CodeBlock } from "./tools/markdown.js";

const root = fileURLToPath(new URL("..", import.meta.url));

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** Paths of files below a folder, relative to the repository. */
function filesIn(folder: string, extension: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(extension) && !path.includes("node_modules"))
    .map((path) => `${folder}/${path.replaceAll("\\", "/")}`)
    .sort();
}

const rules = Object.entries(plugin.rules ?? {}) as [string, Rule.RuleModule][];

/** Sections of a rule's page, in this order; those in brackets only where there is something to say. */
const sections = ["Rule Details", "Options", "Suggestions", "Limitations", "When Not To Use It", "Related", "Further Reading"];
const optionalSections = new Set(["Options", "Suggestions"]);

/** Lints a block as the whole text of the fixture project's file. */
async function lint(rule: string, { code, info }: CodeBlock): Promise<Linter.LintMessage[]> {
  const options = /^\w+ (\{.*\})$/.exec(info)?.[1];
  const eslint = new ESLint({
    cwd: fixtureDirectory,
    overrideConfigFile: true,
    overrideConfig: {
      files: ["**/*.ts"],
      plugins: { "check-then-act": plugin },
      languageOptions: { parser, parserOptions: { projectService: true, tsconfigRootDir: fixtureDirectory } },
      rules: { [`check-then-act/${rule}`]: options === undefined ? "error" : ["error", JSON.parse(options) as object] },
    },
  });
  const [result] = await eslint.lintText(code, { filePath: join(fixtureDirectory, "file.ts") });
  return result?.messages ?? [];
}

it("every rule has a page, and every page a rule", () => {
  expect(filesIn("docs/rules", ".md").map((path) => basename(path, ".md"))).toEqual(rules.map(([name]) => name).sort());
});

describe.each(rules)("the page of %s", (name, rule) => {
  const page = read(`docs/rules/${name}.md`);
  const blocks = codeBlocks(page).filter((block) => block.language === "ts");

  it("has the sections in order", () => {
    const found = headings(page).flatMap(({ level, text }) => (level === 2 ? [text] : []));
    expect(found).toEqual(sections.filter((section) => found.includes(section) || !optionalSections.has(section)));
  });

  it("describes each option under its own heading", () => {
    const [schema] = (rule.meta?.schema ?? []) as readonly { readonly properties: object }[];
    const described = headings(page).flatMap(({ level, text }) => (level === 3 && /^`\w+`$/.test(text) ? [text.slice(1, -1)] : []));
    expect(described).toEqual(Object.keys(schema?.properties ?? {}));
  });

  it("marks each example as correct or incorrect, and has both", () => {
    expect(new Set(blocks.map(({ info }) => info.split(" ")[0]))).toEqual(new Set(["incorrect", "correct"]));
  });

  it.each(blocks)("the example at line $line is $info", async (block) => {
    const messages = await lint(name, block);
    expect(messages.filter(({ fatal, ruleId }) => fatal === true || ruleId !== `check-then-act/${name}`)).toEqual([]);
    if (block.info.startsWith("incorrect")) expect(messages).not.toEqual([]);
    else expect(messages).toEqual([]);
  });
});

describe("the page of the settings", () => {
  const page = read("docs/guide/settings.md");
  const examples = codeBlocks(page).filter((block) => block.language === "json");

  it.each(examples)("the example at line $line is valid", ({ code }) => {
    expect(() => readSettings(JSON.parse(code), root)).not.toThrow();
  });

  it("has a heading for each setting, and shows an example of each", () => {
    const settings = Object.entries(readSettings(undefined, root)).flatMap(([key, value]) => (typeof value === "function" ? [] : [key]));
    expect(headings(page).flatMap(({ level, text }) => (level === 2 ? [text.slice(1, -1)] : []))).toEqual(expect.arrayContaining(settings));
    expect(examples.flatMap(({ code }) => Object.keys(JSON.parse(code) as object)).sort()).toEqual(settings.sort());
  });

  it("shows the default of ignore", () => {
    const shown = codeBlocks(page.slice(page.indexOf("<!-- default-ignore -->")))[0];
    expect(JSON.parse(shown?.code ?? "")).toEqual({ ignore: readSettings(undefined, root).ignore });
  });

  it("names each key of a repository and of a method", () => {
    const methods = { run: { operation: "read" } };
    const [repository] = readSettings({ repositories: [{ name: "A", entity: "B", methods }] }, root).repositories;
    const keys = [...Object.keys(repository ?? {}), ...Object.keys(repository?.methods["run"] ?? {})];
    expect(keys.filter((key) => !new RegExp(`^\\| \`${key}\` +\\|`, "m").test(page))).toEqual([]);
  });
});

it("the page of limitations and the tests name the same limits", () => {
  const name = /\bF[NP]_\w+/g;
  const tests = [...filesIn("test/rules", ".test.ts")].flatMap((path) => read(path).match(name) ?? []);
  const documented =
    read("docs/limitations.md")
      .match(/`F[NP]_\w+`/g)
      ?.map((text) => text.slice(1, -1)) ?? [];
  const named = documented.filter((text) => text !== "FN_");
  expect([...new Set(tests)].sort()).toEqual([...new Set(named)].sort());
});

describe("links between pages", () => {
  const pages = filesIn("docs", ".md");

  it.each(pages)("of %s lead somewhere", (path) => {
    const prose = read(path).replaceAll(/`[^`\n]*`/g, "");
    const targets = [...prose.matchAll(/\]\((?!https?:|#)([^)#]+)(?:#([^)]+))?\)/g)];
    for (const [, target = "", anchor] of targets) {
      const file = join(dirname(path), target);
      if (!file.endsWith(".md")) {
        expect(readdirSync(join(root, dirname(file))), `${path}: ${target}`).toContain(basename(file));
        continue;
      }
      const anchors = headings(read(file)).map(({ text }) =>
        text
          .toLowerCase()
          .replaceAll(/[^\w -]/g, "")
          .replaceAll(" ", "-"),
      );
      if (anchor !== undefined) expect(anchors, `${path}: ${target}#${anchor}`).toContain(anchor);
    }
  });
});
