import { describe, expect, it } from "vitest";
import { exploreEach } from "../../../src/race/index.js";
import { checkThenAct, claim, inTransaction, oneWinner, poolWorker, race, reset, schema } from "./jobs.js";

const plain = poolWorker((pool, { name }) => checkThenAct(pool, name));
const conditional = "update jobs set status = 'running', worker = $1 where id = 1 and status = 'pending'";

it("isolation levels, side by side", async () => {
  const worker = poolWorker((pool, { name }) => inTransaction(pool, "begin", (client) => checkThenAct(client, name)));
  const reports = await exploreEach({ schema, reset, invariant: oneWinner, workers: [2, worker], stopAtFirst: false });
  expect(reports.map(({ isolation, verdict, errors }) => ({ isolation, verdict, errors }))).toEqual([
    { isolation: "read committed", verdict: "violated", errors: {} },
    { isolation: "repeatable read", verdict: "exhausted", errors: { "40001": 12 } },
    { isolation: "serializable", verdict: "exhausted", errors: { "40001": 12 } },
  ]);
  expect(String(reports)).toMatch(/isolation\s+verdict/);
});

describe("replay", () => {
  it("runs the schedule again that broke the invariant, shrunk to the fewest context switches", async () => {
    const options = { schema, reset, invariant: oneWinner, workers: [2, plain] as const };
    const { violation } = await race(() => Promise.resolve(), { ...options, stopAtFirst: true });
    expect(violation?.schedule.choices.match(/(.)\1*/g)).toHaveLength(3);
    const again = await race(() => Promise.resolve(), { ...options, replay: violation?.replay ?? "" });
    expect(again).toMatchObject({ verdict: "violated", explored: 1, violation: { replay: violation?.replay } });
    expect(again.violation?.schedule.steps).toEqual(violation?.schedule.steps);
  });

  it.each([
    { covered: "every schedule", options: {} },
    { covered: "as many as the budget allows", options: { budget: { schedules: 3 } } },
  ])("names a schedule with the fewest context switches as well where all violations are counted: $covered", async ({ options }) => {
    const { violation, violations } = await race((pool, { name }) => checkThenAct(pool, name), options);
    expect(violations).toBeGreaterThan(1);
    expect(violation?.schedule.choices.match(/(.)\1*/g)).toHaveLength(3);
  });

  it("of another program is refused in one sentence", async () => {
    const { violation } = await race((pool, { name }) => checkThenAct(pool, name), { stopAtFirst: true });
    const replay = violation?.replay ?? "";
    await expect(race((pool, { name }) => claim(pool, conditional, name), { replay })).rejects.toThrow(
      /^The replay string is of another program: /,
    );
    await expect(race((pool, { name }) => checkThenAct(pool, name, "order by id"), { replay })).rejects.toThrow(/led to other statements/);
    await expect(race((pool, { name }) => checkThenAct(pool, name), { replay: "AAB" })).rejects.toThrow(/is no replay string/);
    await expect(race((pool, { name }) => checkThenAct(pool, name), { replay: replay.replace("r1", "r0") })).rejects.toThrow(/version r0/);
  });
});

it("three workers", async () => {
  const report = await race((pool, { name }) => claim(pool, conditional, name), {
    workers: [3, poolWorker((pool, { name }) => claim(pool, conditional, name))],
  });
  expect(report).toMatchObject({ verdict: "exhausted", workers: ["A", "B", "C"], violations: 0 });
});

it("different workers: cancel against ship", async () => {
  const ship = poolWorker(async (pool, { step }) => {
    const won = await claim(pool, "update jobs set status = 'shipped', worker = $1 where id = 1 and status = 'pending'", "ship");
    if (won === "won") step("mail the customer");
  });
  const cancel = poolWorker((pool) => checkThenAct(pool, "cancel"));
  const report = await race(() => Promise.resolve(), {
    workers: [ship, cancel],
    invariant: async ({ outcomes, db }) => {
      const { rows } = await db.query<{ status: string }>("select status from jobs where id = 1");
      return outcomes[0]?.effects.length === 1 && rows[0]?.status !== "shipped" ? "a shipped order was cancelled" : undefined;
    },
  });
  expect(report).toMatchObject({ verdict: "violated", violation: { sentence: "a shipped order was cancelled" } });
});

it("steps tell who waited for whom, and what let him go on", async () => {
  // The second schedule: A executes, B executes and waits, A commits.
  const report = await race((pool, { name }) => claim(pool, conditional, name), { budget: { schedules: 2 } });
  const steps = report.sample?.steps ?? [];
  const waiting = steps.find(({ waitedFor }) => waitedFor !== undefined);
  expect(waiting).toMatchObject({ worker: "B", waitedFor: ["A"], rowCount: 0 });
  expect(steps[waiting?.releasedBy ?? -1]).toMatchObject({ worker: "A", kind: "commit", auto: true });
});

it("parallel statements of one worker are told apart, in every order", async () => {
  const report = await race(async (pool, { name }) => {
    const [claimed, { rowCount }] = await Promise.all([claim(pool, conditional, name), pool.query("select * from audit")]);
    return rowCount === 0 ? claimed : "lost";
  });
  expect(report).toMatchObject({ verdict: "exhausted", unfinished: [], connections: 2 });
  expect(report.sample?.choices).toMatch(/^[ABab]+$/);
});
