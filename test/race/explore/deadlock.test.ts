import type { Pool } from "pg";
import { describe, expect, it } from "vitest";
import { explore } from "../../../src/race/index.js";
import { inTransaction, oneWinner, poolWorker, race, reset, schema } from "./jobs.js";

const lock = (id: number): string => `update jobs set worker = $1 where id = ${id}`;
const takeAll = (pool: Pool, name: string, order: readonly number[]): Promise<void> =>
  inTransaction(pool, "begin", async (client) => {
    for (const id of order) await client.query(lock(id), [name]);
  });
const both = "update jobs set worker = $1 where id in (1, 2)";

/** Who ended with which SQLSTATE, over all schedules. */
function victims(seen: readonly (readonly (string | undefined)[])[]): readonly string[] {
  return [...new Set(seen.map((states) => states.map((state) => state ?? "-").join(" ")))].sort();
}

describe("a deadlock", () => {
  it("has each of those in it for a victim, also one who could only be the first to wait", async () => {
    const seen: (string | undefined)[][] = [];
    const report = await race(
      (pool, { name }) =>
        inTransaction(pool, "begin", async (client) => {
          // A takes both rows in one statement, so it is never A who closes the circle.
          for (const sql of name === "A" ? [both] : [lock(2), lock(1)]) await client.query(sql, [name]);
        }),
      { invariant: ({ outcomes }) => void seen.push(outcomes.map(({ error }) => error?.sqlState)) },
    );
    expect(report).toMatchObject({ verdict: "exhausted", unfinished: [], errors: { "40P01": 4 } });
    expect(victims(seen)).toEqual(["- -", "- 40P01", "40P01 -"]);
  });

  it("is told to the application as the server tells it", async () => {
    const errors: unknown[] = [];
    await race(async (pool, { name }) => {
      await takeAll(pool, name, name === "A" ? [1, 2] : [2, 1]).catch((error: unknown) => void errors.push(error));
    });
    expect(errors.length).toBeGreaterThan(0);
    for (const error of errors) {
      expect(error).toMatchObject({ code: "40P01", severity: "ERROR", message: "deadlock detected", routine: "DeadLockReport" });
      expect((error as Error).stack).toContain("deadlock detected");
    }
  });

  it.each([
    {
      name: "of three has three victims",
      orders: [
        [1, 2],
        [2, 3],
        [3, 1],
      ],
      expected: ["- - -", "- - 40P01", "- 40P01 -", "40P01 - -"],
    },
    { name: "spares whoever only waits behind it", orders: [[3, 1, 2], [2, 1], [3]], expected: ["- - -", "- 40P01 -", "40P01 - -"] },
  ])("$name", async ({ orders, expected }) => {
    const seen: (string | undefined)[][] = [];
    const workers = orders.map((order) => poolWorker((pool, { name }) => takeAll(pool, name, order)));
    const report = await explore({
      schema,
      reset: async (db) => {
        await reset(db);
        await db.query("insert into jobs values (3, 'pending', null)");
      },
      workers,
      stopAtFirst: false,
      budget: { schedules: 100 },
      invariant: ({ outcomes }) => void seen.push(outcomes.map(({ error }) => error?.sqlState)),
    });
    expect(report.unfinished).toEqual([{ kind: "budget", limit: "schedules", value: 100 }]);
    expect(victims(seen)).toEqual(expected);
  });

  it("in a function that handles errors makes the verdict unfinished", async () => {
    const take = `create function take(one int, name text) returns text language plpgsql as $$ begin
      update jobs set worker = name where id = one; return 'taken';
      exception when deadlock_detected then return 'won'; end $$;`;
    const report = await race(
      (pool, { name }) =>
        inTransaction(pool, "begin", async (client) => {
          for (const id of name === "A" ? [1, 2] : [2, 1]) await client.query("select take($1, $2)", [id, name]);
        }),
      { schema: schema + take, invariant: oneWinner },
    );
    expect(report.verdict).toBe("unfinished");
    expect(report.unfinished).toContainEqual({ kind: "caught-deadlock", worker: "A", sql: "select take($1, $2)" });
  });
});
