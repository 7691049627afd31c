import type { ReportData, Schedule, Verdict } from "../types.js";
import { drawColumns } from "./columns.js";
import { wrap } from "./displayWidth.js";
import { painter, type Paint, type Style } from "./painter.js";
import { rowsOf } from "./rows.js";
import { caveat, explainUnfinished, facts, headline } from "./sentences.js";

export interface DrawTextOptions {
  /** Default: false. */
  readonly color?: boolean;
  /** Columns of the terminal. Default: the environment's COLUMNS, the terminal's width, or 100. */
  readonly width?: number;
  /** Draws a schedule that broke nothing, too. Default: unless the verdict is `exhausted`. */
  readonly sample?: boolean;
}

const narrowest = 40;
const widest = 160;
const usual = 100;

const colours: Readonly<Record<Verdict, Style>> = { violated: "bad", exhausted: "good", unfinished: "waiting", vacuous: "waiting" };

/** Test runners run files where standard output is no terminal: COLUMNS is what shells and CI systems can set for them. */
export function widthOf({ width }: DrawTextOptions): number {
  const environment = Number(process.env["COLUMNS"] ?? 0);
  const terminal = (process.stdout as { readonly columns?: number }).columns ?? usual;
  const asked = width ?? (environment > 0 ? environment : terminal);
  return Math.min(Math.max(Math.floor(asked), narrowest), widest);
}

function shown(report: ReportData, options: DrawTextOptions): Schedule | undefined {
  if (report.violation !== undefined) return report.violation.schedule;
  return (options.sample ?? report.verdict !== "exhausted") ? report.sample : undefined;
}

function scheduleLines(report: ReportData, options: DrawTextOptions, paint: Paint): string[] {
  const schedule = shown(report, options);
  if (schedule === undefined) return [];
  const title = report.violation === undefined ? ["The last schedule that ran:", ""] : [];
  return ["", ...title, ...drawColumns(rowsOf(schedule), report.workers, widthOf(options), paint)];
}

function bullets(sentences: readonly string[], width: number): string[] {
  return sentences.flatMap((sentence) => wrap(`- ${sentence}`, width, "  "));
}

/** What a violated exploration left open matters less than the violation; otherwise the reasons are the verdict. */
function reasons(report: ReportData, width: number): string[] {
  const unfinished = bullets(report.unfinished.map(explainUnfinished), width);
  const vacuous = bullets(report.vacuous, width);
  if (report.verdict === "violated" && unfinished.length > 0) unfinished.unshift("Not covered besides:");
  const lines = [...unfinished, ...vacuous];
  return lines.length === 0 ? [] : ["", ...lines];
}

/** What a failed assertion prints: what broke or was proved, the schedule, the conditions, and how to run it again. */
export function drawText(report: ReportData, options: DrawTextOptions = {}): string {
  const width = widthOf(options);
  const paint = painter(options.color ?? false);
  const style = colours[report.verdict];
  const note = caveat(report);
  return [
    ...wrap(`${report.verdict}: ${headline(report)}`, width, "  ").map((line) => paint(style, line)),
    ...(report.verdict === "violated" ? [] : reasons(report, width)),
    ...scheduleLines(report, options, paint),
    ...(report.verdict === "violated" ? reasons(report, width) : []),
    "",
    // The replay string is to be copied: it stays on its line.
    ...facts(report).flatMap((line) => (line.startsWith("replay") ? [line] : wrap(line, width, " ".repeat(11)))),
    ...(note === undefined ? [] : ["", ...wrap(note, width)]),
  ].join("\n");
}
