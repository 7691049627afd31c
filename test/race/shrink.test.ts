import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contextSwitches, followPlan, shrink } from "../../src/race/shrink.js";
import { allSchedules, runner, runPrograms, type Program } from "./syntheticWorkers.js";

const read = { kind: "read", register: 0 } as const;
const write = { kind: "write", register: 0 } as const;
const increment: Program = [read, write];

/** An increment among operations on another register that make longer schedules and change nothing. */
function longIncrement(before: number, between: number): Program {
  const other = { kind: "read", register: 1 } as const;
  return [...Array<typeof other>(before).fill(other), read, ...Array<typeof read>(between).fill(read), write];
}

const lost = (workers: number) => (registers: readonly number[]) => registers[0] !== workers;

describe("contextSwitches", () => {
  it.each([
    { choices: "", count: 0 },
    { choices: "AAA", count: 0 },
    { choices: "AAB", count: 1 },
    { choices: "ABAB", count: 3 },
    { choices: "ABCA", count: 3 },
  ])("counts $count in '$choices'", ({ choices, count }) => {
    expect(contextSwitches(choices)).toBe(count);
  });
});

describe("followPlan", () => {
  it("passes over letters whose worker cannot go on, and then stays with the worker that ran last", () => {
    expect(runPrograms([increment, increment], followPlan("BBBBA")).choices).toBe("BBAA");
    expect(runPrograms([increment, increment], followPlan("B")).choices).toBe("BBAA");
    expect(runPrograms([increment, increment], followPlan("")).choices).toBe("AABB");
  });
});

describe("shrink", () => {
  it("finds the two switches that lose an update", async () => {
    const { best, minimal } = await shrink("ABAB", runner([increment, increment], lost(2)));
    expect(best?.choices).toBe("ABBA");
    expect(minimal).toBe(true);
  });

  it("needs few runs for a long schedule that switches at every step", async () => {
    const programs = [longIncrement(8, 2), longIncrement(8, 2)];
    const { best, minimal, runs } = await shrink("AB".repeat(11), runner(programs, lost(2)));
    expect(contextSwitches(best?.choices ?? "")).toBe(2);
    expect(minimal).toBe(true);
    expect(runs).toBeLessThan(100);
  });

  it("keeps within the bound on runs, and says that fewer switches may be possible", async () => {
    const programs = [longIncrement(8, 2), longIncrement(8, 2)];
    let runs = 0;
    const run = runner(programs, lost(2));
    const shrunk = await shrink("AB".repeat(11), (choose) => ((runs += 1), run(choose)), { runs: 3 });
    expect(runs).toBe(3);
    expect(shrunk).toMatchObject({ minimal: false, runs: 3 });
    expect(shrunk.best?.violated).toBe(true);
  });

  it("gives nothing when the schedule does not break the invariant again", async () => {
    expect(await shrink("AABB", runner([increment, increment], lost(2)))).toEqual({ best: undefined, minimal: false, runs: 1 });
  });

  it("counts the switches that a lock forces", async () => {
    const locked: Program = [read, { kind: "lock", lock: 0 }, write, { kind: "unlock", lock: 0 }];
    const { best, minimal } = await shrink("ABAAABBB", runner([locked, locked], lost(2)));
    expect(best?.choices).toBe("ABBBBAAA");
    expect(minimal).toBe(true);
  });

  it("does not go round for ever when a prefix cannot be run again", async () => {
    let call = 0;
    const { best } = await shrink("ABAB", (choose) => {
      call += 1;
      const programs = call % 2 === 0 ? [increment] : [increment, increment];
      return runner(programs, lost(2))(choose);
    });
    expect(best?.violated).toBe(true);
  });
});

const operation = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("read" as const), register: fc.nat(1) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("write" as const), register: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("lock" as const), lock: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("unlock" as const), lock: fc.nat(1) }) },
);
const programsOf = (workers: number, operations: number) =>
  fc.array(fc.array(operation, { minLength: 1, maxLength: operations }), { minLength: workers, maxLength: workers });

describe("shrink on random programs", () => {
  const cases = fc.record({
    programs: fc.oneof(programsOf(2, 4), programsOf(3, 2)),
    expected: fc.nat(3),
    pick: fc.nat(),
  });

  it("ends with as few switches as brute force finds, and with a schedule that breaks the invariant when run", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ programs, expected, pick }) => {
        const broken = (registers: readonly number[]) => registers[0] === expected;
        const violating = allSchedules(programs).filter(({ registers }) => broken(registers));
        const start = violating[pick % Math.max(violating.length, 1)];
        if (start === undefined) return;
        const run = runner(programs, broken);
        const { best, minimal } = await shrink(start.choices, run, { runs: 10_000 });
        expect(minimal).toBe(true);
        expect(contextSwitches(best?.choices ?? "")).toBe(Math.min(...violating.map(({ choices }) => contextSwitches(choices))));
        expect(await run(followPlan(best?.choices ?? ""))).toEqual(best);
      }),
      { numRuns: 300 },
    );
  });

  it("gives the same schedule each time, and never one with more switches than it was given", async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.integer({ min: 1, max: 12 }), async ({ programs, expected, pick }, runs) => {
        const schedules = allSchedules(programs);
        const start = schedules[pick % schedules.length]?.choices ?? "";
        const run = runner(programs, (registers) => registers[0] === expected);
        const first = await shrink(start, run, { runs });
        expect(await shrink(start, run, { runs })).toEqual(first);
        expect(first.runs).toBeLessThanOrEqual(runs);
        if (first.best !== undefined) expect(contextSwitches(first.best.choices)).toBeLessThanOrEqual(contextSwitches(start));
      }),
      { numRuns: 200 },
    );
  });
});
