import { describe, expect, test } from "vitest";

import type { Declaration } from "../../src/program/facts.js";
import { classId, type Files, prismaStub, Project } from "./harness.js";

interface Case {
  readonly name: string;
  readonly files: Files;
  readonly text: string;
  readonly expected: Declaration | undefined;
}

function constant(value: string | number | boolean | null): Declaration {
  return { kind: "constant", value };
}

const cases: readonly Case[] = [
  { name: "enum member", files: { "a.ts": `enum S { A = "a" } export const f = () => S.A;` }, text: "S.A", expected: constant("a") },
  { name: "numeric enum member", files: { "a.ts": `enum S { A, B } export const f = () => S.B;` }, text: "S.B", expected: constant(1) },
  {
    name: "const enum member",
    files: { "a.ts": `const enum S { A = "a" } export const f = () => S.A;` },
    text: "S.A",
    expected: constant("a"),
  },
  {
    name: "enum member through a re-export and a namespace import",
    files: {
      "s.ts": `export enum S { A = "a" }`,
      "i.ts": `export * from "./s";`,
      "a.ts": `import * as n from "./i"; export const f = () => n.S.A;`,
    },
    text: "n.S.A",
    expected: constant("a"),
  },
  {
    name: "enum member of a default export",
    files: { "s.ts": `enum S { A = "a" } export default S;`, "a.ts": `import S from "./s"; export const f = () => S.A;` },
    text: "S.A",
    expected: constant("a"),
  },
  {
    name: "computed enum member",
    files: { "s.ts": `export enum S { A = String(1).length }`, "a.ts": `import { S } from "./s"; export const f = () => S.A;` },
    text: "S.A",
    expected: { kind: "symbol", name: "/app/s:S.A" },
  },
  {
    name: "property of a constant object",
    files: { "a.ts": `const S = { A: "a" } as const; export const f = () => S.A;` },
    text: "S.A",
    expected: constant("a"),
  },
  {
    name: "property of a nested frozen object",
    files: { "a.ts": `const S = Object.freeze({ A: { B: "b" } }); export const f = () => S.A.B;` },
    text: "S.A.B",
    expected: constant("b"),
  },
  {
    name: "constant object beside a type of its name",
    files: {
      "s.ts": `export const S = { A: "a" } as const; export type S = (typeof S)[keyof typeof S];`,
      "a.ts": `import { S } from "./s"; export const f = (s: S) => s === S.A;`,
    },
    text: "S.A",
    expected: constant("a"),
  },
  {
    name: "static readonly field",
    files: { "a.ts": `class C { static readonly A = "a"; } export const f = () => C.A;` },
    text: "C.A",
    expected: constant("a"),
  },
  {
    name: "static field that may change",
    files: { "a.ts": `class C { static A = "a"; } export const f = () => C.A;` },
    text: "C.A",
    expected: undefined,
  },
  {
    name: "module constant",
    files: { "s.ts": `export const A = -1;`, "a.ts": `import { A } from "./s"; export const f = () => A;` },
    text: "A",
    expected: constant(-1),
  },
  {
    name: "constant made of constants",
    files: { "a.ts": `const P = "job:"; const A = P + "run"; export const f = () => A;` },
    text: "A",
    expected: constant("job:run"),
  },
  {
    name: "module variable that may change",
    files: { "a.ts": `let A = 1; export const f = () => A;` },
    text: "A",
    expected: { kind: "variable", key: "/app/a.ts#A", initialiser: "/app/a.ts#2", constant: false },
  },
  {
    name: "local constant object of a parameter",
    files: { "a.ts": `export const f = (s: { A: string }) => s.A;` },
    text: "s.A",
    expected: undefined,
  },
  {
    name: "type only",
    files: { "a.ts": `type S = { A: "a" }; export const f = () => (S as never as { A: 1 }).A;` },
    text: "S",
    expected: undefined,
  },
  {
    name: "function",
    files: { "a.ts": `function h() {} export const f = () => h;` },
    text: "h",
    expected: { kind: "function", functions: ["/app/a.ts#1"] },
  },
  {
    name: "class",
    files: { "a.ts": `class C {} export const f = () => C;` },
    text: "C",
    expected: { kind: "class", id: classId("a.ts", "C"), name: "C" },
  },
  { name: "environment", files: { "a.ts": `export const f = () => Date;` }, text: "Date", expected: { kind: "builtin", name: "Date" } },
  {
    name: "property of the environment",
    files: { "a.ts": `export const f = () => Math.PI;` },
    text: "Math.PI",
    expected: { kind: "builtin", name: "Math.PI" },
  },
  {
    name: "name that is declared nowhere",
    files: { "a.ts": `export const f = () => process;` },
    text: "process",
    expected: { kind: "builtin", name: "process" },
  },
  {
    name: "export of a package",
    files: { "a.ts": `import { eq } from "drizzle-orm"; export const f = () => eq;` },
    text: "eq",
    expected: { kind: "import", package: "drizzle-orm", path: ["eq"] },
  },
  {
    name: "export of a package by namespace",
    files: { "a.ts": `import * as d from "drizzle-orm"; export const f = () => d.eq;` },
    text: "d.eq",
    expected: { kind: "import", package: "drizzle-orm", path: ["eq"] },
  },
  {
    name: "namespace of a package",
    files: { "a.ts": `import { Prisma } from "@prisma/client"; export const f = () => Prisma;` },
    text: "Prisma",
    expected: { kind: "import", package: "@prisma/client", path: ["Prisma"] },
  },
  {
    name: "member of an object of a package",
    files: { "a.ts": `import { db } from "@acme/db"; export const f = () => db.job;` },
    text: "db.job",
    expected: { kind: "import", package: "@acme/db", path: ["db", "job"] },
  },
  {
    name: "enum member of a package that is not installed",
    files: { "a.ts": `import { Status } from "@acme/db/enums"; export const f = () => Status.RUNNING;` },
    text: "Status.RUNNING",
    expected: { kind: "symbol", name: "@acme/db:Status.RUNNING" },
  },
  {
    name: "enum member of a file that is not there",
    files: { "a.ts": `import { Status } from "./gen"; export const f = () => Status.RUNNING;` },
    text: "Status.RUNNING",
    expected: { kind: "symbol", name: "/app/gen:Status.RUNNING" },
  },
  {
    name: "isolation level, not installed",
    files: { "a.ts": `import { Prisma } from "@prisma/client"; export const f = () => Prisma.TransactionIsolationLevel.Serializable;` },
    text: "Prisma.TransactionIsolationLevel.Serializable",
    expected: { kind: "symbol", name: "@prisma/client:Prisma.TransactionIsolationLevel.Serializable" },
  },
  {
    name: "isolation level, installed",
    files: {
      ...prismaStub,
      "a.ts": `import { Prisma } from "@prisma/client"; export const f = () => Prisma.TransactionIsolationLevel.Serializable;`,
    },
    text: "Prisma.TransactionIsolationLevel.Serializable",
    expected: constant("Serializable"),
  },
  {
    name: "generated enum, installed",
    files: { ...prismaStub, "a.ts": `import { Status } from "@prisma/client"; export const f = () => Status.RUNNING;` },
    text: "Status.RUNNING",
    expected: constant("RUNNING"),
  },
  {
    name: "generated enum by its namespace, installed",
    files: { ...prismaStub, "a.ts": `import { $Enums } from "@prisma/client"; export const f = () => $Enums.Status.RUNNING;` },
    text: "$Enums.Status.RUNNING",
    expected: constant("RUNNING"),
  },
];

