import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { displayWidth } from "../../../src/race/draw/displayWidth.js";
import { wantsColor } from "../../../src/race/draw/painter.js";
import { certificate } from "../../../src/race/draw/sentences.js";
import { drawEach } from "../../../src/race/draw/table.js";
import { drawText } from "../../../src/race/draw/text.js";
import type { UnfinishedReason } from "../../../src/race/types.js";
import { anyReport } from "./arbitraries.js";
import { doubleRun, reportOf, threeWorkers, violated } from "./reports.js";

afterEach(() => {
  vi.unstubAllEnvs();
});

function longestLine(text: string): number {
  return Math.max(...text.split("\n").map(displayWidth));
}

describe("drawText of a violation", () => {
  it("has one column a worker, the conditions and the replay string", () => {
    expect(drawText(violated, { width: 100 })).toMatchSnapshot();
  });

  it("leaves lists out in narrow columns, and keeps every WHERE", () => {
    const text = drawText(violated, { width: 60 });
    expect(text).toMatchSnapshot();
    expect(text.match(/WHERE/g)).toHaveLength(4);
  });

  it("has three columns where there is room", () => {
    expect(drawText(threeWorkers, { width: 120 })).toMatchSnapshot();
  });

  it("has lanes and one column of text where there is not", () => {
    expect(drawText(threeWorkers, { width: 60 })).toMatchSnapshot();
  });

  it("is the same with colour, but for the colour", () => {
    const coloured = drawText(violated, { width: 80, color: true });
    expect(coloured).not.toBe(drawText(violated, { width: 80 }));
    expect(stripVTControlCharacters(coloured)).toBe(drawText(violated, { width: 80 }));
  });

  it("takes its width from COLUMNS when none is given", () => {
    vi.stubEnv("COLUMNS", "64");
    expect(drawText(violated)).toBe(drawText(violated, { width: 64 }));
  });
});

describe("drawText of other verdicts", () => {
  it("certifies with the whole sentence, and without a schedule", () => {
    const text = drawText(reportOf({ sample: doubleRun }), { width: 160 });
    expect(text).toContain(`exhausted: ${certificate}.`.slice(0, 140));
    expect(text).not.toContain("SELECT");
  });

  it("shows the last schedule when asked", () => {
    expect(drawText(reportOf({ sample: doubleRun }), { sample: true })).toContain("The last schedule that ran:");
  });

  it("says why nothing is proved", () => {
    const report = reportOf({ verdict: "vacuous", vacuous: ["Worker B never wrote."] });
    expect(drawText(report, { width: 100 })).toMatchSnapshot();
  });

  it("says that shared mode can hide a race, and only there", () => {
    expect(drawText(reportOf({ isolate: "shared" }))).toContain("can hide a race");
    expect(drawText(reportOf({}))).not.toContain("can hide a race");
  });

  const reasons: readonly UnfinishedReason[] = [
    { kind: "budget", limit: "schedules", value: 1000 },
    { kind: "budget", limit: "seconds", value: 1 },
    { kind: "unlabelled", sql: "SELECT 1", count: 3 },
    { kind: "nondeterministic", worker: "B", expected: "SELECT 1", got: "SELECT 2" },
    { kind: "waits-outside", worker: "A", after: "SELECT 1", milliseconds: 5000 },
    { kind: "waits-outside", worker: "A", after: undefined, milliseconds: 1500 },
    { kind: "waits-for-connection", worker: "A", after: "BEGIN" },
    { kind: "self-deadlock", worker: "A", sql: "UPDATE t SET x = 1" },
    { kind: "caught-deadlock", worker: "A", sql: "SELECT take(1)" },
    { kind: "unbracketed", sql: "VACUUM t" },
    { kind: "outlived", worker: "B", sql: "INSERT INTO t VALUES (1)" },
    { kind: "lost-connection", worker: "B", sql: "SELECT 1" },
    { kind: "gave-up" },
    { kind: "foreign-session", sql: "SELECT 2" },
  ];

  it("says of each reason what happened and what to do", () => {
    expect(drawText(reportOf({ verdict: "unfinished", unfinished: reasons }), { width: 120 })).toMatchSnapshot();
  });
});

describe("drawEach", () => {
  it("puts isolation levels side by side, then draws those that were not exhausted", () => {
    const text = drawEach([violated, reportOf({ isolation: "serializable", errors: { "40001": 12 } })], { width: 90 });
    expect(text.split("\n").slice(0, 6).join("\n")).toMatchSnapshot();
    expect(text.endsWith(drawText(violated, { width: 90 }))).toBe(true);
  });
});

describe("drawText of any report", () => {
  it("keeps within the width, but for the replay string", () => {
    fc.assert(
      fc.property(anyReport, fc.integer({ min: 40, max: 160 }), (report, width) => {
        const text = drawText(report, { width });
        expect(longestLine(text)).toBeLessThanOrEqual(width);
      }),
    );
  });

  it("lets no control character through", () => {
    fc.assert(
      fc.property(anyReport, (report) => {
        // eslint-disable-next-line no-control-regex -- they are what is looked for
        expect(drawText(report).replaceAll("\n", "")).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
      }),
    );
  });
});

describe("wantsColor", () => {
  it.each([
    { environment: {}, terminal: true, wanted: true },
    { environment: {}, terminal: false, wanted: false },
    { environment: { NO_COLOR: "1", FORCE_COLOR: "1" }, terminal: true, wanted: false },
    { environment: { FORCE_COLOR: "1" }, terminal: false, wanted: true },
    { environment: { FORCE_COLOR: "0" }, terminal: true, wanted: false },
  ])("is $wanted for $environment on a terminal: $terminal", ({ environment, terminal, wanted }) => {
    expect(wantsColor(environment, terminal)).toBe(wanted);
  });
});
