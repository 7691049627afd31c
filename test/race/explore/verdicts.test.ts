import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import pg from "pg";
import { describe, expect, it } from "vitest";
import { explore, type Report, type UnfinishedReason, type WorkerModule } from "../../../src/race/index.js";
import { type Body, checkThenAct, claim, inTransaction, oneWinner, poolWorker, race, reset, schema } from "./jobs.js";

const conditional = "update jobs set status = 'running', worker = $1 where id = 1 and status = 'pending'";
const unconditional = "update jobs set status = 'running', worker = $1 where id = 1";
const stall = 300;

function kinds(reasons: readonly UnfinishedReason[]): readonly string[] {
  return [...new Set(reasons.map(({ kind }) => kind))].sort();
}

describe("unfinished", () => {
  it("a budget of schedules that ends", async () => {
    const report = await race((pool, { name }) => claim(pool, conditional, name), { budget: { schedules: 2 } });
    expect(report).toMatchObject({ verdict: "unfinished", explored: 2, unfinished: [{ kind: "budget", limit: "schedules", value: 2 }] });
  });

  it("a budget of seconds that ends", async () => {
    const report = await race((pool, { name }) => checkThenAct(pool, name), { budget: { seconds: 0.001 }, invariant: () => undefined });
    expect(report.verdict).toBe("unfinished");
    expect(kinds(report.unfinished)).toEqual(["budget"]);
  });

  it("a statement that no worker's context reaches", async () => {
    const wishes: (() => void)[] = [];
    // A loop outside all workers, as a batching data loader has one.
    const loop = setInterval(() => wishes.splice(0).forEach((wish) => wish()), 1);
    try {
      const report = await race(async (pool, { name }) => {
        const seen = new Promise((resolve) => wishes.push(() => void pool.query("select 1 as unlabelled").then(resolve)));
        await seen;
        return claim(pool, conditional, name);
      });
      expect(report.verdict).toBe("unfinished");
      expect(report.unfinished).toContainEqual(expect.objectContaining({ kind: "unlabelled", sql: "select 1 as unlabelled" }));
    } finally {
      clearInterval(loop);
    }
  });

  it("a worker that does something else with the same decisions", async () => {
    let runs = 0;
    const report = await race((pool, { name }) => {
      runs++;
      return claim(pool, runs % 5 === 0 ? `${conditional} and true` : conditional, name);
    });
    expect(report.verdict).toBe("unfinished");
    expect(kinds(report.unfinished)).toContain("nondeterministic");
  });

  it("a reset that does not bring back the initial state", async () => {
    let fresh = true;
    const report = await race((pool, { name }) => claim(pool, conditional, name), {
      reset: async (db) => {
        if (fresh) await reset(db);
        fresh = !fresh;
      },
    });
    expect(kinds(report.unfinished)).toContain("nondeterministic");
  });

  it("a worker that waits on a timer longer than the stall; a shorter one is waited for", async () => {
    const waiting = (milliseconds: number) =>
      race(
        async (pool, { name }) => {
          await pool.query("select 1");
          await sleep(milliseconds);
          return claim(pool, conditional, name);
        },
        { stall, budget: { schedules: 3 } },
      );
    const long = await waiting(2 * stall);
    expect(long.unfinished).toContainEqual(expect.objectContaining({ kind: "waits-outside", worker: "A", after: "select 1" }));
    expect(kinds((await waiting(20)).unfinished)).toEqual(["budget"]);
  });

  it("a worker that waits on an HTTP response that does not come", async () => {
    const silent = createServer(() => undefined).listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const { port } = silent.address() as AddressInfo;
    try {
      const report = await race(
        async (pool, { name }) => {
          await pool.query("select 1");
          await fetch(`http://127.0.0.1:${port}`, { signal: AbortSignal.timeout(3 * stall) }).catch(() => undefined);
          return claim(pool, conditional, name);
        },
        { stall, budget: { schedules: 1 } },
      );
      expect(kinds(report.unfinished)).toContain("waits-outside");
    } finally {
      silent.closeAllConnections();
      silent.close();
    }
  });

  it("a statement that PostgreSQL refuses in a transaction: executed as it is, and named", async () => {
    const report = await race(async (pool, { name }) => {
      await pool.query("vacuum audit");
      return claim(pool, conditional, name);
    });
    expect(report).toMatchObject({ verdict: "unfinished", violations: 0, errors: {} });
    expect(report.unfinished).toEqual([{ kind: "unbracketed", sql: "vacuum audit" }]);
  });

  it("a procedure that commits", async () => {
    const report = await race(
      async (pool, { name }) => {
        await pool.query("call claim($1)", [name]);
        return "called";
      },
      {
        schema: `${schema} create procedure claim(name text) language plpgsql as $$ begin
          update jobs set worker = name where id = 1; commit; update jobs set status = 'running' where id = 1; end $$;`,
      },
    );
    expect(report.verdict).toBe("unfinished");
    expect(report.unfinished).toEqual([{ kind: "unbracketed", sql: "call claim($1)" }]);
  });

  it("work that outlives its worker", async () => {
    const report = await race(async (pool, { name }) => {
      await pool.query("select 1");
      void pool.query(unconditional, [name]);
      return "returned";
    });
    expect(report.verdict).toBe("unfinished");
    expect(kinds(report.unfinished)).toContain("outlived");
  });

  it("a thread of the worker's own that uses the database, and nothing that the worker connects itself", async () => {
    const conditionally: Body = (pool, { name }) => claim(pool, conditional, name);
    const ownClient: Body = async (pool, worker) => {
      const client = new pg.Client({ connectionString: worker.databaseUrl });
      await client.connect();
      await client.end();
      return conditionally(pool, worker);
    };
    const child: Body = async (pool, worker) => {
      const won = await conditionally(pool, worker);
      const program = `const pg = require("pg"); const client = new pg.Client(require("node:worker_threads").workerData);
        client.connect().then(() => client.query("insert into audit (job, worker) values (2, 'child')")).then(() => client.end())`;
      await once(new Worker(program, { eval: true, workerData: worker.databaseUrl }), "exit");
      return won;
    };
    expect(await race(ownClient)).toMatchObject({ verdict: "exhausted", unfinished: [] });
    expect(await race(child, { stall: 60_000 })).toMatchObject({ verdict: "unfinished", unfinished: [{ kind: "foreign-session" }] });
  }, 120_000);

  it("a transaction that its worker leaves open", async () => {
    const report = await race(async (pool, { name }) => {
      const client = await pool.connect();
      await client.query("begin");
      await client.query("insert into audit (job, worker) values (1, $1)", [name]);
      client.release();
    });
    expect(report.verdict).toBe("unfinished");
    expect(kinds(report.unfinished)).toEqual(["outlived"]);
  });

  it("a worker that waits on one connection for what it holds on another", async () => {
    const report = await race(
      (pool, { name }) =>
        inTransaction(pool, "begin", async (client) => {
          await client.query("select from jobs where id = 1 for update");
          await pool.query(unconditional, [name]);
        }),
      { stall, budget: { schedules: 2 } },
    );
    expect(report.unfinished).toContainEqual({ kind: "self-deadlock", worker: "A", sql: unconditional });
  });

  it("a worker whose pool has no connection left because it holds them all", async () => {
    const greedy = poolWorker(
      (pool, { name }) =>
        inTransaction(pool, "begin", async (client) => {
          await client.query("select from jobs where id = 1");
          await pool.query(unconditional, [name]);
        }),
      { max: 1, connectionTimeoutMillis: 4 * stall },
    );
    const report = await explore({ schema, reset, invariant: oneWinner, workers: [greedy, greedy], stall, budget: { schedules: 1 } });
    expect(kinds(report.unfinished)).toContain("waits-for-connection");
  });

  it("a connection that breaks", async () => {
    const report = await race(
      (pool) =>
        inTransaction(pool, "begin", async (client) => {
          client.on("error", () => undefined);
          await client.query("insert into audit (job, worker) values (1, 'A')");
          await client.query("select pg_terminate_backend(pg_backend_pid())");
        }),
      { budget: { schedules: 2 } },
    );
    expect(kinds(report.unfinished)).toContain("lost-connection");
  });
});

