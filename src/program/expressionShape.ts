import ts from "typescript";

import { callShape, newShape } from "./callShape.js";
import { denotedShape } from "./declarationShape.js";
import { heritageOf } from "./members.js";
import type { Shape } from "./shape.js";
import type { Walk } from "./shapes.js";
import { isNullish, propertyAccess, thisClass } from "./syntax.js";

/** The shape of an expression's value, by its syntax and the declarations of the names in it. */
export function expressionShape(walk: Walk, node: ts.Node): Shape | undefined {
  if (ts.isIdentifier(node)) return identifierShape(walk, node);
  if (node.kind === ts.SyntaxKind.ThisKeyword) return thisShape(node);
  if (node.kind === ts.SyntaxKind.SuperKeyword) return superShape(walk, node);
  if (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) return assertedShape(walk, node);
  if (ts.isSatisfiesExpression(node) || ts.isNonNullExpression(node)) return walk.expression(node.expression);
  if (ts.isParenthesizedExpression(node) || ts.isAwaitExpression(node)) return walk.expression(node.expression);
  if (ts.isCallExpression(node)) return callShape(walk, node);
  if (ts.isNewExpression(node)) return newShape(walk, node);
  if (ts.isConditionalExpression(node)) return eitherShape(walk, [node.whenTrue, node.whenFalse]);
  if (ts.isBinaryExpression(node)) return binaryShape(walk, node);
  if (ts.isClassExpression(node)) return { kind: "value", declaration: node };
  if (ts.isObjectLiteralExpression(node)) return { kind: "instance", owner: node, arguments: [] };
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return { kind: "value", declaration: node };
  if (ts.isArrayLiteralExpression(node)) return { kind: "builtin", name: "Array" };
  if (ts.isTemplateExpression(node) || ts.isStringLiteralLike(node)) return { kind: "builtin", name: "String" };
  if (ts.isExpressionWithTypeArguments(node)) return walk.expression(node.expression);
  if (ts.isTypeNode(node)) return walk.type(node);
  if (isValueDeclaration(node)) return walk.declaration(node);
  const access = propertyAccess(node);
  return access && accessShape(walk, access);
}

function isValueDeclaration(node: ts.Node): node is ts.Declaration {
  if (ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node)) return true;
  return ts.isPropertyDeclaration(node) || ts.isPropertySignature(node) || ts.isPropertyAssignment(node) || ts.isClassDeclaration(node);
}

function identifierShape(walk: Walk, node: ts.Identifier): Shape | undefined {
  const denoted = walk.names.at(node);
  return denoted && denotedShape(walk, denoted);
}

function thisShape(node: ts.Node): Shape | undefined {
  const around = thisClass(node);
  if (around === undefined) return undefined;
  if (around.static && ts.isClassLike(around.owner)) return { kind: "value", declaration: around.owner };
  return { kind: "instance", owner: around.owner, arguments: [] };
}

function superShape(walk: Walk, node: ts.Node): Shape | undefined {
  const around = thisClass(node);
  if (around === undefined || ts.isObjectLiteralExpression(around.owner)) return undefined;
  const [base] = heritageOf(walk, around.owner);
  if (base?.kind !== "instance" || !around.static) return base;
  return ts.isClassLike(base.owner) ? { kind: "value", declaration: base.owner } : undefined;
}

/** `x as T` is a `T`; an assertion to something that no declaration names (`as any`, `as const`) leaves what `x` is. */
function assertedShape(walk: Walk, node: ts.AsExpression | ts.TypeAssertion): Shape | undefined {
  return walk.type(node.type) ?? walk.expression(node.expression);
}

function binaryShape(walk: Walk, node: ts.BinaryExpression): Shape | undefined {
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.QuestionQuestionToken:
    case ts.SyntaxKind.BarBarToken:
      return eitherShape(walk, [node.left, node.right]);
    case ts.SyntaxKind.AmpersandAmpersandToken:
    case ts.SyntaxKind.CommaToken:
    case ts.SyntaxKind.EqualsToken:
    case ts.SyntaxKind.QuestionQuestionEqualsToken:
    case ts.SyntaxKind.BarBarEqualsToken:
      return walk.expression(node.right);
    default:
      return undefined;
  }
}

/** The first alternative that is known, objects of the environment last: `manager ?? this.manager` are two handles of one kind. */
function eitherShape(walk: Walk, alternatives: readonly ts.Expression[]): Shape | undefined {
  const shapes = alternatives.map((alternative) => (isNullish(alternative) ? undefined : walk.expression(alternative)));
  return shapes.find((shape) => shape !== undefined && shape.kind !== "builtin") ?? shapes.find((shape) => shape !== undefined);
}

function accessShape(walk: Walk, access: { object: ts.Expression; name: string; nameNode: ts.Node }): Shape | undefined {
  const object = walk.expression(access.object);
  return object && walk.memberValue(object, access.name);
}
