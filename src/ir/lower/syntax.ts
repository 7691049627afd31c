import ts from "typescript";

/** The expression behind parentheses and everything that exists for the type checker only. */
export function skipOuter(node: ts.Expression): ts.Expression {
  let inner = node;
  while (
    ts.isParenthesizedExpression(inner) ||
    ts.isAsExpression(inner) ||
    ts.isSatisfiesExpression(inner) ||
    ts.isNonNullExpression(inner) ||
    ts.isTypeAssertionExpression(inner) ||
    ts.isExpressionWithTypeArguments(inner) ||
    ts.isPartiallyEmittedExpression(inner)
  ) {
    inner = inner.expression;
  }
  return inner;
}

export function isOperator(node: ts.Node, ...operators: readonly ts.SyntaxKind[]): node is ts.BinaryExpression {
  return ts.isBinaryExpression(node) && operators.includes(node.operatorToken.kind);
}

/** `=`, `+=`, `??=` and the like. */
export function isAssignment(node: ts.BinaryExpression): boolean {
  const operator = node.operatorToken.kind;
  return operator >= ts.SyntaxKind.FirstAssignment && operator <= ts.SyntaxKind.LastAssignment;
}

export function isNot(node: ts.Node): node is ts.PrefixUnaryExpression {
  return ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken;
}

/** Declared for the type checker only: nothing of it runs. */
export function isAmbient(node: ts.Statement): boolean {
  return hasModifier(node, ts.SyntaxKind.DeclareKeyword);
}

export function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && (node.modifiers?.some((modifier) => modifier.kind === kind) ?? false);
}

/** A property name that is known without running the program; private names keep their `#`. */
export function staticName(name: ts.PropertyName | ts.BindingName): string | undefined {
  if (ts.isIdentifier(name) || ts.isPrivateIdentifier(name) || ts.isNumericLiteral(name) || ts.isStringLiteralLike(name)) return name.text;
  if (ts.isBigIntLiteral(name)) return name.text.replace(/n$/u, "");
  if (!ts.isComputedPropertyName(name)) return undefined;
  const key = skipOuter(name.expression);
  return ts.isStringLiteralLike(key) || ts.isNumericLiteral(key) ? key.text : undefined;
}

/** The property of `object["name"]`, which is the same as `object.name`. */
export function literalKey(node: ts.ElementAccessExpression): string | undefined {
  const key = skipOuter(node.argumentExpression);
  return ts.isStringLiteralLike(key) ? key.text : undefined;
}

/**
 * Whether `?.` stands before this link of a chain or before an earlier one: then too the value can be undefined because a receiver was
 * nullish.
 */
export function inOptionalChain(node: ts.Node): boolean {
  return (node.flags & ts.NodeFlags.OptionalChain) !== 0;
}

export type FunctionNode =
  | ts.FunctionDeclaration
  | ts.FunctionExpression
  | ts.ArrowFunction
  | ts.MethodDeclaration
  | ts.ConstructorDeclaration
  | ts.GetAccessorDeclaration
  | ts.SetAccessorDeclaration;
