/**
 * The claim: the check moves into the write's filter, and the code acts only if a row changed.
 *
 * Not offered where something that must happen once lies before the write, where the write may change other rows, where the check or its
 * exit cannot be said at the write, or where a value that was read may differ from the stored one when it is sent back.
 */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import type { Issue } from "../analysis/issue.js";
import type { Editing } from "../models/editing.js";
import { checksBefore } from "./checks.js";
import { isLoop } from "./exit.js";
import { filterGuards } from "./filterGuards.js";
import { atomsOf } from "./formula.js";
import { guardsOf, type Guards, type Kept } from "./guards.js";
import { importNames } from "./importNames.js";
import { freeName } from "./names.js";
import { outcomeEdits } from "./outcomeEdits.js";
import { rowInTest, rowOfCall, type RowName } from "./row.js";
import { descendants, type Node, type Source } from "./source.js";
import type { Outcome, Reason, TextEdit } from "./suggestion.js";
import { conditionalWrite } from "./write.js";

export function claim(issue: Issue, editing: Editing, source: Source): Outcome {
  const edits = claimEdits(issue, editing, source);
  return typeof edits === "string"
    ? { kind: "withheld", technique: "claim", reason: edits }
    : { kind: "suggestion", technique: "claim", edits, method: issue.writeMethod, columns: issue.columns };
}

function claimEdits(issue: Issue, editing: Editing, source: Source): readonly TextEdit[] | Reason {
  const { surroundings } = issue;
  if (surroundings === undefined || issue.otherWrites.length > 0) return "several reads or writes";
  if (!isOneFunction(issue)) return "different functions";
  if (surroundings.effectBefore) return "effect before write";
  if (!surroundings.writesOneRow) return "may write several rows";
  // A condition that still holds says nothing of a value that was computed from an older one.
  if (surroundings.isStale) return "written value computed from the read";
  if (!isDecisive(issue)) return "write leaves the check open";
  const call = source.callAt(issue.write);
  const statement = call === undefined ? undefined : statementOf(call, source);
  if (call === undefined || statement === undefined) return "write cannot be rewritten";
  const guards = issue.checkedInFilter ? filterGuards(issue, statement, editing, source) : guardsAt(issue, statement, editing, source);
  return typeof guards === "string" ? guards : editsOf(issue, { call, statement, guards }, editing, source);
}

/** The second caller fails the condition, or it is another write that must not be overwritten. */
function isDecisive({ repair, consequence }: Issue): boolean {
  return repair?.usedUp === true || consequence.kind === "partner";
}

/** The write stands where check and act meet. */
export function isOneFunction({ anchor, write }: Issue): boolean {
  return anchor.file === write.file && anchor.loc.line === write.loc.line && anchor.loc.column === write.loc.column;
}

/** The statement that awaits the call and does nothing else. */
export function statementOf(call: Node, source: Source): TSESTree.ExpressionStatement | undefined {
  const awaited = source.parent(call);
  const statement = awaited?.type === AST_NODE_TYPES.AwaitExpression ? source.parent(awaited) : undefined;
  const isAlone = statement?.type === AST_NODE_TYPES.ExpressionStatement;
  return isAlone && source.parent(statement)?.type === AST_NODE_TYPES.BlockStatement ? statement : undefined;
}

export function guardsAt(issue: Issue, statement: Node, { statement: text }: Editing, source: Source): Guards | Reason {
  const checks = checksBefore(statement, source);
  const row = rowAt(issue, statement, source);
  if (row === undefined) return "check is no if statement";
  const test = issue.check.file === source.file ? source.nodeAt(issue.check) : undefined;
  const isHere = test !== undefined && source.functionAround(test) === source.functionAround(statement);
  const isCovered = checks.some(
    (c) => test !== undefined && [c.statement.test, ...atomsOf(c.passes)].some((n) => descendants(n).includes(test)),
  );
  if (isHere && !isCovered) return "check is no if statement";
  const guards = guardsOf(issue, { checks, row, write: statement, source, literals: text !== undefined });
  if (typeof guards === "string") return guards;
  return isRepeated(statement, guards.check, source) ? "may write several rows" : guards;
}

/** A loop around the write and not around the check would claim the same row again. */
function isRepeated(statement: Node, check: Node, source: Source): boolean {
  const around = new Set(source.ancestors(check));
  return source.ancestors(statement).some((a) => isLoop(a) && !around.has(a));
}

function rowAt(issue: Issue, statement: Node, source: Source): RowName | undefined {
  const test = issue.check.file === source.file ? source.nodeAt(issue.check) : undefined;
  const named =
    test === undefined || !isAround(test, statement, source) ? undefined : rowInTest(test, issue.columns, source, descendants(test));
  if (named !== undefined) return named;
  const calls = [issue.read, ...issue.trace].flatMap((p) => (p.file === source.file ? [source.callAt(p)] : []));
  const [row, ...more] = calls.flatMap((c) => (c !== undefined && isAround(c, statement, source) ? (rowOfCall(c, source) ?? []) : []));
  return more.length === 0 ? row : undefined;
}

/** The node stands in the function of the statement, or in one around it. */
function isAround(node: Node, statement: Node, source: Source): boolean {
  const own = source.functionAround(node);
  return own === undefined || source.ancestors(statement).includes(own);
}

interface Parts {
  readonly call: TSESTree.CallExpression;
  readonly statement: TSESTree.ExpressionStatement;
  readonly guards: Guards;
}

function editsOf(issue: Issue, { call, statement, guards }: Parts, editing: Editing, source: Source): readonly TextEdit[] | Reason {
  const write = conditionalWrite(issue, call, guards.columns, editing, source);
  if (typeof write === "string") return write;
  const imports = importNames(write.imports, editing.package, source);
  const count = freeName([editing.count, "changed", "changedRows"], source);
  if (imports === undefined || count === undefined) return "write cannot be rewritten";
  const outcome = outcomeEdits(guards.exit, { statement, count, property: editing.count }, source);
  if (typeof outcome === "string") return outcome;
  const kept = guards.columns.flatMap((c) => (c.kept === undefined ? [] : [keptEdit(c.kept, source)]));
  return [...imports, ...kept, ...write.edits, ...outcome].toSorted((a, b) => a.range[0] - b.range[0]);
}

function keptEdit({ name, value, before }: Kept, source: Source): TextEdit {
  return {
    file: source.file,
    range: [before.range[0], before.range[0]],
    text: `const ${name} = ${value}${source.semicolon(before)}${source.lineBreak}${source.indentation(before)}`,
  };
}
