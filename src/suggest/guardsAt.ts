/** The checks before a write, as what they let through of the row that was read. */
import { AST_NODE_TYPES } from "@typescript-eslint/utils";
import type { Issue } from "../analysis/issue.js";
import { assertionBefore } from "./assertions.js";
import { checksBefore, type Check } from "./checks.js";
import type { Request } from "./decisiveWrite.js";
import { isLoop } from "./exit.js";
import { atomsOf } from "./formula.js";
import { namesOfResult } from "./filterGuards.js";
import { guardsOf, type Guards } from "./guards.js";
import { isNameOfRow, rowInTest, rowOfCall, RowName } from "./row.js";
import { descendants, type Node, type Source } from "./source.js";
import type { Reason } from "./suggestion.js";
import { writeFormOf } from "./write.js";

export function guardsAt({ issue, editing, source, sources }: Request, write: Node): Guards | Reason {
  const row = rowAt(issue, write, source);
  if (row === undefined) return "the row has no name";
  const conditions = checksBefore(write, source);
  const assertion = assertionBefore(issue, { write, row, source, sources });
  const checks = assertion === undefined ? conditions : nearestFirst([...conditions, assertion]);
  const test = issue.check.file === source.file ? source.nodeAt(issue.check) : undefined;
  const isHere = test !== undefined && source.functionAround(test) === source.functionAround(write);
  // The check of a lost update is what is written.
  const isTest = isHere && issue.kind !== "lost-update";
  if (isTest && assertion === undefined && !conditions.some((c) => isTestOf(c, test, source))) return "check is no if statement";
  const guards = guardsOf(issue, {
    checks,
    row,
    write,
    source,
    literals: writeFormOf(issue, editing)?.kind === "statement",
    properties: issue.surroundings?.properties ?? [],
    checker: isHere ? undefined : checkerOf(issue, sources),
  });
  if (typeof guards === "string") return guards;
  return isRepeated(write, guards.check, source) ? "may write several rows" : guards;
}

function nearestFirst(checks: readonly Check[]): readonly Check[] {
  return checks.toSorted((a, b) => b.statement.range[0] - a.statement.range[0]);
}

/** The node is part of what the check tests, or of what made that. */
function isTestOf({ statement, passes }: Check, test: Node, source: Source): boolean {
  const tested = [...(statement.type === AST_NODE_TYPES.IfStatement ? [statement.test] : []), ...atomsOf(passes)];
  const all = tested.flatMap((n) => descendants(n));
  const made = all.flatMap((n) => (n.type === AST_NODE_TYPES.Identifier ? descendants(source.madeOf(n) ?? n) : []));
  return all.includes(test) || made.includes(test);
}

/** The name of the function in which the check stands. */
function checkerOf({ check }: Issue, sources: Request["sources"]): string | undefined {
  const source = sources(check.file);
  const test = source?.nodeAt(check);
  const checker = test === undefined ? undefined : source?.functionAround(test);
  return checker === undefined ? undefined : source?.nameOfFunction(checker);
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
  const handed = test === undefined || !isAround(test, statement, source) ? undefined : rowHandedOver(issue, test, source);
  if (handed !== undefined) return handed;
  const calls = [issue.read, ...issue.trace].flatMap((p) => (p.file === source.file ? [source.callAt(p)] : []));
  const [row, ...more] = calls.flatMap((c) => (c !== undefined && isAround(c, statement, source) ? (rowOfCall(c, source) ?? []) : []));
  return more.length === 0 ? row : undefined;
}

/** `isWaiting(rows[0])`: what a helper of the test is given of what was read. */
function rowHandedOver(issue: Issue, test: Node, source: Source): RowName | undefined {
  const read = issue.read.file === source.file ? source.callAt(issue.read) : undefined;
  const names = read === undefined ? new Set<string>() : namesOfResult(read, source);
  const given = descendants(test).flatMap((n) => (n.type === AST_NODE_TYPES.CallExpression ? n.arguments : []));
  const rows = given.filter((a) => isNameOfRow(a) && descendants(a).some((n) => n.type === AST_NODE_TYPES.Identifier && names.has(n.name)));
  const [row, ...more] = rows;
  return row !== undefined && more.length === 0 ? new RowName(source.textOf(row), source) : undefined;
}

/** The node stands in the function of the statement, or in one around it. */
function isAround(node: Node, statement: Node, source: Source): boolean {
  const own = source.functionAround(node);
  return own === undefined || source.ancestors(statement).includes(own);
}
