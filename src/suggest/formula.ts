/** A tested expression as a formula of atoms: what is known where it came out one way. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";

export type Formula =
  | { readonly kind: "atom"; readonly node: TSESTree.Expression; readonly holds: boolean }
  | { readonly kind: "and" | "or"; readonly parts: readonly Formula[] };

/** What holds where `test` is true (`outcome`) or false. */
export function formulaOf(test: TSESTree.Expression, outcome: boolean): Formula {
  const node = bare(test);
  if (node.type === AST_NODE_TYPES.UnaryExpression && node.operator === "!") return formulaOf(node.argument, !outcome);
  if (node.type === AST_NODE_TYPES.LogicalExpression && node.operator !== "??") {
    const kind = (node.operator === "&&") === outcome ? "and" : "or";
    return {
      kind,
      parts: [formulaOf(node.left, outcome), formulaOf(node.right, outcome)].flatMap((f) => (f.kind === kind ? f.parts : [f])),
    };
  }
  return { kind: "atom", node, holds: outcome };
}

export function conjuncts(formula: Formula): readonly Formula[] {
  return formula.kind === "and" ? formula.parts : [formula];
}

export function atomsOf(formula: Formula): readonly TSESTree.Expression[] {
  return formula.kind === "atom" ? [formula.node] : formula.parts.flatMap(atomsOf);
}

/** The expression without what says nothing at run time. */
export function bare(node: TSESTree.Expression): TSESTree.Expression {
  switch (node.type) {
    case AST_NODE_TYPES.ChainExpression:
    case AST_NODE_TYPES.TSNonNullExpression:
    case AST_NODE_TYPES.TSAsExpression:
    case AST_NODE_TYPES.TSSatisfiesExpression:
      return bare(node.expression);
    default:
      return node;
  }
}
