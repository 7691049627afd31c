import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clip, displayWidth, printable, wrap } from "../../../src/race/draw/displayWidth.js";

describe("displayWidth", () => {
  it.each([
    { text: "job", width: 3 },
    { text: "★ →", width: 3 },
    { text: "日本", width: 4 },
    { text: "💳", width: 2 },
    { text: "e\u0301", width: 1 },
  ])("of $text is $width", ({ text, width }) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe("wrap", () => {
  it("breaks at spaces and indents what follows", () => {
    expect(wrap("UPDATE jobs SET status = $1", 14, "  ")).toEqual(["UPDATE jobs", "  SET status =", "  $1"]);
  });

  it("cuts a word that is longer than the line", () => {
    expect(wrap("abcdefgh ij", 5)).toEqual(["abcde", "fgh", "ij"]);
  });

  it("gives one empty line for an empty text", () => {
    expect(wrap("", 10)).toEqual([""]);
  });

  it("keeps within the width and loses no letter", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), fc.integer({ min: 4, max: 40 }), (text, width) => {
        const lines = wrap(text, width, "  ");
        expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(width);
        expect(lines.join("").replaceAll(" ", "")).toBe(printable(text).replaceAll(" ", ""));
      }),
    );
  });
});

describe("clip", () => {
  it.each([
    { text: "short", drawn: "short" },
    { text: "exactly10!", drawn: "exactly10!" },
    { text: "more than ten", drawn: "more than…" },
  ])("of '$text' is '$drawn'", ({ text, drawn }) => {
    expect(clip(text, 10)).toBe(drawn);
  });
});
