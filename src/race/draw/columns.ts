import { cellLines } from "./cell.js";
import { displayWidth } from "./displayWidth.js";
import type { Paint } from "./painter.js";
import type { Row } from "./rows.js";

/** SQL in a narrower column than this is torn to pieces: then each worker gets a lane with its letter, and all text one column. */
const narrowest = 24;
const numberWidth = 3;
const separator = " │ ";

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(width - displayWidth(text), 0));
}

function numbered(number: number | undefined): string {
  return (number === undefined ? "" : String(number)).padStart(numberWidth);
}

function inColumns(rows: readonly Row[], workers: readonly string[], column: number, paint: Paint): string[] {
  const blank = workers.map(() => " ".repeat(column));
  const join = (cells: readonly string[]) => cells.join(separator).trimEnd();
  const header = join(["".padStart(numberWidth), ...workers.map((worker) => padded(worker, column))]);
  const rule = ["─".repeat(numberWidth), ...workers.map(() => "─".repeat(column))].join("─┼─");
  const body = rows.flatMap((row) =>
    cellLines(row, column).map(({ text, style }, index) => {
      const cells = blank.with(workers.indexOf(row.worker), paint(style, text) + " ".repeat(Math.max(column - displayWidth(text), 0)));
      return join([numbered(index === 0 ? row.number : undefined), ...cells]);
    }),
  );
  return [paint("strong", header), rule, ...body];
}

function inLanes(rows: readonly Row[], workers: readonly string[], width: number, paint: Paint): string[] {
  const lanes = (letter: (worker: string) => string) => workers.map(letter).join(" ");
  const start = (number: number | undefined, letter: (worker: string) => string) => `${numbered(number)}  ${lanes(letter)}  `;
  const column = Math.max(width - start(undefined, () => " ").length, narrowest);
  return rows.flatMap((row) =>
    cellLines(row, column).map(({ text, style }, index) => {
      const first = index === 0;
      const letter = (worker: string) => (worker === row.worker && first ? worker : "·");
      return start(first ? row.number : undefined, letter) + paint(style, text);
    }),
  );
}

/** The rows of a schedule in one column for each worker, or in lanes where the columns would be too narrow. */
export function drawColumns(rows: readonly Row[], workers: readonly string[], width: number, paint: Paint): string[] {
  const column = Math.floor((width - numberWidth) / workers.length) - separator.length;
  return column < narrowest ? inLanes(rows, workers, width, paint) : inColumns(rows, workers, column, paint);
}
