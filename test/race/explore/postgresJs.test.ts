import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import postgres from "postgres";
import { afterAll, describe, expect, it } from "vitest";
import {
  explore,
  type ExploreOptions,
  type Report,
  type UnfinishedReason,
  type WorkerContext,
  type WorkerModule,
} from "../../../src/race/index.js";
import { oneWinner, reset, schema } from "./jobs.js";

type Body = (sql: postgres.Sql, worker: WorkerContext) => Promise<unknown>;
type Options = postgres.Options<Record<string, postgres.PostgresType>>;

function worker(body: Body, options: Options = {}): WorkerModule {
  let sql: postgres.Sql;
  return {
    setup: ({ databaseUrl }) => void (sql = postgres(databaseUrl, { max: 4, onnotice: () => undefined, ...options })),
    default: (context) => body(sql, context),
    teardown: () => sql.end({ timeout: 1 }),
  };
}

/** Two workers of one process with one pool. */
function race(body: Body, options: Partial<ExploreOptions> = {}, pool: Options = {}): Promise<Report> {
  return explore({ schema, reset, invariant: oneWinner, workers: [2, worker(body, pool)], stopAtFirst: false, ...options });
}

function kinds(reasons: readonly UnfinishedReason[]): readonly string[] {
  return [...new Set(reasons.map(({ kind }) => kind))].sort();
}

async function checkThenAct(sql: postgres.ISql, name: string): Promise<string> {
  const [job] = await sql<{ status: string }[]>`select status from jobs where id = 1`;
  if (job?.status !== "pending") return "lost";
  await sql`update jobs set status = 'running', worker = ${name} where id = 1`;
  return "won";
}

async function claim(sql: postgres.ISql, name: string): Promise<string> {
  const { count } = await sql`update jobs set status = 'running', worker = ${name} where id = 1 and status = 'pending'`;
  return count === 1 ? "won" : "lost";
}

/** The counts that the same program has over pg: see truth.test.ts. */
const plain = { verdict: "violated", explored: 14, violations: 12, unfinished: [] };
const conditional = { verdict: "exhausted", explored: 4, violations: 0, unfinished: [] };

describe("how a statement is sent", () => {
  it("prepared, not prepared, simple", async () => {
    const unsafe: Body = async (sql, { name }) => {
      const [job] = await sql.unsafe<{ status: string }[]>("select status from jobs where id = 1");
      if (job?.status !== "pending") return "lost";
      await sql.unsafe("update jobs set status = 'running', worker = $1 where id = $2", [name, 1]);
      return "won";
    };
    expect(await race((sql, { name }) => checkThenAct(sql, name))).toMatchObject(plain);
    expect(await race((sql, { name }) => checkThenAct(sql, name), {}, { prepare: false })).toMatchObject(plain);
    expect(await race(unsafe)).toMatchObject(plain);
    const { sample } = await race((sql, { name }) => claim(sql, name));
    expect(sample?.steps[0]).toMatchObject({ sql: expect.stringMatching(/^update jobs .* worker = \$1/) as string, rowCount: 1 });
    expect(sample?.steps[0]).toHaveProperty("parameters", [sample?.steps[0]?.worker]);
  });

  it("a text of several statements", async () => {
    const both: Body = async (sql, { name }) => {
      const [, { count } = { count: 0 }] = (await sql.unsafe(
        `select 1 as one; update jobs set status = 'running', worker = '${name}' where id = 1 and status = 'pending'`,
      )) as unknown as { count: number }[];
      return count === 1 ? "won" : "lost";
    };
    expect(await race(both)).toMatchObject(conditional);
  });

  it("several at once, over connections and behind each other on one", async () => {
    const atOnce: Body = async (sql, { name }) => {
      const [, won] = await Promise.all([sql`insert into audit (job, worker) values (1, ${name})`, claim(sql, name)]);
      return won;
    };
    const own: Partial<ExploreOptions> = { workers: [worker(atOnce, { max: 1 }), worker(atOnce, { max: 1 })] };
    expect(await race(atOnce, own)).toMatchObject({ verdict: "exhausted", unfinished: [], errors: {} });
    expect(await race(atOnce)).toMatchObject({ verdict: "exhausted", unfinished: [], errors: {} });
  });
});

