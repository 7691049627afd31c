import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Project, type Ran } from "./project.js";
import { common, scenarios, withheld } from "./scenarios.js";

const removals: (() => void)[] = [];

afterAll(() => {
  for (const remove of removals) remove();
});

/** One folder a scenario, all of one project: the program is made once. */
function projectOf(folders: Readonly<Record<string, Readonly<Record<string, string>>>>): Project {
  const files = Object.entries(folders).flatMap(([folder, its]) => Object.entries(its).map(([file, text]) => [`${folder}/${file}`, text]));
  return new Project({ ...common, ...(Object.fromEntries(files) as Record<string, string>) }, (remove) => removals.push(remove));
}

describe("a fix for each way of writing", () => {
  let project: Project;
  let ran: Ran;

  beforeAll(async () => {
    project = projectOf(scenarios);
    ran = await project.run("fix");
  }, 300_000);

  it("is in the patch", async () => {
    await expect(ran.out).toMatchFileSnapshot("scenarios.patch");
    expect(ran.err).toContain(`${Object.keys(scenarios).length} of ${Object.keys(scenarios).length} races fixed.\n`);
    expect(ran.code).toBe(0);
  });

  it("compiles and lints clean", async () => {
    expect(project.errors()).toEqual([]);
    expect(await project.run("fix", "--write", "--force")).toMatchObject({ code: 0 });
    expect(project.errors()).toEqual([]);
    expect(await project.lint()).toEqual([]);
  }, 300_000);
});

describe("no fix", () => {
  let project: Project;
  let ran: Ran;

  beforeAll(async () => {
    project = projectOf(withheld);
    ran = await project.run("fix");
  }, 300_000);

  it("is printed", () => {
    expect({ code: ran.code, out: ran.out, errors: project.errors() }).toEqual({ code: 1, out: "", errors: [] });
  });

  it.each([
    ["ambiguous/service.ts:10", "several expressions of the check have 'status'"],
    ["caught/service.ts:11", "the check's exit throws, and at the write a `try` would catch it"],
    [
      "early/service.ts:11",
      "what happens at service.ts:10 comes before the write; claim the row before it, with a state of its own ('processing')",
    ],
    [
      "promised/service.ts:10",
      "the changed files would not compile (store.ts:17: Type 'Promise<boolean>[]' is not assignable to type 'readonly Promise<void>[]'. Type 'Promise<boolean>' is not assignable to type 'Promise<void>'. Type 'boolean' is not assignable to type 'void'.)",
    ],
    ["saved/service.ts:10", "'save' cannot be made conditional; write with 'update' first"],
    ["thrown/service.ts:13", "the check leaves the function in no way that an `if` in it shows"],
    [
      "time/service.ts:10",
      "'dueAt' is a point in time, which the database may keep finer than a Date: equality with the value read need not hold",
    ],
    ["transaction/service.ts:10", "the write is in a function inside of 'mark', whose result does not reach the caller"],
    ["used/service.ts:10", "the call's result is already used"],
  ])("%s: %s", (place, reason) => {
    const line = ran.err.split("\n").find((l) => l.startsWith(`not fixed: ${place} `));
    expect(line?.replace(/^.*? of Job: /, "")).toBe(reason);
  });
});
