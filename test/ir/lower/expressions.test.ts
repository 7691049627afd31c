import { expect, it } from "vitest";

import { printBody } from "./lowered.js";

it("literals", () => {
  expect(printBody("g(1, 'a', `b`, true, null, undefined, -1, 1n, /x/);")).toMatchInlineSnapshot(`
    "b0:
      t0 = global g
      t1 = 1
      t2 = "a"
      t3 = "b"
      t4 = true
      t5 = null
      t6 = undefined
      t7 = -1
      t8 = unknown BigIntLiteral()
      t9 = unknown RegularExpressionLiteral()
      t10 = discarded t0(t1, t2, t3, t4, t5, t6, t7, t8, t9)
      return"
  `);
});

it("properties", () => {
  expect(printBody("x = a.b['c'][0][d].e?.f.g?.[h];")).toMatchInlineSnapshot(`
    "b0:
      t0 = global a
      t1 = t0.b
      t2 = t1.c
      t3 = 0
      t4 = t2[t3]
      t5 = global d
      t6 = t4[t5]
      t7 = t6.e
      t8 = t7?.f
      t9 = t8?.g
      t10 = global h
      t11 = t9?.[t10]
      global x = t11
      return"
  `);
});

it("a call through a chain, and what becomes of it", () => {
  expect(printBody("a.b(); const x = c?.d(...e); void g(); return (await h!(1) as T).i['j']();")).toMatchInlineSnapshot(`
    "b0:
      t0 = global a
      t1 = discarded t0.b()
      t2 = global c
      t3 = global e
      t4 = value t2.d?.(...t3)
      x = t4
      t6 = global g
      t7 = discarded t6()
      t8 = global h
      t9 = 1
      t10 = awaited t8(t9)
      t11 = await t10
      t12 = t11.i
      t13 = returned t12.j()
      return t13"
  `);
});

it("a call of a computed member, of an expression, of new and of a tag", () => {
  expect(printBody("a[b](); (0, c)(); new D(1); new e.F; g`x${h}y`; i.j`k`;")).toMatchInlineSnapshot(`
    "b0:
      t0 = global a
      t1 = global b
      t2 = discarded t0[t1]()
      t3 = 0
      t4 = global c
      t5 = discarded t4()
      t6 = global D
      t7 = 1
      t8 = discarded new t6(t7)
      t9 = global e
      t10 = t9.F
      t11 = discarded new t10()
      t12 = global g
      t13 = global h
      t14 = template ["x","y"] t13
      t15 = discarded tagged t12(t14)
      t16 = global i
      t17 = "k"
      t18 = discarded tagged t16.j(t17)
      return"
  `);
});

it("elements of an awaited Promise.all are awaited", () => {
  expect(printBody("await Promise.all([a(), ...b(), c ? d() : e()]); g(Promise.all([h()]));")).toMatchInlineSnapshot(`
    "b0:
      t0 = global Promise
      t1 = global a
      t2 = awaited t1()
      t3 = global b
      t4 = value t3()
      t5 = global c
      if t5 b1 else b2
    b1:
      t6 = global d
      t7 = awaited t6()
      $0 = t7
      goto b3
    b2:
      t9 = global e
      t10 = awaited t9()
      $0 = t10
      goto b3
    b3:
      t12 = load $0
      t13 = [t2, ...t4, t12]
      t14 = awaited t0.all(t13)
      t15 = await t14
      t16 = global g
      t17 = global Promise
      t18 = global h
      t19 = value t18()
      t20 = [t19]
      t21 = value t17.all(t20)
      t22 = discarded t16(t21)
      return"
  `);
});

it("operators", () => {
  expect(printBody("x = typeof a + -b; delete c.d; delete c[e]; if (!(#p in o)) return void 0;")).toMatchInlineSnapshot(`
    "b0:
      t0 = global a
      t1 = typeof t0
      t2 = global b
      t3 = - t2
      t4 = t1 + t3
      global x = t4
      t6 = global c
      t7 = delete t6.d
      t8 = global c
      t9 = global e
      t10 = delete t8[?]
      t11 = "#p"
      t12 = global o
      t13 = t11 in t12
      if t13 b2 else b1
    b1:
      t14 = 0
      t15 = void t14
      return t15
    b2:
      return"
  `);
});

