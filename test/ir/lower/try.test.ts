import { expect, it } from "vitest";

import { printBody } from "./lowered.js";

it("catch", () => {
  expect(printBody("try { a(); b(); } catch (e) { c(e); } d();")).toMatchInlineSnapshot(`
    "b0:
      t0 = nondet
      if t0 b1 else b4
    b1 handler b4:
      t1 = global a
      t2 = discarded t1()
      goto b2
    b2 handler b4:
      t3 = global b
      t4 = discarded t3()
      goto b3
    b3 handler b4:
      goto b5
    b4:
      t5 = caught
      e = t5
      t7 = global c
      t8 = load e
      t9 = discarded t7(t8)
      goto b5
    b5:
      t10 = global d
      t11 = discarded t10()
      return"
  `);
});

it("catch without a name, throw inside try", () => {
  expect(printBody("try { if (a) throw b; c(); } catch { d(); }")).toMatchInlineSnapshot(`
    "b0:
      t0 = nondet
      if t0 b1 else b5
    b1 handler b5:
      t1 = global a
      if t1 b2 else b3
    b2 handler b5:
      t2 = global b
      throw t2 to b5
    b3 handler b5:
      t3 = global c
      t4 = discarded t3()
      goto b4
    b4 handler b5:
      goto b6
    b5:
      t5 = caught
      t6 = global d
      t7 = discarded t6()
      goto b6
    b6:
      return"
  `);
});

it("finally", () => {
  expect(printBody("try { a(); } finally { b(); } c();")).toMatchInlineSnapshot(`
    "b0:
      t0 = nondet
      if t0 b1 else b3
    b1 handler b3:
      t1 = global a
      t2 = discarded t1()
      goto b2
    b2 handler b3:
      goto b4
    b3:
      t3 = caught
      t4 = global b
      t5 = discarded t4()
      throw t3
    b4:
      t6 = global b
      t7 = discarded t6()
      t8 = global c
      t9 = discarded t8()
      return"
  `);
});

it("catch and finally", () => {
  expect(printBody("try { a(); } catch ({ code }) { c(code); } finally { d(); }")).toMatchInlineSnapshot(`
    "b0:
      t0 = nondet
      if t0 b1 else b3
    b1 handler b3:
      t1 = global a
      t2 = discarded t1()
      goto b2
    b2 handler b3:
      goto b7
    b3 handler b6:
      t3 = caught
      t4 = nondet
      if t4 b4 else b6
    b4 handler b6:
      t5 = t3.code
      code = t5
      t7 = global c
      t8 = load code
      t9 = discarded t7(t8)
      goto b5
    b5 handler b6:
      goto b7
    b6:
      t10 = caught
      t11 = global d
      t12 = discarded t11()
      throw t10
    b7:
      t13 = global d
      t14 = discarded t13()
      return"
  `);
});

it("return through finally", () => {
  expect(printBody("try { if (a) return b(); } finally { c(); } d();")).toMatchInlineSnapshot(`
    "b0:
      t0 = nondet
      if t0 b1 else b6
    b1 handler b6:
      t1 = global a
      if t1 b2 else b5
    b2 handler b6:
      t2 = global b
      t3 = returned t2()
      goto b3
    b3 handler b6:
      goto b4
    b4:
      t4 = global c
      t5 = discarded t4()
      return t3
    b5 handler b6:
      goto b7
    b6:
      t6 = caught
      t7 = global c
      t8 = discarded t7()
      throw t6
    b7:
      t9 = global c
      t10 = discarded t9()
      t11 = global d
      t12 = discarded t11()
      return"
  `);
});

it("break and continue through finally", () => {
  expect(printBody("for (const x of xs) { try { if (x) continue; if (a) break; } finally { c(); } } d();")).toMatchInlineSnapshot(`
    "b0:
      t0 = global xs
      goto b1
    b1:
      t1 = has-next values t0
      if t1 b2 else b12
    b2:
      t2 = next values t0
      x = t2
      t4 = nondet
      if t4 b3 else b10
    b3 handler b10:
      t5 = load x
      if t5 b4 else b6
    b4 handler b10:
      goto b5
    b5:
      t6 = global c
      t7 = discarded t6()
      goto b1
    b6 handler b10:
      t8 = global a
      if t8 b7 else b9
    b7 handler b10:
      goto b8
    b8:
      t9 = global c
      t10 = discarded t9()
      goto b12
    b9 handler b10:
      goto b11
    b10:
      t11 = caught
      t12 = global c
      t13 = discarded t12()
      throw t11
    b11:
      t14 = global c
      t15 = discarded t14()
      goto b1
    b12:
      t16 = global d
      t17 = discarded t16()
      return"
  `);
});

it("return through two finally blocks", () => {
  expect(printBody("try { try { return a; } finally { b(); } } finally { c(); }")).toMatchInlineSnapshot(`
    "b0:
      t0 = nondet
      if t0 b1 else b8
    b1 handler b8:
      t1 = nondet
      if t1 b2 else b6
    b2 handler b6:
      t2 = global a
      goto b3
    b3 handler b8:
      t3 = global b
      t4 = discarded t3()
      goto b4
    b4 handler b8:
      goto b5
    b5:
      t5 = global c
      t6 = discarded t5()
      return t2
    b6 handler b8:
      t7 = caught
      t8 = global b
      t9 = discarded t8()
      goto b7
    b7 handler b8:
      throw t7 to b8
    b8:
      t12 = caught
      t13 = global c
      t14 = discarded t13()
      throw t12"
  `);
});

it("finally that returns", () => {
  expect(printBody("try { throw a; } finally { return b; }")).toMatchInlineSnapshot(`
    "b0:
      t0 = nondet
      if t0 b1 else b2
    b1 handler b2:
      t1 = global a
      throw t1 to b2
    b2:
      t2 = caught
      t3 = global b
      return t3"
  `);
});

it("closures in copies of finally are one function", () => {
  expect(printBody("try { if (a) return; } finally { const x = 1; g(() => x); }")).toMatchInlineSnapshot(`
    "b0:
      t0 = nondet
      if t0 b1 else b5
    b1 handler b5:
      t1 = global a
      if t1 b2 else b4
    b2 handler b5:
      goto b3
    b3:
      t2 = 1
      x = t2
      t4 = global g
      t5 = closure 2 <anonymous>
      t6 = discarded t4(t5)
      return
    b4 handler b5:
      goto b6
    b5:
      t7 = caught
      t8 = 1
      x = t8
      t10 = global g
      t11 = closure 2 <anonymous>
      t12 = discarded t10(t11)
      throw t7
    b6:
      t13 = 1
      x = t13
      t15 = global g
      t16 = closure 2 <anonymous>
      t17 = discarded t15(t16)
      return
    arrow <anonymous>() captures x
    b0:
      t0 = load x
      return t0"
  `);
});
