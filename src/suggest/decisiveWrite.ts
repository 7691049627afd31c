/** A write whose count decides who goes on: what the claim and the increment with a guard have in common. */
import type { TSESTree } from "@typescript-eslint/utils";
import type { Issue } from "../analysis/issue.js";
import type { Editing } from "../models/editing.js";
import { countingOf, embeddingOf, type Embedding } from "./embedding.js";
import type { Guards, Kept } from "./guards.js";
import { importNames } from "./importNames.js";
import { outcomeEdits } from "./outcomeEdits.js";
import type { Source } from "./source.js";
import type { Sources } from "./suggest.js";
import type { Reason, TextEdit } from "./suggestion.js";
import { conditionalWrite, sentBy, writeFormOf } from "./write.js";

/** What a technique is asked: an issue, how its layer writes, and the syntax of the file that is to be edited. */
export interface Request {
  readonly issue: Issue;
  readonly editing: Editing;
  /** Of the issue's file. */
  readonly source: Source;
  readonly sources: Sources;
}

export interface Decisive {
  readonly call: TSESTree.CallExpression;
  readonly embedding: Embedding;
}

/** The write, if making it conditional makes it decide. */
export function decisiveWrite({ issue, editing, source }: Request): Decisive | Reason {
  const { surroundings } = issue;
  if (surroundings === undefined || issue.otherWrites.length > 0) return "several reads or writes";
  if (!isOneFunction(issue)) return "different functions";
  if (surroundings.effectBefore) return "effect before write";
  if (!surroundings.writesOneRow) return "may write several rows";
  const call = source.callAt(issue.write);
  const form = writeFormOf(issue, editing);
  if (call === undefined || form === undefined) return "write cannot be rewritten";
  const embedding = embeddingOf(sentBy(form, call, source), source);
  return embedding === undefined ? "write is part of an expression" : { call, embedding };
}

/** The write stands where check and act meet. */
function isOneFunction({ anchor, write }: Issue): boolean {
  return anchor.file === write.file && anchor.loc.line === write.loc.line && anchor.loc.column === write.loc.column;
}

/** The conditions in the filter, and the exit behind the write. `further` are edits of the write that may say parts of it again. */
export function decisiveEdits(
  { call, embedding }: Decisive,
  guards: Guards,
  { issue, editing, source }: Request,
  further: readonly TextEdit[] = [],
): readonly TextEdit[] | Reason {
  const write = conditionalWrite(issue, call, guards.columns, editing, source);
  if (typeof write === "string") return write;
  const counting = countingOf(embedding, write.count, write.result, source);
  if (counting === undefined) return "the write's result is used";
  const outcome = outcomeEdits(guards.exit, { ...counting, statement: embedding.statement }, source);
  if (typeof outcome === "string") return outcome;
  const imports = importEdits(write.imports, guards, editing, source);
  if (imports === undefined) return "write cannot be rewritten";
  const kept = guards.columns.flatMap((c) => (c.kept === undefined ? [] : [keptEdit(c.kept, source)]));
  return inOrder([...imports, ...kept, ...write.edits, ...without(further, write.edits), ...outcome]);
}

function importEdits(
  names: readonly string[],
  { exit }: Guards,
  { package: layer }: Editing,
  source: Source,
): readonly TextEdit[] | undefined {
  const wanted = [...names.map((name) => ({ name, from: layer })), ...(exit.kind === "text" ? exit.imports : [])];
  const packages = [...new Set(wanted.map((w) => w.from))];
  const edits = packages.map((from) =>
    importNames(
      wanted.flatMap((w) => (w.from === from ? [w.name] : [])),
      from,
      source,
    ),
  );
  return edits.every((e) => e !== undefined) ? edits.flat() : undefined;
}

function keptEdit({ name, value, before }: Kept, source: Source): TextEdit {
  return {
    file: source.file,
    range: [before.range[0], before.range[0]],
    text: `const ${name} = ${value}${source.semicolon(before)}${source.lineBreak}${source.indentation(before)}`,
  };
}

/** Both say how the key becomes a filter; the condition's words have it all. */
function without(edits: readonly TextEdit[], others: readonly TextEdit[]): readonly TextEdit[] {
  return edits.filter(({ range: [start, end] }) => !others.some((o) => o.range[0] === start && o.range[1] === end));
}

/** By place; an insertion comes before what is replaced at the same place. */
function inOrder(edits: readonly TextEdit[]): readonly TextEdit[] {
  return edits.toSorted((a, b) => a.range[0] - b.range[0] || a.range[1] - b.range[1]);
}
