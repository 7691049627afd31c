import { Random } from "./random.js";

/** A statement; `only` makes it depend on whether the last statement gave rows, `$1` is the first number that it gave, plus one. */
export interface Statement {
  readonly sql: string;
  readonly only?: "rows" | "none";
}

/** Autocommit statements, or a transaction and its end. */
export interface Block {
  readonly end: "auto" | "commit" | "rollback";
  readonly statements: readonly Statement[];
}

export interface Program {
  readonly seed: number;
  readonly schema: string;
  readonly workers: readonly (readonly Block[])[];
}

export const reset = `truncate parents, items;
  insert into parents values (1, 10, 0), (2, 20, 0); insert into items values (1, 1, 1), (2, 2, 1)`;

function schemaOf(random: Random): string {
  const action = random.pick(["", "on delete cascade", "on delete set null on update cascade", "deferrable initially deferred"]);
  return `drop table if exists items, parents;
  create table parents (id int primary key, code int unique, n int not null default 0 check (n < 100));
  create table items (id int primary key, parent int references parents (id) ${action}, n int, unique (parent, n))`;
}

type Template = (random: Random) => string;

const row = (random: Random): number => random.between(1, 2);
const some = (random: Random): number => random.between(1, 3);

const reads: readonly Template[] = [
  (random) => `select n from parents where id = ${row(random)}`,
  (random) => `select n, id, parent from items where parent = ${row(random)} order by id`,
  () => "select count(*)::int as n from items",
  () => "select coalesce(max(n), 0) as n from parents",
  (random) => `select n, (select count(*)::int from items i where i.parent = p.id) as c from parents p where p.id = ${row(random)}`,
  (random) =>
    `with big as (select * from items where n >= ${row(random)}) select count(*)::int as n from big join parents on parent = parents.id`,
];

const writes: readonly Template[] = [
  (random) => `update parents set n = n + 1 where id = ${row(random)}`,
  (random) => `update parents set n = $1 where id = ${row(random)}`,
  (random) => `update parents set n = (select count(*) from items where parent = ${row(random)}) where id = ${row(random)} returning n`,
  (random) => `update parents set code = ${random.pick([10, 20, 30])} where id = ${row(random)}`,
  (random) => `update parents set id = ${some(random)} where id = ${row(random)}`,
  (random) => `update items set n = ${some(random)} where id = ${row(random)} and n = 1`,
  (random) => `update items set parent = ${some(random)} where id = ${row(random)}`,
  (random) => `update items i set n = p.n + 1 from parents p where p.id = i.parent and i.id = ${row(random)}`,
  (random) => `insert into items values (${random.between(2, 4)}, ${some(random)}, ${some(random)})`,
  (random) => `insert into items values (${random.between(2, 4)}, ${row(random)}, ${some(random)}) on conflict do nothing`,
  (random) => `insert into items values (${row(random)}, ${row(random)}, 1) on conflict (id) do update set n = items.n + 1 returning n`,
  (random) => `insert into parents values (3, ${random.pick([20, 30])}, 0)`,
  (random) => `insert into items select 3, ${row(random)}, $1::int where not exists (select from items where n = ${some(random)})`,
  (random) => `delete from items where id = ${row(random)} returning n`,
  (random) => `delete from parents where id = ${row(random)}`,
  (random) =>
    `with gone as (delete from items where id = ${row(random)} returning n) update parents set n = n + 1 where exists (select from gone)`,
];

const locks: readonly Template[] = [
  (random) => `select n from parents where id = ${row(random)} for ${random.pick(["update", "share", "key share", "no key update"])}`,
  (random) => `select n from items where n = 1 order by id limit 1 for update ${random.pick(["", "skip locked", "nowait"])}`,
  () => "select 1 as n from pg_advisory_xact_lock(1)",
  () => "lock table items in share mode",
];

function statementOf(random: Random): Statement {
  const template = random.pick(random.pick([reads, reads, writes, writes, writes, writes, random.chance(0.4) ? locks : writes]));
  const sql = template(random);
  return random.chance(0.2) ? { sql, only: random.pick(["rows", "none"]) } : { sql };
}

function blockOf(random: Random): Block {
  const end = random.pick(["auto", "auto", "commit", "commit", "commit", "rollback"] as const);
  const statements = Array.from({ length: random.between(1, end === "auto" ? 2 : 3) }, () => statementOf(random));
  return { end, statements: statements.filter(({ sql }) => end !== "auto" || !sql.startsWith("lock table")) };
}

/** Scheduling points: an autocommit write has two. */
function points(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { end, statements }) => {
    if (end !== "auto") return sum + statements.length + 1;
    return sum + statements.reduce((count, { sql }) => count + (reads.some((read) => sameShape(read, sql)) ? 1 : 2), 0);
  }, 0);
}

function sameShape(read: Template, sql: string): boolean {
  return read(new Random(1)).replaceAll(/\d/g, "") === sql.replaceAll(/\d/g, "");
}

/** The most interleavings that so many points of each worker can have. */
function interleavings(counts: readonly number[]): number {
  let [total, ways] = [0, 1];
  for (const count of counts) for (let place = 1; place <= count; place++) ways = (ways * ++total) / place;
  return ways;
}

/** A program of two or three workers that has neither too few schedules to matter nor too many to run them all. */
export function programOf(seed: number): Program {
  const random = new Random(seed);
  const schema = schemaOf(random);
  for (;;) {
    const size = random.chance(0.7) ? 2 : 3;
    const workers = Array.from({ length: size }, () =>
      Array.from({ length: random.between(1, size === 2 ? 2 : 1) }, () => blockOf(random)),
    );
    const ways = interleavings(workers.map(points));
    if (workers.every((blocks) => points(blocks) > 0) && ways >= 6 && ways <= 110) return { seed, schema, workers };
  }
}

export function print({ seed, schema, workers }: Program): string {
  const lines = workers.map((blocks, index) => {
    const texts = blocks.map(({ end, statements }) => {
      const inner = statements.map(({ sql, only }) => (only === undefined ? sql : `(if ${only}) ${sql}`));
      return (end === "auto" ? inner : ["begin", ...inner, end]).join(";\n    ");
    });
    return `  ${String.fromCharCode(65 + index)}:\n    ${texts.join(";\n    ")}`;
  });
  return `seed ${seed}\n${schema};\n${reset};\n${lines.join("\n")}`;
}
