import type { ReportData } from "../types.js";
import { cellLines, type Line } from "./cell.js";
import { printable, wrap } from "./displayWidth.js";
import type { Style } from "./painter.js";
import { rowsOf, type Row } from "./rows.js";
import { caveat, facts, headline } from "./sentences.js";
import { css, size } from "./svgStyle.js";

const boxWidth = size.columnCharacters * size.character + 2 * size.padding;
const columnWidth = boxWidth + size.gap;

/** A row where it stands in the picture. */
interface Box {
  readonly row: Row;
  readonly lines: readonly Line[];
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text for XML 1.0, which has no way to write control characters and half characters. */
function escapeXml(text: string): string {
  return printable(text)
    .replace(/[\ud800-\udfff\ufffe\uffff]/gu, " ")
    .replace(/[&<>"]/g, (character) => entities[character] ?? "");
}

/** Leading spaces become a shift, since not every renderer keeps them. */
function text(x: number, y: number, content: string, style: Style | "title plain"): string {
  const trimmed = content.trimStart();
  const shift = (content.length - trimmed.length) * size.character;
  return `<text class="${style}" x="${x + shift}" y="${y}">${escapeXml(trimmed)}</text>`;
}

function place(rows: readonly Row[], workers: readonly string[], top: number): Box[] {
  let y = top;
  return rows.map((row) => {
    const lines = cellLines(row, size.columnCharacters);
    const height = lines.length * size.line + size.padding;
    const box = { row, lines, x: size.number + Math.max(workers.indexOf(row.worker), 0) * columnWidth, y, height };
    y += height + size.rowGap;
    return box;
  });
}

function drawBox({ row, lines, x, y, height }: Box): string {
  const accent = lines.find(({ style }) => style === "bad" || style === "waiting")?.style ?? lines[0]?.style ?? "plain";
  return [
    text(size.margin / 2, y + size.line, String(row.number).padStart(2), "quiet"),
    `<rect class="box" x="${x}" y="${y}" width="${boxWidth}" height="${height}" rx="4"/>`,
    `<rect class="${accent}" x="${x}" y="${y}" width="3" height="${height}" rx="1.5"/>`,
    ...lines.map((line, index) => text(x + size.padding, y + (index + 1) * size.line - 1, line.text, line.style)),
  ].join("");
}

/** From the step that let a waiting one go on to that one, along the gap beside its column. */
function drawWait(box: Box, boxes: readonly Box[]): string {
  const from = boxes.find(({ row }) => row.number === box.row.releasedBy);
  if (from === undefined) return "";
  const leftwards = from.x > box.x;
  const [start, end] = leftwards ? [from.x, box.x + boxWidth + 2] : [from.x + boxWidth, box.x - 2];
  const [startY, endY] = [from.y + from.height / 2, box.y + box.height / 2];
  const bend = end + (leftwards ? size.gap / 2 : -size.gap / 2);
  const tip = leftwards ? 6 : -6;
  return [
    `<path class="wait" d="M${start} ${startY}H${bend}V${endY}H${end + tip}"/>`,
    `<path class="waiting arrow" d="M${end} ${endY}l${tip} -4v8z"/>`,
  ].join("");
}

function drawHeads(workers: readonly string[], y: number, bottom: number): string {
  return workers
    .map((worker, index) => {
      const x = size.number + index * columnWidth;
      const middle = x + boxWidth / 2;
      return `${text(x + size.padding, y, worker, "title plain")}<path class="lane" d="M${middle} ${y + 8}V${bottom}"/>`;
    })
    .join("");
}

function drawLines(lines: readonly string[], top: number, style: Style | "title plain"): string {
  return lines.map((line, index) => text(size.margin, top + (index + 1) * size.line, line, style)).join("");
}

/**
 * A picture of the schedule that broke the invariant, or of the last one that ran: one file, without scripts, links or fonts, so
 * that it shows in a README, a mail or a browser alike.
 */
export function drawSvg(report: ReportData): string {
  const { workers } = report;
  const schedule = report.violation?.schedule ?? report.sample;
  const width = size.number + Math.max(workers.length, 1) * columnWidth - size.gap + size.margin;
  const characters = Math.floor((width - 2 * size.margin) / size.character);
  const title = `${report.verdict}: ${headline(report)}`;
  const titleLines = wrap(title, characters);
  const heads = size.margin + (titleLines.length + 2) * size.line;
  const boxes = place(schedule === undefined ? [] : rowsOf(schedule), workers, heads + size.line);
  const last = boxes.at(-1);
  const bottom = last === undefined ? heads : last.y + last.height + size.rowGap;
  const footer = [...facts(report), ...(caveat(report)?.split("\n") ?? [])].flatMap((line) => wrap(line, characters, "  "));
  const height = bottom + (footer.length + 1) * size.line;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escapeXml(title)}</title><style>${css}</style><rect class="background" width="${width}" height="${height}"/>`,
    drawLines(titleLines, size.margin / 2, "title plain"),
    boxes.length === 0 ? "" : drawHeads(workers, heads, bottom),
    ...boxes.map(drawBox),
    ...boxes.map((box) => drawWait(box, boxes)),
    drawLines(footer, bottom, "quiet"),
    "</svg>\n",
  ].join("\n");
}
