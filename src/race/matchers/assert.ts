import { AssertionError } from "node:assert";
import type { ReportData } from "../types.js";
import { type Expectation, judge } from "./judge.js";

// eslint-disable-next-line @typescript-eslint/no-unsafe-function-type -- what AssertionError takes, to leave its own frames out
function assertVerdict(received: unknown, expected: Expectation, stackStartFn: Function): void {
  const { pass, message } = judge(received, expected);
  if (!pass) throw new AssertionError({ message, stackStartFn });
}

/** For node:test and others without `expect`: fails, with the schedule drawn, unless every schedule was run and none broke the invariant. */
export function assertExhausted(report: ReportData | readonly ReportData[]): void {
  assertVerdict(report, "exhausted", assertExhausted);
}

/** Fails unless a schedule broke the invariant: documents a race that is known. */
export function assertViolated(report: ReportData | readonly ReportData[]): void {
  assertVerdict(report, "violated", assertViolated);
}
