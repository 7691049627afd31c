import fc from "fast-check";
import mermaid from "mermaid";
import { describe, expect, it } from "vitest";
import { drawMermaid } from "../../../src/race/draw/mermaid.js";
import { anyReport } from "./arbitraries.js";
import { reportOf, scheduleOf, threeWorkers, violated } from "./reports.js";

/** Throws where Mermaid, which GitHub renders with, would show an error instead of a diagram. */
async function parse(text: string): Promise<void> {
  expect(await mermaid.parse(text)).toMatchObject({ diagramType: "sequence" });
}

describe("drawMermaid", () => {
  it("puts the server between two workers", async () => {
    const text = drawMermaid(violated);
    expect(text).toMatchSnapshot();
    await parse(text);
  });

  it("makes notes of what more than two workers send", async () => {
    const text = drawMermaid(threeWorkers);
    expect(text).toMatchSnapshot();
    await parse(text);
  });

  it("draws a report without a schedule", async () => {
    await parse(drawMermaid(reportOf({})));
  });

  it("stays below the length that renderers accept, and says what is left out", async () => {
    const row = {
      worker: "A",
      kind: "statement",
      connection: 1,
      sql: `SELECT ${"x".repeat(300)} FROM t WHERE id = $1`,
      parameters: [1],
      rowCount: 1,
    } as const;
    const schedule = scheduleOf("A", Array<typeof row>(1000).fill(row));
    const text = drawMermaid(reportOf({ verdict: "violated", violation: { sentence: "x", schedule, replay: "r1" } }));
    expect(text.length).toBeLessThanOrEqual(50_000);
    expect(text).toContain("steps are left out");
    await parse(text);
  });

  it("cannot close the fenced block it stands in", () => {
    fc.assert(fc.property(anyReport, (report) => !drawMermaid(report).includes("`")));
  });

  it("is parsed by Mermaid whatever the SQL, parameters and messages are", async () => {
    await fc.assert(
      fc.asyncProperty(anyReport, async (report) => parse(drawMermaid(report))),
      { numRuns: 50 },
    );
  });

  it("keeps one message on one line of the diagram", () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        const lines = drawMermaid(report).trimEnd().split("\n");
        expect(lines.filter((line) => !/^(?:sequenceDiagram$| {2}(?:participant|Note over|W[A-D]|DB))/.test(line))).toEqual([]);
      }),
    );
  });
});
