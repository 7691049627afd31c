import { expect, test } from "vitest";
import { Overtakings, type Wait } from "../../../src/race/scheduler/overtaking.js";
import type { Turn } from "../../../src/race/scheduler/turns.js";
import { type Flight, WorkerState } from "../../../src/race/scheduler/workerState.js";

type Blockers = readonly number[] | undefined;

function flight(id: number, departed: number, blockedBy: Blockers): Flight {
  const arrival = { id, connection: id, pid: 100 + id, sql: "update jobs", values: [], status: "open", streamed: false } as const;
  const rest = { along: false, since: 0, step: undefined, bracketed: false, waited: true, questions: 0, stalled: false } as const;
  return { arrival, kind: "statement", silent: false, departed, blockedBy, ...rest };
}

/**
 * A turn of worker A while B (let through first) and C wait: `before` and `after` are whom B and C wait for when it begins and when
 * all rest again; `undefined` after it is an answer.
 */
function turnOf(before: readonly [Blockers, Blockers], after: readonly [Blockers, Blockers]) {
  const workers = [0, 1, 2].map((index) => new WorkerState(index));
  const waits = before.flatMap((blockedBy, at): Wait[] =>
    blockedBy === undefined ? [] : [{ worker: at + 1, flight: flight(at + 1, at + 1, blockedBy), blockedBy }],
  );
  for (const [at, blockedBy] of after.entries())
    if (blockedBy !== undefined) workers[at + 1]?.flights.set(at + 1, flight(at + 1, at + 1, blockedBy));
  const turn: Turn = { letter: "A", place: "its commit; waits; waits", worker: 0, waiting: 2, waits, landings: [], sql: "commit", id: 0 };
  return { turn, workers };
}

test("whoever began to wait first goes on first", () => {
  const { turn, workers } = turnOf([[0], [1]], [undefined, [1]]);
  expect(new Overtakings().repeats(turn, workers)).toBe(false);
});

test("a run is repeated when a later one went on and the first waits for it", () => {
  const { turn, workers } = turnOf([[0], [1]], [[2], undefined]);
  expect(new Overtakings().repeats(turn, workers)).toBe(true);
});

test("the place in a lock's queue decides who was first, not the statement's turn", () => {
  const { turn, workers } = turnOf([[0, 2], [0]], [undefined, [1]]);
  expect(new Overtakings().repeats(turn, workers)).toBe(true);
  const fair = turnOf([[0, 2], [0]], [[2], undefined]);
  expect(new Overtakings().repeats(fair.turn, fair.workers)).toBe(false);
});

test("whoever was let go on alone may come to wait for one that waits still", () => {
  const { turn, workers } = turnOf([[0], [3]], [[2], [3]]);
  expect(new Overtakings().repeats(turn, workers)).toBe(false);
});

test("two that then wait for each other have not gone on one after the other", () => {
  const { turn, workers } = turnOf([[0], [1]], [[2], [1]]);
  expect(new Overtakings().repeats(turn, workers)).toBe(true);
});

test("where somebody is overtaken time after time, that is how the program runs; one fair run in between says it is not", () => {
  const overtaken = turnOf([[0], [1]], [[2], undefined]);
  const fair = turnOf([[0], [1]], [undefined, [1]]);
  const overtakings = new Overtakings();
  for (let time = 0; time < 20; time++) expect(overtakings.repeats(overtaken.turn, overtaken.workers)).toBe(true);
  expect(overtakings.repeats(fair.turn, fair.workers)).toBe(false);
  for (let time = 0; time < 20; time++) expect(overtakings.repeats(overtaken.turn, overtaken.workers)).toBe(true);
  expect(overtakings.repeats(overtaken.turn, overtaken.workers)).toBe(false);
});