describe("vacuous", () => {
  it("a worker that never writes", async () => {
    const report = await race(async (pool, { name }) => (name === "A" ? claim(pool, conditional, name) : pool.query("select * from jobs")));
    expect(report).toMatchObject({ verdict: "vacuous", unfinished: [], vacuous: ["Worker B never wrote a row in any schedule."] });
  });

  it("a worker whose update matches no row", async () => {
    const report = await race((pool, { name }) => claim(pool, conditional.replace("id = 1", name === "A" ? "id = 1" : "id = 9"), name));
    expect(report).toMatchObject({ verdict: "vacuous", vacuous: ["Worker B never wrote a row in any schedule."] });
  });

  it("workers on different tables", async () => {
    const insert = "insert into audit (job, worker) values (1, $1)";
    const report = await race((pool, { name }) => claim(pool, name === "A" ? conditional : insert, name), {
      invariant: () => undefined,
    });
    expect(report).toMatchObject({ verdict: "vacuous", vacuous: ["No two workers used a table that one of them wrote."] });
  });

  it("not when a function writes for the worker", async () => {
    const report = await race(
      async (pool, { name }) => {
        const { rows } = await pool.query<{ claimed: boolean }>("select claim($1) as claimed", [name]);
        return rows[0]?.claimed === true ? "won" : "lost";
      },
      {
        schema: `${schema} create function claim(name text) returns boolean language plpgsql as $$ begin
          update jobs set status = 'running', worker = name where id = 1 and status = 'pending'; return found; end $$;`,
      },
    );
    expect(report).toMatchObject({ verdict: "exhausted", explored: 4 });
  });
});

