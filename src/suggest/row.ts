/** How the code names the row that was read: `job`, `rows[0]`, `this.job`. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import { chainOf } from "./chain.js";
import { bare } from "./formula.js";
import { isPlainChain } from "./names.js";
import type { Node, Source } from "./source.js";

/** How some function names the row and its columns. */
export interface Row {
  /** As an expression at the write. */
  readonly text: string;
  /** The expression is the row itself. */
  isRow(node: Node): boolean;
  /** The name of the row's column that the expression is. */
  columnOf(node: Node): string | undefined;
}

export class RowName implements Row {
  constructor(
    readonly text: string,
    private readonly source: Source,
  ) {}

  isRow(node: Node): boolean {
    return folded(this.source.textOf(node)) === this.text;
  }

  columnOf(node: Node): string | undefined {
    const inner = bare(node as TSESTree.Expression);
    if (inner.type !== AST_NODE_TYPES.MemberExpression || inner.computed || inner.property.type !== AST_NODE_TYPES.Identifier)
      return undefined;
    return this.isRow(inner.object) ? inner.property.name : undefined;
  }
}

/** The row whose column a tested expression looks at, where it is a name or an element of one. */
export function rowInTest(test: Node, columns: readonly string[], source: Source, all: readonly Node[]): RowName | undefined {
  const bases = all.flatMap((n) =>
    n.type === AST_NODE_TYPES.MemberExpression &&
    !n.computed &&
    n.property.type === AST_NODE_TYPES.Identifier &&
    columns.includes(n.property.name)
      ? [n.object]
      : [],
  );
  const texts = new Set(bases.map((b) => folded(source.textOf(b))));
  const [base] = bases;
  const [text] = texts;
  return texts.size === 1 && base !== undefined && text !== undefined && isNameOfRow(bare(base)) ? new RowName(text, source) : undefined;
}

export function isNameOfRow(node: Node): boolean {
  if (isPlainChain(node as TSESTree.Expression)) return true;
  return (
    node.type === AST_NODE_TYPES.MemberExpression &&
    node.computed &&
    node.property.type === AST_NODE_TYPES.Literal &&
    isPlainChain(node.object)
  );
}

/** The row as the variable that a call's awaited result is kept in. */
export function rowOfCall(call: TSESTree.CallExpression, source: Source): RowName | undefined {
  const awaited = source.parent(chainOf(call, source).at(-1) ?? call);
  const declarator = awaited?.type === AST_NODE_TYPES.AwaitExpression ? source.parent(awaited) : undefined;
  if (declarator?.type !== AST_NODE_TYPES.VariableDeclarator) return undefined;
  const { id } = declarator;
  const row = id.type === AST_NODE_TYPES.ArrayPattern ? id.elements[0] : id;
  return row?.type === AST_NODE_TYPES.Identifier ? new RowName(row.name, source) : undefined;
}

/** The text without white space and without what only concerns a row that is not there. */
function folded(text: string): string {
  return text
    .replaceAll(/\s+/g, "")
    .replaceAll(/\?\.(?=\[)/g, "")
    .replaceAll("?.", ".")
    .replaceAll(/!(?=[.[]|$)/g, "");
}
