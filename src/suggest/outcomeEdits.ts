/** Makes the code behind a conditional write act only if a row changed. */
import type { TSESTree } from "@typescript-eslint/utils";
import { AST_NODE_TYPES } from "@typescript-eslint/utils";
import type { Exit } from "./checks.js";
import type { Counting } from "./embedding.js";
import { hasMultilineText, isLoop, isValidAt, textAt } from "./exit.js";
import type { Source } from "./source.js";
import type { Reason, TextEdit } from "./suggestion.js";

export interface Counted extends Counting {
  /** The statement with the write. */
  readonly statement: TSESTree.Statement;
}

export function outcomeEdits(exit: Exit, counted: Counted, source: Source): readonly TextEdit[] | Reason {
  switch (exit.kind) {
    case "leave":
      return leaveEdits(exit.by, counted, source);
    case "text":
      return behind(`if (${counted.lost}) ${exit.text}${source.semicolon(counted.statement)}`, counted, source);
    case "assertion":
      return assertionEdits(exit, counted, source);
    case "skip":
      return skipEdits(exit.block, counted, source);
    case "next":
      return nextEdits(counted, source);
    case "branch":
      return "exit not valid at the write";
  }
}

/** `if (affected !== 1) return;` behind the write. */
function leaveEdits(exit: TSESTree.Statement, counted: Counted, source: Source): readonly TextEdit[] | Reason {
  const { statement, lost } = counted;
  const text = isValidAt(exit, statement, source) ? textAt(exit, statement, source) : undefined;
  return text === undefined ? "exit not valid at the write" : behind(`if (${lost}) ${text}`, counted, source);
}

/** `assert(affected === 1, "..")` behind the write. */
function assertionEdits(
  { statement: assertion, argument }: Extract<Exit, { kind: "assertion" }>,
  counted: Counted,
  source: Source,
): readonly TextEdit[] | Reason {
  const { statement, won } = counted;
  const copied = isValidAt(assertion, statement, source) ? source.textOf(assertion) : undefined;
  if (copied === undefined || copied.includes("\n")) return "exit not valid at the write";
  const [start, end] = argument.range.map((at) => at - assertion.range[0]) as [number, number];
  return behind(`${copied.slice(0, start)}${won}${copied.slice(end)}`, counted, source);
}

/** `if (affected !== 1) continue;` behind the write; nothing where the loop goes on anyway. */
function nextEdits(counted: Counted, source: Source): readonly TextEdit[] {
  const { statement, lost, after } = counted;
  const block = source.parent(statement);
  const isLast = block?.type === AST_NODE_TYPES.BlockStatement && block.body.at(-1) === statement;
  const around = block === undefined ? undefined : source.parent(block);
  if (isLast && after === undefined && around !== undefined && isLoop(around)) return [];
  return behind(`if (${lost}) continue${source.semicolon(statement)}`, counted, source);
}

/** The number, and the lines that come behind the write. */
function behind(test: string, { statement, edits, after }: Counted, source: Source): readonly TextEdit[] {
  const end = source.endOfLine(statement);
  const lines = [test, ...(after === undefined ? [] : [after])];
  const text = lines.map((line) => `${source.lineBreak}${source.indentation(statement)}${line}`).join("");
  return [...edits, { file: source.file, range: [end, end], text }];
}

/** The rest of the block under `if (affected === 1)`. */
function skipEdits(block: TSESTree.Statement, counted: Counted, source: Source): readonly TextEdit[] | Reason {
  const { statement, won, after } = counted;
  if (block.type !== AST_NODE_TYPES.BlockStatement || source.parent(statement) !== block) return "exit not valid at the write";
  const rest = block.body.slice(block.body.indexOf(statement) + 1);
  if (rest.length === 0 && after === undefined) return [];
  const start = source.endOfLine(statement);
  const end = source.endOfLine(rest.at(-1) ?? statement);
  const isMovable = rest.length === 0 || (source.text.slice(start, end).trimStart() !== "" && startsLine(rest[0], source));
  if (rest.some((s) => hasMultilineText(s)) || !isMovable) return "exit not valid at the write";
  const indentation = source.indentation(statement);
  const step = indentation.includes("\t") ? "\t" : "  ";
  const lines = source.text.slice(start, end).replaceAll(/\n(?=[^\r\n])/g, `\n${step}`);
  const first = after === undefined ? "" : `${source.lineBreak}${indentation}${step}${after}`;
  const text = `${source.lineBreak}${indentation}if (${won}) {${first}${lines}${source.lineBreak}${indentation}}`;
  return [...counted.edits, { file: source.file, range: [start, end], text }];
}

function startsLine(statement: TSESTree.Statement | undefined, source: Source): boolean {
  if (statement === undefined) return false;
  const start = source.text.lastIndexOf("\n", statement.range[0] - 1) + 1;
  return source.text.slice(start, statement.range[0]).trim() === "";
}
