import { expect, it } from "vitest";

import { printBody } from "./lowered.js";

it("if without else", () => {
  expect(printBody("if (a) b(); c();")).toMatchInlineSnapshot(`
    "b0:
      t0 = global a
      if t0 b1 else b2
    b1:
      t1 = global b
      t2 = discarded t1()
      goto b2
    b2:
      t3 = global c
      t4 = discarded t3()
      return"
  `);
});

it("else if", () => {
  expect(printBody("if (a) b(); else if (c) d(); else e(); g();")).toMatchInlineSnapshot(`
    "b0:
      t0 = global a
      if t0 b1 else b2
    b1:
      t1 = global b
      t2 = discarded t1()
      goto b5
    b2:
      t3 = global c
      if t3 b3 else b4
    b3:
      t4 = global d
      t5 = discarded t4()
      goto b5
    b4:
      t6 = global e
      t7 = discarded t6()
      goto b5
    b5:
      t8 = global g
      t9 = discarded t8()
      return"
  `);
});

it("conditions are short-circuit jumps", () => {
  expect(printBody("if (!(a && b) || (c ?? d)) e();")).toMatchInlineSnapshot(`
    "b0:
      t0 = global a
      if t0 b1 else b5
    b1:
      t1 = global b
      if t1 b2 else b5
    b2:
      t2 = global c
      t3 = null
      t4 = t2 == t3
      if t4 b4 else b3
    b3:
      if t2 b5 else b6
    b4:
      t5 = global d
      if t5 b5 else b6
    b5:
      t6 = global e
      t7 = discarded t6()
      goto b6
    b6:
      return"
  `);
});

it("a condition that is a choice", () => {
  expect(printBody("if (a ? b : c) d();")).toMatchInlineSnapshot(`
    "b0:
      t0 = global a
      if t0 b1 else b2
    b1:
      t1 = global b
      if t1 b3 else b4
    b2:
      t2 = global c
      if t2 b3 else b4
    b3:
      t3 = global d
      t4 = discarded t3()
      goto b4
    b4:
      return"
  `);
});

it("early return", () => {
  expect(printBody("if (a) return; b();")).toMatchInlineSnapshot(`
    "b0:
      t0 = global a
      if t0 b1 else b2
    b1:
      return
    b2:
      t1 = global b
      t2 = discarded t1()
      return"
  `);
});

it("dead code is dropped", () => {
  expect(printBody("return a; b();")).toMatchInlineSnapshot(`
    "b0:
      t0 = global a
      return t0"
  `);
});

it("a labelled block", () => {
  expect(printBody("out: { if (a) break out; b(); } c();")).toMatchInlineSnapshot(`
    "b0:
      t0 = global a
      if t0 b1 else b2
    b1:
      goto b3
    b2:
      t1 = global b
      t2 = discarded t1()
      goto b3
    b3:
      t3 = global c
      t4 = discarded t3()
      return"
  `);
});

it("block scopes", () => {
  expect(printBody("const x = 1; { const x = 2; g(x); } g(x);")).toMatchInlineSnapshot(`
    "b0:
      t0 = 1
      x#0 = t0
      t2 = 2
      x#1 = t2
      t4 = global g
      t5 = load x#1
      t6 = discarded t4(t5)
      t7 = global g
      t8 = load x#0
      t9 = discarded t7(t8)
      return"
  `);
});

it("var is hoisted, let is undefined until assigned", () => {
  expect(printBody("{ var x = 1; let y; } return x;")).toMatchInlineSnapshot(`
    "b0:
      t0 = 1
      x = t0
      t2 = undefined
      y = t2
      t4 = load x
      return t4"
  `);
});

it("functions exist from the start of their block", () => {
  expect(printBody("g(h); function h() { return 1; }")).toMatchInlineSnapshot(`
    "b0:
      t0 = closure 2 h
      h = t0
      t2 = global g
      t3 = load h
      t4 = discarded t2(t3)
      return
    function h()
    b0:
      t0 = 1
      return t0"
  `);
});

it("using", () => {
  expect(printBody("await using lock = await acquire(); g(lock);")).toMatchInlineSnapshot(`
    "b0:
      t0 = global acquire
      t1 = awaited t0()
      t2 = await t1
      lock = t2
      t4 = global g
      t5 = load lock
      t6 = discarded t4(t5)
      return"
  `);
});

it("types run nothing", () => {
  expect(printBody("type T = string; interface I {} declare const x: number; enum E { A } g(x as T);")).toMatchInlineSnapshot(`
    "b0:
      t0 = global g
      t1 = global x
      t2 = discarded t0(t1)
      return"
  `);
});
