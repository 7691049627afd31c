import type { Outcome, ReportData, Schedule, Step } from "../../../src/race/types.js";

/** A report of two workers in thread mode, with what a test is about put over it. */
export function reportOf(part: Partial<ReportData>): ReportData {
  return {
    verdict: "exhausted",
    isolation: "read committed",
    isolate: "thread",
    serverVersion: "17.2",
    workers: ["A", "B"],
    connections: 1,
    explored: 6,
    pruned: 0,
    violations: 0,
    unfinished: [],
    vacuous: [],
    errors: {},
    seconds: 0.42,
    ...part,
  };
}

export function scheduleOf(choices: string, steps: readonly Step[], outcomes: readonly Outcome[] = []): Schedule {
  return { choices, steps, outcomes };
}

const select =
  'SELECT "Job"."id" AS "Job_id", "Job"."status" AS "Job_status", "Job"."worker" AS "Job_worker" FROM "jobs" "Job" WHERE (("Job"."id" = $1)) LIMIT 1';
const update = 'UPDATE "jobs" SET "status" = $1, "worker" = $2 WHERE "id" IN ($3)';

function read(worker: string): Step {
  return { worker, kind: "statement", connection: 1, sql: select, parameters: [7], rowCount: 1 };
}

function write(worker: string): Step {
  return { worker, kind: "statement", connection: 1, sql: update, parameters: ["running", worker, 7], rowCount: 1 };
}

/** Both workers read the job before one writes it; the second write waits for the first one's commit. */
export const doubleRun: Schedule = scheduleOf("ABABAB", [
  read("A"),
  read("B"),
  write("A"),
  { worker: "A", kind: "commit", connection: 1, auto: true },
  { ...write("B"), waitedFor: ["A"], releasedBy: 3 },
  { worker: "B", kind: "commit", connection: 1, auto: true },
  { worker: "A", kind: "effect", label: "run job 7" },
  { worker: "A", kind: "return", label: '"won"' },
  { worker: "B", kind: "effect", label: "run job 7" },
  { worker: "B", kind: "return", label: '"won"' },
]);

export const violated: ReportData = reportOf({
  verdict: "violated",
  explored: 4,
  violations: 1,
  violation: { sentence: "job 7 ran twice: A and B both won it", schedule: doubleRun, replay: "ABBBAA" },
});

/** Three different workers with transactions: a conflict under SERIALIZABLE, a failed commit, a second connection. */
export const threeWorkers: ReportData = reportOf({
  verdict: "violated",
  isolation: "serializable",
  isolate: "shared",
  workers: ["A", "B", "C"],
  connections: 2,
  explored: 1860,
  pruned: 12,
  violations: 1,
  errors: { "40001": 412, "40P01": 3 },
  unfinished: [{ kind: "budget", limit: "schedules", value: 2000 }],
  violation: {
    sentence: "order 1 was cancelled and shipped",
    replay: "AABBCABC",
    schedule: scheduleOf("AABBCABC", [
      {
        worker: "A",
        kind: "statement",
        connection: 1,
        sql: "SELECT status, total FROM orders WHERE id = $1 FOR UPDATE",
        parameters: [1],
        rowCount: 1,
      },
      {
        worker: "A",
        kind: "statement",
        connection: 2,
        sql: "INSERT INTO audit_log (order_id, actor, action, created_at, payload) VALUES ($1, $2, $3, $4, $5) RETURNING id, order_id, actor, action, created_at",
        parameters: [1, "support", "cancel", new Date("2026-11-24T10:00:00Z"), { reason: 'customer asked; "twice"' }],
        rowCount: 1,
      },
      {
        worker: "B",
        kind: "statement",
        connection: 1,
        sql: "UPDATE orders SET status = 'shipped' WHERE id = $1 AND status <> 'cancelled'",
        parameters: [1],
        rowCount: 0,
      },
      { worker: "A", kind: "commit", connection: 2, auto: true },
      { worker: "A", kind: "commit", connection: 1, sql: "COMMIT" },
      { worker: "B", kind: "throw", error: { name: "ConflictError", message: "order 1 is being changed" } },
      {
        worker: "C",
        kind: "statement",
        connection: 1,
        sql: "UPDATE orders SET status = 'cancelled' WHERE id = $1",
        parameters: [1],
        error: { name: "error", sqlState: "40001", message: "could not serialize access due to concurrent update" },
        waitedFor: ["A", "B"],
        releasedBy: 4,
      },
      { worker: "C", kind: "rollback", connection: 1, sql: "ROLLBACK" },
      { worker: "A", kind: "effect", label: "refund 30 EUR" },
      { worker: "A", kind: "return" },
    ]),
  },
});
