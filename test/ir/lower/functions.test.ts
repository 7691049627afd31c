import { expect, it } from "vitest";

import { printModule } from "./lowered.js";

it("names", () => {
  expect(
    printModule(
      "const a = () => 1; b.c = function () {}; const d = { e: async () => {}, f() {} }; g(() => {}); const h = function i() {};",
    ),
  ).toMatchInlineSnapshot(`
    "arrow a()
    b0:
      t0 = 1
      return t0
    function c()
    b0:
      return
    async arrow e()
    b0:
      return
    method f()
    b0:
      return
    arrow <anonymous>()
    b0:
      return
    function i()
    b0:
      t0 = closure 6 i
      i = t0
      return
    initialiser a()
    b0:
      t0 = closure 1 a
      return t0
    initialiser d()
    b0:
      t0 = closure 3 e
      t1 = closure 4 f
      t2 = { e: t0, f: t1 }
      return t2
    initialiser h()
    b0:
      t0 = closure 6 i
      return t0"
  `);
});

it("captures are transitive and never of the module", () => {
  expect(printModule("let top = 1; function f(a) { let b = 1; return () => () => { top = 2; b = a; }; }")).toMatchInlineSnapshot(`
    "function f(a)
    b0:
      t0 = param 0
      a = t0
      t2 = 1
      b = t2
      t4 = closure 2 <anonymous>
      return t4
    arrow <anonymous>() captures a, b
    b0:
      t0 = closure 3 <anonymous>
      return t0
    arrow <anonymous>() captures a, b
    b0:
      t0 = 2
      global top = t0
      t2 = load a
      b = t2
      return
    initialiser top()
    b0:
      t0 = 1
      return t0"
  `);
});

it("a named function expression sees itself", () => {
  expect(printModule("const f = function g(n) { return n ? g(n - 1) : 0; };")).toMatchInlineSnapshot(`
    "function g(n)
    b0:
      t0 = closure 1 g
      g = t0
      t2 = param 0
      n = t2
      t4 = load n
      if t4 b1 else b2
    b1:
      t5 = load g
      t6 = load n
      t7 = 1
      t8 = t6 - t7
      t9 = returned t5(t8)
      $2 = t9
      goto b3
    b2:
      t11 = 0
      $2 = t11
      goto b3
    b3:
      t13 = load $2
      return t13
    initialiser f()
    b0:
      t0 = closure 1 g
      return t0"
  `);
});

it("shadowing", () => {
  expect(printModule("function f(a) { return (a) => { { let a = 1; } return a; }; }")).toMatchInlineSnapshot(`
    "function f(a)
    b0:
      t0 = param 0
      a#0 = t0
      t2 = closure 2 <anonymous>
      return t2
    arrow <anonymous>(a)
    b0:
      t0 = param 0
      a#1 = t0
      t2 = 1
      a#2 = t2
      t4 = load a#1
      return t4"
  `);
});

it("this is no parameter", () => {
  expect(printModule("function f(this: X, a: number) { return a; }")).toMatchInlineSnapshot(`
    "function f(a)
    b0:
      t0 = param 0
      a = t0
      t2 = load a
      return t2"
  `);
});

it("overloads and declarations have no body", () => {
  expect(printModule("function f(a: string): void; function f(a: number): void; function f(a: any) {} declare function g(): void;"))
    .toMatchInlineSnapshot(`
    "function f(a)
    b0:
      t0 = param 0
      a = t0
      return"
  `);
});

it("namespaces", () => {
  expect(printModule("namespace N { const x = 1; export function f() { return x; } }")).toMatchInlineSnapshot(`
    "function f()
    b0:
      t0 = global x
      return t0"
  `);
});

it("variables of a block of the module", () => {
  expect(printModule("for (const h of hs) on(() => h);")).toMatchInlineSnapshot(`
    "arrow <anonymous>() captures h
    b0:
      t0 = load h
      return t0"
  `);
});
