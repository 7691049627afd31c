import { describe, expect, test } from "vitest";

import { classId, type Files, prismaStub, Project, typeormStub } from "./harness.js";

interface Case {
  readonly name: string;
  readonly files: Files;
  /** The call in `a.ts`. */
  readonly call: string;
  readonly expected: readonly string[] | string;
}

const cases: readonly Case[] = [
  { name: "function declaration", files: { "a.ts": `function f() {} export const g = () => f();` }, call: "f()", expected: ["f"] },
  { name: "arrow in a constant", files: { "a.ts": `const f = () => 1; export const g = () => f();` }, call: "f()", expected: ["f"] },
  {
    name: "re-exported under another name",
    files: {
      "b.ts": `export function f() {}`,
      "index.ts": `export { f as h } from "./b";`,
      "a.ts": `import { h } from "./index"; export const g = () => h();`,
    },
    call: "h()",
    expected: ["f"],
  },
  {
    name: "export star and namespace import",
    files: {
      "b.ts": `export function f() {}`,
      "index.ts": `export * from "./b";`,
      "a.ts": `import * as ns from "./index"; export const g = () => ns.f();`,
    },
    call: "ns.f()",
    expected: ["f"],
  },
  {
    name: "default export",
    files: { "b.ts": `export default function run() {}`, "a.ts": `import r from "./b"; export const g = () => r();` },
    call: "r()",
    expected: ["run"],
  },
  {
    name: "default export of a name",
    files: { "b.ts": `const run = () => 1; export default run;`, "a.ts": `import r from "./b"; export const g = () => r();` },
    call: "r()",
    expected: ["run"],
  },
  {
    name: "default export of an arrow",
    files: { "b.ts": `export default () => 1;`, "a.ts": `import r from "./b"; export const g = () => r();` },
    call: "r()",
    expected: ["default"],
  },
  {
    name: "overloads",
    files: { "a.ts": `function f(a: string): void; function f(a: number): void; function f(a: unknown) {} export const g = () => f(1);` },
    call: "f(1)",
    expected: ["f"],
  },
  {
    name: "another name for a function",
    files: { "a.ts": `function f() {} const h = f; export const g = () => h();` },
    call: "h()",
    expected: ["f"],
  },
  {
    name: "immediately called",
    files: { "a.ts": `export const g = () => (function now() {})();` },
    call: "(function now() {})()",
    expected: ["now"],
  },
  {
    name: "method of an injected service",
    files: {
      "b.ts": `export class B { run() {} }`,
      "a.ts": `import { B } from "./b"; export class A { constructor(private b: B) {} go() { this.b.run(); } }`,
    },
    call: "this.b.run()",
    expected: ["B.run"],
  },
  { name: "this", files: { "a.ts": `export class A { run() {} go() { this.run(); } }` }, call: "this.run()", expected: ["A.run"] },
  {
    name: "private name",
    files: { "a.ts": `export class A { #run() {} go() { this.#run(); } }` },
    call: "this.#run()",
    expected: ["A.#run"],
  },
  {
    name: "inherited",
    files: { "a.ts": `class B { run() {} } export class A extends B { go() { this.run(); } }` },
    call: "this.run()",
    expected: ["B.run"],
  },
  {
    name: "overridden in subclasses",
    files: {
      "a.ts": `class B { run() {} go() { this.run(); } } export class C extends B { override run() {} } export class D extends C { override run() {} }`,
    },
    call: "this.run()",
    expected: ["B.run", "C.run", "D.run"],
  },
  {
    name: "super runs only the base's",
    files: {
      "a.ts": `class B { run() {} } class C extends B { override run() { super.run(); } } export class D extends C { override run() {} }`,
    },
    call: "super.run()",
    expected: ["B.run"],
  },
  {
    name: "a sibling's override does not count",
    files: {
      "a.ts": `class B { run() {} } class C extends B {} export class D extends B { override run() {} } export const g = (c: C) => c.run();`,
    },
    call: "c.run()",
    expected: ["B.run"],
  },
  {
    name: "abstract method",
    files: {
      "b.ts": `export abstract class B { abstract run(): void; go() {} }`,
      "c.ts": `import { B } from "./b"; export class C extends B { run() {} }`,
      "a.ts": `import { B } from "./b"; export const g = (b: B) => b.run();`,
    },
    call: "b.run()",
    expected: ["C.run"],
  },
  {
    name: "interface with classes and object literals",
    files: {
      "i.ts": `export interface Store { put(): void }`,
      "c.ts": `import { Store } from "./i"; class Base { put() {} } export class S1 implements Store { put() {} } export class S2 extends Base implements Store {}`,
      "d.ts": `import type { Store } from "./i"; export const s3: Store = { put() {} }; export const s4 = { put: () => {} } satisfies Store;`,
      "a.ts": `import { Store } from "./i"; export const g = (s: Store) => s.put();`,
    },
    call: "s.put()",
    expected: ["Base.put", "S1.put", "put", "put"],
  },
  {
    name: "interface that extends an interface",
    files: {
      "a.ts": `interface I { put(): void } interface J extends I {} class C implements J { put() {} } export const g = (s: I) => s.put(); export { C };`,
    },
    call: "s.put()",
    expected: ["C.put"],
  },
  {
    name: "interface with an implementation that is no function",
    files: {
      "a.ts": `interface I { put(): void } declare const other: () => void; class C implements I { put() {} } const o: I = { put: other }; export const g = (s: I) => s.put(); export { C, o };`,
    },
    call: "s.put()",
    expected: "unknown",
  },
  {
    name: "interface without implementation",
    files: { "a.ts": `interface I { put(): void } export const g = (s: I) => s.put();` },
    call: "s.put()",
    expected: "unknown",
  },
  {
    name: "more implementations than are followed",
    files: {
      "a.ts": `interface I { put(): void } ${[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `export class C${String(n)} implements I { put() {} }`).join(" ")} export const g = (s: I) => s.put();`,
    },
    call: "s.put()",
    expected: "unknown",
  },
  {
    name: "static method",
    files: { "a.ts": `class A { static run() {} } export const g = () => A.run();` },
    call: "A.run()",
    expected: ["A.run"],
  },
  {
    name: "field that holds an arrow",
    files: { "a.ts": `export class A { run = () => 1; go() { this.run(); } }` },
    call: "this.run()",
    expected: ["A.run"],
  },
  {
    name: "object literal",
    files: { "a.ts": `const o = { run() {}, stop: () => 1 }; export const g = () => { o.run(); o.stop(); };` },
    call: "o.stop()",
    expected: ["stop"],
  },
  {
    name: "object literal that names a function",
    files: { "a.ts": `function run() {} const o = { run }; export const g = () => o.run();` },
    call: "o.run()",
    expected: ["run"],
  },
  {
    name: "destructured method",
    files: { "a.ts": `class A { run() {} } export const g = (a: A) => { const { run } = a; run(); };` },
    call: "run()",
    expected: ["A.run"],
  },
  {
    name: "constructor",
    files: { "a.ts": `class A { constructor() {} } export const g = () => new A();` },
    call: "new A()",
    expected: ["A.constructor"],
  },
  {
    name: "inherited constructor",
    files: { "a.ts": `class B { constructor() {} } class A extends B {} export const g = () => new A();` },
    call: "new A()",
    expected: ["B.constructor"],
  },
  { name: "class without a constructor", files: { "a.ts": `class A {} export const g = () => new A();` }, call: "new A()", expected: [] },
  {
    name: "super constructor",
    files: { "a.ts": `class B { constructor() {} } export class A extends B { constructor() { super(); } }` },
    call: "super()",
    expected: ["B.constructor"],
  },
  {
    name: "optional call",
    files: { "a.ts": `class A { run() {} } export const g = (a?: A) => a?.run();` },
    call: "a?.run()",
    expected: ["A.run"],
  },
  {
    name: "element access",
    files: { "a.ts": `class A { run() {} } export const g = (a: A) => a["run"]();` },
    call: `a["run"]()`,
    expected: ["A.run"],
  },
  {
    name: "union of classes",
    files: { "a.ts": `class A { run() {} } class B { run() {} } export const g = (x: A | B) => x.run();` },
    call: "x.run()",
    expected: ["A.run", "B.run"],
  },
  {
    name: "class loaded by a dynamic import",
    files: { "b.ts": `export function run() {}`, "a.ts": `export const g = async () => { const m = await import("./b"); m.run(); };` },
    call: "m.run()",
    expected: ["run"],
  },
  { name: "parameter that is a function", files: { "a.ts": `export const g = (f: () => void) => f();` }, call: "f()", expected: "unknown" },
  {
    name: "bound function",
    files: { "a.ts": `class A { run() {} } const f = new A().run.bind(null); export const g = () => f();` },
    call: "f()",
    expected: ["A.run"],
  },
  {
    name: "export of a package that is not installed",
    files: { "a.ts": `import { send } from "mailer/smtp"; export const g = () => send();` },
    call: "send()",
    expected: "external mailer send",
  },
  {
    name: "method of a package's class that is not installed",
    files: { "a.ts": `import { Mailer } from "mailer"; export class A { constructor(private m: Mailer) {} g() { this.m.send(); } }` },
    call: "this.m.send()",
    expected: "external mailer Mailer.send",
  },
  {
    name: "inherited from a package's class that is not installed",
    files: { "a.ts": `import { Base } from "mailer"; export class A extends Base { g() { this.send(); } }` },
    call: "this.send()",
    expected: "external mailer Base.send",
  },
  {
    name: "array method",
    files: { "a.ts": `export const g = (xs: string[]) => xs.map((x) => x);` },
    call: "xs.map((x) => x)",
    expected: "builtin Array.map",
  },
  {
    name: "read-only array method",
    files: { "a.ts": `export const g = (xs: readonly string[]) => xs.some((x) => x);` },
    call: "xs.some((x) => x)",
    expected: "builtin Array.some",
  },
  {
    name: "array of something unresolved",
    files: { "a.ts": `import { T } from "gone"; export const g = (xs: T[]) => xs.map((x) => x);` },
    call: "xs.map((x) => x)",
    expected: "builtin Array.map",
  },
  {
    name: "Promise.all",
    files: { "a.ts": `export const g = () => Promise.all([]);` },
    call: "Promise.all([])",
    expected: "builtin Promise.all",
  },
  { name: "Math", files: { "a.ts": `export const g = () => Math.max(1);` }, call: "Math.max(1)", expected: "builtin Math.max" },
  { name: "new Date", files: { "a.ts": `export const g = () => new Date();` }, call: "new Date()", expected: "builtin Date.constructor" },
  {
    name: "console without types of the environment",
    files: { "a.ts": `export const g = () => console.log(1);` },
    call: "console.log(1)",
    expected: "builtin Console.log",
  },
  {
    name: "Node module without its types",
    files: { "a.ts": `import { randomUUID } from "node:crypto"; export const g = () => randomUUID();` },
    call: "randomUUID()",
    expected: "builtin crypto.randomUUID",
  },
  {
    name: "Node module imported by default",
    files: { "a.ts": `import path from "path"; export const g = () => path.join("a");` },
    call: `path.join("a")`,
    expected: "builtin path.join",
  },
  {
    name: "environment function without types",
    files: { "a.ts": `export const g = () => setTimeout(() => 1);` },
    call: "setTimeout(() => 1)",
    expected: "builtin .setTimeout",
  },
];