it("&& as a value takes the value of the operand that decides", () => {
  expect(printBody("x = a && b.c && d();")).toMatchInlineSnapshot(`
    "b0:
      t0 = global a
      if t0 b2 else b1
    b1:
      $0 = t0
      goto b5
    b2:
      t2 = global b
      t3 = t2.c
      if t3 b4 else b3
    b3:
      $0 = t3
      goto b5
    b4:
      t5 = global d
      t6 = value t5()
      $0 = t6
      goto b5
    b5:
      t8 = load $0
      global x = t8
      return"
  `);
});

it("|| and ! as values", () => {
  expect(printBody("x = !a || (b && c);")).toMatchInlineSnapshot(`
    "b0:
      t0 = global a
      if t0 b2 else b1
    b1:
      t1 = true
      $0 = t1
      goto b5
    b2:
      t3 = global b
      if t3 b4 else b3
    b3:
      $0 = t3
      goto b5
    b4:
      t5 = global c
      $0 = t5
      goto b5
    b5:
      t7 = load $0
      global x = t7
      return"
  `);
});

it("?? as a value", () => {
  expect(printBody("x = a ?? b ?? c;")).toMatchInlineSnapshot(`
    "b0:
      t0 = global a
      t1 = null
      t2 = t0 == t1
      if t2 b2 else b1
    b1:
      $0 = t0
      goto b5
    b2:
      t4 = global b
      t5 = null
      t6 = t4 == t5
      if t6 b4 else b3
    b3:
      $0 = t4
      goto b5
    b4:
      t8 = global c
      $0 = t8
      goto b5
    b5:
      t10 = load $0
      global x = t10
      return"
  `);
});

it("?: as a value, nested, returned", () => {
  expect(printBody("return a ? b() : c ? d : e();")).toMatchInlineSnapshot(`
    "b0:
      t0 = global a
      if t0 b1 else b2
    b1:
      t1 = global b
      t2 = returned t1()
      $0 = t2
      goto b5
    b2:
      t4 = global c
      if t4 b3 else b4
    b3:
      t5 = global d
      $0 = t5
      goto b5
    b4:
      t7 = global e
      t8 = returned t7()
      $0 = t8
      goto b5
    b5:
      t10 = load $0
      return t10"
  `);
});

it("choices whose value nobody uses", () => {
  expect(printBody("a && b(); c || d(); e ?? g(); h ? i() : j();")).toMatchInlineSnapshot(`
    "b0:
      t0 = global a
      if t0 b1 else b2
    b1:
      t1 = global b
      t2 = discarded t1()
      goto b2
    b2:
      t3 = global c
      if t3 b4 else b3
    b3:
      t4 = global d
      t5 = discarded t4()
      goto b4
    b4:
      t6 = global e
      t7 = null
      t8 = t6 == t7
      if t8 b5 else b6
    b5:
      t9 = global g
      t10 = discarded t9()
      goto b6
    b6:
      t11 = global h
      if t11 b7 else b8
    b7:
      t12 = global i
      t13 = discarded t12()
      goto b9
    b8:
      t14 = global j
      t15 = discarded t14()
      goto b9
    b9:
      return"
  `);
});

it("assignments", () => {
  expect(printBody("let x; x = a.b = c; a[d] = x; x += 1; a.b -= c(); a['k'] *= 2;")).toMatchInlineSnapshot(`
    "b0:
      t0 = undefined
      x = t0
      t2 = global a
      t3 = global c
      t2.b = t3
      x = t3
      t6 = global a
      t7 = global d
      t8 = load x
      t6[t7] = t8
      t10 = load x
      t11 = 1
      t12 = t10 + t11
      x = t12
      t14 = global a
      t15 = t14.b
      t16 = global c
      t17 = value t16()
      t18 = t15 - t17
      t14.b = t18
      t20 = global a
      t21 = t20.k
      t22 = 2
      t23 = t21 * t22
      t20.k = t23
      return"
  `);
});

