/** A `switch` as a check: the values whose clauses leave are refused. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import type { Check, Exit } from "./checks.js";
import { isLoop, leaves } from "./exit.js";
import { formulaOf, type Constants, type Formula } from "./formula.js";
import { childrenOf, isFunction, type Node, type Source } from "./source.js";

/** What holds behind a `switch` some of whose clauses leave; `undefined`: none does, or a clause does under a condition only. */
export function switchBefore(statement: TSESTree.SwitchStatement, constants: Constants): readonly Check[] | undefined {
  const { cases } = statement;
  if (cases.some((c) => hasInnerBreak(c))) return undefined;
  const left = cases.map((_, at) => leavingStatement(cases, at));
  const [exit] = left.filter((l) => l !== undefined).toReversed();
  if (exit === undefined) return undefined;
  const others = cases.filter((_, at) => left[at] === undefined);
  const hasDefault = cases.some(({ test }) => test === null);
  const passes =
    hasDefault && !others.some(({ test }) => test === null)
      ? labelled(statement, others, true, constants)
      : labelled(
          statement,
          cases.filter((_, at) => left[at] !== undefined),
          false,
          constants,
        );
  return passes === undefined ? undefined : [{ statement, passes, exit: { kind: "leave", by: exit } }];
}

interface At {
  readonly write: Node;
  readonly source: Source;
}

/** What holds in a clause of a `switch`. */
export function clauseAround(statement: TSESTree.SwitchStatement, child: Node, at: At, constants: Constants): readonly Check[] | undefined {
  const { cases } = statement;
  const index = cases.findIndex((c) => c === child);
  if (index < 0) return undefined;
  let first = index;
  while (first > 0 && fallsThrough(cases[first - 1])) first--;
  const own = cases.slice(first, index + 1);
  const isDefault = own.some(({ test }) => test === null);
  const passes = isDefault
    ? labelled(
        statement,
        cases.filter((c) => !own.includes(c)),
        false,
        constants,
      )
    : labelled(statement, own, true, constants);
  const exit = otherClause(statement, isDefault, at);
  return passes === undefined ? undefined : [{ statement, passes, exit }];
}

/** Where those go who are not meant: to a `default` that leaves, or behind the `switch`. */
function otherClause({ cases }: TSESTree.SwitchStatement, isDefault: boolean, { write, source }: At): Exit {
  const other = isDefault ? -1 : cases.findIndex(({ test }) => test === null);
  const left = other < 0 ? undefined : leavingStatement(cases, other);
  if (left !== undefined) return { kind: "leave", by: left };
  const isEmpty = !isDefault && (other < 0 || (cases[other]?.consequent ?? []).every((s) => s.type === AST_NODE_TYPES.BreakStatement));
  const target = source.ancestors(write).find((a) => isFunction(a) || isLoop(a) || a.type === AST_NODE_TYPES.SwitchStatement);
  const isNearest = target?.type === AST_NODE_TYPES.SwitchStatement && target.cases === cases;
  return isEmpty && isNearest ? { kind: "text", text: "break", imports: [] } : { kind: "branch" };
}

function fallsThrough(clause: TSESTree.SwitchCase | undefined): boolean {
  const last = clause?.consequent.at(-1);
  return clause !== undefined && (last === undefined || !leaves(last));
}

/** The only statement by which the clause leaves the function or the loop; `undefined`: who comes to it goes on behind the `switch`. */
function leavingStatement(cases: readonly TSESTree.SwitchCase[], at: number): TSESTree.Statement | undefined {
  for (const { consequent } of cases.slice(at)) {
    const [first, ...more] = consequent;
    if (first === undefined) continue;
    return more.length === 0 && leaves(first) && !isBreak(first) ? first : undefined;
  }
  return undefined;
}

function isBreak(statement: TSESTree.Statement): boolean {
  if (statement.type !== AST_NODE_TYPES.BlockStatement) return statement.type === AST_NODE_TYPES.BreakStatement;
  const last = statement.body.at(-1);
  return last !== undefined && isBreak(last);
}

/** A `break` of the `switch` under a condition. */
function hasInnerBreak(node: Node, depth = 0): boolean {
  return childrenOf(node).some((child) => {
    if (isFunction(child) || isLoop(child) || child.type === AST_NODE_TYPES.SwitchStatement) return false;
    if (child.type === AST_NODE_TYPES.BreakStatement) return depth > 0;
    return hasInnerBreak(child, child.type === AST_NODE_TYPES.BlockStatement ? depth : depth + 1);
  });
}

/** The value is one of the clauses' labels, or none of them. */
function labelled(
  { discriminant }: TSESTree.SwitchStatement,
  cases: readonly TSESTree.SwitchCase[],
  holds: boolean,
  constants: Constants,
): Formula | undefined {
  const labels = cases.flatMap(({ test }) => test ?? []);
  if (labels.length === 0) return undefined;
  const isTrue = discriminant.type === AST_NODE_TYPES.Literal && discriminant.value === true;
  if (!isTrue) return { kind: "case", node: discriminant, labels, holds };
  return { kind: holds ? "or" : "and", parts: labels.map((label) => formulaOf(label, holds, constants)) };
}
