import { type Expectation, judge } from "./judge.js";

interface MatcherState {
  readonly isNot?: boolean;
}

interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** An assertion that `.not` cannot turn round: it would accept `unfinished` and `vacuous`, which say nothing about the workers. */
function matcher(expected: Expectation, opposite: string) {
  return function (this: MatcherState, received: unknown): MatcherResult {
    if (this.isNot === true) {
      const message = `\`.not\` would also accept explorations that prove nothing. Use \`${opposite}()\`.`;
      return { pass: true, message: () => message };
    }
    const { pass, message } = judge(received, expected);
    return { pass, message: () => message };
  };
}

/** For `expect.extend` of Vitest, Jest, or whoever calls matchers in the same way. */
export const matchers = {
  toBeExhaustedWithoutViolation: matcher("exhausted", "toBeViolated"),
  toBeViolated: matcher("violated", "toBeExhaustedWithoutViolation"),
};

/** What the matchers add to a test runner's assertions. */
export interface RaceMatchers<Result> {
  /** Every schedule was run, two workers met, and none broke the invariant. Fails with the schedule that did, drawn. */
  toBeExhaustedWithoutViolation(): Result;
  /** A schedule broke the invariant: documents a race that is known. */
  toBeViolated(): Result;
}
