import ts from "typescript";

import type { Literal } from "../ir/ir.js";
import type { Member, Shape } from "./shape.js";
import type { Shapes } from "./shapes.js";
import { hasModifier, isStatic, literalValue, propertyAccess, unwrap } from "./syntax.js";

/** A literal, boxed: `undefined` is a literal too. */
export interface Constant {
  readonly value: Literal;
}

/** Longest chain of constants that are defined by other constants. */
const maxHops = 8;

/** The literal that an expression is, through constants, enums and properties of constant objects. */
export function constantOf(shapes: Shapes, node: ts.Node, hops = 0): Constant | undefined {
  if (hops > maxHops) return undefined;
  const inner = unwrap(node);
  const literal = literalValue(inner);
  if (literal !== undefined) return literal;
  if (ts.isBinaryExpression(inner) && inner.operatorToken.kind === ts.SyntaxKind.PlusToken) return concatenation(shapes, inner, hops);
  if (ts.isIdentifier(inner)) {
    const denoted = shapes.names.at(inner);
    const declarations = denoted?.kind === "own" || denoted?.kind === "imported" ? denoted.declarations : [];
    return declaredConstant(shapes, declarations, hops);
  }
  const access = propertyAccess(inner);
  if (access === undefined) return undefined;
  const member = holder(shapes, access.object, access.name);
  return member && declaredConstant(shapes, member.declarations, hops);
}

function concatenation(shapes: Shapes, node: ts.BinaryExpression, hops: number): Constant | undefined {
  const left = constantOf(shapes, node.left, hops + 1)?.value;
  const right = constantOf(shapes, node.right, hops + 1)?.value;
  if (typeof left === "number" && typeof right === "number") return { value: left + right };
  return typeof left === "string" && typeof right === "string" ? { value: left + right } : undefined;
}

/** The member of something that is itself constant: an enum, a class, a module, an object that no function makes. */
function holder(shapes: Shapes, object: ts.Expression, name: string): Member | undefined {
  const shape = shapes.expression(object);
  if (shape === undefined || !isConstantHolder(shape)) return undefined;
  if (shape.kind === "value" && ts.isSourceFile(shape.declaration)) {
    const symbol = shapes.context.checker.getSymbolAtLocation(shape.declaration);
    const denoted = symbol && shapes.names.exported(symbol, name);
    return denoted === undefined ? undefined : { declarations: denoted.declarations, bindings: new Map() };
  }
  return shapes.member(shape, name);
}

function isConstantHolder(shape: Shape): boolean {
  if (shape.kind === "instance") return ts.isObjectLiteralExpression(shape.owner) && isHeldByConstant(shape.owner);
  return shape.kind === "value" || (shape.kind === "imported" && shape.role === "export");
}

/** An object literal of a module's `const` or of a static readonly field, also inside another one, `as const` or frozen. */
function isHeldByConstant(literal: ts.ObjectLiteralExpression): boolean {
  let node: ts.Node = literal.parent;
  while (!ts.isVariableDeclaration(node)) {
    if (ts.isPropertyDeclaration(node)) return isStatic(node);
    const isNested = ts.isPropertyAssignment(node) || ts.isObjectLiteralExpression(node) || ts.isCallExpression(node);
    const isWrapped =
      ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node) || ts.isTypeAssertionExpression(node);
    if (!isNested && !isWrapped) return ts.isExportAssignment(node);
    node = node.parent;
  }
  return (node.parent.flags & ts.NodeFlags.Const) !== 0;
}

function declaredConstant(shapes: Shapes, declarations: readonly ts.Declaration[], hops: number): Constant | undefined {
  for (const declaration of declarations) {
    const found = ofDeclaration(shapes, declaration, hops);
    if (found !== undefined) return found;
  }
  return undefined;
}

function ofDeclaration(shapes: Shapes, node: ts.Declaration, hops: number): Constant | undefined {
  if (ts.isEnumMember(node)) {
    const value = shapes.context.checker.getConstantValue(node);
    return value === undefined ? undefined : { value };
  }
  if (ts.isVariableDeclaration(node)) {
    return (node.parent.flags & ts.NodeFlags.Const) === 0 ? undefined : valueOf(shapes, node, hops);
  }
  if (ts.isPropertyDeclaration(node)) {
    return isStatic(node) && hasModifier(node, ts.SyntaxKind.ReadonlyKeyword) ? valueOf(shapes, node, hops) : undefined;
  }
  if (ts.isPropertyAssignment(node)) return constantOf(shapes, node.initializer, hops + 1);
  if (ts.isShorthandPropertyAssignment(node)) return constantOf(shapes, node.name, hops + 1);
  if (ts.isPropertySignature(node) && node.type !== undefined) return literalValue(node.type);
  if (ts.isExportAssignment(node)) return constantOf(shapes, node.expression, hops + 1);
  return undefined;
}

function valueOf(shapes: Shapes, node: ts.VariableDeclaration | ts.PropertyDeclaration, hops: number): Constant | undefined {
  if (node.initializer !== undefined) return constantOf(shapes, node.initializer, hops + 1);
  return node.type && literalValue(node.type);
}
