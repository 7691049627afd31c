import { describe, expect, it } from "vitest";
import { TestContext, type Given } from "../context.js";
import { read, said } from "./read.js";

function template(text: string, ...inputs: readonly Given[]): readonly [Given, TestContext] {
  const c = new TestContext();
  const values = inputs.map((i) => (i === "?" ? c.parameter(7) : c.value(i)));
  return [c.values.computed(`template ${text}`, values), c];
}

describe("holes in templates", () => {
  it.each<readonly [string, string, readonly Given[], string]>([
    ["a value", "DELETE FROM jobs WHERE id = ${}", ["?"], "delete jobs where id = $7"],
    ["a quoted value", "DELETE FROM jobs WHERE id = '${}'", ["?"], "delete jobs where id = $7"],
    ["a part of a value", "DELETE FROM jobs WHERE id = 'job-${}'", ["?"], "delete jobs where id = computed"],
    ["a constant", "DELETE FROM ${} WHERE status = '${}'", ["jobs", "done"], 'delete jobs where status = "done"'],
    ["a limit", "SELECT * FROM jobs WHERE id = 1 LIMIT ${}", ["?"], "read jobs where id = 1"],
    ["a condition", "DELETE FROM jobs WHERE id = 1 AND ${}", ["?"], "delete jobs where id = 1 and …"],
    ["in a comment", "DELETE FROM jobs /* ${} */ WHERE é = 'ü' AND id = ${}", ["?", "?"], 'delete jobs where é = "ü" and id = $7'],
  ])("%s", (_, text, inputs, expected) => {
    expect(said(...template(text, ...inputs))).toBe(expected);
  });

  it.each(["DELETE FROM ${}", 'DELETE FROM "${}"', "DELETE FROM jobs ${}", "DELETE FROM jobs_${} WHERE id = 1", "${}"])(
    "%s is unknown",
    (text) => {
      expect(read(...template(text, "?"))).toBeUndefined();
    },
  );

  it.each(["SAVEPOINT ${}", "savepoint row_${}", "RELEASE SAVEPOINT s${}", "ROLLBACK TO ${}", "ROLLBACK WORK TO SAVEPOINT row_${};"])(
    "%s does nothing, whatever it is called",
    (text) => {
      expect(read(...template(text, "?"))).toMatchObject({ kind: "nothing" });
    },
  );

  it.each(["SAVEPOINT a; DELETE FROM ${}", "ROLLBACK ${}", "RELEASES ${}"])("%s is no savepoint", (text) => {
    expect(read(...template(text, "?"))).toBeUndefined();
  });

  it("texts are concatenated", () => {
    const c = new TestContext();
    const text = c.values.make({ kind: "binary", operator: "+", left: c.value("DELETE FROM jobs WHERE id = "), right: c.parameter(7) });
    expect(said(text, c)).toBe("delete jobs where id = $7");
  });
});

describe("placeholders of other drivers", () => {
  it("question marks are numbered in order", () => {
    expect(said("UPDATE jobs SET a = ?, b=? WHERE id = ? AND c = '?'")).toBe('update jobs set a = $0, b = $1 where id = $2 and c = "?"');
  });

  it("PostgreSQL's own operator stays one", () => {
    expect(said("SELECT * FROM jobs WHERE id = $1 AND tags ? 'a'")).toBe("read jobs where id = $0 and tags unknown");
  });
});