describe("transactions", () => {
  it("begin, commit and a savepoint; a plain one hides nothing", async () => {
    const inTransaction: Body = (sql, { name }) => sql.begin((tx) => tx.savepoint((inner) => checkThenAct(inner, name)));
    expect(await race(inTransaction)).toMatchObject({ verdict: "violated", explored: 14, violations: 12, unfinished: [] });
  });

  it("serializable: an error at COMMIT is the application's", async () => {
    const serializable: Body = (sql, { name }) => sql.begin("isolation level serializable", (tx) => checkThenAct(tx, name));
    const report = await race(serializable);
    expect(report).toMatchObject({ verdict: "exhausted", unfinished: [] });
    expect(report.errors).toHaveProperty("40001");
  });

  it("an error at the COMMIT of one statement", async () => {
    const deferred = `${schema} create table once (worker text, unique (worker) deferrable initially deferred)`;
    const insert: Body = async (sql) => {
      await sql`insert into once values (${"same"})`;
      return "won";
    };
    const report = await race(insert, { schema: deferred, reset: (db) => db.query("truncate once") });
    expect(report).toMatchObject({ verdict: "exhausted", unfinished: [], violations: 0 });
    expect(Object.keys(report.errors)).toEqual(["23505"]);
  });

  it("deadlocks: each of those in it is the victim once", async () => {
    const shared: Body = (sql, { name }) =>
      sql.begin(async (tx) => {
        await tx`select from jobs where id = 1 for share`;
        return claim(tx, name);
      });
    const report = await race(shared);
    expect(report).toMatchObject({ verdict: "exhausted", unfinished: [] });
    expect(report.errors).toHaveProperty("40P01");
  });

  it("a reserved connection", async () => {
    const reserved: Body = async (sql, { name }) => {
      const connection = await sql.reserve();
      try {
        await connection`begin`;
        const won = await checkThenAct(connection, name);
        await connection`commit`;
        return won;
      } finally {
        connection.release();
      }
    };
    expect(await race(reserved)).toMatchObject({ verdict: "violated", explored: 14, violations: 12, unfinished: [] });
  });

  it("one that its worker leaves open", async () => {
    const open: Body = async (sql, { name }) => {
      const connection = await sql.reserve();
      await connection`begin`;
      await connection`insert into audit (job, worker) values (1, ${name})`;
      connection.release();
    };
    const report = await race(open, { budget: { schedules: 3 } });
    expect(kinds(report.unfinished)).toContain("outlived");
  });
});

describe("the pool", () => {
  it("one connection for both workers: a race needs none of its own", async () => {
    const report = await race((sql, { name }) => checkThenAct(sql, name), {}, { max: 1 });
    expect(report).toMatchObject({ verdict: "violated", unfinished: [] });
  });

  it("a transaction that asks for a second connection of a pool of one", async () => {
    const greedy: Body = (sql, { name }) =>
      sql.begin(async (tx) => {
        await tx`select from jobs where id = 1`;
        return claim(sql, name);
      });
    const workers = [worker(greedy, { max: 1 }), worker(greedy, { max: 1 })];
    const report = await race(greedy, { workers, stall: 300, budget: { schedules: 1 } }).catch((error: unknown) => error);
    expect(report).toMatchObject({ verdict: "unfinished", explored: 0 });
    expect((report as Report).unfinished).toContainEqual(expect.objectContaining({ kind: "waits-for-connection" }));
  });
});

describe("unfinished", () => {
  it("a statement that PostgreSQL refuses in a transaction: executed as it is", async () => {
    const vacuum: Body = async (sql, { name }) => {
      await sql`vacuum audit`;
      return claim(sql, name);
    };
    const report = await race(vacuum);
    expect(report).toMatchObject({
      verdict: "unfinished",
      violations: 0,
      errors: {},
      unfinished: [{ kind: "unbracketed", sql: "vacuum audit" }],
    });
  });

  it.each([true, false])("a procedure that commits, with a parameter, prepare: %s", async (prepare) => {
    const call: Body = async (sql, { name }) => {
      await sql`call claim(${name})`;
      return "called";
    };
    const procedure = `${schema} create procedure claim(name text) language plpgsql as $$ begin
      update jobs set worker = name where id = 1; commit; update jobs set status = 'running' where id = 1; end $$;`;
    const report = await race(call, { schema: procedure }, { prepare });
    expect(report).toMatchObject({ verdict: "unfinished", errors: {}, unfinished: [{ kind: "unbracketed", sql: "call claim($1)" }] });
  });

  it("a cursor over rows that it locks; one over a plain query is a query", async () => {
    const cursor =
      (suffix: string): Body =>
      async (sql, { name }) => {
        for await (const rows of sql.unsafe(`select id from jobs ${suffix}`).cursor(1)) expect(rows).toHaveLength(1);
        return claim(sql, name);
      };
    expect(await race(cursor(""))).toMatchObject({ verdict: "exhausted", unfinished: [] });
    const locking = await race(cursor("for update"), { budget: { schedules: 4 } });
    expect(kinds(locking.unfinished)).toContain("unbracketed");
  });

  it("a request to cancel", async () => {
    const impatient: Body = async (sql, { name }) => {
      const query = sql`select 1 as slow`;
      const answer = query.execute().catch(() => undefined);
      await sleep(20);
      query.cancel();
      await answer;
      return claim(sql, name);
    };
    const report = await race(impatient, { budget: { schedules: 1 }, stall: 300 });
    expect(report.verdict).toBe("unfinished");
    expect(report.unfinished).toContainEqual({ kind: "gave-up" });
  });

  it("a connection that breaks", async () => {
    const report = await race(
      async (sql, { name }) => {
        await sql`insert into audit (job, worker) values (1, ${name})`;
        await sql`select pg_terminate_backend(pg_backend_pid())`;
      },
      { budget: { schedules: 1 } },
    );
    expect(kinds(report.unfinished)).toContain("lost-connection");
  });
});

