import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawSvg } from "../../../src/race/draw/svg.js";
import { size } from "../../../src/race/draw/svgStyle.js";
import { displayWidth } from "../../../src/race/draw/displayWidth.js";
import { anyReport } from "./arbitraries.js";
import { reportOf, threeWorkers, violated } from "./reports.js";

const tag = /<(?<end>\/?)(?<name>[a-z]+)(?<attributes>(?: [A-Za-z:]+="[^"<]*")*)(?<empty>\/?)>/g;

/** Whether a text is well-formed XML, as far as this drawing's elements and attributes go. */
function isWellFormed(svg: string): boolean {
  const open: string[] = [];
  for (const { groups } of svg.matchAll(tag)) {
    if (groups?.["empty"] === "/") continue;
    if (groups?.["end"] !== "/") open.push(groups?.["name"] ?? "");
    else if (open.pop() !== groups["name"]) return false;
  }
  const content = svg.replace(tag, "").replace(/&(?:amp|lt|gt|quot);/g, "");
  // eslint-disable-next-line no-control-regex -- what XML 1.0 cannot hold
  return open.length === 0 && !/[<&\u0000-\u0008\u000b\u000c\u000e-\u001f\ud800-\udfff\ufffe\uffff]/u.test(content);
}

function attribute(element: string, name: string): number {
  return Number(new RegExp(` ${name}="([\\d.]+)"`).exec(element)?.[1]);
}

describe("drawSvg", () => {
  it.each([
    { name: "two workers", report: violated },
    { name: "three workers", report: threeWorkers },
  ])("draws $name", ({ report }) => {
    expect(drawSvg(report)).toMatchSnapshot();
  });

  it("draws a report without a schedule", () => {
    expect(isWellFormed(drawSvg(reportOf({})))).toBe(true);
  });

  it("needs nothing from elsewhere, and follows the reader's colours", () => {
    const svg = drawSvg(violated);
    expect(svg.replace("http://www.w3.org/2000/svg", "")).not.toMatch(/http|url\(|@import|@font-face|<script|<image|href/);
    expect(svg).toContain("prefers-color-scheme:dark");
  });

  it("is well-formed whatever the SQL, parameters and messages are", () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        expect(isWellFormed(drawSvg(report))).toBe(true);
      }),
    );
  });

  it("keeps all text inside the picture", () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const svg = drawSvg(report);
        const width = attribute(svg, "width");
        for (const [element, content = ""] of svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)) {
          const text = content.replace(/&\w+;/g, "x");
          expect(attribute(element, "x") + displayWidth(text) * size.character).toBeLessThanOrEqual(width);
        }
      }),
    );
  });
});
