import { expect, it } from "vitest";

import { printBody } from "./lowered.js";

it("fallthrough and default in the middle", () => {
  expect(printBody("switch (s) { case 1: a(); default: b(); break; case 2: case 3: c(); } d();")).toMatchInlineSnapshot(`
    "b0:
      t0 = global s
      t1 = 1
      t2 = t0 === t1
      if t2 b4 else b1
    b1:
      t3 = 2
      t4 = t0 === t3
      if t4 b6 else b2
    b2:
      t5 = 3
      t6 = t0 === t5
      if t6 b7 else b3
    b3:
      goto b5
    b4:
      t7 = global a
      t8 = discarded t7()
      goto b5
    b5:
      t9 = global b
      t10 = discarded t9()
      goto b8
    b6:
      goto b7
    b7:
      t11 = global c
      t12 = discarded t11()
      goto b8
    b8:
      t13 = global d
      t14 = discarded t13()
      return"
  `);
});

it("switch (true)", () => {
  expect(printBody("switch (true) { case a && b: c(); break; case !d: e(); }")).toMatchInlineSnapshot(`
    "b0:
      t0 = global a
      if t0 b1 else b2
    b1:
      t1 = global b
      if t1 b4 else b2
    b2:
      t2 = global d
      if t2 b3 else b5
    b3:
      goto b6
    b4:
      t3 = global c
      t4 = discarded t3()
      goto b6
    b5:
      t5 = global e
      t6 = discarded t5()
      goto b6
    b6:
      return"
  `);
});

it("return in a case, names of the whole switch", () => {
  expect(printBody("switch (s) { case 'x': const y = 1; return y; case 'z': g(); }")).toMatchInlineSnapshot(`
    "b0:
      t0 = global s
      t1 = "x"
      t2 = t0 === t1
      if t2 b3 else b1
    b1:
      t3 = "z"
      t4 = t0 === t3
      if t4 b4 else b2
    b2:
      goto b5
    b3:
      t5 = 1
      y = t5
      t7 = load y
      return t7
    b4:
      t8 = global g
      t9 = discarded t8()
      goto b5
    b5:
      return"
  `);
});

it("continue in a switch in a loop", () => {
  expect(printBody("while (a) { switch (b) { case 1: continue; case 2: break; } c(); }")).toMatchInlineSnapshot(`
    "b0:
      goto b1
    b1:
      t0 = global a
      if t0 b2 else b8
    b2:
      t1 = global b
      t2 = 1
      t3 = t1 === t2
      if t3 b5 else b3
    b3:
      t4 = 2
      t5 = t1 === t4
      if t5 b6 else b4
    b4:
      goto b7
    b5:
      goto b1
    b6:
      goto b7
    b7:
      t6 = global c
      t7 = discarded t6()
      goto b1
    b8:
      return"
  `);
});
