import type { ReportData } from "../types.js";
import { displayWidth, wrap } from "./displayWidth.js";
import { painter } from "./painter.js";
import { errorCounts } from "./sentences.js";
import { drawText, widthOf, type DrawTextOptions } from "./text.js";

const heading = ["isolation", "verdict", "explored", "pruned", "broken", "errors"];

function cells(report: ReportData): string[] {
  const errors = errorCounts(report).join(", ");
  return [report.isolation, report.verdict, String(report.explored), String(report.pruned), String(report.violations), errors || "-"];
}

/** The explorations of several isolation levels, one a line. */
function drawTable(reports: readonly ReportData[], options: DrawTextOptions): string {
  const rows = [heading, ...reports.map(cells)];
  const widths = heading.map((_, column) => Math.max(...rows.map((row) => displayWidth(row[column] ?? ""))));
  const indent = " ".repeat(widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0));
  const room = widthOf(options);
  const line = (row: readonly string[]) => {
    const start = row.slice(0, -1).map((cell, column) => cell.padEnd((widths[column] ?? 0) + 2));
    const errors = wrap(row.at(-1) ?? "", Math.max(room - indent.length, 16));
    return errors.map((text, index) => (index === 0 ? start.join("") : indent) + text);
  };
  const [head = [], ...body] = rows.map(line);
  const paint = painter(options.color ?? false);
  return [...head.map((text) => paint("strong", text)), ...body.flat()].join("\n");
}

/** Several isolation levels side by side, and below them the drawing of each that did not end in a certificate. */
export function drawEach(reports: readonly ReportData[], options: DrawTextOptions = {}): string {
  const drawn = reports.filter(({ verdict }) => verdict !== "exhausted");
  return [drawTable(reports, options), ...drawn.map((report) => drawText(report, options))].join("\n\n");
}
