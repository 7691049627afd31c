import { describe, expect, it } from "vitest";
import { readSettings, SettingsError } from "../src/settings.js";

/** The sentence that a mistake gets. */
function complaint(raw: unknown): string {
  try {
    readSettings(raw, "/app");
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as SettingsError).message;
  }
  throw new Error("the settings were accepted");
}

describe("readSettings", () => {
  it("has defaults", () => {
    const settings = readSettings(undefined, "/app");
    expect(settings).toMatchObject({
      repositories: [],
      lockFunctions: [],
      transactionDecorators: [],
      singleProcess: false,
      dialect: "postgresql",
    });
    expect(Object.isFrozen(settings)).toBe(true);
  });

  it("returns one object for equal settings, whatever object they come in", () => {
    expect(readSettings({ dialect: "mysql" }, "/app")).toBe(readSettings({ dialect: "mysql" }, "/app"));
    expect(readSettings({}, "/app")).toBe(readSettings(undefined, "/app"));
    expect(readSettings({ ignore: ["a/**"] }, "/app")).not.toBe(readSettings({ ignore: ["b/**"] }, "/app"));
  });

  it("tells the working directories apart in which equal settings are used", () => {
    const raw = { ignore: ["src/old/**"] };
    expect(readSettings(raw, "/a").ignored("/a/src/old/job.ts")).toBe(true);
    expect(readSettings(raw, "/b").ignored("/a/src/old/job.ts")).toBe(false);
    expect(readSettings(raw, "/a").ignored("/a/src/old/job.ts")).toBe(true);
  });

  it("completes a repository and its methods", () => {
    const methods = {
      get: { operation: "read", key: 0 },
      claim: { operation: "update", key: 0, guards: ["status"], writes: ["status"], returns: "changed" },
    };
    const [repository] = readSettings({ repositories: [{ name: "JobStore", entity: "Job", methods }] }, "/app").repositories;
    expect(repository).toMatchObject({ name: "JobStore", package: undefined, entity: "Job", keyColumn: "id" });
    expect(repository?.methods["get"]).toMatchObject({ operation: "read", entity: "Job", key: 0, returns: "row", writes: [], guards: [] });
    expect(repository?.methods["claim"]).toMatchObject({ operation: "update", guards: ["status"], returns: "changed" });
  });

  it("takes lock functions by name, with or without a package", () => {
    const { lockFunctions } = readSettings({ lockFunctions: ["withLock", { name: "runExclusive", package: "@acme/locks" }] }, "/app");
    expect(lockFunctions).toEqual([
      { name: "withLock", package: undefined },
      { name: "runExclusive", package: "@acme/locks" },
    ]);
  });
});

const repository = (method: unknown) => ({ repositories: [{ name: "Store", entity: "Job", methods: { run: method } }] });
const method = 'settings["check-then-act"].repositories[0].methods.run';

