import { describe, expect, it } from "vitest";

import { affectedIn } from "../../src/analysis/claim.js";
import { Builder } from "./values.js";

const b = new Builder();
const won = b.equals(b.values.affected("claim"), 1);

describe("affectedIn", () => {
  it("names the accesses whose count or rows a condition looks at, in the order of the condition", () => {
    expect(affectedIn(won)).toEqual(["claim"]);
    expect(affectedIn(b.join(b.option(b.member(b.row("read"), "status"), won), b.option(null)))).toEqual(["read", "claim"]);
  });

  it("names an access once, however many alternatives look at it", () => {
    expect(affectedIn(b.join(b.option(won, won), b.option(b.values.affected("claim"), won)))).toEqual(["claim"]);
  });

  it("names none of a condition on an input", () => {
    expect(affectedIn(b.equals(b.parameter(0), "pending"))).toEqual([]);
  });

  it("gives the same answer to the same condition", () => {
    expect(affectedIn(won)).toBe(affectedIn(b.equals(b.values.affected("claim"), 1)));
  });
});
