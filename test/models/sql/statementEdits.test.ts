import { expect, test } from "vitest";
import { expectationEdit } from "../../../src/models/sql/statementEdits.js";

const update = "UPDATE jobs SET status = 'running' WHERE id = $1";
const status = { name: "status", onlyNull: false, nullable: false };

test("a value that is never null is left out by being null", () => {
  expect(expectationEdit(update, [status], "expected", 1)).toStrictEqual({
    at: update.length,
    text: " AND ($2::text IS NULL OR status::text = $2)",
    values: ["expected?.status"],
  });
});

test("a value that may be null needs to be told from none", () => {
  expect(expectationEdit(update, [{ ...status, nullable: true }], "expected", 1)).toStrictEqual({
    at: update.length,
    text: " AND (NOT $2::boolean OR status::text IS NOT DISTINCT FROM $3::text)",
    values: ["expected !== undefined", "expected?.status"],
  });
});

test("where only null passes the check, no value is sent", () => {
  expect(expectationEdit(update, [{ name: "usedAt", onlyNull: true, nullable: true }], "expected", 1)).toStrictEqual({
    at: update.length,
    text: ' AND (NOT $2::boolean OR "usedAt" IS NULL)',
    values: ["expected !== undefined"],
  });
});

test("the condition stands before RETURNING", () => {
  const text = `${update} RETURNING *;`;
  expect(expectationEdit(text, [status], "expected", 1)?.at).toBe(update.length);
});

test.each([
  "UPDATE jobs SET status = 'running'",
  "UPDATE jobs SET status = 'x' WHERE id = $1 OR id = $2",
  "SELECT * FROM jobs WHERE id = $1",
])("nothing is added to %s", (text) => {
  expect(expectationEdit(text, [status], "expected", 1)).toBeUndefined();
});