describe("a mistake in the settings", () => {
  it.each([
    { name: "no object", raw: [], sentence: 'settings["check-then-act"] must be an object, not a list.' },
    { name: "null", raw: null, sentence: 'settings["check-then-act"] must be an object, not null.' },
    {
      name: "a misspelled key",
      raw: { dialekt: "mysql" },
      sentence: 'settings["check-then-act"] has no key "dialekt"; did you mean "dialect"?',
    },
    {
      name: "an unknown key",
      raw: { strictness: 1 },
      sentence:
        'settings["check-then-act"] has no key "strictness"; use one of "repositories", "lockFunctions", "transactionDecorators", "singleProcess", "dialect", "ignore".',
    },
    {
      name: "a misspelled choice",
      raw: { dialect: "postgres" },
      sentence:
        'settings["check-then-act"].dialect must be one of "postgresql", "mysql", "mariadb", "sqlite", "mssql", not "postgres"; did you mean "postgresql"?',
    },
    {
      name: "an unknown choice",
      raw: { dialect: "oracle" },
      sentence: 'settings["check-then-act"].dialect must be one of "postgresql", "mysql", "mariadb", "sqlite", "mssql", not "oracle".',
    },
    {
      name: "a text for a boolean",
      raw: { singleProcess: "yes" },
      sentence: 'settings["check-then-act"].singleProcess must be true or false, not "yes".',
    },
    {
      name: "a glob for a list of globs",
      raw: { ignore: "test/**" },
      sentence: 'settings["check-then-act"].ignore must be a list, not "test/**".',
    },
    {
      name: "an empty glob",
      raw: { ignore: [""] },
      sentence: 'settings["check-then-act"].ignore[0] must be a non-empty string, not "".',
    },
    {
      name: "a lock function without a name",
      raw: { lockFunctions: [{ package: "@acme/locks" }] },
      sentence: 'settings["check-then-act"].lockFunctions[0].name is missing; set it to the name of the function or method.',
    },
    {
      name: "a function as lock function",
      raw: { lockFunctions: [() => 1] },
      sentence: 'settings["check-then-act"].lockFunctions[0] must be an object, not a function.',
    },
    {
      name: "a repository without an entity",
      raw: { repositories: [{ name: "Store", methods: {} }] },
      sentence:
        'settings["check-then-act"].repositories[0].entity is missing; set it to the name of the entity whose rows the methods read and write.',
    },
    {
      name: "a repository without a name",
      raw: { repositories: [{ entity: "Job", methods: {} }] },
      sentence: 'settings["check-then-act"].repositories[0].name is missing; set it to the name of the class, interface or export.',
    },
    {
      name: "a repository without methods",
      raw: { repositories: [{ name: "Store", entity: "Job" }] },
      sentence:
        'settings["check-then-act"].repositories[0].methods is missing; describe each method, as in { get: { operation: "read", key: 0 } }.',
    },
    {
      name: "a method without an operation",
      raw: repository({ key: 0 }),
      sentence: `${method}.operation is missing; set it to one of read, insert, update, delete, upsert.`,
    },
    {
      name: "a key that is no position",
      raw: repository({ operation: "read", key: "id" }),
      sentence: `${method}.key must be the position of an argument: 0 for the first, 1 for the second, not "id".`,
    },
    {
      name: "a read that returns a changed-row count",
      raw: repository({ operation: "read", returns: "changed" }),
      sentence: `${method}.returns is "changed", which a read cannot return; use one of "row", "rows", "count", "exists".`,
    },
    {
      name: "a write that returns whether a row exists",
      raw: repository({ operation: "update", returns: "exists" }),
      sentence: `${method}.returns is "exists", which a write cannot return; use one of "row", "rows", "changed", "nothing".`,
    },
    {
      name: "a read that writes",
      raw: repository({ operation: "read", writes: ["status"] }),
      sentence: `${method} is a read and cannot have "patch", "row", "writes" or "guards"; remove them or change "operation".`,
    },
    {
      name: "a write that locks",
      raw: repository({ operation: "update", locks: true }),
      sentence: `${method}.locks is for reads; remove it, since a write always locks the rows it changes.`,
    },
  ])("is named: $name", ({ raw, sentence }) => {
    expect(complaint(raw)).toBe(sentence);
  });
});

describe("files left alone by default", () => {
  const { ignored } = readSettings(undefined, "/app");

  it.each([
    "/app/src/jobs/job.service.spec.ts",
    "/app/src/jobs/job.test.tsx",
    "/app/test/app.e2e-spec.ts",
    "/app/src/__tests__/job.ts",
    "/app/prisma/seed.ts",
    "/app/src/database/seeds/jobs.ts",
    "/app/src/migrations/1700000000000-jobs.ts",
    "/app/scripts/backfill.ts",
    "/other/packages/api/test/job.ts",
  ])("%s", (file) => {
    expect(ignored(file)).toBe(true);
  });

  it.each(["/app/src/jobs/job.service.ts", "/app/src/contest/entry.ts", "/app/src/latest.ts", "/other/packages/api/src/job.ts"])(
    "not %s",
    (file) => {
      expect(ignored(file)).toBe(false);
    },
  );

  it("the working directory's own path does not count", () => {
    expect(readSettings(undefined, "/home/me/tests/app").ignored("/home/me/tests/app/src/job.ts")).toBe(false);
  });
});
