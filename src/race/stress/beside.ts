import type { ReportData } from "../types.js";
import type { StressReportData, StressRow } from "./types.js";

const locale = new Intl.NumberFormat("en");

/** `1 of 412 runs with 2 workers, none of 90 with 20`. */
export function drawStress({ rows }: StressReportData): string {
  return rows
    .map((row, index) => `${rate(row)} ${index === 0 ? "runs " : ""}with ${row.workers}${index === 0 ? " workers" : ""}`)
    .join(", ");
}

/** What chance showed beside what the exploration counted. */
export function drawBeside(explored: ReportData, stressed: StressReportData): string {
  const { violations, explored: schedules } = explored;
  return `by itself: ${drawStress(stressed)}\nexplored: ${locale.format(violations)} of ${locale.format(schedules)} schedules with ${explored.workers.length} workers`;
}

function rate({ runs, violations }: StressRow): string {
  if (violations === 0) return `none of ${locale.format(runs)}`;
  const one = runs / violations;
  return `1 of ${one < 10 ? String(Math.round(one * 10) / 10) : locale.format(Math.round(one))}`;
}