test.each(cases)("$name", ({ files, call, expected }) => {
  expect(new Project(files).targets("a.ts", call)).toEqual(expected);
});

test("a method found through the annotation although the package of its base is not installed", () => {
  const files: Files = {
    "b.ts": `import { Repository } from "typeorm"; import { Job } from "./job"; export class JobRepo extends Repository<Job> { claim() {} }`,
    "job.ts": `export class Job {}`,
    "a.ts": `import { JobRepo } from "./b"; export const g = (r: JobRepo) => { r.claim(); r.save({}); };`,
  };
  for (const project of [new Project(files), new Project({ ...typeormStub, ...files })]) {
    expect(project.targets("a.ts", "r.claim()")).toEqual(["JobRepo.claim"]);
    expect(project.targets("a.ts", "r.save({})")).toBe("external typeorm Repository.save");
  }
});

test("what a data layer's promise resolves to", () => {
  const project = new Project({
    ...prismaStub,
    "a.ts": `import { PrismaClient } from "@prisma/client"; const db = new PrismaClient();
      export const g = async () => { const rows = await db.job.findMany(); return rows.map((r) => r); };`,
  });
  expect(project.targets("a.ts", "rows.map((r) => r)")).toBe("builtin Array.map");
  expect(project.targets("a.ts", "db.job.findMany()")).toBe("external @prisma/client Prisma.JobDelegate.findMany");
});

