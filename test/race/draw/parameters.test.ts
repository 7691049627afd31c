import { expect, it } from "vitest";
import { formatParameters } from "../../../src/race/draw/parameters.js";

it.each([
  { values: undefined, drawn: undefined },
  { values: [], drawn: undefined },
  { values: [7, 'a "b"', true, null, undefined, 9n], drawn: '[7, "a \\"b\\"", true, null, null, 9]' },
  { values: [new Date("2026-01-02T03:04:05Z"), new Date(NaN)], drawn: "[2026-01-02T03:04:05.000Z, invalid date]" },
  { values: [Buffer.from("abc"), { a: [1] }, ["x"]], drawn: '[<3 bytes>, {"a":[1]}, ["x"]]' },
  { values: ["\u001b[31mred\n"], drawn: '["\\u001b[31mred\\n"]' },
  { values: ["x".repeat(99)], drawn: `["${"x".repeat(38)}…]` },
  { values: Array.from({ length: 20 }, (_, index) => index), drawn: "[0, 1, 2, 3, 4, 5, 6, 7, … 8 more, 16, 17, 18, 19]" },
])("$values are drawn as $drawn", ({ values, drawn }) => {
  expect(formatParameters(values)).toBe(drawn);
});

it("a value that JSON cannot write is named by its type", () => {
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  expect(formatParameters([circular])).toBe("[<object>]");
});