it("logical assignments", () => {
  expect(printBody("a.b ??= c(); x ||= d; let y; y &&= e;")).toMatchInlineSnapshot(`
    "b0:
      t0 = global a
      t1 = t0.b
      t2 = null
      t3 = t1 == t2
      if t3 b1 else b2
    b1:
      t4 = global c
      t5 = value t4()
      t0.b = t5
      $1 = t5
      goto b3
    b2:
      $1 = t1
      goto b3
    b3:
      t9 = load $1
      t10 = global x
      if t10 b5 else b4
    b4:
      t11 = global d
      global x = t11
      $2 = t11
      goto b6
    b5:
      $2 = t10
      goto b6
    b6:
      t15 = load $2
      t16 = undefined
      y = t16
      t18 = load y
      if t18 b7 else b8
    b7:
      t19 = global e
      y = t19
      $3 = t19
      goto b9
    b8:
      $3 = t18
      goto b9
    b9:
      t23 = load $3
      return"
  `);
});

it("++ and --", () => {
  expect(printBody("let x = 0; const y = x++; return --a.b + a[y]++;")).toMatchInlineSnapshot(`
    "b0:
      t0 = 0
      x = t0
      t2 = load x
      t3 = 1
      t4 = t2 + t3
      x = t4
      y = t2
      t7 = global a
      t8 = t7.b
      t9 = 1
      t10 = t8 - t9
      t7.b = t10
      t12 = global a
      t13 = load y
      t14 = t12[t13]
      t15 = 1
      t16 = t14 + t15
      t12[t13] = t16
      t18 = t10 + t14
      return t18"
  `);
});

it("object and array literals", () => {
  expect(printBody("return { a, b: 1, 'c': 2, [d]: 3, ['e']: 4, ...g, m() { return this.a; }, get n() { return 1; }, o: () => 2 };"))
    .toMatchInlineSnapshot(`
    "b0:
      t0 = global a
      t1 = 1
      t2 = 2
      t3 = global d
      t4 = 3
      t5 = 4
      t6 = global g
      t7 = closure 2 m
      t8 = closure 3 n
      t9 = closure 4 o
      t10 = { a: t0, b: t1, c: t2, [t3]: t4, e: t5, ...t6, m: t7, n: t8, o: t9 }
      return t10
    method m()
    b0:
      t0 = this
      t1 = t0.a
      return t1
    getter n()
    b0:
      t0 = 1
      return t0
    arrow o()
    b0:
      t0 = 2
      return t0"
  `);
});

it("array literal", () => {
  expect(printBody("return [a, , ...b];")).toMatchInlineSnapshot(`
    "b0:
      t0 = global a
      t1 = undefined
      t2 = global b
      t3 = [t0, t1, ...t2]
      return t3"
  `);
});

it("await and yield", () => {
  expect(printBody("const x = await a; yield; yield x; yield* b();")).toMatchInlineSnapshot(`
    "b0:
      t0 = global a
      t1 = await t0
      x = t1
      t3 = yield
      t4 = load x
      t5 = yield t4
      t6 = global b
      t7 = value t6()
      t8 = yield* t7
      return"
  `);
});

it("template and comma", () => {
  expect(printBody("return (a(), `x${b}y${c}z`);")).toMatchInlineSnapshot(`
    "b0:
      t0 = global a
      t1 = discarded t0()
      t2 = global b
      t3 = global c
      t4 = template ["x","y","z"] t2, t3
      return t4"
  `);
});

it("syntax without meaning here", () => {
  expect(printBody("return [import('x'), import.meta, new.target, arguments];")).toMatchInlineSnapshot(`
    "b0:
      t0 = "x"
      t1 = unknown ImportCall(t0)
      t2 = unknown MetaProperty()
      t3 = unknown MetaProperty()
      t4 = unknown arguments()
      t5 = [t1, t2, t3, t4]
      return t5"
  `);
});

it("this and super", () => {
  expect(printBody("class A extends B { m() { return super.m(this).n; } }")).toMatchInlineSnapshot(`
    "b0:
      t0 = class A
      A = t0
      return
    method A.m()
    b0:
      t0 = this
      t1 = this
      t2 = value super t0.m(t1)
      t3 = t2.n
      return t3"
  `);
});
