import { expect, test } from "vitest";
import type { Host } from "../../../src/race/host/host.js";
import { News } from "../../../src/race/scheduler/news.js";
import { Silence } from "../../../src/race/scheduler/silence.js";

/** Two workers, whose event loops have idled so long in all. */
function silence(idled: readonly number[][]) {
  let reading = -1;
  const news = new News();
  const host = { size: 2, idled: (worker: number) => idled[reading]?.[worker] ?? 0 } as unknown as Host;
  const measured = new Silence(news, host);
  const wait = (milliseconds: number): void => {
    reading++;
    measured.add(milliseconds);
  };
  measured.begin();
  return { news, wait, measured };
}

test("only a worker that has nothing to do is silent", () => {
  const { measured, wait } = silence([
    [50, 50],
    [150, 52],
    [250, 52],
  ]);
  for (let time = 0; time < 3; time++) wait(100);
  expect([measured.of(0), measured.of(1), measured.waited]).toEqual([200, 2, 200]);
});

test("a process that was stopped for a minute has waited no longer than it wanted to", () => {
  const { measured, wait } = silence([
    [0, 0],
    [60_000, 60_000],
  ]);
  wait(100);
  wait(100);
  expect([measured.of(0), measured.waited]).toEqual([100, 100]);
});

test("news ends it, the answer to a question does not", () => {
  const { measured, news, wait } = silence([
    [0, 0],
    [100, 100],
    [200, 200],
    [300, 300],
  ]);
  wait(100);
  wait(100);
  news.stir();
  wait(100);
  expect(measured.of(0)).toBe(200);
  news.tell();
  wait(100);
  expect([measured.of(0), measured.waited]).toEqual([0, 0]);
});

test("what has arrived is handled before a wait is over, however late the timer rings", async () => {
  const news = new News();
  const waiting = news.wait(0, news.count);
  setImmediate(() => news.tell());
  const until = performance.now() + 20;
  while (performance.now() < until);
  expect(await waiting).toBe(true);
});
