import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compactSql } from "../../../src/race/draw/compactSql.js";
import { shortenSql } from "../../../src/race/draw/shortenSql.js";

describe("compactSql", () => {
  it.each([
    { name: "white space and comments", sql: "SELECT 1 -- one\n  /* two */ FROM\tjobs ;\n", drawn: "SELECT 1 FROM jobs" },
    { name: "needless quotes", sql: 'SELECT "id" FROM "jobs"', drawn: "SELECT id FROM jobs" },
    { name: "quotes that a capital or a reserved word needs", sql: 'SELECT "userId" FROM "user"', drawn: 'SELECT "userId" FROM "user"' },
    { name: "the schema public", sql: 'SELECT "public"."Job"."id" FROM "public"."Job"', drawn: 'SELECT "Job".id FROM "Job"' },
    { name: "TypeORM's repeated names", sql: 'SELECT "Job"."id" AS "Job_id" FROM "jobs" "Job"', drawn: 'SELECT "Job".id FROM jobs "Job"' },
    {
      name: "other aliases",
      sql: 'SELECT "j"."id" AS "job" FROM jobs j',
      drawn: 'SELECT j.id AS "job" FROM jobs j'.replace('"job"', "job"),
    },
  ])("drops $name as far as it may", ({ sql, drawn }) => {
    expect(compactSql(sql)).toBe(drawn);
  });

  it.each(["'a -- b'", "'it''s  two'", "E'\\'  --'", "$$ a -- b $$", "$tag$ $$ -- $tag$", '"two  words"'])(
    "leaves %s as it is",
    (literal) => {
      expect(compactSql(`SELECT   ${literal}   FROM t`)).toBe(`SELECT ${literal} FROM t`);
    },
  );
});

describe("shortenSql", () => {
  const list = "alpha, beta, gamma, delta, epsilon, zeta, eta, theta";

  it("leaves out nothing that fits", () => {
    expect(shortenSql(`SELECT ${list} FROM t WHERE id = $1`, 200)).toBe(`SELECT ${list} FROM t WHERE id = $1`);
  });

  it.each([
    { name: "a select list", sql: `SELECT ${list} FROM t WHERE id = $1`, drawn: "SELECT … FROM t WHERE id = $1" },
    { name: "a RETURNING list", sql: `DELETE FROM t WHERE id = $1 RETURNING ${list}`, drawn: "DELETE FROM t WHERE id = $1 RETURNING …" },
    {
      name: "the lists of an INSERT",
      sql: `INSERT INTO t (${list}) VALUES ($1, $2, $3, $4, now(), $5, $6, $7) ON CONFLICT (id) DO NOTHING`,
      drawn: "INSERT INTO t (alpha, beta, gamma, … 5 more) VALUES ($1, $2, $3, … 5 more) ON CONFLICT (id) DO NOTHING",
    },
    {
      name: "a long SET",
      sql: "UPDATE t SET alpha = $1, beta = f($2, 3), gamma = $3, delta = $4, epsilon = $5 WHERE id = $6 AND alpha <> $1",
      drawn: "UPDATE t SET alpha = $1, beta = f($2, 3), gamma = $3, … 2 more WHERE id = $6 AND alpha <> $1",
    },
    {
      name: "the middle of a long IN",
      sql: "UPDATE t SET a = 1 WHERE id IN ($1, $2, $3, $4, $5, $6) AND a = 0",
      drawn: "UPDATE t SET a = 1 WHERE id IN ($1, $2, $3, … 3 more) AND a = 0",
    },
    {
      name: "the list of a sub-select, but not the sub-select",
      sql: `UPDATE t SET a = 1 WHERE id = (SELECT id FROM (SELECT ${list} FROM q WHERE done IS NULL) AS x LIMIT 1 FOR UPDATE)`,
      drawn: "UPDATE t SET a = 1 WHERE id = (SELECT id FROM (SELECT … FROM q WHERE done IS NULL) AS x LIMIT 1 FOR UPDATE)",
    },
    { name: "a long string", sql: `INSERT INTO t VALUES ('${"x".repeat(90)}')`, drawn: `INSERT INTO t VALUES ('${"x".repeat(21)}…')` },
  ])("leaves out $name", ({ sql, drawn }) => {
    expect(shortenSql(sql, 30)).toBe(drawn);
  });

  it("keeps a list that holds a condition", () => {
    const sql = `SELECT (SELECT count(*) FROM bids WHERE bids.lot = lots.id), ${list} FROM lots WHERE id = $1`;
    expect(shortenSql(sql, 20)).toBe(sql);
  });

  const clause = fc.constantFrom(
    "SELECT alpha, beta, gamma, delta FROM t",
    "UPDATE t SET a = $1, b = $2, c = $3, d = $4",
    "DELETE FROM t",
    "INSERT INTO t (a, b, c, d) SELECT a, b, c, d FROM s",
  );
  const condition = fc.constantFrom("id = $1", "status <> 'done'", "NOT EXISTS (SELECT 1 FROM u WHERE u.id = t.id)", "a = 'WHERE (' AND b");

  it("never loses a condition, however narrow", () => {
    fc.assert(
      fc.property(clause, fc.array(condition, { minLength: 1, maxLength: 4 }), fc.nat(200), (start, conditions, limit) => {
        const where = ` WHERE ${conditions.join(" AND ")}`;
        expect(shortenSql(start + where, limit)).toContain(where);
      }),
    );
  });
});
