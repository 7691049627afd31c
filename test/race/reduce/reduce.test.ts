import { describe, expect, it } from "vitest";
import { explore, exploreEach, type ExploreOptions, type Report } from "../../../src/race/index.js";

const schema = "create table ones (id int primary key, n int); create table twos (id int primary key, n int)";
const reset: ExploreOptions["reset"] = (db) =>
  db.query("truncate ones, twos; insert into ones values (1, 0); insert into twos values (1, 0)");

function optionsOf(programs: readonly string[], more: Partial<ExploreOptions> & { readonly session?: string } = {}): ExploreOptions {
  const { session, ...options } = more;
  const worker = new URL("./fixture/worker.mjs", import.meta.url);
  worker.searchParams.set("program", encodeURIComponent(programs.join("|")));
  if (session !== undefined) worker.searchParams.set("options", session);
  return { schema, reset, workers: [programs.length, worker], invariant: () => undefined, reduce: true, ...options };
}

function run(programs: readonly string[], more?: Parameters<typeof optionsOf>[1]): Promise<Report> {
  return explore(optionsOf(programs, more));
}

describe("reduce: true", () => {
  it("two workers on two tables need one schedule", async () => {
    const report = await run(["select n from ones;update ones set n = 1", "select n from twos;update twos set n = 1"]);
    expect(report).toMatchObject({ explored: 1, pruned: 19, verdict: "vacuous" });
    expect(report.toString()).toContain("explored   1 schedule, 19 more pruned");
  });

  it("and as many as there are orders that matter where they meet on one", async () => {
    const update = "update ones set n = n + 1";
    const apart = ["select n from twos", "select n from twos where id = 1"];
    const reduced = await run(apart.map((read) => `${read};${update}`));
    const full = await run(
      apart.map((read) => `${read};${update}`),
      { reduce: false },
    );
    expect(full).toMatchObject({ explored: 14, pruned: 0, verdict: "exhausted" });
    expect(reduced).toMatchObject({ explored: 4, pruned: 10, verdict: "exhausted" });
  });

  it("finds the violation", async () => {
    const report = await run(["select n from ones;update ones set n = 1 where n = 0", "update ones set n = 2;select n from twos"], {
      invariant: async ({ db }) => {
        const { rows } = await db.query<{ n: number }>("select n from ones");
        return rows[0]?.n === 2 ? "two won" : undefined;
      },
    });
    expect(report).toMatchObject({ verdict: "violated", violation: { sentence: "two won" } });
  });
});

describe("reduce: true is refused", () => {
  const plain = ["update ones set n = 1", "update ones set n = 2"];

  it.each(["repeatable read", "serializable"] as const)("at %s", async (isolation) => {
    const refused = /reduce: true.* is sound only where every transaction is READ COMMITTED.*Leave `reduce` out/;
    await expect(run(plain, { isolation })).rejects.toThrow(refused);
  });

  it("before any level is explored, when another is among them", async () => {
    let resets = 0;
    await expect(exploreEach({ ...optionsOf(plain), reset: () => resets++ } as never)).rejects.toThrow(/READ COMMITTED/);
    expect(resets).toBe(0);
  });

  it.each([
    "begin isolation level serializable;update ones set n = 1;commit",
    "begin;set transaction isolation level repeatable read;update ones set n = 1;commit",
    "begin;select set_config('transaction_isolation', 'serializable', true);update ones set n = 1;commit",
  ])("when a worker sends %s; not at READ COMMITTED", async (program) => {
    await expect(run([program, program])).rejects.toThrow(/READ COMMITTED and .*, but worker A sent `/);
    const asked = program.replace(/serializable|repeatable read/, "read committed");
    await expect(run([asked, asked])).resolves.toMatchObject({ verdict: "exhausted" });
  });

  it("when a worker's sessions have another level, however they got it", async () => {
    const session = "-c default_transaction_isolation=serializable";
    await expect(run(plain, { session })).rejects.toThrow("transactions of a worker's session are SERIALIZABLE by default");
  });

  it("when the database has another level", async () => {
    const setting =
      "do $$ begin execute format('alter database %I set default_transaction_isolation to ''repeatable read''', current_database()); end $$;";
    const level = "set default_transaction_isolation to 'repeatable read'";
    await expect(run(plain, { schema: `${schema}; ${setting} ${level}` })).rejects.toThrow(
      "transactions of this database are REPEATABLE READ",
    );
  });

  it("for workers that share their memory", async () => {
    await expect(run(plain, { isolate: "shared" })).rejects.toThrow(/share nothing but the database.*`isolate` is "shared"/);
  });

  it("when the schema does not stay as it was", async () => {
    let times = 0;
    const changes: ExploreOptions["reset"] = async (db) => {
      await reset(db);
      await db.query(`create table extra_${times++} ()`);
    };
    await expect(run(plain, { reset: changes })).rejects.toThrow("the schema changed while schedules ran");
  });
});
