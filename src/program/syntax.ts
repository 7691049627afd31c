import ts from "typescript";

/** The expression without parentheses, assertions and `await`: what its value comes from. */
export function unwrap(node: ts.Node): ts.Node {
  let inner = node;
  while (
    ts.isParenthesizedExpression(inner) ||
    ts.isNonNullExpression(inner) ||
    ts.isSatisfiesExpression(inner) ||
    ts.isAsExpression(inner) ||
    ts.isTypeAssertionExpression(inner) ||
    ts.isAwaitExpression(inner)
  ) {
    inner = inner.expression;
  }
  return inner;
}

/** The text of a property or declaration name; `undefined` if it is computed. Private names keep their `#`. */
export function nameText(name: ts.Node | undefined): string | undefined {
  if (name === undefined) return undefined;
  if (ts.isIdentifier(name) || ts.isPrivateIdentifier(name) || ts.isStringLiteralLike(name) || ts.isNumericLiteral(name)) return name.text;
  return ts.isComputedPropertyName(name) && ts.isStringLiteralLike(name.expression) ? name.expression.text : undefined;
}

/** `object` and the name of `object.name` and `object["name"]`. */
export function propertyAccess(node: ts.Node): { object: ts.Expression; name: string; nameNode: ts.Node } | undefined {
  if (ts.isPropertyAccessExpression(node)) return { object: node.expression, name: node.name.text, nameNode: node.name };
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    return { object: node.expression, name: node.argumentExpression.text, nameNode: node.argumentExpression };
  }
  return undefined;
}

export function hasModifier(node: ts.Node, kind: ts.ModifierSyntaxKind): boolean {
  return ts.canHaveModifiers(node) && ts.getModifiers(node)?.some((modifier) => modifier.kind === kind) === true;
}

export function isStatic(node: ts.Node): boolean {
  return hasModifier(node, ts.SyntaxKind.StaticKeyword);
}

/** Whether a constructor's parameter is a property as well. */
export function isParameterProperty(node: ts.Node): node is ts.ParameterDeclaration {
  return ts.isParameter(node) && ts.isParameterPropertyDeclaration(node, node.parent);
}

export function decoratorsOf(node: ts.Node): readonly ts.Decorator[] {
  return ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : [];
}

/** The class around a member's body in which `this` is that class's; arrow functions see through, other functions do not. */
export function thisClass(node: ts.Node): { owner: ts.ClassLikeDeclaration | ts.ObjectLiteralExpression; static: boolean } | undefined {
  for (let at: ts.Node = node; !ts.isSourceFile(at); at = at.parent) {
    const parent = at.parent;
    if (ts.isClassLike(parent) && ts.isClassElement(at))
      return { owner: parent, static: isStatic(at) || ts.isClassStaticBlockDeclaration(at) };
    if (ts.isObjectLiteralExpression(parent) && (ts.isMethodDeclaration(at) || ts.isAccessor(at))) return { owner: parent, static: false };
    if (ts.isFunctionExpression(at) && ts.isPropertyAssignment(parent)) return { owner: parent.parent, static: false };
    if (ts.isFunctionExpression(at) || ts.isFunctionDeclaration(at)) return undefined;
  }
  return undefined;
}

/** What a function returns: its `return` expressions, or the body of a short arrow; not those of functions inside it. */
export function returnedExpressions(fn: ts.SignatureDeclaration): readonly ts.Expression[] {
  if (!("body" in fn) || fn.body === undefined) return [];
  const body = fn.body as ts.Node;
  if (!ts.isBlock(body)) return [body as ts.Expression];
  const found: ts.Expression[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isReturnStatement(node) && node.expression !== undefined) found.push(node.expression);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(body, visit);
  return found;
}

/** Whether the expression is `null` or `undefined`, which say nothing about what else a value may be. */
export function isNullish(node: ts.Expression): boolean {
  return node.kind === ts.SyntaxKind.NullKeyword || (ts.isIdentifier(node) && node.text === "undefined") || ts.isVoidExpression(node);
}

/** The function that a declaration's value is, if it is one: a function, or a variable or property that holds one. */
export function functionOf(node: ts.Node): ts.FunctionLikeDeclaration | undefined {
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isConstructorDeclaration(node)) return node;
  if (ts.isAccessor(node) || ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return node;
  if (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node) || ts.isPropertyAssignment(node)) {
    const value = node.initializer === undefined ? undefined : unwrap(node.initializer);
    return value !== undefined && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? value : undefined;
  }
  return undefined;
}

/** The literal's value, signs included. `undefined`: no literal (the literal `undefined` is no syntax). */
export function literalValue(node: ts.Node): { readonly value: string | number | boolean | null | undefined } | undefined {
  const inner = ts.isLiteralTypeNode(node) ? node.literal : unwrap(node);
  if (ts.isStringLiteralLike(inner)) return { value: inner.text };
  if (ts.isNumericLiteral(inner)) return { value: Number(inner.text) };
  if (inner.kind === ts.SyntaxKind.TrueKeyword) return { value: true };
  if (inner.kind === ts.SyntaxKind.FalseKeyword) return { value: false };
  if (inner.kind === ts.SyntaxKind.NullKeyword) return { value: null };
  if (ts.isIdentifier(inner) && inner.text === "undefined") return { value: undefined };
  if (ts.isPrefixUnaryExpression(inner) && ts.isNumericLiteral(inner.operand)) {
    if (inner.operator === ts.SyntaxKind.MinusToken) return { value: -Number(inner.operand.text) };
    if (inner.operator === ts.SyntaxKind.PlusToken) return { value: Number(inner.operand.text) };
  }
  return undefined;
}
