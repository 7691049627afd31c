import { describe, expect, it } from "vitest";
import type { Consequence, Issue, Place } from "../../src/analysis/issue.js";
import { describeIssue, messages } from "../../src/report/message.js";

function at(file: string, line: number): Place {
  return { file: `/app/src/jobs/${file}`, loc: { line, column: 4, endLine: line, endColumn: 10 } };
}

function issue(consequence: Consequence, overrides: Partial<Issue> = {}): Issue {
  return {
    kind: "racy-transition",
    layer: "typeorm",
    entity: "Job",
    columns: ["status"],
    anchor: at("job.service.ts", 22),
    read: at("job.repository.ts", 12),
    check: at("job.service.ts", 20),
    write: at("job.helper.ts", 8),
    otherChecks: [],
    otherWrites: [],
    furtherWrites: [],
    readMethod: "findOne",
    writeMethod: "save",
    checkedInFilter: false,
    consequence,
    falseProtection: undefined,
    trace: [],
    repair: undefined,
    surroundings: undefined,
    ...overrides,
  };
}

/** The message as ESLint shows it. Every datum must be used, and no placeholder left. */
function render(described: Issue, cwd = "/app"): string {
  const { messageId, data } = describeIssue(described, cwd);
  const template = messages[messageId];
  const used = [...template.matchAll(/\{\{ (\w+) \}\}/g)].map(([, name]) => name);
  expect(Object.keys(data).sort()).toEqual([...new Set(used)].sort());
  return template.replaceAll(/\{\{ (\w+) \}\}/g, (_match, name: string) => data[name] ?? `<${name}>`);
}

const effect: Extract<Consequence, { kind: "effect" }> = {
  kind: "effect",
  name: "mailer.send",
  at: at("job.service.ts", 24),
  early: false,
};

describe("a message", () => {
  it("names the effect that happens twice", () => {
    expect(render(issue(effect))).toBe(
      "Race on 'status' of Job: read at src/jobs/job.repository.ts:12, checked at src/jobs/job.service.ts:20 and written at src/jobs/job.helper.ts:8, and nothing makes the three one operation. " +
        "Two callers that both pass the check both go on to call 'mailer.send' (src/jobs/job.service.ts:24). " +
        "Make 'save' conditional on what was checked and go on only if a row changed, or read the row with a lock in the same transaction.",
    );
  });

  it.each<{ name: string; consequence: Consequence; sentence: string }>([
    {
      name: "the partner, its value and this write's own",
      consequence: { kind: "partner", column: "status", value: "cancelled", own: "running", deletes: false, at: at("cancel.ts", 9) },
      sentence:
        "The write at src/jobs/cancel.ts:9 sets 'status' to 'cancelled', which the check does not let through: if it comes between check and write, this write sets it to 'running' all the same, and that change is lost.",
    },
    {
      name: "the partner without a value",
      consequence: { kind: "partner", column: "status", value: undefined, own: undefined, deletes: false, at: at("cancel.ts", 9) },
      sentence:
        "The write at src/jobs/cancel.ts:9 changes 'status': if it comes between check and write, this write overwrites it all the same, and that change is lost.",
    },
    {
      name: "the partner of a delete",
      consequence: { kind: "partner", column: "status", value: "kept", own: undefined, deletes: true, at: at("keep.ts", 9) },
      sentence:
        "The write at src/jobs/keep.ts:9 sets 'status' to 'kept', which the check does not let through: if it comes between check and write, this write deletes the row all the same, and that change is lost.",
    },
    {
      name: "the outcome",
      consequence: { kind: "outcome", at: at("job.service.ts", 30), losing: at("job.service.ts", 21) },
      sentence:
        "Two callers that both pass the check both end as the winner (src/jobs/job.service.ts:30), although one of them should have left at src/jobs/job.service.ts:21.",
    },
    {
      name: "what is overwritten",
      consequence: { kind: "overwrite", column: "worker" },
      sentence:
        "Two callers that both pass the check both write 'worker': the second overwrites what the first wrote without having checked it.",
    },
    {
      name: "what is overwritten and not known",
      consequence: { kind: "overwrite", column: undefined },
      sentence:
        "Two callers that both pass the check both write what they were given: the second overwrites what the first wrote without having checked it.",
    },
    {
      name: "what adds up",
      consequence: { kind: "repeated", column: "attempts" },
      sentence:
        "Two callers that both pass the check both change 'attempts' by an amount: it counts twice what the check should have let through once.",
    },
    {
      name: "that nothing happens",
      consequence: { kind: "idempotent" },
      sentence: "Two callers that both pass the check both write the same values; nothing else depends on it today.",
    },
  ])("names $name", ({ consequence, sentence }) => {
    expect(render(issue(consequence))).toContain(` ${sentence} Make 'save' conditional`);
  });

  it("asks for a claim in front of an effect that comes before the write", () => {
    expect(render(issue({ ...effect, early: true }))).toMatch(
      / Set an intermediate state before that call, with a write that is conditional on what was checked, and go on only if a row changed, or read the row with a lock in the same transaction\.$/,
    );
    expect(render(issue({ ...effect, early: true }, { falseProtection: "other handle" }))).toMatch(
      / or set an intermediate state before that call, with a write that is conditional on what was checked, and go on only if a row changed\.$/,
    );
  });

  it("of a stale value asks for a computation in the database", () => {
    expect(render(issue({ kind: "stale-value", column: "attempts" }))).toMatch(
      / The new 'attempts' is computed from the value read, so that one of two changes made at the same time is lost\. Let the database compute the new value in the write, or lock the row when reading it\.$/,
    );
  });

  it.each([
    {
      falseProtection: "transaction",
      end: "The transaction around it does not help: at READ COMMITTED both callers read the old value. Make 'save' conditional on what was checked and go on only if a row changed, or lock the row in the read.",
    },
    {
      falseProtection: "late lock",
      end: "The lock does not help: it is taken after the read, so the check is made on a stale row. Take the lock in the read, or read the row again after taking it.",
    },
    {
      falseProtection: "lock outside transaction",
      end: "The lock does not help: outside a transaction it ends with the statement that takes it. Do the read and the write in one transaction, or make 'save' conditional on what was checked and go on only if a row changed.",
    },
    {
      falseProtection: "other handle",
      end: "The transaction does not help: the read and the write do not both go through its handle. Use the transaction's handle for both and lock the row in the read, or make 'save' conditional on what was checked and go on only if a row changed.",
    },
  ] as const)("says why a $falseProtection does not help", ({ falseProtection, end }) => {
    const text = render(issue(effect, { falseProtection }));
    expect(text.slice(text.indexOf(" The ") + 1)).toBe(end);
  });

  it("says that the filter of the read is the check", () => {
    expect(render(issue(effect, { checkedInFilter: true }))).toContain(
      "checked at src/jobs/job.service.ts:20 (through the filter of 'findOne') and written",
    );
  });

  it("lists several columns, and names the entity alone where there is none", () => {
    expect(render(issue(effect, { columns: ["startedAt", "status", "worker"] }))).toMatch(
      /^Race on 'startedAt', 'status' and 'worker' of Job: /,
    );
    expect(render(issue(effect, { columns: [] }))).toMatch(/^Race on Job: /);
  });

  it("gives paths relative to the working directory, also outside it", () => {
    expect(render(issue(effect), "/app/src/jobs")).toContain("read at job.repository.ts:12,");
    expect(render(issue(effect), "/app/packages/api")).toContain("read at ../../src/jobs/job.repository.ts:12,");
  });
});
