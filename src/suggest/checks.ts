/** The conditions that a statement is behind, and what each lets through. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import { leaves } from "./exit.js";
import { formulaOf, type Constants, type Formula } from "./formula.js";
import type { Row } from "./row.js";
import { isFunction, type Node, type Source } from "./source.js";
import { clauseAround, switchBefore } from "./switches.js";
import type { Import } from "./thrown.js";

export interface Check {
  readonly statement: Node;
  readonly passes: Formula;
  readonly exit: Exit;
  /** Where the formula stands in another function: how that one names the row, and its file. */
  readonly elsewhere?: { readonly row: Row; readonly source: Source; readonly scope: Node };
}

/** What happens to those who do not pass. */
export type Exit =
  /** They leave: the statement that says so. */
  | { readonly kind: "leave"; readonly by: TSESTree.Statement }
  /** They leave by a statement of this text, which means the same at the write; without its semicolon. */
  | { readonly kind: "text"; readonly text: string; readonly imports: readonly Import[] }
  /** The call throws where this argument is false. */
  | { readonly kind: "assertion"; readonly statement: TSESTree.ExpressionStatement; readonly argument: Node }
  /** They skip this block and go on behind it. */
  | { readonly kind: "skip"; readonly block: TSESTree.Statement }
  /** They take the other branch. */
  | { readonly kind: "branch" }
  /** They are rows of a list, and the loop goes on with the next one. */
  | { readonly kind: "next" };

/** The nearest first. Also those outside closures that are run where they are written (the callback of an awaited call). */
export function checksBefore(statement: Node, source: Source): readonly Check[] {
  const checks: Check[] = [];
  let child = statement;
  for (const scope of source.ancestors(statement)) {
    checks.push(...earlier(scope, child, source), ...around(scope, child, statement, source));
    if (isFunction(scope) && !isRunInPlace(scope, source)) return checks;
    child = scope;
  }
  return checks;
}

/** The statements before one in its own list, the nearest first. */
export function statementsBefore(scope: Node, child: Node): readonly TSESTree.Statement[] {
  const list: readonly Node[] =
    scope.type === AST_NODE_TYPES.BlockStatement || scope.type === AST_NODE_TYPES.Program
      ? scope.body
      : scope.type === AST_NODE_TYPES.SwitchCase
        ? scope.consequent
        : [];
  return list.slice(0, Math.max(0, list.indexOf(child))).reverse() as readonly TSESTree.Statement[];
}

/** Statements before it in the same list after which nobody who fails them is left. */
function earlier(scope: Node, child: Node, source: Source): readonly Check[] {
  return statementsBefore(scope, child).flatMap((s): readonly Check[] => {
    if (s.type === AST_NODE_TYPES.SwitchStatement) return switchBefore(s, constantsOf(source)) ?? [];
    if (s.type !== AST_NODE_TYPES.IfStatement || s.alternate !== null || !leaves(s.consequent)) return [];
    return [{ statement: s, passes: formulaOf(s.test, false, constantsOf(source)), exit: { kind: "leave", by: s.consequent } }];
  });
}

function around(scope: Node, child: Node, write: Node, source: Source): readonly Check[] {
  if (scope.type === AST_NODE_TYPES.SwitchStatement) return clauseAround(scope, child, { write, source }, constantsOf(source)) ?? [];
  if (scope.type !== AST_NODE_TYPES.IfStatement || child === scope.test) return [];
  const isThen = child === scope.consequent;
  const other = isThen ? scope.alternate : scope.consequent;
  const exit: Exit =
    other === null ? { kind: "skip", block: scope.consequent } : leaves(other) ? { kind: "leave", by: other } : { kind: "branch" };
  return [{ statement: scope, passes: formulaOf(scope.test, isThen, constantsOf(source)), exit }];
}

export function constantsOf(source: Source): Constants {
  return (name) => source.constant(name);
}

/** The callback of a call that the function around it awaits or returns, such as a transaction's. */
export function isRunInPlace(node: Node, source: Source): boolean {
  const call = source.parent(node);
  if (call?.type !== AST_NODE_TYPES.CallExpression || call.callee === node) return false;
  const use = source.parent(call);
  return use?.type === AST_NODE_TYPES.AwaitExpression || use?.type === AST_NODE_TYPES.ReturnStatement;
}
