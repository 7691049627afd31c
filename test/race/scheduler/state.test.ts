import { expect, test } from "vitest";
import type { Answer } from "../../../src/race/agent/protocol.js";
import type { ControlConnection } from "../../../src/race/database/control.js";
import type { Host } from "../../../src/race/host/host.js";
import { Expectations } from "../../../src/race/scheduler/expectations.js";
import { Questions } from "../../../src/race/scheduler/questions.js";
import { Reasons } from "../../../src/race/scheduler/reasons.js";
import { RunState } from "../../../src/race/scheduler/state.js";

const update = "update jobs set status = 'running'";
const changed: Answer = { rowCount: 1, status: "open" };
const deadlock: Answer = { status: "failed", error: { name: "error", message: "deadlock detected", sqlState: "40P01" } };

/** A (statement 0) and B (statement 1) are under way; `blockedBy` of each as the server said. */
function underWay(blockedBy: readonly (readonly number[] | undefined)[]) {
  const reasons = new Reasons();
  const state = new RunState(blockedBy.length, reasons);
  for (const [index, worker] of state.workers.entries()) {
    const arrival = { id: index, connection: index, pid: 100 + index, sql: update, values: [], status: "open", streamed: false } as const;
    worker.started = true;
    state.take({ type: "parked", worker: index, arrival, late: false });
    const [parked] = worker.parked;
    if (parked === undefined) throw new Error("nothing is parked");
    state.depart(worker, parked, false);
    const flight = worker.flights.get(index);
    if (flight !== undefined && blockedBy[index] !== undefined) {
      flight.blockedBy = blockedBy[index];
      flight.waited = true;
    }
  }
  const answer = (worker: number, it: Answer): void => state.take({ type: "answered", worker, id: worker, answer: it, held: false });
  return { reasons, state, answer };
}

test("whom the victim of a deadlock lets go may be heard of before the victim", () => {
  const { reasons, state, answer } = underWay([[1], [0]]);
  for (const flight of state.workers[1]?.flights.values() ?? []) state.doom(flight);
  expect(state.workers[1]?.settled).toBe(false);
  answer(0, changed);
  answer(1, deadlock);
  expect(reasons.all).toStrictEqual([]);
});

test("a result out of a circle of waiting statements, of which nobody is the victim, makes the verdict unfinished", () => {
  const { reasons, answer } = underWay([[1], [0]]);
  answer(0, changed);
  expect(reasons.all).toStrictEqual([{ kind: "nondeterministic", worker: "A", expected: `still waiting in ${update}`, got: "its result" }]);
});

test("a victim that the server chose makes the verdict unfinished", () => {
  const { reasons, answer } = underWay([[1], [0]]);
  answer(1, deadlock);
  expect(reasons.all).toStrictEqual([{ kind: "nondeterministic", worker: "B", expected: `still waiting in ${update}`, got: "40P01" }]);
});

test("a result that waited for one that rests makes the verdict unfinished", () => {
  const { reasons, answer } = underWay([[1], undefined]);
  answer(1, changed);
  expect(reasons.all).toStrictEqual([]);
  answer(0, changed);
  expect(reasons.all).toMatchObject([{ kind: "nondeterministic", worker: "A" }]);
});

test("whoever waits for the place in a row's queue is let go by the end of a statement, which may be heard of later", () => {
  // C has committed: A has the place and goes on, B waited for it when the server was asked.
  const early = underWay([[2], [0], undefined]);
  early.answer(2, { rowCount: 0, status: "idle" });
  for (const flight of early.state.workers[1]?.flights.values() ?? []) flight.blockedBy = [0];
  early.answer(1, changed);
  early.answer(0, changed);
  expect(early.reasons.all).toStrictEqual([]);
});

test("while one moves nobody is known to wait: it may let others go on that wait behind it", async () => {
  const { state } = underWay([undefined, undefined]);
  const flights = state.workers.flatMap((worker) => [...worker.flights.values()]);
  const answers = [
    [[101, [100]]],
    [
      [100, [101]],
      [101, [100]],
    ],
  ] as const;
  let asked = 0;
  const control = { blockers: () => Promise.resolve(new Map<number, readonly number[]>(answers[asked++])) } as unknown as ControlConnection;
  const host = { send: () => undefined } as unknown as Host;
  const questions = new Questions(state, { host, control, expectations: new Expectations() });
  const seen: unknown[] = [];
  for (let time = 0; time < 2; time++) {
    questions.ask(flights, true);
    const { count } = state.news;
    await state.news.wait(1000, count);
    seen.push(flights.map(({ blockedBy }) => blockedBy));
  }
  expect(seen).toEqual([
    [undefined, undefined],
    [[1], [0]],
  ]);
});

test("the end of a statement that had waited makes whoever waits for it one to ask about again", () => {
  const { reasons, state, answer } = underWay([[2], [0], undefined]);
  answer(2, { rowCount: 0, status: "idle" });
  for (const flight of state.workers[1]?.flights.values() ?? []) flight.blockedBy = [0];
  answer(0, changed);
  expect(state.workers[1]?.settled).toBe(false);
  answer(1, changed);
  expect(reasons.all).toStrictEqual([]);
});
