/** Whether a text can be copied from one place of a function to a later one. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import { childrenOf, descendants, isFunction, type Node, type Source } from "./source.js";

/** Every name used in the node means at `to` what it means where the node stands, and holds the same value if `values`. */
export function isCopyable(node: Node, to: Node, source: Source, { values }: { readonly values: boolean }): boolean {
  const used = namesIn(node);
  const enclosing = new Set(source.ancestors(node));
  const inner = source.ancestors(to).filter((a) => !enclosing.has(a));
  const declared = new Set(inner.flatMap((scope) => declaredIn(scope)));
  if ([...used].some((name) => declared.has(name))) return false;
  return !values || ![...used].some((name) => isAssigned(name, to, source));
}

function namesIn(node: Node): ReadonlySet<string> {
  return new Set(descendants(node).flatMap((n) => (n.type === AST_NODE_TYPES.Identifier ? [n.name] : [])));
}

/** Names that a scope declares itself: a block's statements, a function's parameters, a loop's or a catch clause's variables. */
export function declaredIn(scope: Node): readonly string[] {
  return childrenOf(scope).flatMap((child) => {
    if (isFunction(scope) && child.type !== AST_NODE_TYPES.BlockStatement) return bindings(child);
    switch (child.type) {
      case AST_NODE_TYPES.VariableDeclaration:
        return child.declarations.flatMap((d) => bindings(d.id));
      case AST_NODE_TYPES.FunctionDeclaration:
      case AST_NODE_TYPES.ClassDeclaration:
        return child.id === null ? [] : [child.id.name];
      default:
        return scope.type === AST_NODE_TYPES.CatchClause && child.type !== AST_NODE_TYPES.BlockStatement ? bindings(child) : [];
    }
  });
}

function bindings(pattern: Node): readonly string[] {
  return [...namesIn(pattern)];
}

/** Somewhere in the function around `at` the name is given another value. */
function isAssigned(name: string, at: Node, source: Source): boolean {
  const outermost = source.ancestors(at).findLast((a) => isFunction(a)) ?? source.program;
  return descendants(outermost).some((n) => {
    const target =
      n.type === AST_NODE_TYPES.AssignmentExpression ? n.left : n.type === AST_NODE_TYPES.UpdateExpression ? n.argument : undefined;
    return target !== undefined && target.type !== AST_NODE_TYPES.MemberExpression && namesIn(target).has(name);
  });
}

/** The first of the names that the file does not use. */
export function freeName(candidates: readonly string[], source: Source): string | undefined {
  const used = namesIn(source.program);
  return candidates.find((name) => !used.has(name));
}

export function isPlainChain(node: TSESTree.Expression): boolean {
  if (node.type === AST_NODE_TYPES.MemberExpression) return !node.computed && !node.optional && isPlainChain(node.object);
  return node.type === AST_NODE_TYPES.Identifier || node.type === AST_NODE_TYPES.ThisExpression;
}

/** The name by which a call's function is named, on whatever object. */
export function calleeName(callee: Node): string | undefined {
  if (callee.type === AST_NODE_TYPES.Identifier) return callee.name;
  const isMember = callee.type === AST_NODE_TYPES.MemberExpression && callee.property.type === AST_NODE_TYPES.Identifier;
  return isMember && !callee.computed ? (callee.property as TSESTree.Identifier).name : undefined;
}
