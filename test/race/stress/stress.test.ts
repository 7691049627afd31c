import pg from "pg";
import { describe, expect, it } from "vitest";
import { stress } from "../../../src/race/stress.js";
import { drawBeside, drawStress } from "../../../src/race/stress/beside.js";
import type { StressOptions, StressReportData } from "../../../src/race/stress/types.js";
import type { ReportData, WorkerContext } from "../../../src/race/types.js";

/** Workers of which each has read before one writes: what chance seldom does, in every run. */
function meeting(size: number, claim: string): StressOptions["worker"] {
  let pool: pg.Pool;
  let here: (() => void)[] = [];
  return {
    setup({ databaseUrl }: WorkerContext) {
      pool = new pg.Pool({ connectionString: databaseUrl, max: size });
    },
    async default() {
      const { rows } = await pool.query<{ free: boolean }>("select free from seat");
      await new Promise<void>((resolve) => {
        here.push(resolve);
        if (here.length < size) return;
        for (const go of here) go();
        here = [];
      });
      if (rows[0]?.free !== true) return false;
      const { rowCount } = await pool.query(claim);
      return rowCount === 1;
    },
    teardown: () => pool.end(),
  };
}

const common: Omit<StressOptions, "worker"> = {
  schema: "create table seat (free boolean)",
  reset: (db) => db.query("truncate seat; insert into seat values (true)"),
  invariant: ({ outcomes }) => {
    const winners = outcomes.filter(({ value }) => value === true).length;
    return winners === 1 ? undefined : `${winners} workers took one seat`;
  },
  seconds: 60,
  runs: 5,
};

describe("stress", () => {
  it("counts the runs that broke the invariant, for each number of workers", async () => {
    const rows: number[] = [];
    const report = await stress({
      ...common,
      workers: [3],
      worker: meeting(3, "update seat set free = false"),
      onProgress: ({ workers }) => rows.push(workers),
    });
    expect(rows).toEqual([3]);
    expect(report).toMatchObject({
      isolate: "shared",
      rows: [{ workers: 3, runs: 5, violations: 5, errors: {}, sentence: "3 workers took one seat" }],
    });
    expect(structuredClone(report)).toEqual(report);
    expect(String(report)).toBe("1 of 1 runs with 3 workers");
    const explored = { violations: 1, explored: 2, workers: ["A", "B", "C"] } as unknown as ReportData;
    expect(report.beside(explored)).toBe("by itself: 1 of 1 runs with 3 workers\nexplored: 1 of 2 schedules with 3 workers");
  });

  it("finds nothing where the write repeats the check", async () => {
    const report = await stress({ ...common, workers: [2], worker: meeting(2, "update seat set free = false where free") });
    expect(report.rows).toMatchObject([{ workers: 2, runs: 5, violations: 0 }]);
    expect(report.rows[0]).not.toHaveProperty("sentence");
  });

  it("counts serialization failures by SQLSTATE", async () => {
    const worker = meeting(2, "update seat set free = false");
    const refused: StressOptions["worker"] = {
      ...(worker as object),
      default: () => Promise.reject(Object.assign(new Error("could not serialize access"), { code: "40001" })),
    };
    const report = await stress({ ...common, workers: [2], worker: refused, runs: 2, invariant: () => undefined });
    expect(report.rows[0]?.errors).toEqual({ 40001: 4 });
  });

  it("runs each worker in a thread of its own", async () => {
    const worker = new URL("fixture/threadWorker.mjs", import.meta.url);
    const report = await stress({
      ...common,
      workers: [2],
      worker,
      runs: 2,
      invariant: ({ outcomes }) =>
        outcomes
          .map(({ worker: name, value }) => `${name}${String(value)}`)
          .toSorted()
          .join(" "),
    });
    expect(report.isolate).toBe("thread");
    // Each thread counts its own runs, of which the first is the one that does not count.
    expect(report.rows).toMatchObject([{ runs: 2, violations: 2, sentence: "A2 B2" }]);
  });

  it("says what to write when no number of workers is given", async () => {
    await expect(stress({ ...common, worker: () => undefined, workers: [] })).rejects.toThrow("for example [2, 5, 10, 20]");
  });
});

describe("a stress report's text", () => {
  const row = { seconds: 10, errors: {} };
  const report: StressReportData = {
    isolate: "thread",
    serverVersion: "18.4",
    rows: [
      { ...row, workers: 2, runs: 4120, violations: 2 },
      { ...row, workers: 10, runs: 312, violations: 100 },
      { ...row, workers: 20, runs: 90, violations: 0 },
    ],
  };

  it("says how many runs it took for one violation", () => {
    expect(drawStress(report)).toBe("1 of 2,060 runs with 2 workers, 1 of 3.1 with 10, none of 90 with 20");
  });

  it("stands beside what was explored", () => {
    const explored = { violations: 4, explored: 6, workers: ["A", "B"] } as unknown as ReportData;
    expect(drawBeside(explored, report)).toBe(
      "by itself: 1 of 2,060 runs with 2 workers, 1 of 3.1 with 10, none of 90 with 20\nexplored: 4 of 6 schedules with 2 workers",
    );
  });
});
