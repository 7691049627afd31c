/** Whether the exit of a check means the same where the write is, and its text there. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import { isCopyable } from "./names.js";
import { childrenOf, descendants, isFunction, type Node, type Source } from "./source.js";

const loops: ReadonlySet<AST_NODE_TYPES> = new Set([
  AST_NODE_TYPES.ForStatement,
  AST_NODE_TYPES.ForOfStatement,
  AST_NODE_TYPES.ForInStatement,
  AST_NODE_TYPES.WhileStatement,
  AST_NODE_TYPES.DoWhileStatement,
]);

/** Nobody goes on behind the statement. */
export function leaves(statement: TSESTree.Statement): boolean {
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

/** A copy of the statement at `to` leaves the way it leaves now: same function, same loop, no `try` in between, all names in scope. */
export function isValidAt(exit: Node, to: Node, source: Source): boolean {
  return jumpsIn(exit).every((jump) => landsAlike(jump, to, source)) && isCopyable(exit, to, source, { values: false });
}

function jumpsIn(node: Node): readonly Node[] {
  return descendants(node, false).filter((n) => isJump(n));
}

function isJump({ type }: Node): boolean {
  return (
    type === AST_NODE_TYPES.ReturnStatement ||
    type === AST_NODE_TYPES.ThrowStatement ||
    type === AST_NODE_TYPES.BreakStatement ||
    type === AST_NODE_TYPES.ContinueStatement
  );
}

function landsAlike(jump: Node, to: Node, source: Source): boolean {
  switch (jump.type) {
    case AST_NODE_TYPES.ThrowStatement:
      return catcher(jump, source) === catcher(to, source);
    case AST_NODE_TYPES.ReturnStatement:
      return source.functionAround(jump) === source.functionAround(to);
    case AST_NODE_TYPES.ContinueStatement:
      return jump.label === null && target(jump, source, false) === target(to, source, false);
    case AST_NODE_TYPES.BreakStatement:
      return jump.label === null && target(jump, source, true) === target(to, source, true);
    default:
      return false;
  }
}

/** The `try` statement that catches what is thrown here and does not throw it again. Closures that are run in place let it through. */
export function catcher(node: Node, source: Source): Node | undefined {
  let child = node;
  for (const scope of source.ancestors(node)) {
    const handler = scope.type === AST_NODE_TYPES.TryStatement && child === scope.block ? scope.handler : null;
    if (handler !== null && !throwsAgain(handler)) return scope;
    child = scope;
  }
  return undefined;
}

/** Whatever is caught is thrown on: the clause ends so, and leaves in no other way. */
function throwsAgain({ param, body }: TSESTree.CatchClause): boolean {
  const last = body.body.at(-1);
  const isSame =
    last?.type === AST_NODE_TYPES.ThrowStatement &&
    last.argument.type === AST_NODE_TYPES.Identifier &&
    param?.type === AST_NODE_TYPES.Identifier &&
    last.argument.name === param.name;
  return isSame && jumpsIn(body).length === 1;
}

/** The loop that is gone on with, or (`breaks`) the loop or switch that is left. */
function target(node: Node, source: Source, breaks: boolean): Node | undefined {
  const scope = source
    .ancestors(node)
    .find((a) => isFunction(a) || loops.has(a.type) || (breaks && a.type === AST_NODE_TYPES.SwitchStatement));
  return scope !== undefined && isFunction(scope) ? undefined : scope;
}

export function isLoop({ type }: Node): boolean {
  return loops.has(type);
}

/** The statement with its lines indented for the place of `to`; `undefined` if a line's indentation is part of a text. */
export function textAt(exit: TSESTree.Statement, to: Node, source: Source): string | undefined {
  const text = source.textOf(exit);
  if (!text.includes("\n")) return text;
  if (hasMultilineText(exit)) return undefined;
  const [from, onto] = [source.indentation(exit), source.indentation(to)];
  return text
    .split("\n")
    .map((line, i) => (i > 0 && line.startsWith(from) ? onto + line.slice(from.length) : line))
    .join("\n");
}

export function hasMultilineText(node: Node): boolean {
  if (node.type === AST_NODE_TYPES.TemplateLiteral) return node.loc.start.line !== node.loc.end.line;
  return childrenOf(node).some((c) => hasMultilineText(c));
}
