import { expect, it } from "vitest";

import { printFunction } from "../../../src/ir/print.js";
import { lowerText } from "./lowered.js";

it("attributes and children are operands, closures in them functions", () => {
  const { ir } = lowerText(
    "const C = () => <a.B {...p} c='d' e={f} onClick={() => save(f)}>text{g}<h /><>{i}{/* none */}</></a.B>;",
    "/src/file.tsx",
  );
  expect(
    ir.functions
      .slice(1, 3)
      .map((fn) => printFunction(fn, ir))
      .join("\n"),
  ).toMatchInlineSnapshot(`
    "arrow C()
    b0:
      t0 = global p
      t1 = global f
      t2 = closure 2 onClick
      t3 = global g
      t4 = unknown JsxSelfClosingElement()
      t5 = global i
      t6 = unknown JsxFragment(t5)
      t7 = unknown JsxElement(t0, t1, t2, t3, t4, t6)
      return t7
    arrow onClick()
    b0:
      t0 = global save
      t1 = global f
      t2 = returned t0(t1)
      return t2"
  `);
});
