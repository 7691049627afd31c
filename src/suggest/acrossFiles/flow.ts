/** Where control goes in a function's syntax, as far as an edit has to know. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import type { SyntaxFile } from "../syntaxFile.js";

export type FunctionNode = TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression;

export function isFunction(node: TSESTree.Node): node is FunctionNode {
  return (
    node.type === AST_NODE_TYPES.FunctionDeclaration ||
    node.type === AST_NODE_TYPES.FunctionExpression ||
    node.type === AST_NODE_TYPES.ArrowFunctionExpression
  );
}

/** The function that runs the node. */
export function functionAround(file: SyntaxFile, node: TSESTree.Node): FunctionNode | undefined {
  for (const at of file.ancestors(node)) if (isFunction(at)) return at;
  return undefined;
}

/** The nodes of a function's own body, not of functions inside it. */
export function* ownNodes(file: SyntaxFile, fn: FunctionNode): Generator<TSESTree.Node> {
  for (const node of file.inside(fn.body)) if (functionAround(file, node) === fn) yield node;
}

/** The loop or `switch` that a `break` or `continue` in the node leaves; `undefined` if there is none in its function. */
export function breakable(file: SyntaxFile, node: TSESTree.Node): TSESTree.Node | undefined {
  for (const at of file.ancestors(node)) {
    if (isFunction(at)) return undefined;
    if (at.type === AST_NODE_TYPES.SwitchStatement || isLoop(at)) return at;
  }
  return undefined;
}

export function isLoop(node: TSESTree.Node): boolean {
  return (
    node.type === AST_NODE_TYPES.ForStatement ||
    node.type === AST_NODE_TYPES.ForOfStatement ||
    node.type === AST_NODE_TYPES.ForInStatement ||
    node.type === AST_NODE_TYPES.WhileStatement ||
    node.type === AST_NODE_TYPES.DoWhileStatement
  );
}

/** The `try` statements whose body the node is in, within its function. */
export function triesAround(file: SyntaxFile, node: TSESTree.Node): readonly TSESTree.TryStatement[] {
  const tries: TSESTree.TryStatement[] = [];
  let inner: TSESTree.Node = node;
  for (const at of file.ancestors(node)) {
    if (isFunction(at)) break;
    if (at.type === AST_NODE_TYPES.TryStatement && at.block === inner) tries.push(at);
    inner = at;
  }
  return tries;
}

/** The first of the names that nothing in the node is called. */
export function freeName(file: SyntaxFile, node: TSESTree.Node, names: readonly string[]): string {
  const used = new Set([...file.inside(node)].flatMap((n) => (n.type === AST_NODE_TYPES.Identifier ? [n.name] : [])));
  const [first = ""] = names;
  return (
    names.find((name) => !used.has(name)) ??
    freeName(
      file,
      node,
      names.map((name) => `${name}${first.length}`),
    )
  );
}
