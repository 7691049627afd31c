import { afterAll, describe, expect, it } from "vitest";
import { reportOf, violated } from "../draw/reports.js";
import { createProject, type Project } from "./project.js";

const reports = { exhausted: reportOf({}), violated };
const entry = "eslint-plugin-check-then-act/race";

const runners = [
  {
    name: "Vitest",
    type: "module",
    file: "race.test.js",
    command: ["vitest/vitest.mjs", "run"],
    head: `import { expect, test } from "vitest"; import "${entry}/vitest";`,
    assert: "expect(report).toBeExhaustedWithoutViolation();",
  },
  {
    name: "Jest with CommonJS",
    type: "commonjs",
    file: "race.test.js",
    command: ["jest/bin/jest.js", "--rootDir=."],
    head: `require("${entry}/jest"); const { explore } = require("${entry}"); if (typeof explore !== "function") throw new Error("no explore");`,
    assert: "expect(report).toBeExhaustedWithoutViolation();",
  },
  {
    name: "Jest with ES modules",
    type: "module",
    file: "race.test.js",
    command: ["--experimental-vm-modules", "jest/bin/jest.js", "--rootDir=."],
    head: `import "${entry}/jest";`,
    assert: "expect(report).toBeExhaustedWithoutViolation();",
  },
  {
    name: "node:test",
    type: "module",
    file: "race.test.js",
    command: ["--test"],
    head: `import { test } from "node:test"; import { assertExhausted } from "${entry}";`,
    assert: "assertExhausted(report);",
  },
] as const;

describe.each(runners)("$name", ({ type, file, command, head, assert }) => {
  const project: Project = createProject(type);

  afterAll(() => {
    project.remove();
  });

  it.each(["exhausted", "violated"] as const)("judges a report that is %s", (verdict) => {
    project.write(file, `${head}\nconst report = ${JSON.stringify(reports[verdict])};\ntest("a job starts once", () => { ${assert} });\n`);
    const { output, passed } = project.run(...command);
    expect({ passed, output }).toMatchObject({ passed: verdict === "exhausted" });
    if (verdict === "exhausted") return;
    expect(output).toContain("A schedule breaks the invariant.");
    expect(output).toContain("<waits for A until 3>");
    expect(output).toContain("ABBBAA");
  });
});
