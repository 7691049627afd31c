import type { ReportData } from "../types.js";
import { printable, wrap } from "./displayWidth.js";
import { rowsOf, type Row } from "./rows.js";
import { headline } from "./sentences.js";
import { shortenSql } from "./shortenSql.js";

/** GitHub's renderer and Mermaid's default refuse longer texts: https://mermaid.js.org/config/schema-docs/config.html#maxtextsize. */
const longestText = 50_000;
/** How many characters a statement may have, tried in turn until the diagram is short enough. */
const sqlLimits = [400, 160, 80];
const lineWidth = 48;

/**
 * Text that Mermaid shows as it is. `;` and a line's end would end the message, `#` begins an entity, `%%` a comment, `$$` a formula,
 * `<` HTML, a back-tick the end of the fenced block; `:` after the word "style" is eaten by Mermaid's own escaping. All of
 * them, and what else has a meaning in some diagram, become numeric entities, which sequence diagrams decode.
 */
function escapeText(text: string): string {
  return printable(text).replace(/[^\p{L}\p{N} _,.()=*$'"[\]+/?!→★…-]|\$(?=\$)|--(?=>)/gu, (character) =>
    Array.from(character, (each) => `#${each.codePointAt(0) ?? 0};`).join(""),
  );
}

function lines(...parts: readonly (string | undefined)[]): string {
  const texts = parts.filter((part) => part !== undefined && part !== "");
  return texts
    .flatMap((text) => wrap(text ?? "", lineWidth))
    .map(escapeText)
    .join("<br/>");
}

function participant(worker: string): string {
  return `W${worker}`;
}

function messageOf(row: Row, limit: number, ...answer: readonly (string | undefined)[]): string {
  const head = row.isSql ? shortenSql(row.text, limit) : row.text;
  const connection = row.connection === undefined ? "" : ` (connection ${row.connection})`;
  return lines(`${row.number}. ${head}${connection}`, row.parameters, row.waits, ...answer);
}

/** With more workers than this an arrow to the server crosses another worker's line, and its text becomes hard to read. */
const besideServer = 2;

/** The server stands between two workers; more of them stand alone, and what they send is a note over their own line. */
function participants(workers: readonly string[]): string[] {
  const declared = workers.map((worker) => `  participant ${participant(worker)} as ${escapeText(worker)}`);
  return workers.length > besideServer ? declared : declared.toSpliced(1, 0, "  participant DB as PostgreSQL");
}

function drawNote(row: Row, limit: number): string[] {
  const answer = row.result === undefined ? undefined : `→ ${row.result}`;
  return [`  Note over ${participant(row.worker)}: ${messageOf(row, limit, answer, row.error)}`];
}

/** One row: the call and, where there is something to say, the answer. */
function drawRow(row: Row, limit: number, server: boolean): string[] {
  const reached = row.kind === "statement" || ((row.kind === "commit" || row.kind === "rollback") && !row.auto);
  if (!reached || !server) return drawNote(row, limit);
  const worker = participant(row.worker);
  const call = `  ${worker}->>DB: ${messageOf(row, limit)}`;
  if (row.error !== undefined) return [call, `  DB--x${worker}: ${lines(row.error)}`];
  return row.result === undefined ? [call] : [call, `  DB-->>${worker}: ${lines(row.result)}`];
}

function draw(report: ReportData, rows: readonly Row[], limit: number, leftOut = 0): string {
  const { workers } = report;
  const ends = [workers[0], workers.at(-1)].map((worker) => participant(worker ?? ""));
  const across = `  Note over ${[...new Set(ends)].join(",")}: `;
  const drawn = rows.map((row) => drawRow(row, limit, workers.length <= besideServer).join("\n"));
  if (leftOut > 0) drawn.splice(Math.ceil(rows.length / 2), 0, `${across}${leftOut} steps are left out`);
  const verdict = across + lines(`${report.verdict}: ${headline(report)}`);
  return ["sequenceDiagram", ...participants(workers), ...drawn, verdict, ""].join("\n");
}

/** Leaves out rows from the middle, where a schedule is too long even with the shortest statements. */
function drawEnds(report: ReportData, rows: readonly Row[]): string {
  for (let half = Math.floor(rows.length / 4); ; half = Math.floor(half / 2)) {
    const ends = [...rows.slice(0, half), ...rows.slice(rows.length - half)];
    const text = draw(report, ends, sqlLimits.at(-1) ?? 0, rows.length - ends.length);
    if (text.length <= longestText || half === 0) return text;
  }
}

/** A Mermaid sequence diagram of the schedule that broke the invariant, or of the last one that ran. */
export function drawMermaid(report: ReportData): string {
  const schedule = report.violation?.schedule ?? report.sample;
  const rows = schedule === undefined ? [] : rowsOf(schedule);
  const texts = sqlLimits.map((limit) => draw(report, rows, limit));
  return texts.find((text) => text.length <= longestText) ?? drawEnds(report, rows);
}
