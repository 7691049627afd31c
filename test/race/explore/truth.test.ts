import { describe, expect, it } from "vitest";
import { type Body, checkThenAct, claim, inTransaction, race } from "./jobs.js";

/** The schedules, and how many of them have two winners or an error, that PostgreSQL itself gives for two equal workers. */
interface Truth {
  readonly name: string;
  readonly body: Body;
  readonly schedules: number;
  readonly violated: number;
  readonly errors?: Readonly<Record<string, number>>;
}

const update = "update jobs set status = 'running', worker = $1";

const table: readonly Truth[] = [
  { name: "read and write, autocommit", body: (pool, { name }) => checkThenAct(pool, name), schedules: 14, violated: 12 },
  {
    name: "read and write in a transaction at READ COMMITTED",
    body: (pool, { name }) => inTransaction(pool, "begin", (client) => checkThenAct(client, name)),
    schedules: 14,
    violated: 12,
  },
  {
    name: "read and write in a SERIALIZABLE transaction",
    body: (pool, { name }) => inTransaction(pool, "begin isolation level serializable", (client) => checkThenAct(client, name)),
    schedules: 14,
    violated: 0,
    errors: { "40001": 12 },
  },
  {
    name: "FOR UPDATE in a transaction",
    body: (pool, { name }) => inTransaction(pool, "begin", (client) => checkThenAct(client, name, "for update")),
    schedules: 6,
    violated: 0,
  },
  {
    name: "FOR SHARE in a transaction: one of the two is the victim of a deadlock",
    body: (pool, { name }) => inTransaction(pool, "begin", (client) => checkThenAct(client, name, "for share")),
    schedules: 20,
    violated: 0,
    errors: { "40P01": 16 },
  },
  {
    name: "conditional update, counted",
    body: (pool, { name }) => claim(pool, `${update} where id = 1 and status = 'pending'`, name),
    schedules: 4,
    violated: 0,
  },
  {
    name: "claim by sub-select, autocommit",
    body: (pool, { name }) => claim(pool, `${update} where id = (select id from jobs where status = 'pending' and id = 1 limit 1)`, name),
    schedules: 4,
    violated: 2,
  },
  {
    name: "claim by sub-select that locks and skips",
    body: async (pool, { name }) => {
      const sql = `${update} where id = (select id from jobs where status = 'pending' and id = 1 for update skip locked)`;
      return claim(pool, sql, name);
    },
    schedules: 6,
    violated: 0,
  },
  {
    name: "INSERT .. WHERE NOT EXISTS, autocommit",
    body: (pool, { name }) =>
      claim(pool, "insert into audit (job, worker) select 1, $1 where not exists (select from audit where job = 1)", name),
    schedules: 6,
    violated: 4,
  },
];

describe("raw pg, two equal workers", () => {
  it.each(table)("$name", async ({ body, schedules, violated, errors = {} }) => {
    const report = await race(body);
    expect({ schedules: report.explored, violated: report.violations, errors: report.errors }).toEqual({ schedules, violated, errors });
    expect(report.verdict).toBe(violated > 0 ? "violated" : "exhausted");
    expect(report.unfinished).toEqual([]);
  });
});