describe("type arguments", () => {
  const base = `export class Job { id = ""; } export class Base<T> { find(): T { return null!; } }`;
  const bound = { [`${classId("base.ts", "Base")}.T`]: { kind: "class", id: classId("base.ts", "Job"), name: "Job" } };

  function typeArguments(files: Files, call: string): unknown {
    const project = new Project({ "base.ts": base, ...files });
    const found = project.facts.targets(project.call("a.ts", call));
    return found.kind === "functions" ? found.targets[0]?.typeArguments : found.kind;
  }

  test("bound by the receiver's class", () => {
    const text = `import { Base, Job } from "./base"; class Jobs extends Base<Job> {} export const g = (j: Jobs) => j.find();`;
    expect(typeArguments({ "a.ts": text }, "j.find()")).toEqual(bound);
  });

  test("bound over two levels", () => {
    const text = `import { Base, Job } from "./base"; class Mid<U> extends Base<U> {} class Jobs extends Mid<Job> { g() { return this.find(); } } export { Jobs };`;
    expect(typeArguments({ "a.ts": text }, "this.find()")).toEqual({ ...bound, [`${classId("a.ts", "Mid")}.U`]: Object.values(bound)[0] });
  });

  test("bound by the receiver's annotation", () => {
    expect(
      typeArguments({ "a.ts": `import { Base, Job } from "./base"; export const g = (j: Base<Job>) => j.find();` }, "j.find()"),
    ).toEqual(bound);
  });

  test("bound by an override's own class", () => {
    const text = `import { Job } from "./base"; abstract class B<T> { abstract one(): T; go() { return this.one(); } } export class Jobs extends B<Job> { one() { return new Job(); } }`;
    expect(typeArguments({ "a.ts": text }, "this.one()")).toEqual({ [`${classId("a.ts", "B")}.T`]: Object.values(bound)[0] });
  });

  test.each([
    ["explicit", `function load<T>(id: string): T { return null!; }`, `load<Job>("1")`],
    ["a constructor type", `function load<T>(c: new () => T): T { return new c(); }`, `load(Job)`],
    [
      "a framework's class type",
      `import { EntityTarget } from "typeorm"; function load<T>(c: EntityTarget<T>): T { return null!; }`,
      `load(Job)`,
    ],
    ["an object of the class", `function load<T>(entity: T): T { return entity; }`, `load(new Job())`],
    [
      "a repository of the class",
      `import { Repository } from "typeorm"; declare const repo: Repository<Job>; function load<T>(r: Repository<T>): T { return null!; }`,
      `load(repo)`,
    ],
  ])("inferred from %s", (_, declarations, call) => {
    const project = new Project({
      "base.ts": base,
      "a.ts": `import { Job } from "./base"; ${declarations} export const g = () => ${call};`,
    });
    const found = project.facts.targets(project.call("a.ts", call));
    expect(found).toMatchObject({ targets: [{ typeArguments: { [`${project.function("a.ts", "load")}.T`]: { name: "Job" } } }] });
  });
});
