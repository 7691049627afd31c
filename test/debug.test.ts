import { describe, expect, it } from "vitest";
import { countersFor, Tally, type DebugSink } from "../src/debug.js";

function recorder(enabled: boolean): DebugSink & { readonly lines: string[]; readonly warnings: string[] } {
  const lines: string[] = [];
  const warnings: string[] = [];
  return { enabled, lines, warnings, log: (line) => lines.push(line), warn: (sentence) => warnings.push(sentence) };
}

describe("counters", () => {
  it("add up over all that share a tally", () => {
    const tally = new Tally();
    const sink = recorder(true);
    countersFor(sink, tally).count("functions lowered", 10);
    countersFor(sink, tally).count("functions lowered", 2);
    countersFor(sink, tally).count("calls unresolved");
    expect(tally.print()).toBe(["counter", "  calls unresolved    1", "  functions lowered  12"].join("\n"));
  });

  it("time a stage, return its result, and count a stage that throws", () => {
    const tally = new Tally();
    const counters = countersFor(recorder(true), tally);
    expect(counters.time("lower", () => 7)).toBe(7);
    expect(() => counters.time("lower", () => raise())).toThrow("stage failed");
    expect(tally.print()).toMatch(/^stage\n {2}lower {2}\d+\.\d ms {2}2 calls$/);
  });

  it("do nothing but run the stage when debugging is off", () => {
    const tally = new Tally();
    const counters = countersFor(recorder(false), tally);
    counters.count("functions lowered");
    expect(counters.time("lower", () => 7)).toBe(7);
    expect(tally.print()).toBe("");
  });
});

describe("an internal error", () => {
  it("is a warning in one sentence, once, also when debugging is off", () => {
    const sink = recorder(false);
    countersFor(sink, new Tally()).internalError("/app/job.ts", "Processor.process", new Error("no block 7"));
    countersFor(sink, new Tally()).internalError("/app/user.ts", "rename", new Error("no block 8"));
    expect(sink.lines).toEqual([]);
    expect(sink.warnings).toEqual([
      "eslint-plugin-check-then-act could not analyse Processor.process in /app/job.ts (no block 7) and went on without it; please report this at https://github.com/check-then-act/eslint-plugin-check-then-act/issues with the function's code.",
    ]);
  });

  it("is logged with its stack each time when debugging is on", () => {
    const sink = recorder(true);
    const counters = countersFor(sink, new Tally());
    counters.internalError("/app/job.ts", "a", new Error("first"));
    counters.internalError("/app/job.ts", "b", "second");
    expect(sink.lines[0]).toMatch(/^internal error in a \(\/app\/job\.ts\): Error: first\n\s+at /);
    expect(sink.lines[1]).toBe("internal error in b (/app/job.ts): second");
    expect(sink.warnings).toHaveLength(1);
  });
});

function raise(): never {
  throw new Error("stage failed");
}
