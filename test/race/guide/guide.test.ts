import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProject, type Project } from "../matchers/project.js";
import { blocksOf, filesOf } from "./blocks.js";

/** What the guide's `nest build` does with a source: Nest's starter project has these options. */
function built(text: string): string {
  const options = {
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
  };
  return ts.transpileModule(text, { compilerOptions: options }).outputText;
}

const nest = filesOf("NestJS and TypeORM");

describe("the guide's NestJS project", () => {
  let project: Project;

  function writeSource(path: string, text: string): void {
    project.write(path, text);
    project.write(path.replace(/^src\/(.*)\.ts$/, "dist/$1.js"), built(text));
  }

  beforeAll(() => {
    project = createProject("module", ["@nestjs/common", "@nestjs/core", "@nestjs/typeorm", "typeorm", "reflect-metadata", "rxjs", "tsx"]);
    for (const [path, text] of nest) {
      if (path.startsWith("src/")) writeSource(path, text);
      else if (!path.includes("jest") && !path.endsWith(".js")) project.write(path, text);
    }
  });

  afterAll(() => {
    project.remove();
  });

  const run = () => project.run("vitest/vitest.mjs", "run", "--config", "vitest.config.race.ts");

  it("fails with the drawing that the guide shows", () => {
    const shown = blocksOf("NestJS and TypeORM").find(({ language }) => language === "text")?.text ?? "";
    const { output, passed } = run();
    expect(passed, output).toBe(false);
    expect(output).toContain(shown.trim());
  });

  it("passes with the fix that the guide gives", () => {
    const path = "src/jobs.service.ts";
    const before = nest.get(path) ?? "";
    const fix = blocksOf("NestJS and TypeORM").find(({ text }) => text.startsWith("async start("))?.text ?? "";
    const after = before.replace(/^ {2}async start\(.*?^ {2}}\n/ms, () => fix);
    expect(after).not.toBe(before);
    writeSource(path, after);
    const { output, passed } = run();
    expect(passed, output).toBe(true);
  });
});
