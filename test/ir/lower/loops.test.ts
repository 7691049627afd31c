import { expect, it } from "vitest";

import { printBody } from "./lowered.js";

it("while", () => {
  expect(printBody("while (a) b(); c();")).toMatchInlineSnapshot(`
    "b0:
      goto b1
    b1:
      t0 = global a
      if t0 b2 else b3
    b2:
      t1 = global b
      t2 = discarded t1()
      goto b1
    b3:
      t3 = global c
      t4 = discarded t3()
      return"
  `);
});

it("while true ends nowhere", () => {
  expect(printBody("while (true) a();")).toMatchInlineSnapshot(`
    "b0:
      goto b1
    b1:
      goto b2
    b2:
      t0 = global a
      t1 = discarded t0()
      goto b1"
  `);
});

it("do while", () => {
  expect(printBody("do { if (a) continue; b(); } while (c);")).toMatchInlineSnapshot(`
    "b0:
      goto b1
    b1:
      t0 = global a
      if t0 b2 else b3
    b2:
      goto b4
    b3:
      t1 = global b
      t2 = discarded t1()
      goto b4
    b4:
      t3 = global c
      if t3 b1 else b5
    b5:
      return"
  `);
});

it("for", () => {
  expect(printBody("for (let i = 0; i < n; i++) { if (a) continue; if (b) break; c(i); }")).toMatchInlineSnapshot(`
    "b0:
      t0 = 0
      i = t0
      goto b1
    b1:
      t2 = load i
      t3 = global n
      t4 = t2 < t3
      if t4 b2 else b8
    b2:
      t5 = global a
      if t5 b3 else b4
    b3:
      goto b7
    b4:
      t6 = global b
      if t6 b5 else b6
    b5:
      goto b8
    b6:
      t7 = global c
      t8 = load i
      t9 = discarded t7(t8)
      goto b7
    b7:
      t10 = load i
      t11 = 1
      t12 = t10 + t11
      i = t12
      goto b1
    b8:
      return"
  `);
});

it("for without parts", () => {
  expect(printBody("for (;;) { if (a) break; }")).toMatchInlineSnapshot(`
    "b0:
      goto b1
    b1:
      goto b2
    b2:
      t0 = global a
      if t0 b3 else b4
    b3:
      goto b6
    b4:
      goto b5
    b5:
      goto b1
    b6:
      return"
  `);
});

it("for of", () => {
  expect(printBody("for (const { x } of xs) g(x);")).toMatchInlineSnapshot(`
    "b0:
      t0 = global xs
      goto b1
    b1:
      t1 = has-next values t0
      if t1 b2 else b3
    b2:
      t2 = next values t0
      t3 = t2.x
      x = t3
      t5 = global g
      t6 = load x
      t7 = discarded t5(t6)
      goto b1
    b3:
      return"
  `);
});

it("for in, assigning", () => {
  expect(printBody("for (a.k in o) g();")).toMatchInlineSnapshot(`
    "b0:
      t0 = global o
      goto b1
    b1:
      t1 = has-next keys t0
      if t1 b2 else b3
    b2:
      t2 = next keys t0
      t3 = global a
      t3.k = t2
      t5 = global g
      t6 = discarded t5()
      goto b1
    b3:
      return"
  `);
});

it("for await", () => {
  expect(printBody("for await (const x of xs) g(x);")).toMatchInlineSnapshot(`
    "b0:
      t0 = global xs
      goto b1
    b1:
      t1 = has-next values t0
      if t1 b2 else b3
    b2:
      t2 = next values t0
      t3 = await t2
      x = t3
      t5 = global g
      t6 = load x
      t7 = discarded t5(t6)
      goto b1
    b3:
      return"
  `);
});

it("labels", () => {
  expect(printBody("outer: for (const a of as) { for (const b of bs) { if (b) continue outer; if (a) break outer; c(); } }"))
    .toMatchInlineSnapshot(`
    "b0:
      t0 = global as
      goto b1
    b1:
      t1 = has-next values t0
      if t1 b2 else b10
    b2:
      t2 = next values t0
      a = t2
      t4 = global bs
      goto b3
    b3:
      t5 = has-next values t4
      if t5 b4 else b9
    b4:
      t6 = next values t4
      b = t6
      t8 = load b
      if t8 b5 else b6
    b5:
      goto b1
    b6:
      t9 = load a
      if t9 b7 else b8
    b7:
      goto b10
    b8:
      t10 = global c
      t11 = discarded t10()
      goto b3
    b9:
      goto b1
    b10:
      return"
  `);
});
