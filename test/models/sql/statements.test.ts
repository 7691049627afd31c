import { describe, expect, it } from "vitest";
import { accesses, outcome, read, said, withJob } from "./read.js";

describe("reads", () => {
  it.each([
    ["SELECT * FROM jobs WHERE id = $1", "read jobs where id = $0"],
    ["select id, status from app.jobs j where j.id = $1 and 'pending' = j.status", 'read jobs where id = $0 and status = "pending"'],
    ["SELECT * FROM jobs WHERE status <> $1 AND attempts < 3", "read jobs where status <> $0 and attempts < 3"],
    ["SELECT * FROM jobs WHERE status = 'pending'::job_status", 'read jobs where status = "pending"'],
    ["SELECT * FROM jobs WHERE status IN ('a', $1)", 'read jobs where status in ["a", $0]'],
    ["SELECT * FROM jobs WHERE id = ANY($1::uuid[]) AND status <> ALL ($2)", "read jobs where id in $0 and status not in $1"],
    ["SELECT * FROM jobs WHERE status NOT IN ('a', 'b')", 'read jobs where status not in ["a", "b"]'],
    ["SELECT * FROM jobs WHERE a IS NULL AND b IS NOT NULL", "read jobs where a is null and b is not null"],
    ["SELECT * FROM jobs WHERE a BETWEEN 1 AND 2", "read jobs where a >= 1 and a <= 2"],
    ["SELECT * FROM jobs WHERE 5 > a", "read jobs where a < 5"],
    ["SELECT * FROM jobs WHERE done AND NOT paused", "read jobs where done = true and paused <> true"],
    ["SELECT * FROM jobs WHERE done IS NOT TRUE", "read jobs where done <> true"],
    ["SELECT * FROM jobs WHERE a IS DISTINCT FROM 'x' AND b IS DISTINCT FROM NULL", 'read jobs where a <> "x" and b is not null'],
    ["SELECT * FROM jobs WHERE (a, b) = ($1, $2)", "read jobs where a = $0 and b = $1"],
    ["SELECT * FROM jobs WHERE run_at < now()", "read jobs where run_at < clock"],
    ["SELECT * FROM jobs WHERE name ILIKE $1", "read jobs where name unknown"],
    ["SELECT * FROM jobs WHERE a = 1 OR b = 2", "read jobs where a unknown and b unknown and …"],
    ["SELECT * FROM jobs WHERE (a = 1 OR a = $2) AND id = $1", "read jobs where a in [1, $1] and id = $0"],
    ["SELECT * FROM jobs WHERE (a = 1 OR a > 2) AND id = $1", "read jobs where a unknown and id = $0 and …"],
    ["SELECT * FROM jobs WHERE lower(name) = $1", "read jobs where name unknown and …"],
    ["SELECT j.* FROM jobs j LEFT JOIN projects p ON p.id = j.project_id WHERE j.id = $1", "read jobs where id = $0"],
    [
      "SELECT j.* FROM jobs j JOIN projects p ON p.id = j.project_id WHERE j.id = $1 AND p.status = 'open'",
      'read jobs where id = $0 and projects.status = "open" and …',
    ],
    ["SELECT * FROM jobs WHERE id IN (SELECT job_id FROM runs)", "read jobs where inner id unknown and …"],
    ["SELECT * FROM jobs WHERE EXISTS (SELECT 1 FROM runs WHERE runs.job_id = jobs.id)", "read jobs where inner runs.exists unknown"],
    ["SELECT count(*) FROM jobs WHERE status = $1", "read jobs where status = $0"],
    ["SELECT EXISTS (SELECT 1 FROM jobs WHERE id = $1)", "read jobs where id = $0"],
    ["TABLE jobs", "read jobs"],
  ])("%s", (text, expected) => {
    expect(said(text)).toBe(expected);
  });

  it.each([
    ["FOR UPDATE", "for update"],
    ["FOR NO KEY UPDATE", "for no key update"],
    ["FOR SHARE", "for share"],
    ["FOR KEY SHARE", "for key share"],
    ["FOR UPDATE NOWAIT", "for update nowait"],
    ["ORDER BY id LIMIT 1 FOR UPDATE OF jobs SKIP LOCKED", "for update skip locked"],
  ])("%s", (clause, lock) => {
    expect(said(`SELECT * FROM jobs WHERE id = $1 ${clause}`)).toBe(`read jobs where id = $0 ${lock}`);
  });

  it("FOR UPDATE OF another table locks no row of the first", () => {
    expect(accesses("SELECT j.* FROM jobs j JOIN projects p ON true WHERE j.id = $1 FOR UPDATE OF p")[0]?.lock).toBeUndefined();
  });
});

