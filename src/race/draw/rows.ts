import type { Schedule, StatementError, Step } from "../types.js";
import { compactSql } from "./compactSql.js";
import { clip, printable } from "./displayWidth.js";
import { formatParameters } from "./parameters.js";
import { nameSqlState } from "./sqlStates.js";

const longestMessage = 200;

/** One line of a drawn schedule: a step, with the commit of its own that followed at once. */
export interface Row {
  readonly number: number;
  readonly worker: string;
  readonly kind: Step["kind"];
  /** The commit of an autocommit statement that other steps separate from it: part of the truth, and rarely of the story. */
  readonly auto: boolean;
  /** Present only where the worker used several. */
  readonly connection: number | undefined;
  /** SQL in full for a statement; a phrase for everything else. */
  readonly text: string;
  readonly isSql: boolean;
  readonly parameters: string | undefined;
  /** `1 row`, `0 rows, committed`. */
  readonly result: string | undefined;
  /** `<waits for B until 4>`. */
  readonly waits: string | undefined;
  /** The number of the row whose end let this one go on. */
  readonly releasedBy: number | undefined;
  readonly error: string | undefined;
}

function formatError(error: StatementError): string {
  const name = error.sqlState === undefined ? error.name : nameSqlState(error.sqlState);
  const message = clip(printable(error.message).trim(), longestMessage);
  return message === "" ? name : `${name}: ${message}`;
}

/** Whether a step is the commit or rollback that belongs to the autocommit statement right before it. */
function followsAtOnce(steps: readonly Step[], index: number): boolean {
  const step = steps[index];
  const previous = steps[index - 1];
  if (step?.auto !== true || previous?.kind !== "statement") return false;
  return (
    previous.worker === step.worker && previous.connection === step.connection && step.error === undefined && step.waitedFor === undefined
  );
}

/** For each step the number of its row, and for commits of autocommit statements the row of the statement. */
function numberRows(steps: readonly Step[]): number[] {
  let number = 0;
  return steps.map((_, index) => (followsAtOnce(steps, index) ? number : ++number));
}

function countRows(step: Step): string | undefined {
  if (step.rowCount === undefined) return undefined;
  return step.rowCount === 1 ? "1 row" : `${step.rowCount} rows`;
}

function resultOf(step: Step, end: Step | undefined): string | undefined {
  if (step.kind !== "statement") return undefined;
  const ended = end === undefined ? undefined : end.kind === "commit" ? "committed" : "rolled back";
  const parts = [countRows(step), ended].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(", ");
}

/** The row of the statement that an automatic commit ends. */
function statementOf(steps: readonly Step[], index: number, numbers: readonly number[]): string {
  const { worker, connection } = steps[index] ?? {};
  const at = steps
    .slice(0, index)
    .findLastIndex((step) => step.kind === "statement" && step.worker === worker && step.connection === connection);
  return at < 0 ? "" : ` ${numbers[at] ?? ""}`;
}

function textOf(step: Step, statement: string): string {
  switch (step.kind) {
    case "statement":
      return compactSql(step.sql ?? "");
    case "commit":
      return step.auto === true ? `(commits${statement})` : "COMMIT";
    case "rollback":
      return step.auto === true ? `(rolls back${statement})` : "ROLLBACK";
    case "effect":
      return `★ ${printable(step.label ?? "")}`;
    case "return":
      return printable(`returns ${step.label ?? ""}`).trim();
    case "throw":
      return step.error === undefined ? "throws" : `throws ${formatError(step.error)}`;
  }
}

function waitsOf(step: Step, releasedBy: number | undefined): string | undefined {
  if (step.waitedFor === undefined || step.waitedFor.length === 0) return undefined;
  return `<waits for ${step.waitedFor.join(", ")}${releasedBy === undefined ? "" : ` until ${releasedBy}`}>`;
}

/** The workers that a schedule shows more than one connection of. */
function withSeveralConnections(steps: readonly Step[]): Set<string> {
  return new Set(steps.filter(({ connection }) => (connection ?? 1) > 1).map(({ worker }) => worker));
}

/** The rows of a schedule's drawing, in order. */
export function rowsOf(schedule: Schedule): Row[] {
  const { steps } = schedule;
  const numbers = numberRows(steps);
  const several = withSeveralConnections(steps);
  return steps.flatMap((step, index): Row[] => {
    if (followsAtOnce(steps, index)) return [];
    const end = followsAtOnce(steps, index + 1) ? steps[index + 1] : undefined;
    const releasedBy = step.releasedBy === undefined ? undefined : numbers[step.releasedBy];
    return [
      {
        number: numbers[index] ?? 0,
        worker: step.worker,
        kind: step.kind,
        auto: step.auto === true,
        connection: several.has(step.worker) ? step.connection : undefined,
        text: textOf(step, statementOf(steps, index, numbers)),
        isSql: step.kind === "statement",
        parameters: formatParameters(step.parameters),
        result: resultOf(step, end),
        waits: waitsOf(step, releasedBy),
        releasedBy,
        error: step.error === undefined || step.kind === "throw" ? undefined : formatError(step.error),
      },
    ];
  });
}
