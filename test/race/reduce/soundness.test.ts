import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resolveDatabase } from "../../../src/race/database/index.js";
import type { Dependent, Effect } from "../../../src/race/reduce/effects.js";
import { use } from "../../../src/race/reduce/footprint.js";
import { dependent } from "../../../src/race/reduce/reducedTree.js";
import type { OpenDatabase } from "../../../src/race/types.js";
import { compare } from "./compare.js";
import { type Block, print, type Program, programOf } from "./programs.js";

let database: OpenDatabase;
beforeAll(async () => {
  database = await resolveDatabase(undefined, { allowExisting: false }).open();
});
afterAll(() => database.close());

describe("generated programs end alike with and without reduction (npm run reduce:soundness runs more of them)", () => {
  // The last four have deadlocks whose victim decides how they end.
  it.each([...Array.from({ length: 40 }, (_, index) => index + 1), 50, 286, 324, 430])("seed %i", async (seed) => {
    const program = programOf(seed);
    const { faults } = await compare(program, database.url);
    expect(faults, print(program)).toEqual([]);
  });
});

const { schema } = programOf(1);

function auto(...statements: string[]): Block {
  return { end: "auto", statements: statements.map((sql) => ({ sql })) };
}

function transaction(...statements: string[]): Block {
  return { end: "commit", statements: statements.map((sql) => ({ sql })) };
}

/** The relation with some uses of tables left out, as if they did not matter. */
function without(bits: number): Dependent {
  const strip = ({ workers, footprint }: Effect): Effect => ({
    workers,
    footprint: footprint === "everything" ? footprint : new Map([...footprint].map(([table, all]) => [table, all & ~bits])),
  });
  return (one, other) => dependent(strip(one), strip(other));
}

/** The effect with its uses of one table alone. */
function onlyOf(name: string, { workers, footprint }: Effect): Effect {
  return { workers, footprint: footprint === "everything" ? footprint : new Map([...footprint].filter(([table]) => table === name)) };
}

/** The relation with what is not understood, and what waits, taken for harmless. */
const trusting: Dependent = (one, other) =>
  one.footprint !== "everything" && other.footprint !== "everything"
    ? dependent(one, other)
    : [...one.workers].some((worker) => other.workers.has(worker));

const cases: readonly { name: string; relation: Dependent; workers: Program["workers"] }[] = [
  {
    name: "the end of a transaction is independent of what it wrote",
    relation: without(use.endRead | use.endLock | use.endWrite),
    workers: [[auto("update parents set n = n + 1 where id = 1")], [auto("select n from parents where id = 1")]],
  },
  {
    name: "reads are independent of everything",
    relation: without(use.read),
    workers: [[auto("update parents set n = n + 1 where id = 1")], [auto("select n from parents where id = 1")]],
  },
  {
    name: "writes are independent of writes",
    relation: without(use.write),
    workers: [[transaction("update parents set n = 5 where id = 1")], [transaction("update parents set n = 7 where id = 1")]],
  },
  {
    name: "foreign keys tie no tables together",
    relation: (one, other) => without(use.lock | use.endLock)(onlyOf("parents", one), onlyOf("items", other)),
    workers: [[auto("delete from parents where id = 2")], [auto("insert into items values (3, 2, 3)")]],
  },
  {
    name: "locks are independent of everything",
    relation: trusting,
    workers: [
      [transaction("select n from parents where id = 1 for update", "select n from items where id = 1")],
      [transaction("select n from parents where id = 1 for update nowait", "update items set n = 3 where id = 1")],
    ],
  },
];

describe("a relation that leaves out something is found out", () => {
  it.each(cases)("$name", async ({ relation, workers }) => {
    const program: Program = { seed: 0, schema, workers };
    expect((await compare(program, database.url)).faults, print(program)).toEqual([]);
    expect((await compare(program, database.url, relation)).faults).not.toEqual([]);
  });
});
