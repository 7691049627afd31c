/** Makes the code behind a conditional write act only if a row changed. */
import type { TSESTree } from "@typescript-eslint/utils";
import { AST_NODE_TYPES } from "@typescript-eslint/utils";
import type { Exit } from "./checks.js";
import { hasMultilineText, isLoop, isValidAt, textAt } from "./exit.js";
import type { Source } from "./source.js";
import type { Reason, TextEdit } from "./suggestion.js";

export interface Counted {
  /** The statement that awaits the write. */
  readonly statement: TSESTree.ExpressionStatement;
  /** The variable for the number of changed rows, and the property of the result that it is. */
  readonly count: string;
  readonly property: string;
}

export function outcomeEdits(exit: Exit, counted: Counted, source: Source): readonly TextEdit[] | Reason {
  switch (exit.kind) {
    case "leave":
      return leaveEdits(exit.by, counted, source);
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
  const { statement, count } = counted;
  const text = isValidAt(exit, statement, source) ? textAt(exit, statement, source) : undefined;
  if (text === undefined) return "exit not valid at the write";
  const end = source.endOfLine(statement);
  const test = `${source.lineBreak}${source.indentation(statement)}if (${count} !== 1) ${text}`;
  return [declaration(counted, source), { file: source.file, range: [end, end], text: test }];
}

/** `if (affected !== 1) continue;` behind the write; nothing where the loop goes on anyway. */
function nextEdits(counted: Counted, source: Source): readonly TextEdit[] {
  const { statement, count } = counted;
  const block = source.parent(statement);
  const isLast = block?.type === AST_NODE_TYPES.BlockStatement && block.body.at(-1) === statement;
  const around = block === undefined ? undefined : source.parent(block);
  if (isLast && around !== undefined && isLoop(around)) return [];
  const end = source.endOfLine(statement);
  const text = `${source.lineBreak}${source.indentation(statement)}if (${count} !== 1) continue${source.semicolon(statement)}`;
  return [declaration(counted, source), { file: source.file, range: [end, end], text }];
}

/** The rest of the block under `if (affected === 1)`. */
function skipEdits(block: TSESTree.Statement, counted: Counted, source: Source): readonly TextEdit[] | Reason {
  const { statement, count } = counted;
  if (block.type !== AST_NODE_TYPES.BlockStatement || source.parent(statement) !== block) return "exit not valid at the write";
  const rest = block.body.slice(block.body.indexOf(statement) + 1);
  if (rest.length === 0) return [];
  const start = source.endOfLine(statement);
  const end = source.endOfLine(rest.at(-1) ?? statement);
  if (rest.some((s) => hasMultilineText(s)) || source.text.slice(start, end).trimStart() === "" || !startsLine(rest[0], source))
    return "exit not valid at the write";
  const indentation = source.indentation(statement);
  const lines = source.text.slice(start, end).replaceAll(/\n(?=[^\r\n])/g, `\n${indentation.includes("\t") ? "\t" : "  "}`);
  const text = `${source.lineBreak}${indentation}if (${count} === 1) {${lines}${source.lineBreak}${indentation}}`;
  return [declaration(counted, source), { file: source.file, range: [start, end], text }];
}

function startsLine(statement: TSESTree.Statement | undefined, source: Source): boolean {
  if (statement === undefined) return false;
  const start = source.text.lastIndexOf("\n", statement.range[0] - 1) + 1;
  return source.text.slice(start, statement.range[0]).trim() === "";
}

function declaration({ statement, count, property }: Counted, source: Source): TextEdit {
  const names = count === property ? count : `${property}: ${count}`;
  return { file: source.file, range: [statement.range[0], statement.range[0]], text: `const { ${names} } = ` };
}
