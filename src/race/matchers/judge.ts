import { wantsColor } from "../draw/painter.js";
import { drawEach } from "../draw/table.js";
import { drawText } from "../draw/text.js";
import type { ReportData, Verdict } from "../types.js";

/** What a test may say of an exploration. */
export type Expectation = "exhausted" | "violated";

export interface Judgement {
  readonly pass: boolean;
  readonly message: string;
}

const verdicts: ReadonlySet<unknown> = new Set<Verdict>(["violated", "exhausted", "unfinished", "vacuous"]);

function isReport(value: unknown): value is ReportData {
  return typeof value === "object" && value !== null && "verdict" in value && verdicts.has(value.verdict);
}

/** The reports in what a test handed over: one, or those of several isolation levels. */
function reportsIn(received: unknown): readonly ReportData[] | undefined {
  const list: readonly unknown[] = Array.isArray(received) ? received : [received];
  return list.length > 0 && list.every(isReport) ? list : undefined;
}

function describeOther(received: unknown): string {
  // Not `instanceof Promise`: Jest's tests have a Promise of their own.
  if (typeof received === "object" && received !== null && "then" in received) return "It got a promise: write `await explore(..)`.";
  if (Array.isArray(received)) return "It got an array with something else in it, or an empty one.";
  return `It got ${received === null ? "null" : typeof received}.`;
}

const missed: Readonly<Record<Expectation, Readonly<Record<Verdict, string>>>> = {
  exhausted: {
    exhausted: "Every schedule was run and none broke the invariant.",
    violated: "A schedule breaks the invariant.",
    unfinished: "Not every schedule was run, so nothing is proved.",
    vacuous: "Every schedule was run, but they prove nothing: the workers did not meet.",
  },
  violated: {
    exhausted: "Expected a schedule that breaks the invariant, but there is none.",
    violated: "A schedule breaks the invariant.",
    unfinished: "Expected a schedule that breaks the invariant. None that was run does, and not every one was run.",
    vacuous: "Expected a schedule that breaks the invariant, but the workers did not meet.",
  },
};

function draw(reports: readonly ReportData[]): string {
  const options = { color: wantsColor(), sample: true };
  const [only] = reports;
  return reports.length === 1 && only !== undefined ? drawText(only, options) : drawEach(reports, options);
}

/** Whether a report, or each of several, has the expected verdict, and what a failed assertion prints. */
export function judge(received: unknown, expected: Expectation): Judgement {
  const reports = reportsIn(received);
  if (reports === undefined) {
    return { pass: false, message: `This assertion takes the report of \`explore(..)\`. ${describeOther(received)}` };
  }
  const other = reports.find(({ verdict }) => verdict !== expected);
  return { pass: other === undefined, message: `${missed[expected][other?.verdict ?? expected]}\n\n${draw(reports)}` };
}
