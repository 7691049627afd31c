import { expect, it } from "vitest";

import { printModule } from "./lowered.js";

it("members", () => {
  expect(
    printModule(
      "class A extends B { x = 1; static y = () => 2; #z; constructor(private r: R, s = 3) { super(r); } async m() { return this.#z; } get g() { return 1; } set g(v) { this.#z = v; } static { init(this); } }",
    ),
  ).toMatchInlineSnapshot(`
    "initialiser A.x()
    b0:
      t0 = 1
      return t0
    initialiser A.y()
    b0:
      t0 = closure 3 A.y
      return t0
    arrow A.y()
    b0:
      t0 = 2
      return t0
    constructor A.constructor(r, s)
    b0:
      t0 = param 0
      r = t0
      t2 = this
      t2.r = t0
      t4 = param 1
      t5 = undefined
      t6 = t4 === t5
      if t6 b1 else b2
    b1:
      t7 = 3
      $2 = t7
      goto b3
    b2:
      $2 = t4
      goto b3
    b3:
      t10 = load $2
      s = t10
      t12 = load r
      t13 = discarded super(t12)
      return
    async method A.m()
    b0:
      t0 = this
      t1 = t0.#z
      return t1
    getter A.g()
    b0:
      t0 = 1
      return t0
    setter A.g(v)
    b0:
      t0 = param 0
      v = t0
      t2 = this
      t3 = load v
      t2.#z = t3
      return
    static-block A.static()
    b0:
      t0 = global init
      t1 = this
      t2 = discarded t0(t1)
      return"
  `);
});

it("anonymous and named class expressions", () => {
  expect(printModule("const A = class { m() {} }; function f() { const C = class B { m() { return B; } }; return new C(); }"))
    .toMatchInlineSnapshot(`
    "function f()
    b0:
      t0 = class B
      B = t0
      t2 = class B
      C = t2
      t4 = load C
      t5 = returned new t4()
      return t5
    method B.m() captures B
    b0:
      t0 = load B
      return t0
    method A.m()
    b0:
      return
    initialiser A()
    b0:
      t0 = class A
      return t0"
  `);
});

it("default exports", () => {
  expect(printModule("export default class { m() {} }")).toMatchInlineSnapshot(`
    "method default.m()
    b0:
      return"
  `);
});

it("computed base", () => {
  expect(printModule("function f() { class A extends mixin(B) {} return A; }")).toMatchInlineSnapshot(`
    "function f()
    b0:
      t0 = global mixin
      t1 = global B
      t2 = value t0(t1)
      t3 = class A
      A = t3
      t5 = load A
      return t5"
  `);
});
