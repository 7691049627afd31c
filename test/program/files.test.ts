import fs from "node:fs";
import os from "node:os";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { lowerFile } from "../../src/ir/lower/lowerFile.js";
import { generatorOutputs, prismaSchemas } from "../../src/program/companions.js";
import { createProgramFacts } from "../../src/program/programFacts.js";
import { classId, Project, typeormStub } from "./harness.js";

describe("files that take part", () => {
  const chain = {
    "job.ts": `import { Entity } from "typeorm"; @Entity() export class Job {}`,
    "service.ts": `import { Job } from "./job"; import { check } from "./check"; export const s = [Job, check];`,
    "controller.ts": `import { s } from "./service"; export const c = s;`,
    "check.ts": `import { deep } from "./deep"; export const check = deep;`,
    "deep.ts": `export const deep = 1;`,
    "alone.ts": `export const a = 1;`,
  };
  const expected = ["check.ts", "controller.ts", "job.ts", "service.ts"].map((f) => `/app/${f}`);

  test.each([
    ["installed", { ...typeormStub, ...chain }],
    ["not installed", chain],
  ])("those that reach a data layer and what they import, %s", (_, files) => {
    expect(new Project(files).facts.files).toEqual(expected);
  });

  test.each([
    ["a subpath", `import { x } from "drizzle-orm/pg-core"; export { x };`, true],
    ["a package whose name only begins alike", `import { x } from "typeorm-extension"; export { x };`, false],
    ["a dynamic import", `export const f = async () => import("typeorm");`, true],
    ["require", `const t = require("typeorm"); export { t };`, true],
    ["a type import", `import type { Repository } from "typeorm"; export type R = Repository;`, true],
    ["a re-export", `export * from "typeorm";`, true],
  ])("%s", (_, text, takesPart) => {
    expect(new Project({ "a.ts": text }).facts.files).toEqual(takesPart ? ["/app/a.ts"] : []);
  });

  test("a class that is a data layer itself makes its file take part, and those that import it", () => {
    const files = {
      "store.ts": `export interface JobStore { get(id: string): Promise<void>; }`,
      "service.ts": `import type { JobStore } from "./store"; export const f = (s: JobStore) => s.get("");`,
      "mention.ts": `export const text = "JobStore";`,
    };
    const { program } = new Project(files);
    const facts = createProgramFacts(program, { packages: new Set(), classes: new Set(["JobStore"]), lower: lowerFile });
    expect(facts.files).toEqual(["/app/service.ts", "/app/store.ts"]);
  });

  test("JavaScript files are files of the program", () => {
    expect(new Project({ "a.js": `const t = require("typeorm"); module.exports = t;` }).facts.files).toEqual(["/app/a.js"]);
  });

  test("questions about other files have no answer", () => {
    const { facts } = new Project({ ...typeormStub, "a.ts": "" });
    expect(facts.ir("/app/node_modules/typeorm/index.d.ts")).toBeUndefined();
    expect(facts.ir("/elsewhere.ts")).toBeUndefined();
    expect(facts.mentions("/app/a.ts", "x")).toBe(false);
    expect(facts.mentions("/elsewhere.ts", "x")).toBe(false);
  });
});

test("a workspace package that resolves to declarations is followed to its source by the declaration map", () => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "check-then-act-"));
  try {
    const dist = `${root}/packages/jobs/dist`;
    fs.mkdirSync(dist, { recursive: true });
    fs.writeFileSync(`${dist}/index.d.ts.map`, JSON.stringify({ version: 3, sources: ["../src/index.ts"] }));
    const project = new Project(
      {
        [`${dist}/index.d.ts`]: `export declare class Jobs { claim(): void; }\nexport declare function run(): void;`,
        [`${root}/packages/jobs/src/index.ts`]: `export class Jobs { claim() {} }\nexport function run() {}`,
        [`${root}/a.ts`]: `import { Jobs, run } from "@acme/jobs"; export const g = (j: Jobs) => { j.claim(); run(); };`,
      },
      { paths: { "@acme/jobs": [`${dist}/index.d.ts`] } },
    );
    expect(project.targets(`${root}/a.ts`, "j.claim()")).toEqual(["Jobs.claim"]);
    expect(project.targets(`${root}/a.ts`, "run()")).toEqual(["run"]);
    expect(project.facts.typeOf(project.at(`${root}/a.ts`, "j"))).toMatchObject({
      id: classId(`${root}/packages/jobs/src/index.ts`, "Jobs"),
    });
  } finally {
    fs.rmSync(root, { recursive: true });
  }
});

describe("Prisma schemas", () => {
  let root = "";

  beforeAll(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), "check-then-act-"));
    const write = (file: string, text: string): void => {
      fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      fs.writeFileSync(path.join(root, file), text);
    };
    write("repo/.git/HEAD", "");
    write("repo/packages/db/prisma/schema/job.prisma", "model Job {}");
    write("repo/packages/db/node_modules/x/prisma/schema.prisma", "");
    write("repo/apps/api/src/a.ts", "");
    write("near/.git/HEAD", "");
    write("near/prisma/schema.prisma", `generator client {\n  provider = "prisma-client"\n  output = "../src/generated"\n}`);
    write("near/src/deep/a.ts", "");
    write("named/.git/HEAD", "");
    write("named/package.json", `{ "prisma": { "schema": "db/main.prisma" } }`);
    write("named/db/main.prisma", "");
    write("installed/.git/HEAD", "");
    write("installed/node_modules/.prisma/client/schema.prisma", "");
  });

  afterAll(() => {
    fs.rmSync(root, { recursive: true });
  });

  test.each([
    ["above the sources", ["near/src/deep"], ["near/prisma/schema.prisma"]],
    ["aside in the repository", ["repo/apps/api/src"], ["repo/packages/db/prisma/schema/job.prisma"]],
    ["below the folder of all sources", ["repo/apps/api/src", "repo/packages/db"], ["repo/packages/db/prisma/schema/job.prisma"]],
    ["named in package.json", ["named"], ["named/db/main.prisma"]],
    ["the installed client's copy", ["installed"], ["installed/node_modules/.prisma/client/schema.prisma"]],
  ])("%s", (_, folders, expected) => {
    const found = prismaSchemas(folders.map((folder) => `${root}/${folder}`));
    expect(found.map((schema) => schema.path)).toEqual(expected.map((file) => `${root}/${file}`));
  });

  test("where the client is generated", () => {
    expect(generatorOutputs(prismaSchemas([`${root}/near/src`]))).toEqual([`${root}/near/src/generated`]);
  });

  test("an import of the generated client takes part", () => {
    const file = `${root}/near/src/deep/a.ts`;
    const project = new Project({ [file]: `import { PrismaClient } from "../generated/client.js"; export const db = new PrismaClient();` });
    expect(project.facts.files).toEqual([file]);
    expect(project.facts.origin(project.at(file, "PrismaClient"))).toMatchObject({
      package: `${root}/near/src/generated/client`,
      path: ["PrismaClient"],
    });
  });
});
