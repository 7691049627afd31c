import type { ReportData, UnfinishedReason, Verdict } from "../types.js";
import { shortenSql } from "./shortenSql.js";
import { nameSqlState } from "./sqlStates.js";

/** What `exhausted` certifies, and nothing beyond it. */
export const certificate =
  "no schedule of these workers, from this initial state, at this isolation, pool size, server version and statement-level control, broke this invariant";

const verdicts: Readonly<Record<Exclude<Verdict, "violated">, string>> = {
  exhausted: `${certificate}.`,
  unfinished: "the exploration does not cover every schedule. None that ran broke the invariant, which proves nothing about the others.",
  vacuous: "every schedule ran and none broke the invariant, but they prove nothing.",
};

/** The verdict's first sentence; for `violated` it is the invariant's own. */
export function headline(report: ReportData): string {
  if (report.verdict === "violated") return report.violation?.sentence ?? "a schedule broke the invariant.";
  return verdicts[report.verdict];
}

const sqlLimit = 160;

function quoted(sql: string): string {
  return `\`${shortenSql(sql, sqlLimit)}\``;
}

function after(sql: string | undefined): string {
  return sql === undefined ? "before its first statement" : `after ${quoted(sql)}`;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? `1 ${one}` : `${count} ${many}`;
}

function seconds(milliseconds: number): string {
  return counted(Number((milliseconds / 1000).toFixed(1)), "second");
}

/** Why an exploration does not cover every schedule, and what to do about it. */
export function explainUnfinished(reason: UnfinishedReason): string {
  switch (reason.kind) {
    case "budget":
      return `The budget of ${counted(reason.value, reason.limit.slice(0, -1))} ended. Raise \`budget.${reason.limit}\`, or give the workers fewer statements.`;
    case "unlabelled":
      return `${counted(reason.count, "statement")} could not be told to be of one worker, for example ${quoted(reason.sql)}. Something that was created before the workers began (a loop, a queue, an event emitter) sent it: create that inside the worker. So does a driver that is not known, where workers share a process: leave \`isolate: "shared"\` out.`;
    case "nondeterministic":
      return `Worker ${reason.worker} did not repeat itself: where it had sent ${quoted(reason.expected)} it now sent ${quoted(reason.got)}. Let \`reset\` restore all rows, warm caches and pools in \`setup\`, and let no clock or random value decide which statement is sent.`;
    case "waits-outside":
      return `Worker ${reason.worker} waited for something outside the database, ${after(reason.after)}: nothing came for ${seconds(reason.milliseconds)}. Replace timers, HTTP calls and queues by a stub that calls \`worker.step(..)\`; raise \`stall\` if the worker only computes for long.`;
    case "waits-for-connection":
      return `Worker ${reason.worker} waited for a connection of its own pool, ${after(reason.after)}, while it held all of them. The application would hang likewise: use the transaction's handle for everything inside a transaction, or enlarge the pool.`;
    case "self-deadlock":
      return `Worker ${reason.worker} waits for itself: ${quoted(reason.sql)} needs a lock that another connection of the same worker holds. PostgreSQL does not report this, the application would hang: send the statement through the transaction's handle.`;
    case "caught-deadlock":
      return `${quoted(reason.sql)} of worker ${reason.worker} was in a deadlock. It was ended by a cancellation, which a function of the database that handles errors may not handle as it handles a deadlock. Take the locks in one order.`;
    case "unbracketed":
      return `PostgreSQL refuses ${quoted(reason.sql)} inside a transaction, so its commit could not be told apart from its execution. Move it to \`schema\` or \`reset\` if it is no part of what is tested.`;
    case "outlived":
      return `${quoted(reason.sql)} was sent after worker ${reason.worker} had ended: the worker did not wait for it. Await every promise before the worker returns.`;
    case "lost-connection":
      return `Worker ${reason.worker} lost its connection at ${quoted(reason.sql)}. Look into the server's log; a time-out on idle transactions does this as well.`;
    case "gave-up":
      return "A worker cancelled a statement, or a time-out of its driver (query_timeout) no longer waited for it. How far the statement has come then is a matter of time and not of the order. Raise or leave out such time-outs in the test.";
    case "overtaken":
      return `In a run in which the server let a statement overtake another that waited longer for the same lock, the invariant was broken: ${reason.sentence} No schedule makes the server do so, so the run cannot be repeated or drawn, but the race is there.`;
    case "foreign-session":
      return `Something that is not controlled used the database while the workers ran${reason.sql === undefined ? "" : `, for example with ${quoted(reason.sql)}`}: a child process, or a driver that is not written in JavaScript. Its statements may come at any moment, and no order of them was tried. Do in the worker, through pg or postgres.js, what is part of the test.`;
  }
}

/** What a mode leaves out. */
export function caveat({ isolate }: ReportData): string | undefined {
  if (isolate === "thread") return undefined;
  return "Mode shared: all workers ran in one module graph, where an in-process lock, cache or identity map can hide a race that two processes would have.";
}

/** Concurrency errors that schedules met, `40001 serialization_failure in 3 schedules`. */
export function errorCounts({ errors }: ReportData): string[] {
  const sorted = Object.entries(errors).sort(([one], [other]) => (one < other ? -1 : 1));
  return sorted.map(([code, count]) => `${nameSqlState(code)} in ${counted(count, "schedule")}`);
}

/** How much was explored, and under which conditions. */
export function facts(report: ReportData): string[] {
  const pruned = report.pruned === 0 ? "" : `, ${report.pruned} more pruned`;
  const broken = report.verdict === "violated" ? `, ${report.violations} of them broke the invariant` : "";
  const met = errorCounts(report);
  return [
    `explored   ${counted(report.explored, "schedule")}${broken}${pruned}, in ${report.seconds.toFixed(1)} s`,
    `isolation  ${report.isolation}`,
    `mode       ${report.isolate === "thread" ? "thread (a module graph for each worker)" : "shared (one module graph)"}`,
    `server     PostgreSQL ${report.serverVersion}`,
    `workers    ${report.workers.join(", ")}, at most ${counted(report.connections, "connection")} each`,
    ...(met.length === 0 ? [] : [`errors     ${met.join(", ")}`]),
    ...(report.violation === undefined ? [] : [`replay     ${JSON.stringify(report.violation.replay)}`]),
  ];
}