describe("writes", () => {
  it.each([
    [
      "UPDATE jobs SET status = 'running', worker = $1 WHERE id = $2 AND status = 'pending'",
      'update jobs set status = "running", worker = $0 where id = $1 and status = "pending"',
    ],
    ["UPDATE jobs SET attempts = attempts + 1 WHERE id = $1", "update jobs set attempts increment 1 where id = $0"],
    ["UPDATE jobs AS j SET stock = j.stock - $1 WHERE j.id = $2", "update jobs set stock decrement $0 where id = $1"],
    ["UPDATE jobs SET n = COALESCE(n, 0) + 1", "update jobs set n increment 1"],
    ["UPDATE jobs SET log = log || $1", "update jobs set log append $0"],
    ["UPDATE jobs SET (a, b) = ($1, 2)", "update jobs set a = $0, b = 2"],
    ["UPDATE jobs SET a = b + 1, c = DEFAULT, d = now(), e = NULL", "update jobs set a raw unknown, c raw unknown, d = clock, e = null"],
    ["UPDATE jobs SET payload = jsonb_set(payload, '{a}', $1)", "update jobs set payload raw unknown"],
    ["DELETE FROM jobs WHERE id = $1 AND status = 'done'", 'delete jobs where id = $0 and status = "done"'],
    ["INSERT INTO jobs (id, status) VALUES ($1, 'pending')", 'insert jobs set id = $0, status = "pending"'],
    ["INSERT INTO jobs (id, n) VALUES ($1, 1), ($2, 1)", "insert jobs set id = $0 | $1, n = 1"],
    ["INSERT INTO jobs VALUES ($1)", "insert jobs set …"],
    ["INSERT INTO jobs (id) SELECT $1 WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE id = $1)", "insert jobs set id = $0"],
    ["INSERT INTO log (job_id) SELECT id FROM jobs WHERE status = 'x'", 'read jobs where status = "x"; insert log set job_id raw unknown'],
    [
      "INSERT INTO jobs (id, s) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET s = EXCLUDED.s WHERE jobs.s <> 'done'",
      'upsert jobs set s = $1 where id = $0 and s <> "done"',
    ],
    ["TRUNCATE jobs", "delete jobs"],
    [
      "UPDATE jobs SET a = 1 FROM projects p WHERE p.id = jobs.project_id AND jobs.id = $1",
      "update jobs set a = 1 where project_id unknown and id = $0",
    ],
    [
      "WITH d AS (DELETE FROM queue WHERE id = $1 RETURNING *) INSERT INTO done (id) SELECT id FROM d",
      "delete queue where id = $0; insert done set id raw unknown",
    ],
  ])("%s", (text, expected) => {
    expect(said(text)).toBe(expected);
  });

  it("ON CONFLICT DO NOTHING", () => {
    expect(accesses("INSERT INTO jobs (id) VALUES ($1) ON CONFLICT DO NOTHING")[0]).toMatchObject({
      operation: "insert",
      onConflict: "ignore",
    });
  });
});

describe("rows that a sub-select finds", () => {
  const select = (clause: string) => `(SELECT id FROM jobs WHERE status = 'pending' LIMIT 1 ${clause})`;

  it.each(["FOR UPDATE", "FOR UPDATE SKIP LOCKED", "FOR NO KEY UPDATE SKIP LOCKED"])("%s makes its conditions guards", (clause) => {
    for (const text of [
      `UPDATE jobs SET status = 'running' WHERE id = ${select(clause)}`,
      `UPDATE jobs SET status = 'running' WHERE id IN ${select(clause)}`,
      `UPDATE jobs SET status = 'running' WHERE id = ANY(ARRAY${select(clause)})`,
      `WITH next AS ${select(clause)} UPDATE jobs SET status = 'running' FROM next WHERE jobs.id = next.id`,
      `WITH next AS ${select(clause)} UPDATE jobs j SET status = 'running' FROM next n WHERE j.id = n.id`,
      `WITH next AS ${select(clause)} UPDATE jobs SET status = 'running' WHERE id IN (SELECT id FROM next)`,
      `UPDATE jobs SET status = 'running' FROM ${select(clause)} AS next WHERE jobs.id = next.id`,
    ])
      expect(said(text)).toBe('update jobs set status = "running" where id in unknown and status = "pending"');
  });

  it.each(["", "FOR KEY SHARE"])("%s is a read and a write", (clause) => {
    const [found, updated] = said(`UPDATE jobs SET status = 'running' WHERE id = ${select(clause)}`).split("; ");
    expect(found).toBe(`read jobs where status = "pending"${clause === "" ? "" : " for key share"}`);
    expect(updated).toBe('update jobs set status = "running" where id = result(site)[].id | undefined and inner status = "pending"');
  });

  it("another table says which rows are meant and guards nothing", () => {
    expect(said("UPDATE jobs SET a = 1 WHERE id IN (SELECT job_id FROM runs FOR UPDATE)")).toBe(
      "update jobs set a = 1 where inner id unknown",
    );
  });
});

