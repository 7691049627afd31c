/** A tested expression as a formula of atoms: what is known where it came out one way. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";

export type Formula =
  | { readonly kind: "atom"; readonly node: TSESTree.Expression; readonly holds: boolean }
  /** The value is one of the labels of a `switch`, or none of them. */
  | { readonly kind: "case"; readonly node: TSESTree.Expression; readonly labels: readonly TSESTree.Expression[]; readonly holds: boolean }
  | { readonly kind: "and" | "or"; readonly parts: readonly Formula[] };

/** What a constant was given, so that a check may be kept in one (`const open = job.status === "open"`); `undefined`: it is none. */
export type Constants = (name: TSESTree.Identifier) => TSESTree.Expression | undefined;

/** What holds where `test` is true (`outcome`) or false. */
export function formulaOf(test: TSESTree.Expression, outcome: boolean, constants: Constants): Formula {
  const node = bare(test);
  if (node.type === AST_NODE_TYPES.UnaryExpression && node.operator === "!") return formulaOf(node.argument, !outcome, constants);
  const kept = node.type === AST_NODE_TYPES.Identifier ? constants(node) : undefined;
  if (kept !== undefined && isTest(bare(kept))) return formulaOf(kept, outcome, constants);
  if (node.type === AST_NODE_TYPES.LogicalExpression && node.operator !== "??") {
    const kind = (node.operator === "&&") === outcome ? "and" : "or";
    return {
      kind,
      parts: [node.left, node.right].flatMap((side) => {
        const f = formulaOf(side, outcome, constants);
        return f.kind === "and" || f.kind === "or" ? (f.kind === kind ? f.parts : [f]) : [f];
      }),
    };
  }
  return { kind: "atom", node, holds: outcome };
}

/** Gives a truth value, so that it is a check that is kept and not the row. */
function isTest({ type }: TSESTree.Expression): boolean {
  return type === AST_NODE_TYPES.BinaryExpression || type === AST_NODE_TYPES.LogicalExpression || type === AST_NODE_TYPES.UnaryExpression;
}

export function conjuncts(formula: Formula): readonly Formula[] {
  return formula.kind === "and" ? formula.parts : [formula];
}

export function atomsOf(formula: Formula): readonly TSESTree.Expression[] {
  switch (formula.kind) {
    case "atom":
      return [formula.node];
    case "case":
      return [formula.node, ...formula.labels];
    default:
      return formula.parts.flatMap(atomsOf);
  }
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
