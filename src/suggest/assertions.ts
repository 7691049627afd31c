/** Calls that throw where a check fails: `assert(job.status === "pending")`, and helpers of the program that are given the row. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import type { Issue } from "../analysis/issue.js";
import { constantsOf, isRunInPlace, statementsBefore, type Check, type Exit } from "./checks.js";
import { formulaOf, type Formula } from "./formula.js";
import { GivenRow, isCondition } from "./givenRow.js";
import { calleeName } from "./names.js";
import type { Row } from "./row.js";
import { descendants, isFunction, type FunctionNode, type Node, type Source } from "./source.js";
import type { Sources } from "./suggest.js";
import { isThrow, thrownAt } from "./thrown.js";

interface At {
  readonly write: Node;
  readonly row: Row;
  readonly source: Source;
  readonly sources: Sources;
}

/** The check of an issue where it is one that throws by itself; `undefined`: it is none of the calls before the write. */
export function assertionBefore(issue: Issue, at: At): Check | undefined {
  const found = callsBefore(at.write, at.source);
  const here = at.source.file === issue.check.file ? at.source.nodeAt(issue.check) : undefined;
  for (const { statement, call } of found) {
    const argument = call.arguments.find((a) => here !== undefined && (descendants(a).includes(here) || (here === call && isCondition(a))));
    if (argument !== undefined) return asserted(statement, argument, at);
  }
  return helperBefore(issue, found, at);
}

interface CallStatement {
  readonly statement: TSESTree.ExpressionStatement;
  readonly call: TSESTree.CallExpression;
}

/** Statements before the write, on every way to it, that are a call and nothing else; the nearest first. */
export function callsBefore(write: Node, source: Source): readonly CallStatement[] {
  const found: CallStatement[] = [];
  let child = write;
  for (const scope of source.ancestors(write)) {
    for (const statement of statementsBefore(scope, child)) {
      if (statement.type !== AST_NODE_TYPES.ExpressionStatement) continue;
      const { expression } = statement;
      const call = expression.type === AST_NODE_TYPES.AwaitExpression ? expression.argument : expression;
      if (call.type === AST_NODE_TYPES.CallExpression) found.push({ statement, call });
    }
    if (isFunction(scope) && !isRunInPlace(scope, source)) break;
    child = scope;
  }
  return found;
}

function asserted(statement: TSESTree.ExpressionStatement, argument: Node, { source }: At): Check {
  const passes = formulaOf(argument as TSESTree.Expression, true, constantsOf(source));
  return { statement, passes, exit: { kind: "assertion", statement, argument } };
}

/** The check stands in a function by the name of one of the calls. */
function helperBefore(issue: Issue, calls: readonly CallStatement[], at: At): Check | undefined {
  const source = at.sources(issue.check.file);
  const test = source?.nodeAt(issue.check);
  const helper = test === undefined ? undefined : source?.functionAround(test);
  if (source === undefined || test === undefined || helper === undefined || !isFunction(helper)) return undefined;
  const name = source.nameOfFunction(helper);
  const found = calls.find(({ call: { callee } }) => name !== undefined && calleeName(callee) === name);
  const row = found === undefined ? undefined : GivenRow.of(helper.params, found.call.arguments, at.row, at.source);
  if (found === undefined || row === undefined) return undefined;
  const truth = assertedArgument(test, row);
  if (truth !== undefined) return asserted(found.statement, truth, at);
  const said = saidBy(helper, source);
  const exit = exitOf(test, row, { ...at, helper: source, call: found.call });
  if (exit === undefined) return undefined;
  const passes: Formula = said ?? { kind: "atom", node: found.call, holds: true };
  return {
    statement: found.statement,
    passes,
    exit,
    ...(said === undefined ? {} : { elsewhere: { row, source, scope: helper } }),
  };
}

/** The helper is given a truth value, and that is what it tests. */
function assertedArgument(test: Node, row: GivenRow): Node | undefined {
  const names = descendants(test).flatMap((n) => (n.type === AST_NODE_TYPES.Identifier ? [n.name] : []));
  const given = names.flatMap((n) => row.truth(n) ?? []);
  return given.length === 1 ? given[0] : undefined;
}

/** What holds where the helper returns: nothing but tests that throw, one after the other. `undefined`: it may return in other ways. */
function saidBy({ body }: FunctionNode, source: Source): Formula | undefined {
  if (body.type !== AST_NODE_TYPES.BlockStatement) return undefined;
  const parts = body.body.map((s) =>
    s.type === AST_NODE_TYPES.IfStatement && s.alternate === null && isThrow(s.consequent)
      ? formulaOf(s.test, false, constantsOf(source))
      : undefined,
  );
  return parts.length > 0 && parts.every((p) => p !== undefined) ? { kind: "and", parts: parts.flatMap(flat) } : undefined;
}

function flat(formula: Formula): readonly Formula[] {
  return formula.kind === "and" ? formula.parts : [formula];
}

function exitOf(test: Node, row: GivenRow, at: At & { readonly helper: Source; readonly call: Node }): Exit | undefined {
  const statement = at.helper.ancestors(test).find((a) => a.type === AST_NODE_TYPES.IfStatement);
  const thrown = statement?.type === AST_NODE_TYPES.IfStatement ? thrownAt(statement.consequent, row, at) : undefined;
  return thrown === undefined ? undefined : { kind: "text", ...thrown };
}
