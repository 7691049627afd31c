import { describe, expect, it } from "vitest";
import { assertExhausted, assertViolated } from "../../../src/race/matchers/assert.js";
import { judge } from "../../../src/race/matchers/judge.js";
import { matchers } from "../../../src/race/matchers/matchers.js";
import "../../../src/race/vitest.js";
import { doubleRun, reportOf, violated } from "../draw/reports.js";

const exhausted = reportOf({ sample: doubleRun });
const unfinished = reportOf({ verdict: "unfinished", unfinished: [{ kind: "budget", limit: "schedules", value: 9 }] });
const vacuous = reportOf({ verdict: "vacuous", vacuous: ["Worker B never wrote."] });

describe("judge", () => {
  it.each([
    { name: "exhausted", report: exhausted, expected: "exhausted", pass: true, says: "none broke the invariant" },
    { name: "violated", report: violated, expected: "exhausted", pass: false, says: "job 7 ran twice" },
    { name: "unfinished", report: unfinished, expected: "exhausted", pass: false, says: "so nothing is proved" },
    { name: "vacuous", report: vacuous, expected: "exhausted", pass: false, says: "Worker B never wrote." },
    { name: "violated", report: violated, expected: "violated", pass: true, says: "job 7 ran twice" },
    { name: "exhausted", report: exhausted, expected: "violated", pass: false, says: "The last schedule that ran" },
    { name: "unfinished", report: unfinished, expected: "violated", pass: false, says: "not every one was run" },
    { name: "vacuous", report: vacuous, expected: "violated", pass: false, says: "did not meet" },
  ] as const)("of $name, when $expected is expected: $pass", ({ report, expected, pass, says }) => {
    const judgement = judge(report, expected);
    expect(judgement.pass).toBe(pass);
    expect(judgement.message).toContain(says);
  });

  it("wants each of several isolation levels to be as expected", () => {
    expect(judge([exhausted, exhausted], "exhausted").pass).toBe(true);
    const { pass, message } = judge([exhausted, violated], "exhausted");
    expect(pass).toBe(false);
    expect(message).toContain("A schedule breaks the invariant.");
  });

  it.each([
    { name: "a promise", received: Promise.resolve(exhausted), says: "await explore" },
    { name: "nothing", received: undefined, says: "It got undefined." },
    { name: "null", received: null, says: "It got null." },
    { name: "an empty list", received: [], says: "an empty one" },
    { name: "something else", received: { verdict: "fine" }, says: "It got object." },
  ])("says what is wrong with $name", ({ received, says }) => {
    expect(judge(received, "exhausted")).toMatchObject({ pass: false, message: expect.stringContaining(says) as string });
  });
});

describe("the matchers", () => {
  it("pass and fail under Vitest's expect", () => {
    expect(exhausted).toBeExhaustedWithoutViolation();
    expect(violated).toBeViolated();
    expect(() => {
      expect(violated).toBeExhaustedWithoutViolation();
    }).toThrow("<waits for A until 3>");
  });

  it.each(["toBeExhaustedWithoutViolation", "toBeViolated"] as const)("%s cannot be turned round", (name) => {
    for (const report of [exhausted, violated, unfinished, vacuous]) {
      const { pass, message } = matchers[name].call({ isNot: true }, report);
      expect(pass).toBe(true);
      expect(message()).toContain("prove nothing");
    }
  });
});

describe("the assertions", () => {
  it("throw what node:assert throws", () => {
    assertExhausted(exhausted);
    assertViolated(violated);
    expect(() => {
      assertExhausted(violated);
    }).toThrow(expect.objectContaining({ code: "ERR_ASSERTION", message: expect.stringContaining("job 7 ran twice") as string }));
    expect(() => {
      assertViolated(exhausted);
    }).toThrow("but there is none");
  });
});