it("errors are the application's, with their codes", async () => {
  const failing: Body = async (sql, { name }) => {
    const codes: unknown[] = [];
    await sql`select * from nothing where id = ${name}`.catch((error: unknown) => codes.push((error as { code?: unknown }).code));
    return [...codes, await claim(sql, name)].join(" ");
  };
  const report = await race(failing);
  expect(report).toMatchObject({ verdict: "exhausted", unfinished: [] });
  expect(report.sample?.outcomes.map(({ value }) => value).sort()).toEqual(["42P01 lost", "42P01 won"]);
});

it("a parameter that cannot be written: the statement is not sent, and the next of the same text is another worker's", async () => {
  const serialize = (value: string): string => {
    if (value === "A") throw new Error("no such value");
    return value;
  };
  const body: Body = async (sql, { name }) => {
    const { checked } = sql.typed as unknown as Record<"checked", (value: string) => string>;
    try {
      const { count } = await sql`update jobs set status = 'running', worker = ${checked(name)} where id = 1 and status = 'pending'`;
      return count === 1 ? "won" : "lost";
    } catch {
      return claim(sql, `${name} again`);
    }
  };
  const types = { checked: { to: 25, from: [], serialize, parse: String } };
  // One connection, and A always asks first: there is one order, in which B comes too late.
  const report = await race(body, {}, { max: 1, types });
  expect(report).toMatchObject({ verdict: "vacuous", explored: 1, unfinished: [] });
  expect(report.sample?.outcomes.map(({ value }) => value)).toEqual(["won", "lost"]);
});

it("COPY is one statement", async () => {
  const copy: Body = async (sql, { name }) => {
    const stream = await sql`copy audit (job, worker) from stdin`.writable();
    await new Promise((resolve, reject) => {
      stream.on("error", reject).on("finish", resolve);
      stream.write(`1\t${name}\n`);
      stream.end(`2\t${name}\n`);
    });
    return claim(sql, name);
  };
  expect(await race(copy)).toMatchObject({ verdict: "exhausted", unfinished: [], errors: {} });
});

it("is reduced like pg, after its sessions have been asked for their isolation level", async () => {
  process.env["RACE_CASE"] = "plain";
  const workers: ExploreOptions["workers"] = [2, new URL("../layers/fixture/postgresjs.ts", import.meta.url)];
  const report = await explore({ schema, reset, invariant: oneWinner, workers, reduce: true, stopAtFirst: false });
  expect(report).toMatchObject({ verdict: "violated", unfinished: [] });
  expect(report.explored + report.pruned).toBeLessThanOrEqual(plain.explored);
  process.env["RACE_LEVEL"] = "serializable";
  try {
    await expect(explore({ schema, reset, invariant: oneWinner, workers, reduce: true })).rejects.toThrow(
      /a worker's session .*serializable/i,
    );
  } finally {
    delete process.env["RACE_LEVEL"];
  }
});

describe("a driver that is not known, of which only the connection is seen", () => {
  const folder = mkdtempSync(join(tmpdir(), "race-driver-"));
  cpSync(fileURLToPath(new URL(".", import.meta.resolve("postgres"))), join(folder, "driver"), { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  process.env["RACE_DRIVER"] = pathToFileURL(join(folder, "driver", "index.js")).href;
  afterAll(() => rmSync(folder, { recursive: true }));
  const workers: readonly [number, URL] = [2, new URL("./fixture/stranger.ts", import.meta.url)];

  it("in a thread of its own: its statements are the worker's", async () => {
    expect(await explore({ schema, reset, invariant: oneWinner, workers, stopAtFirst: false })).toMatchObject(plain);
  });

  it("in a shared process nobody can say whose they are", async () => {
    const claiming = worker((sql, { name }) => claim(sql, name));
    const report = await explore({ schema, reset, invariant: oneWinner, workers: [claiming, workers[1]], isolate: "shared" });
    expect(report.verdict).toBe("unfinished");
    expect(kinds(report.unfinished)).toContain("unlabelled");
  });
});
