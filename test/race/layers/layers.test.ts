import { describe, expect, it } from "vitest";
import { explore, type Isolate } from "../../../src/race/index.js";
import { oneWinner, reset, schema } from "../explore/jobs.js";

const cases = [
  { name: "plain", verdict: "violated", explored: 14, violations: 12 },
  { name: "lock", verdict: "exhausted", explored: 6, violations: 0 },
  { name: "claim", verdict: "exhausted", explored: 4, violations: 0 },
] as const;

/** Each worker in a thread costs a second: one case shows that the layer is intercepted there. */
const runs = [...cases.map((one) => ({ ...one, isolate: "shared" as Isolate })), { ...cases[0], isolate: "thread" as Isolate }];

describe.each(["typeorm", "drizzle", "kysely", "knex", "sequelize", "mikroorm", "objection", "postgresjs", "drizzlePostgresjs"])(
  "%s",
  (layer) => {
    it.each(runs)("$name, $isolate", async ({ name, isolate, ...expected }) => {
      process.env["RACE_CASE"] = name;
      const worker = new URL(`./fixture/${layer}.ts`, import.meta.url);
      const report = await explore({ schema, reset, invariant: oneWinner, workers: [2, worker], isolate, stopAtFirst: false });
      expect(report).toMatchObject({ ...expected, unfinished: [], errors: {} });
    });
  },
);
