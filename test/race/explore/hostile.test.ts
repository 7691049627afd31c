import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type pg from "pg";
import { describe, expect, it } from "vitest";
import { explore, serverDatabase, type UnfinishedReason, type WorkerModule } from "../../../src/race/index.js";
import { createOwnDatabase } from "../../../src/race/database/ownDatabase.js";
import { type Body, checkThenAct, claim, inTransaction, oneWinner, poolWorker, race, reset, schema } from "./jobs.js";

const conditional = "update jobs set status = 'running', worker = $1 where id = 1 and status = 'pending'";

function kinds(reasons: readonly UnfinishedReason[]): readonly string[] {
  return [...new Set(reasons.map(({ kind }) => kind))].sort();
}

describe("code on the server", () => {
  const insert: Body = async (pool, { name }) => {
    const { rows } = await pool.query<{ worker: string }>("insert into audit (job, worker) values (1, $1) returning worker", [name]);
    return rows[0]?.worker === name ? "won" : "lost";
  };
  const trigger = (body: string): string => `${schema}
    create function take() returns trigger language plpgsql volatile as $$ declare seen text; begin ${body} return new; end $$;
    create trigger take before insert on audit for each row execute function take();`;

  it("a trigger that checks and acts, and one whose update does both", async () => {
    const apart = `select status into seen from jobs where id = new.job;
      if seen = 'pending' then update jobs set status = 'running' where id = new.job; else new.worker := 'nobody'; end if;`;
    const atOnce = `update jobs set status = 'running' where id = new.job and status = 'pending';
      if not found then new.worker := 'nobody'; end if;`;
    expect(await race(insert, { schema: trigger(apart) })).toMatchObject({
      verdict: "violated",
      explored: 4,
      violations: 2,
      unfinished: [],
    });
    expect(await race(insert, { schema: trigger(atOnce) })).toMatchObject({ verdict: "exhausted", explored: 4, unfinished: [] });
  });
});

describe("a lock that outlives the transaction which took it", () => {
  const locked: Body = async (pool, { name }) => {
    const client = await pool.connect();
    try {
      await client.query("select pg_advisory_lock(1)");
      const said = await checkThenAct(client, name);
      await client.query("select pg_advisory_unlock(1)");
      return said;
    } finally {
      client.release();
    }
  };

  it("is waited for although no transaction is open, before the COMMIT that was sent along", async () => {
    expect(await race(locked)).toMatchObject({ verdict: "exhausted", unfinished: [], explored: 62, errors: {} });
  });
});

describe("several statements of one worker at once", () => {
  it("over two connections", async () => {
    const beside = (act: Body): Body => {
      return async (pool, worker) => (await Promise.all([act(pool, worker), pool.query("select from audit")]))[0];
    };
    const unsafe = await race(
      beside((pool, { name }) => checkThenAct(pool, name)),
      { stopAtFirst: true },
    );
    expect(unsafe).toMatchObject({ verdict: "violated", unfinished: [] });
    const safe = await race(beside((pool, { name }) => claim(pool, conditional, name)));
    expect(safe).toMatchObject({ verdict: "exhausted", explored: 120, unfinished: [], connections: 2 });
  });

  it("of which one wins: the other is still under control", async () => {
    const first: Body = (pool, { name }) =>
      Promise.race([claim(pool, conditional, name), pool.query("select from audit").then(() => "lost")]);
    expect(await race(first)).toMatchObject({ verdict: "exhausted", explored: 120, unfinished: [] });
  });
});