describe("results", () => {
  it.each([
    ["SELECT * FROM jobs", "result(site); result(site).length"],
    ["SELECT count(*)::int AS n FROM jobs", "[{n: result(site)}]; 1"],
    ['SELECT EXISTS (SELECT 1 FROM jobs) AS "found"', "[{found: result(site)}]; 1"],
    ["UPDATE jobs SET a = 1", "[]; affected(site)"],
    ["UPDATE jobs SET a = 1 RETURNING *", "result(site); affected(site)"],
    ["INSERT INTO jobs (id) VALUES (1) RETURNING id", "result(site); affected(site)"],
    ["WITH u AS (UPDATE jobs SET a = 1 RETURNING *) SELECT * FROM u", "result(site); affected(site)"],
    ["WITH u AS (UPDATE jobs SET a = 1 RETURNING *) SELECT 1", "call.rows; call.rowCount"],
    ["WITH j AS (SELECT * FROM jobs) SELECT * FROM j", "result(site); result(site).length"],
    ["SELECT j.*, p.* FROM jobs j, projects p", "call.rows; call.rowCount"],
    ["UPDATE jobs SET a = 1 WHERE id = (SELECT id FROM jobs WHERE a = 0) RETURNING *", "result(site:1); affected(site:1)"],
  ])("%s", (text, expected) => {
    expect(outcome(text)).toBe(expected);
  });

  it("columns have other names in the rows", () => {
    const context = withJob();
    read(
      'SELECT j.id, j.locked_by, j.state AS "current", p.status, count(*) OVER () AS n FROM jobs j LEFT JOIN projects p ON true',
      context,
    );
    const row = context.values.make({ kind: "element", list: context.values.result("site") });
    const named = (name: string) => context.values.columnNamed(row, name);
    expect(["id", "locked_by", "current", "status", "n"].map(named)).toEqual(["id", "lockedBy", "status", "projects.status", "?.n"]);
  });

  it("the star has the table's names", () => {
    const context = withJob();
    read("SELECT * FROM jobs", context);
    expect(context.values.columnNamed(context.values.result("site"), "locked_by")).toBe("lockedBy");
  });
});

describe("tables of entities", () => {
  it("statements name properties by their columns", () => {
    expect(said("UPDATE jobs SET locked_by = $1, owner_id = $2 WHERE state = 'a' AND other = 1", withJob())).toBe(
      'update Job set lockedBy = $0, ownerId = $1 where status = "a" and other = 1',
    );
  });
});

describe("what is no access", () => {
  it.each([
    ["BEGIN", { kind: "begin", isolation: undefined }],
    ["START TRANSACTION ISOLATION LEVEL REPEATABLE READ", { kind: "begin", isolation: "repeatable read" }],
    ["begin isolation level serializable", { kind: "begin", isolation: "serializable" }],
    ["SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", { kind: "begin", isolation: "serializable" }],
    ["COMMIT", { kind: "commit" }],
    ["END", { kind: "commit" }],
    ["ROLLBACK", { kind: "rollback" }],
    ["SAVEPOINT a", { kind: "nothing" }],
    ["ROLLBACK TO SAVEPOINT a", { kind: "nothing" }],
    ["SET LOCAL lock_timeout = '4s'", { kind: "nothing" }],
    ["SELECT set_config('app.user', $1, true)", { kind: "nothing" }],
    ["SELECT 1", { kind: "nothing" }],
    ["SELECT pg_advisory_unlock($1)", { kind: "nothing" }],
    ["NOTIFY jobs", { kind: "nothing" }],
    ["SELECT pg_advisory_lock($1)", { kind: "session lock" }],
    ["SELECT a FROM t1 UNION SELECT b FROM t2", { kind: "nothing" }],
  ])("%s", (text, expected) => {
    expect(read(text)).toMatchObject(expected);
  });

  it.each([
    ["SELECT pg_advisory_xact_lock(hashtext($1))", "lock"],
    ["SELECT pg_try_advisory_xact_lock($1) AS locked", "lock"],
    ["LOCK TABLE jobs IN EXCLUSIVE MODE", "lock jobs"],
    ["SELECT j.*, pg_advisory_xact_lock(1) FROM jobs j", "read jobs; lock"],
  ])("%s is a lock", (text, expected) => {
    expect(said(text)).toBe(expected);
  });

  it.each([
    "SELEC 1",
    "SELECT * FROM claim_next_job($1)",
    "SELECT app.hash(id) FROM jobs",
    "SELECT * INTO copy FROM jobs",
    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE",
    "SET default_transaction_isolation = 'serializable'",
    "MERGE INTO jobs t USING s ON t.id = s.id WHEN MATCHED THEN DELETE",
    "CALL proc()",
    "DO $$ begin end $$",
    "CREATE TABLE a (id int)",
    "BEGIN; SELECT 1",
    "",
  ])("%s is unknown", (text) => {
    expect(read(text)).toBeUndefined();
  });

  it("several statements are one transaction", () => {
    expect(said("BEGIN; UPDATE jobs SET a = 1; DELETE FROM runs; COMMIT")).toBe("update jobs set a = 1; delete runs");
  });
});
