/** The `if` statements that a statement is behind, and what each lets through. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import { formulaOf, type Constants, type Formula } from "./formula.js";
import { isFunction, type Node, type Source } from "./source.js";

export interface Check {
  readonly statement: TSESTree.IfStatement;
  readonly passes: Formula;
  readonly exit: Exit;
}

/** What happens to those who do not pass. */
export type Exit =
  /** They leave: the statement that says so. */
  | { readonly kind: "leave"; readonly by: TSESTree.Statement }
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
    checks.push(...earlier(scope, child, source), ...around(scope, child, source));
    if (isFunction(scope) && !isRunInPlace(scope, source)) return checks;
    child = scope;
  }
  return checks;
}

/** Statements before it in the same list after which nobody who fails them is left. */
function earlier(scope: Node, child: Node, source: Source): readonly Check[] {
  const list = scope.type === AST_NODE_TYPES.BlockStatement || scope.type === AST_NODE_TYPES.Program ? scope.body : [];
  const before = list.slice(0, Math.max(0, list.indexOf(child as TSESTree.Statement)));
  return before.reverse().flatMap((s): readonly Check[] => {
    if (s.type !== AST_NODE_TYPES.IfStatement || s.alternate !== null || !leaves(s.consequent)) return [];
    return [{ statement: s, passes: formulaOf(s.test, false, constantsOf(source)), exit: { kind: "leave", by: s.consequent } }];
  });
}

function around(scope: Node, child: Node, source: Source): readonly Check[] {
  if (scope.type !== AST_NODE_TYPES.IfStatement || child === scope.test) return [];
  const isThen = child === scope.consequent;
  const exit: Exit = isThen && scope.alternate === null ? { kind: "skip", block: scope.consequent } : { kind: "branch" };
  return [{ statement: scope, passes: formulaOf(scope.test, isThen, constantsOf(source)), exit }];
}

function constantsOf(source: Source): Constants {
  return (name) => source.constant(name);
}

function leaves(statement: TSESTree.Statement): boolean {
  switch (statement.type) {
    case AST_NODE_TYPES.ReturnStatement:
    case AST_NODE_TYPES.ThrowStatement:
    case AST_NODE_TYPES.ContinueStatement:
    case AST_NODE_TYPES.BreakStatement:
      return true;
    case AST_NODE_TYPES.BlockStatement: {
      const last = statement.body.at(-1);
      return last !== undefined && leaves(last);
    }
    default:
      return false;
  }
}

/** The callback of a call that the function around it awaits or returns, such as a transaction's. */
export function isRunInPlace(node: Node, source: Source): boolean {
  const call = source.parent(node);
  if (call?.type !== AST_NODE_TYPES.CallExpression || call.callee === node) return false;
  const use = source.parent(call);
  return use?.type === AST_NODE_TYPES.AwaitExpression || use?.type === AST_NODE_TYPES.ReturnStatement;
}
