import type { Linter } from "eslint";
import { relative, sep } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createConsumer, createScratchDirectory, packPlugin, removeDirectory, type Consumer } from "../tools/consumer.js";

interface Finding extends Linter.LintMessage {
  readonly file: string;
}

/** `path:line` of the only line of a file that contains `text`. */
function place(consumer: Consumer, file: string, text: string): string {
  const lines = consumer.read(file).split("\n");
  const matches = lines.flatMap((line, index) => (line.includes(text) ? [index + 1] : []));
  expect(matches, `lines of ${file} with ${text}`).toHaveLength(1);
  return `${file}:${matches.join()}`;
}

function lint(consumer: Consumer): Finding[] {
  const { stdout, stderr } = consumer.run("eslint/bin/eslint.js", "--config", "eslint.config.js", "--format", "json", "src");
  expect(stderr).toBe("");
  const results = JSON.parse(stdout) as { readonly filePath: string; readonly messages: readonly Linter.LintMessage[] }[];
  return results.flatMap(({ filePath, messages }) => {
    const file = relative(consumer.directory, filePath).split(sep).join("/");
    return messages.map((message) => ({ ...message, file }));
  });
}

describe("the packed plugin in another project", () => {
  const scratch = createScratchDirectory();
  let tarball: string;

  beforeAll(() => {
    tarball = packPlugin(scratch);
  });

  afterAll(() => {
    removeDirectory(scratch);
  });

  describe.each([
    { version: 9, installed: "eslint9" },
    { version: 10, installed: "eslint" },
  ])("with ESLint $version", ({ version, installed }) => {
    let consumer: Consumer;

    beforeAll(() => {
      consumer = createConsumer(scratch, tarball, installed);
    });

    it("runs that version", () => {
      expect(consumer.run("eslint/bin/eslint.js", "--version").stdout).toMatch(new RegExp(`^v${version}\\.`));
    });

    it("reports the race that spans two files, once, with all three places", () => {
      const [finding, ...others] = lint(consumer);
      expect(others).toEqual([]);
      expect(finding).toMatchObject({
        ruleId: "check-then-act/no-racy-transition",
        severity: 2,
        file: "src/jobs.service.ts",
      });
      expect(`${finding?.file}:${finding?.line}`).toBe(place(consumer, "src/jobs.service.ts", "this.jobs.start("));
      expect(finding?.message).toContain("status");
      expect(finding?.message).toContain(place(consumer, "src/jobs.repository.ts", ".findOneBy("));
      expect(finding?.message).toContain(place(consumer, "src/jobs.service.ts", "job.status !=="));
      expect(finding?.message).toContain(place(consumer, "src/jobs.repository.ts", ".update("));
    });

    it("type-checks in an eslint.config.ts with skipLibCheck off", () => {
      const { stdout, status } = consumer.run("typescript/bin/tsc", "-p", "tsconfig.eslint-config.json");
      expect(stdout).toBe("");
      expect(status).toBe(0);
    });
  });
});
