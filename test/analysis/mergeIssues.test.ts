import { describe, expect, it } from "vitest";

import type { Consequence, Issue, Place } from "../../src/analysis/issue.js";
import { mergeIssues } from "../../src/analysis/mergeIssues.js";

const place = (line: number): Place => ({ file: "/a.ts", loc: { line, column: 0, endLine: line, endColumn: 1 } });

const effect: Consequence = { kind: "effect", name: "mailer.send", at: place(9), early: false };
const partner: Consequence = { kind: "partner", column: "owner", value: undefined, own: undefined, deletes: false, at: place(9) };

function issue(more: Partial<Issue>): Issue {
  return {
    kind: "racy-transition",
    layer: "prisma",
    entity: "Job",
    columns: ["status"],
    anchor: place(5),
    read: place(1),
    check: place(2),
    otherChecks: [],
    write: place(5),
    otherWrites: [],
    furtherWrites: [],
    readMethod: "findUnique",
    writeMethod: "update",
    checkedInFilter: false,
    consequence: effect,
    falseProtection: undefined,
    trace: [],
    repair: undefined,
    surroundings: undefined,
    ...more,
  };
}

describe("what meets at one place is one race", () => {
  it("names all columns and checks, and the strongest consequence", () => {
    const weak = issue({ columns: ["owner"], check: place(3), consequence: partner });
    expect(mergeIssues([weak, issue({})])).toEqual([issue({ columns: ["owner", "status"], otherChecks: [place(3)] })]);
  });

  it("names a line once", () => {
    const again = issue({ write: place(6) });
    expect(mergeIssues([issue({}), again, again])).toEqual([issue({ otherWrites: [place(6)] })]);
  });

  it("leaves out what does not matter, unless nothing does", () => {
    const idempotent = issue({ columns: ["note"], check: place(3), consequence: { kind: "idempotent" } });
    expect(mergeIssues([idempotent, issue({})])).toEqual([issue({})]);
    expect(mergeIssues([idempotent])).toEqual([idempotent]);
  });

  it("prefers what the check is about to what else is written", () => {
    const other = issue({ columns: ["status"], consequence: { kind: "overwrite", column: "worker" } });
    const own = issue({ columns: ["owner"], consequence: { kind: "overwrite", column: "owner" } });
    expect(mergeIssues([other, own])[0]?.consequence).toEqual({ kind: "overwrite", column: "owner" });
  });

  it.each([
    ["place", issue({ anchor: place(7) })],
    ["entity", issue({ entity: "Order" })],
    ["kind", issue({ kind: "lost-update" })],
  ])("another %s is another race", (_, other) => {
    expect(mergeIssues([issue({}), other])).toEqual([issue({}), other]);
  });
});