describe("declaration", () => {
  test.each(cases)("$name", ({ files, text, expected }) => {
    const project = new Project(files);
    expect(project.facts.declaration(project.at("a.ts", text))).toEqual(expected);
  });

  test("a parameter and a local variable", () => {
    const project = new Project({ "a.ts": `export const f = (p: string) => { const l = p; return [p, l]; };` });
    expect(project.facts.declaration(project.at("a.ts", "p"))).toBeUndefined();
    expect(project.facts.declaration(project.at("a.ts", "l"))).toBeUndefined();
  });

  test("an initialiser returns the variable's value", () => {
    const project = new Project({
      "t.ts": `export const table = { a: ["b"] };`,
      "a.ts": `import { table } from "./t"; export const f = () => table;`,
    });
    const found = project.facts.declaration(project.at("a.ts", "table"));
    expect(found).toMatchObject({ kind: "variable", key: "/app/t.ts#table", constant: true });
    if (found?.kind !== "variable" || found.initialiser === undefined) throw new Error("no initialiser");
    expect(project.facts.function(found.initialiser)?.kind).toBe("initialiser");
  });

  test("names that are defined by each other", () => {
    const project = new Project({ "a.ts": `const a = b; const b = a; export const f = () => a; export const g = () => a();` });
    expect(project.facts.declaration(project.at("a.ts", "a"))).toMatchObject({ kind: "variable", key: "/app/a.ts#a" });
    expect(project.targets("a.ts", "a()")).toBe("unknown");
  });
});
