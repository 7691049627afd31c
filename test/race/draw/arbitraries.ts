import fc from "fast-check";
import type { ReportData, Step } from "../../../src/race/types.js";
import { reportOf, scheduleOf } from "./reports.js";

/** Texts with everything that has a meaning in a terminal, in Mermaid or in XML. */
const awkward = fc.oneof(
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.string({ unit: fc.constantFrom(...Array.from("ab;#:%{}$<>&\"'`\\-\n\r\t|~ ★日💳\u0000\u001b\ud800")), maxLength: 30 }),
  fc.constantFrom(
    "style::jsonb->>'a'",
    "end",
    "%%{init: {}}%%",
    "<br/>",
    "#35;",
    "wrap: x",
    "classDef a:b#c;",
    "</svg>",
    "$$x$$",
    "A->>B: x",
  ),
);
const sql = fc
  .tuple(fc.constantFrom("SELECT * FROM t WHERE x = ", "UPDATE t SET y = 1 WHERE x = ", ""), awkward)
  .map((parts) => parts.join(""));

function stepBy(workers: readonly string[]): fc.Arbitrary<Step> {
  const worker = fc.constantFrom(...workers);
  const error = fc.record(
    { name: awkward, message: awkward, sqlState: fc.constantFrom("40001", "99999") },
    { requiredKeys: ["name", "message"] },
  );
  const connection = fc.integer({ min: 1, max: 2 });
  return fc.oneof(
    fc.record(
      {
        worker,
        kind: fc.constantFrom("statement" as const, "commit" as const, "rollback" as const),
        connection,
        sql,
        parameters: fc.array(fc.anything(), { maxLength: 3 }),
        rowCount: fc.nat(),
        auto: fc.boolean(),
        error,
        waitedFor: fc.subarray([...workers]),
        releasedBy: fc.nat(12),
      },
      { requiredKeys: ["worker", "kind", "connection"] },
    ),
    fc.record(
      { worker, kind: fc.constantFrom("effect" as const, "return" as const), label: awkward },
      { requiredKeys: ["worker", "kind"] },
    ),
    fc.record({ worker, kind: fc.constant("throw" as const), error }, { requiredKeys: ["worker", "kind"] }),
  );
}

/** Reports of one to four workers whose schedules need not be possible: a drawing must never fail, since it shows failures. */
export const anyReport: fc.Arbitrary<ReportData> = fc.integer({ min: 1, max: 4 }).chain((count) => {
  const workers = ["A", "B", "C", "D"].slice(0, count);
  const steps = fc.array(stepBy(workers), { maxLength: 12 });
  return fc.tuple(steps, awkward, fc.boolean()).map(([list, sentence, violated]) => {
    const schedule = scheduleOf("A", list);
    return violated
      ? reportOf({ workers, verdict: "violated", violation: { sentence, schedule, replay: "r1" } })
      : reportOf({ workers, verdict: "unfinished", sample: schedule, unfinished: [{ kind: "self-deadlock", worker: "A", sql: sentence }] });
  });
});