describe("isolation of the workers", () => {
  const mutex = new URL("./fixture/mutex.ts", import.meta.url);

  it("a lock of the process hides the race where the workers share it", async () => {
    const report = await explore({ schema, reset, invariant: oneWinner, workers: [2, mutex], isolate: "shared", stall: 200 });
    expect(report).toMatchObject({ verdict: "unfinished", isolate: "shared", violations: 0 });
    expect(kinds(report.unfinished)).toContain("waits-outside");
  });

  it("and does not where each has a thread of its own", async () => {
    const report = await explore({ schema, reset, invariant: oneWinner, workers: [2, mutex], stopAtFirst: false });
    expect(report).toMatchObject({ verdict: "violated", isolate: "thread", explored: 14, violations: 12, unfinished: [] });
    expect(report.violation?.schedule.outcomes.map(({ effects }) => effects)).toEqual([["charge A"], ["charge B"]]);
  });
});

describe("errors of the user's", () => {
  it("no statement is intercepted", async () => {
    await expect(race(() => Promise.resolve("nothing"))).rejects.toThrow(/No statement of the workers was intercepted/);
  });

  it("no statement is intercepted, because the workers cannot connect", async () => {
    const refused = new AggregateError([new Error("connect ECONNREFUSED ::1:9"), new Error("connect ECONNREFUSED 127.0.0.1:9")]);
    const exploring = race(() => Promise.reject(refused));
    await expect(exploring).rejects.toThrow(
      /Worker A threw AggregateError: connect ECONNREFUSED ::1:9, connect ECONNREFUSED 127\.0\.0\.1:9\./,
    );
  });

  it("a schema that the server refuses", async () => {
    const exploring = race(() => Promise.resolve(), { schema: "create tabel jobs ()" });
    await expect(exploring).rejects.toThrow('The schema could not be executed: syntax error at or near "tabel".');
  });

  it("an aborted exploration rejects with the signal's reason", async () => {
    const stop = new AbortController();
    const exploring = race((pool, { name }) => checkThenAct(pool, name), {
      signal: stop.signal,
      onProgress: () => stop.abort(new Error("enough")),
    });
    await expect(exploring).rejects.toThrow("enough");
  });

  it("a setup that fails", async () => {
    const workers = [poolWorker(() => Promise.resolve()), { setup: () => Promise.reject(new Error("no config")), default: () => 1 }];
    await expect(explore({ schema, reset, invariant: oneWinner, workers })).rejects.toThrow(/could not be started: Error: no config/);
  });

  it.each([
    ['Unknown file extension ".ts" for /app/worker.ts', /Install tsx/],
    ["Nest can't resolve dependencies of the JobsService (?).", /does not emit the metadata of decorators/],
    ["Cannot find module '/app/dist/app.module.js' imported from /app/test/worker.ts", /Build the application first/],
    ["Cannot find module '/app/src/generated/client.js' imported from /app/src/app.ts", /npx prisma generate/],
    ["Cannot find module '/app/src/app.module.js'", /app\.module\.js'$/],
  ])("a worker that cannot be loaded: %s", async (message, said) => {
    const workers = [poolWorker(() => Promise.resolve()), { setup: () => Promise.reject(new Error(message)), default: () => 1 }];
    await expect(explore({ schema, reset, invariant: oneWinner, workers })).rejects.toThrow(said);
  });

  it("a function cannot go to a thread", async () => {
    await expect(race(() => Promise.resolve(), { isolate: "thread" })).rejects.toThrow(/URL of its module/);
  });
});

it("time-outs of locks are results like others", async () => {
  const report = await race((pool, { name }) =>
    inTransaction(pool, "begin", async (client) => {
      await client.query("set local lock_timeout = 50");
      await client.query("select from jobs where id = 1 for update");
      await client.query(unconditional, [name]);
      await sleep(100);
    }),
  );
  expect(report.errors).toHaveProperty("55P03");
});

/** What is thrown where nobody catches it, until all clients are gone. */
async function uncaught(
  explore: (opened: (client: pg.ClientBase) => void) => Promise<Report>,
): Promise<{ report: Report; thrown: unknown[] }> {
  const thrown: unknown[] = [];
  const ends: Promise<unknown>[] = [];
  const note = (error: unknown): void => void thrown.push(error);
  process.prependListener("uncaughtException", note);
  try {
    const report = await explore((client) => ends.push(new Promise((resolve) => client.once("end", resolve))));
    await Promise.all(ends);
    return { report, thrown };
  } finally {
    process.off("uncaughtException", note);
  }
}

describe("connections that are left in a shared process, without a listener for errors", () => {
  it("of a worker that hangs", async () => {
    const { report, thrown } = await uncaught((opened) =>
      race(
        async (pool, { name }) => {
          const client = await pool.connect();
          opened(client);
          await client.query("begin");
          await client.query(unconditional, [name]);
          await new Promise(() => undefined);
        },
        { stall: 100 },
      ),
    );
    expect(report.verdict).toBe("unfinished");
    expect(kinds(report.unfinished)).toContain("waits-outside");
    expect(thrown).toEqual([]);
  });

  it("of a pool that no teardown ends", async () => {
    const { report, thrown } = await uncaught((opened) => {
      const pools: pg.Pool[] = [];
      const careless: WorkerModule = {
        setup: ({ databaseUrl }) => void pools.push(new pg.Pool({ connectionString: databaseUrl }).on("connect", opened)),
        default: ({ name }) => Promise.all(pools.map((pool) => claim(pool, conditional, name))).then(([value]) => value),
      };
      return explore({ schema, reset, invariant: oneWinner, workers: [2, careless] });
    });
    expect(report).toMatchObject({ verdict: "exhausted", unfinished: [] });
    expect(thrown).toEqual([]);
  });
});