describe("COPY through a submittable of the application's own", () => {
  class Copy {
    readonly #done: (error?: unknown) => void;
    readonly #row: string;
    constructor(row: string, done: (error?: unknown) => void) {
      this.#row = row;
      this.#done = done;
    }
    readonly text = "copy audit (job, worker) from stdin";
    submit(connection: { query(text: string): void }): void {
      connection.query(this.text);
    }
    handleCopyInResponse(connection: { sendCopyFromChunk(chunk: Buffer): void; endCopyFrom(): void }): void {
      connection.sendCopyFromChunk(Buffer.from(this.#row));
      connection.endCopyFrom();
    }
    handleCommandComplete(): void {
      // Its number of rows is not asked for.
    }
    handleError(error: unknown): void {
      this.#done(error);
    }
    handleReadyForQuery(): void {
      this.#done();
    }
  }

  it("has no one moment of execution", async () => {
    const report = await race((pool, { name }) =>
      inTransaction(pool, "begin", async (client) => {
        await new Promise<void>((resolve, reject) => {
          client.query(
            new Copy(`1\t${name}\n`, (error) => (error === undefined ? resolve() : reject(error as Error))) as unknown as pg.Submittable,
          );
        });
        return claim(client, conditional, name);
      }),
    );
    expect(report).toMatchObject({ verdict: "exhausted", unfinished: [], errors: {} });
    const alone = await race(async (pool, { name }) => {
      const client = await pool.connect();
      await new Promise<void>((resolve, reject) => {
        client.query(
          new Copy(`1\t${name}\n`, (error) => (error === undefined ? resolve() : reject(error as Error))) as unknown as pg.Submittable,
        );
      });
      client.release();
      return claim(pool, conditional, name);
    });
    expect(alone).toMatchObject({ verdict: "unfinished", unfinished: [{ kind: "unbracketed" }], errors: {} });
  });
});

describe("time-outs", () => {
  it("of the driver, which does not wait for a statement that is under way", async () => {
    const impatient = poolWorker(
      async (pool, { name }) => {
        await pool.query("select pg_sleep(0.5)").catch(() => undefined);
        return claim(pool, conditional, name).catch(() => "lost");
      },
      { query_timeout: 100 },
    );
    const report = await explore({
      schema,
      reset,
      invariant: () => undefined,
      workers: [2, impatient],
      stall: 1000,
      budget: { schedules: 1 },
    });
    expect(report.verdict).toBe("unfinished");
    expect(kinds(report.unfinished)).toContain("gave-up");
  });

  it("of the server, for a statement: an error like others", async () => {
    const slow = poolWorker((pool, { name }) =>
      inTransaction(pool, "begin", async (client) => {
        await client.query("savepoint before");
        await client.query("set local statement_timeout = 30");
        await client.query("select pg_sleep(100)").catch(() => undefined);
        await client.query("rollback to before");
        return claim(client, conditional, name);
      }),
    );
    const report = await explore({ schema, reset, invariant: oneWinner, workers: [2, slow], stopAtFirst: false });
    expect(report).toMatchObject({ verdict: "exhausted", unfinished: [], errors: { "57014": report.explored } });
  });
});

describe("deadlocks", () => {
  it("with a deadlock_timeout of the application's own: the server's victim is one of several", async () => {
    const shared = poolWorker((pool, { name }) => inTransaction(pool, "begin", (client) => checkThenAct(client, name, "for share")), {
      options: "-c deadlock_timeout=1ms",
    });
    const report = await explore({ schema, reset, invariant: oneWinner, workers: [2, shared], stopAtFirst: false });
    expect(report.verdict).toBe("unfinished");
    expect(kinds(report.unfinished)).toContain("nondeterministic");
  });

  it("that the server would solve by letting one pass another in a lock's queue", async () => {
    const taking = (...locks: readonly string[]): WorkerModule =>
      poolWorker((pool, { name }) =>
        inTransaction(pool, "begin", async (client) => {
          for (const lock of locks) await client.query(`lock table ${lock} mode`);
          await client.query("insert into audit (job, worker) values (1, $1)", [name]);
        }),
      );
    const workers = [
      taking("one in access exclusive", "two in share"),
      taking("two in access exclusive"),
      taking("two in share", "one in access exclusive"),
    ];
    const report = await explore({
      schema: `${schema} create table one (); create table two ();`,
      reset,
      invariant: () => undefined,
      workers,
      stall: 100,
      stopAtFirst: false,
    });
    expect(report.verdict).toBe("unfinished");
  });
});

it("a session of somebody else's in a database that is not the explorer's own", async () => {
  const own = await createOwnDatabase(new URL(process.env["DATABASE_URL"] ?? ""));
  const program = `const { parentPort, workerData } = require("node:worker_threads"); const pg = require("pg");
    const client = new pg.Client(workerData); const ready = client.connect();
    parentPort.on("message", (sql) => ready.then(() => client.query(sql)).then(() => parentPort.postMessage("done")));`;
  const other = new Worker(program, { eval: true, workerData: own.url });
  const use = async (): Promise<unknown> => {
    other.postMessage("select from jobs");
    return once(other, "message");
  };
  try {
    const worker = poolWorker((pool, { name }) => claim(pool, conditional, name));
    const options = { database: serverDatabase(own.url, { allowExisting: true }), reset, invariant: oneWinner, stall: 60_000 };
    expect(await explore({ ...options, schema, workers: [2, worker] })).toMatchObject({ verdict: "exhausted", unfinished: [] });
    await expect(explore({ ...options, schema, workers: [2, worker] })).rejects.toThrow(/"jobs" already exists.* leave `schema` out/);
    await use();
    expect(await explore({ ...options, workers: [2, worker] })).toMatchObject({ verdict: "exhausted", unfinished: [] });
    const beside = poolWorker(async (pool, { name }) => (await use(), claim(pool, conditional, name)));
    const report = await explore({ ...options, workers: [beside, worker] });
    expect(report).toMatchObject({ verdict: "unfinished", unfinished: [{ kind: "foreign-session", sql: "select from jobs" }] });
  } finally {
    await other.terminate();
    await own.drop();
  }
}, 60_000);

it("a session that a worker opens only when it comes too late", async () => {
  const program = `const pg = require("pg"); const client = new pg.Client(require("node:worker_threads").workerData);
    client.connect().then(() => client.query("insert into audit (job, worker) values (2, 'child')")).then(() => client.end())`;
  const worker = poolWorker(async (pool, { name, databaseUrl }) => {
    const won = await claim(pool, conditional, name);
    if (name === "A" && won === "lost") await once(new Worker(program, { eval: true, workerData: databaseUrl }), "exit");
    return won;
  });
  const report = await explore({ schema, reset, invariant: oneWinner, workers: [2, worker], stall: 60_000 });
  expect(report).toMatchObject({ verdict: "unfinished", unfinished: [{ kind: "foreign-session" }] });
}, 120_000);
