import { describe, expect, it } from "vitest";
import { jobs } from "./jobs.js";
import { Project } from "./project.js";

const configured = (languageOptions: string, more = ""): string =>
  `const { parser, plugin } = globalThis.checkThenActTest;
export default [{ files: ["**/*.ts"], languageOptions: ${languageOptions} }${more}];
`;

const typed = "{ parser, parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } }";

async function errorOf(files: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<unknown> {
  const { code, out, err } = await new Project({ ...jobs, ...files }).run(...args);
  return { code, out, last: err.split("\n").at(-2) };
}

function error(last: string): unknown {
  return { code: 2, out: "", last: `check-then-act: ${last}` };
}

describe("usage", () => {
  it.each([
    [["mend"], "there is no command 'mend'; there is 'fix'. See check-then-act --help."],
    [["fix", "a.ts", "b.ts"], "'fix' takes one FILE or FILE:LINE, and not also 'b.ts'."],
    [["fix", "missing.ts"], "there is no file missing.ts."],
    [["fix", "--force"], "--force goes with --write."],
    [["fix", "--write"], "this is no git work tree, so that what is written cannot be taken back; add --force to write all the same."],
  ])("%j", async (args, message) => {
    expect(await errorOf({}, ...args)).toEqual(error(message));
  });

  it("says what it can do", async () => {
    const { code, out } = await new Project({}).run("--help");
    expect({ code, line: out.split("\n", 1)[0] }).toEqual({
      code: 0,
      line: "Usage: check-then-act fix [FILE | FILE:LINE] [--write] [--force]",
    });
  });
});

describe("a project that cannot be linted", () => {
  it("has no type information", async () => {
    const config = configured("{ parser }", ", plugin.configs.recommended");
    expect(await errorOf({ "eslint.config.js": config }, "fix", "racy/job.service.ts")).toEqual(
      error(
        "racy/job.service.ts is linted without type information; set 'parserOptions: { projectService: true }' for it in the ESLint configuration.",
      ),
    );
  });

  it("does not use the plugin", async () => {
    expect(await errorOf({ "eslint.config.js": configured(typed) }, "fix", "racy/job.service.ts")).toEqual(
      error(
        "the ESLint configuration switches no rule of eslint-plugin-check-then-act on for racy/job.service.ts; extend its 'recommended' configuration.",
      ),
    );
  });

  it("has a file that is in no program", async () => {
    const files = { "tsconfig.json": '{ "include": ["racy"] }', "other.ts": "export const a = 1;\n" };
    expect(await errorOf(files, "fix", "other.ts")).toMatchObject({
      code: 2,
      last: expect.stringContaining("ESLint cannot parse") as string,
    });
  });
});

describe("what is not reported is not fixed", () => {
  it.each([
    [
      "a comment disables the rule",
      { "racy/job.service.ts": `/* eslint-disable check-then-act/no-racy-transition */\n${jobs["racy/job.service.ts"] ?? ""}` },
    ],
    [
      "the configuration switches the rule off for the file",
      {
        "eslint.config.js": configured(
          typed,
          ', plugin.configs.recommended, { files: ["racy/job.service.ts"], rules: { "check-then-act/no-racy-transition": "off" } }',
        ),
      },
    ],
  ])("%s", async (_name, files) => {
    expect(await errorOf(files, "fix")).toEqual({ code: 0, out: "", last: "No race is reported: nothing to fix." });
  });

  it("stands in another line", async () => {
    expect(await errorOf({}, "fix", "racy/job.service.ts:18")).toEqual({
      code: 0,
      out: "",
      last: "No race is reported in racy/job.service.ts:18: nothing to fix.",
    });
  });
});
