import { expect, test } from "vitest";
import type { Answer } from "../../../src/race/agent/protocol.js";
import { Reasons } from "../../../src/race/scheduler/reasons.js";
import { RunState } from "../../../src/race/scheduler/state.js";

const update = "update jobs set status = 'running'";
const changed: Answer = { rowCount: 1, status: "open" };
const deadlock: Answer = { status: "failed", error: { name: "error", message: "deadlock detected", sqlState: "40P01" } };

/** A (statement 0) and B (statement 1) are under way; `blockedBy` of each as the server said. */
function underWay(blockedBy: readonly (readonly number[] | undefined)[]) {
  const reasons = new Reasons();
  const state = new RunState(2, reasons);
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

test("whom a broken deadlock lets go may be heard of before the one that the server ended", () => {
  const { reasons, state, answer } = underWay([[1], [0]]);
  answer(0, changed);
  expect(state.workers[1]?.settled).toBe(false);
  answer(1, deadlock);
  state.rest();
  expect(reasons.all).toStrictEqual([]);
});

test("a result out of a circle of waiting statements that nothing explains makes the verdict unfinished", () => {
  const { reasons, state, answer } = underWay([[1], [0]]);
  answer(0, changed);
  expect(reasons.all).toStrictEqual([]);
  state.rest();
  expect(reasons.all).toStrictEqual([{ kind: "nondeterministic", worker: "A", expected: `still waiting in ${update}`, got: "its result" }]);
});

test("a result that waited for one that rests makes the verdict unfinished at once", () => {
  const { reasons, state, answer } = underWay([[1], undefined]);
  const flight = state.workers[1]?.flights.get(1);
  if (flight !== undefined) flight.waited = true;
  answer(0, changed);
  expect(reasons.all).toMatchObject([{ kind: "nondeterministic", worker: "A" }]);
});
