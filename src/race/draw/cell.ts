import { wrap } from "./displayWidth.js";
import type { Style } from "./painter.js";
import type { Row } from "./rows.js";
import { shortenSql } from "./shortenSql.js";

export interface Line {
  readonly text: string;
  readonly style: Style;
}

/** About how many lines one statement may take before its lists are left out. */
const statementLines = 4;

function headStyle(row: Row): Style {
  if (row.kind === "throw") return "bad";
  if (row.kind === "effect") return "strong";
  if (row.kind === "return") return "good";
  return row.auto ? "quiet" : "plain";
}

/** What a row says, in lines of at most `width` columns: the statement, its parameters and rows, whom it waited for, its error. */
export function cellLines(row: Row, width: number): Line[] {
  const connection = row.connection === undefined ? "" : `#${row.connection} `;
  const head = connection + (row.isSql ? shortenSql(row.text, width * statementLines) : row.text);
  const result = row.result === undefined ? undefined : `→ ${row.result}`;
  const parts: { readonly text: string | undefined; readonly style: Style }[] = [
    { text: head, style: headStyle(row) },
    { text: [row.parameters, result].filter((part) => part !== undefined).join(" "), style: "quiet" },
    { text: row.waits, style: "waiting" },
    { text: row.error, style: "bad" },
  ];
  return parts.flatMap(({ text, style }) =>
    text === undefined || text === "" ? [] : wrap(text, width, "  ").map((line) => ({ text: line, style })),
  );
}
