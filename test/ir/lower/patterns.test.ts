import { expect, it } from "vitest";

import { printModule } from "./lowered.js";

it("parameters", () => {
  expect(printModule("const f = (a, { b, c: { d = 1 } = {}, ...e }, [g, , h], i = 2, ...j) => a;")).toMatchInlineSnapshot(`
    "arrow f(a, {…}, {…}, i, ...j)
    b0:
      t0 = param 0
      a = t0
      t2 = param 1
      t3 = t2.b
      b = t3
      t5 = t2.c
      t6 = undefined
      t7 = t5 === t6
      if t7 b1 else b2
    b1:
      t8 = {}
      $8 = t8
      goto b3
    b2:
      $8 = t5
      goto b3
    b3:
      t11 = load $8
      t12 = t11.d
      t13 = undefined
      t14 = t12 === t13
      if t14 b4 else b5
    b4:
      t15 = 1
      $9 = t15
      goto b6
    b5:
      $9 = t12
      goto b6
    b6:
      t18 = load $9
      d = t18
      t20 = rest t2 without b, c
      e = t20
      t22 = param 2
      t23 = 0
      t24 = t22[t23]
      g = t24
      t26 = 2
      t27 = t22[t26]
      h = t27
      t29 = param 3
      t30 = undefined
      t31 = t29 === t30
      if t31 b7 else b8
    b7:
      t32 = 2
      $10 = t32
      goto b9
    b8:
      $10 = t29
      goto b9
    b9:
      t35 = load $10
      i = t35
      t37 = param 4
      j = t37
      t39 = load a
      return t39
    initialiser f()
    b0:
      t0 = closure 1 f
      return t0"
  `);
});

it("a computed key", () => {
  expect(printModule("function f() { const { [k]: v, 'w-x': y } = o; }")).toMatchInlineSnapshot(`
    "function f()
    b0:
      t0 = global o
      t1 = global k
      t2 = t0[t1]
      v = t2
      t4 = t0.w-x
      y = t4
      return"
  `);
});

it("array rest and holes", () => {
  expect(printModule("function f() { const [, a, ...b] = c(); }")).toMatchInlineSnapshot(`
    "function f()
    b0:
      t0 = global c
      t1 = value t0()
      t2 = 1
      t3 = t1[t2]
      a = t3
      t5 = slice t1 from 2
      b = t5
      return"
  `);
});

it("assignment", () => {
  expect(printModule("function f() { let a, b; [a, o.p = 1, ...b] = x; ({ a, b = 2, q: o.r, ...o.s } = y); }")).toMatchInlineSnapshot(`
    "function f()
    b0:
      t0 = undefined
      a = t0
      t2 = undefined
      b = t2
      t4 = global x
      t5 = 0
      t6 = t4[t5]
      a = t6
      t8 = 1
      t9 = t4[t8]
      t10 = undefined
      t11 = t9 === t10
      if t11 b1 else b2
    b1:
      t12 = 1
      $2 = t12
      goto b3
    b2:
      $2 = t9
      goto b3
    b3:
      t15 = load $2
      t16 = global o
      t16.p = t15
      t18 = slice t4 from 2
      b = t18
      t20 = global y
      t21 = t20.a
      a = t21
      t23 = t20.b
      t24 = undefined
      t25 = t23 === t24
      if t25 b4 else b5
    b4:
      t26 = 2
      $3 = t26
      goto b6
    b5:
      $3 = t23
      goto b6
    b6:
      t29 = load $3
      b = t29
      t31 = t20.q
      t32 = global o
      t32.r = t31
      t34 = rest t20 without a, b, q
      t35 = global o
      t35.s = t34
      return"
  `);
});

it("a function as a default is named", () => {
  expect(printModule("function f({ cb = () => 1 }) {}")).toMatchInlineSnapshot(`
    "function f({…})
    b0:
      t0 = param 0
      t1 = t0.cb
      t2 = undefined
      t3 = t1 === t2
      if t3 b1 else b2
    b1:
      t4 = closure 2 cb
      $1 = t4
      goto b3
    b2:
      $1 = t1
      goto b3
    b3:
      t7 = load $1
      cb = t7
      return
    arrow cb()
    b0:
      t0 = 1
      return t0"
  `);
});
