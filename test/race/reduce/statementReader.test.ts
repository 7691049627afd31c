import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ControlConnection, controlConnection, resolveDatabase } from "../../../src/race/database/index.js";
import { readCatalogue } from "../../../src/race/reduce/catalogue.js";
import { use } from "../../../src/race/reduce/footprint.js";
import { StatementReader } from "../../../src/race/reduce/statementReader.js";
import { loadParser } from "../../../src/race/reduce/syntax.js";
import type { OpenDatabase } from "../../../src/race/types.js";

const schema = `
  create type mood as enum ('glad', 'sad');
  create domain short as text check (length(value) < 9);
  create function twice(n int) returns int language sql as 'select 2 * n';
  create function stamp() returns trigger language plpgsql as 'begin return new; end';
  create table parents (id int primary key, code text unique, n int default 0 check (n >= 0), mood mood, at timestamptz default now());
  create table items (id serial primary key, parent int references parents, n int);
  create table notes (id int generated always as identity primary key, item int references items on delete cascade);
  create table logs (id int primary key, n int default twice(1));
  create sequence shared;
  create table ones (id int default nextval('shared'));
  create table twos (id int default nextval('shared'));
  create table stamped (id int);
  create trigger stamp before insert on stamped for each row execute function stamp();
  create table ruled (id int);
  create rule quiet as on delete to ruled do instead nothing;
  create table shorts (id int, text short);
  create table indexed (id int, n int);
  create unique index on indexed (lower(n::text)) where n > 0;
  create table above (id int);
  create table below () inherits (above);
  create table parted (id int) partition by list (id);
  create table part partition of parted for values in (1);
  create view seen as select * from parents;
  create schema other;
  create view other.indexed as select * from parents;`;

let database: OpenDatabase;
let control: ControlConnection;
let reader: StatementReader;

async function open(extra = ""): Promise<StatementReader> {
  await control.query(extra);
  return new StatementReader(await readCatalogue(control), await loadParser());
}

beforeAll(async () => {
  database = await resolveDatabase(undefined, { allowExisting: false }).open();
  control = await controlConnection(database.url);
  reader = await open(schema);
});

afterAll(async () => {
  await control.end();
  await database.close();
});

const words = { read: use.read, lock: use.read | use.lock, write: use.read | use.write };

/** The uses in words, `parents: lock`, or everything. */
function told(sql: string): string | Record<string, string | undefined> {
  const footprint = reader.read(sql);
  if (footprint === "everything") return footprint;
  const all = use.read | use.lock | use.write;
  const word = (bits: number) =>
    Object.entries(words).find(([, value]) => value === bits)?.[0] ?? (bits === all ? "lock, write" : `${bits}`);
  return Object.fromEntries([...footprint].map(([table, bits]) => [table, word(bits)]));
}

describe("what a statement does with which tables", () => {
  it.each<[string, Record<string, string>]>([
    ["select 1, now(), count(*) filter (where true)", {}],
    ["select n from parents where id = $1 and mood = 'glad'::mood order by n limit 1", { parents: "read" }],
    ["select n from public.parents p join items i on i.parent = p.id", { parents: "read", items: "read" }],
    ["with big as (select * from items) select * from big where exists (select from parents)", { items: "read", parents: "read" }],
    ["with parents as (select 1) select * from parents", { parents: "read" }],
    ["select 1; select * from items", { items: "read" }],
    ["insert into parents (id) values ($1)", { parents: "write" }],
    ["insert into items (parent) select id from parents", { items: "write", parents: "lock" }],
    ["insert into items values (1, 1, 1) on conflict (id) do update set n = 2", { items: "write", parents: "lock" }],
    ["insert into items values (1, 1, 1) on conflict (id) do update set id = 2", { items: "lock, write", parents: "lock", notes: "write" }],
    ["update parents set n = n + 1 where id = $1 returning n", { parents: "write" }],
    ["update parents set id = 3", { parents: "lock, write", items: "lock, write", notes: "write" }],
    ["update items i set n = p.n from parents p where p.id = i.parent", { items: "write", parents: "lock" }],
    ["delete from items", { items: "lock, write", parents: "lock", notes: "write" }],
    [
      "with gone as (delete from notes returning item) select * from gone join logs on true",
      { notes: "write", items: "lock", logs: "read" },
    ],
  ])("%s", (sql, uses) => {
    expect(told(sql)).toEqual(uses);
  });

  it.each([
    ["a lock", "select n from parents for update"],
    ["a lock in a sub-select", "update parents set n = 1 where id = (select id from parents for update skip locked)"],
    ["an advisory lock", "select pg_advisory_xact_lock(1)"],
    ["a sequence", "select nextval('shared')"],
    ["what is volatile", "select set_config('a.b', 'c', true)"],
    ["a function of the user's", "select twice(1)"],
    ["a function of the user's in the form of a column", "select p.twice from parents p"],
    ["a function of another schema", "select other.now()"],
    ["a view", "select * from seen"],
    ["a name that is a table and a view", "select * from indexed"],
    ["a table that is not there", "select * from missing"],
    ["a catalogue", "select * from pg_class"],
    ["a partitioned table", "insert into parted values (1)"],
    ["a partition", "select * from part"],
    ["a parent of inheritance", "select * from above"],
    ["a child of inheritance", "update below set id = 1"],
    ["a trigger", "insert into stamped values (1)"],
    ["a rule", "delete from ruled"],
    ["a default that calls a function of the user's", "insert into logs (id) values (1)"],
    ["a sequence of two tables", "insert into ones default values"],
    ["a column of a domain", "insert into shorts values (1, 'a')"],
    ["a cast to a domain", "select 'a'::short"],
    ["a system column", "select xmin from parents"],
    ["SELECT INTO", "select * into copies from parents"],
    ["MERGE", "merge into parents p using items i on i.parent = p.id when matched then delete"],
    ["TRUNCATE", "truncate items"],
    ["LOCK", "lock table items"],
    ["NOTIFY", "notify news"],
    ["EXECUTE", "execute plan"],
    ["several statements of which one is not understood", "select 1; select twice(1)"],
    ["what is no SQL", "selekt 1"],
  ])("everything: %s", (_, sql) => {
    expect(told(sql)).toBe("everything");
  });

  it("a trigger on a table that is only read does not matter", () => {
    expect(told("select * from stamped")).toEqual({ stamped: "read" });
  });

  it("after a statement that may change the schema all is everything", async () => {
    const fresh = await open();
    expect(fresh.read("select n from parents")).not.toBe("everything");
    fresh.read("create index on parents (n)");
    expect(fresh.read("select n from parents")).toBe("everything");
  });

  it("an operator or a policy of the user's may be anywhere", async () => {
    const fresh = await open("create policy mine on items using (true)");
    expect(fresh.read("select n from parents")).toBe("everything");
  });
});
