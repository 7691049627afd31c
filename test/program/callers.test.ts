import { expect, test } from "vitest";

import { Project } from "./harness.js";

test("direct calls, in the order of the sources, with the function that makes them", () => {
  const project = new Project({
    "f.ts": `export function f(): void {}`,
    "b.ts": `import { f } from "./f"; export class B { run() { f(); } } const now = f();`,
    "a.ts": `import { f } from "./f"; export const g = () => [1].map(() => f());`,
    "other.ts": `function f() {} f();`,
  });
  expect(project.callers("f.ts", "f")).toEqual(["a.ts <anonymous>: f()", "b.ts B.run: f()", "b.ts <module>: f()"]);
});

test("calls under other names", () => {
  const project = new Project({
    "f.ts": `export function f() {} export default f;`,
    "index.ts": `export { f as g } from "./f";`,
    "a.ts": `import { g as h } from "./index"; import d from "./f"; const k = h; export const run = () => { h(); d(); k(); };`,
  });
  expect(project.callers("f.ts", "f")).toEqual(["a.ts run: h()", "a.ts run: d()", "a.ts run: k()"]);
});

test("calls through an interface and through a base class", () => {
  const project = new Project({
    "i.ts": `export interface Store { put(): void } export abstract class Base { abstract put(): void; all() { this.put(); } }`,
    "c.ts": `import { Base, Store } from "./i"; export class C extends Base implements Store { put() {} }`,
    "a.ts": `import { Store } from "./i"; export const run = (s: Store) => s.put(); export const other = (s: { put(): void }) => s.put();`,
  });
  expect(project.callers("c.ts", "C.put")).toEqual(["a.ts run: s.put()", "i.ts Base.all: this.put()"]);
});

test("constructors are called by new and super", () => {
  const project = new Project({
    "c.ts": `export class C { constructor() {} } export class D extends C { constructor() { super(); } } export class E extends C {}`,
    "a.ts": `import { C, D, E } from "./c"; export const make = () => [new C(), new D(), new E()];`,
  });
  expect(project.callers("c.ts", "C.constructor")).toEqual(["a.ts make: new C()", "a.ts make: new E()", "c.ts D.constructor: super()"]);
});

test("a function that is passed on is not called", () => {
  const project = new Project({
    "a.ts": `const handler = () => 1; declare const app: { get(p: string, h: () => void): void }; app.get("/", handler);`,
  });
  expect(project.callers("a.ts", "handler")).toEqual([]);
});

test("at most 64 calls", () => {
  const project = new Project({ "a.ts": `function f() {} ${"f();".repeat(80)}` });
  expect(project.callers("a.ts", "f")).toHaveLength(64);
});

test("many questions give what few give", () => {
  const names = Array.from({ length: 40 }, (_, i) => `f${String(i)}`);
  const project = new Project({
    "f.ts": names.map((n) => `export function ${n}() {}`).join("\n"),
    "a.ts": `import { ${names.join(", ")} } from "./f"; export const run = () => { ${names.map((n) => `${n}();`).join(" ")} };`,
  });
  for (const name of names) expect(project.callers("f.ts", name)).toEqual([`a.ts run: ${name}()`]);
});
