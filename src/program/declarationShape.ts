import ts from "typescript";

import { returnedShape } from "./callShape.js";
import { contextualShape } from "./contextualShape.js";
import type { Denoted } from "./names.js";
import type { ImportedShape, Shape } from "./shape.js";
import type { Walk } from "./shapes.js";
import { nameText } from "./syntax.js";

/** The value of what a name denotes, or in a type position the type. One name may be both: `const Status = {...}; type Status = ...`. */
export function denotedShape(walk: Walk, denoted: Denoted, meaning: "type" | "value" = "value"): Shape | undefined {
  switch (denoted.kind) {
    case "own":
      return firstDeclared(walk, withMeaning(denoted.declarations, meaning));
    case "builtin":
      return { kind: "builtin", name: denoted.owner === "" ? denoted.name : [denoted.owner, denoted.name].filter(Boolean).join(".") };
    case "imported":
      return refined(walk, { kind: "imported", name: denoted.name, role: "export", arguments: [], declarations: denoted.declarations });
  }
}

/**
 * An object that another package exports (a workspace's database package, resolved to declarations) is what its declared type says, if
 * that is a data layer's.
 */
function refined(walk: Walk, shape: ImportedShape): Shape {
  if (walk.context.packages.has(shape.name.package)) return shape;
  for (const declaration of shape.declarations) {
    const variable = ts.isVariableDeclaration(declaration) ? declaration.type && walk.type(declaration.type) : undefined;
    if (variable?.kind === "imported" && walk.context.packages.has(variable.name.package)) return variable;
    const alias = ts.isTypeAliasDeclaration(declaration) ? walk.type(declaration.type) : undefined;
    if (alias?.kind === "imported" && walk.context.packages.has(alias.name.package)) return alias;
  }
  return shape;
}

function withMeaning(declarations: readonly ts.Declaration[], meaning: "type" | "value"): readonly ts.Declaration[] {
  if (declarations.length < 2) return declarations;
  const fits = (d: ts.Declaration): boolean => {
    const type = ts.isInterfaceDeclaration(d) || ts.isTypeAliasDeclaration(d);
    return ts.isClassLike(d) || type === (meaning === "type");
  };
  return [...declarations].sort((a, b) => Number(fits(b)) - Number(fits(a)));
}

function firstDeclared(walk: Walk, declarations: readonly ts.Declaration[]): Shape | undefined {
  for (const declaration of declarations) {
    const shape = walk.declaration(declaration);
    if (shape !== undefined) return shape;
  }
  return undefined;
}

/** The value of a declaration: its annotation, else what initialises it. */
export function declarationShape(walk: Walk, node: ts.Declaration): Shape | undefined {
  if (ts.isVariableDeclaration(node)) return annotated(walk, node);
  if (ts.isParameter(node)) return annotated(walk, node) ?? contextualShape(walk, node);
  if (ts.isPropertyDeclaration(node)) return annotated(walk, node) ?? assignedInConstructor(walk, node);
  if (ts.isPropertySignature(node)) return node.type && walk.type(node.type);
  if (ts.isBindingElement(node)) return boundShape(walk, node);
  if (ts.isGetAccessor(node)) return node.type === undefined ? returnedShape(walk, node) : walk.type(node.type);
  if (ts.isPropertyAssignment(node)) return walk.expression(node.initializer);
  if (ts.isShorthandPropertyAssignment(node)) return walk.expression(node.name);
  if (ts.isExportAssignment(node)) return walk.expression(node.expression);
  if (ts.isBinaryExpression(node)) return walk.expression(node.right);
  if (ts.isPropertyAccessExpression(node)) return assignedExpando(walk, node);
  return isSelfValue(walk, node) ? { kind: "value", declaration: node } : undefined;
}

/** Declarations that are values themselves; those of packages are imported names. */
function isSelfValue(walk: Walk, node: ts.Declaration): boolean {
  if (!ts.isSourceFile(node) && !walk.context.isOwn(node.getSourceFile()) && !ts.isTypeParameterDeclaration(node)) return false;
  return !ts.isSetAccessor(node) && !ts.isEnumMember(node);
}

/** By annotation or initialiser. A destructured parameter or variable has none of its own: its elements ask for theirs. */
function annotated(walk: Walk, node: ts.VariableDeclaration | ts.ParameterDeclaration | ts.PropertyDeclaration): Shape | undefined {
  const declared = node.type && walk.type(node.type);
  return declared ?? (node.initializer && walk.expression(node.initializer));
}

/** `this.repo = <expression>` in the constructor, for a property without annotation and initialiser. */
function assignedInConstructor(walk: Walk, node: ts.PropertyDeclaration): Shape | undefined {
  const name = nameText(node.name);
  const constructor = node.parent.members.find((member) => ts.isConstructorDeclaration(member) && member.body !== undefined);
  if (name === undefined || constructor === undefined || node.type !== undefined) return undefined;
  let found: Shape | undefined;
  const visit = (at: ts.Node): void => {
    if (found !== undefined || ts.isFunctionLike(at)) return;
    if (ts.isBinaryExpression(at) && isThisProperty(at, name)) found = walk.expression(at.right);
    ts.forEachChild(at, visit);
  };
  ts.forEachChild(constructor, visit);
  return found;
}

function isThisProperty(node: ts.BinaryExpression, name: string): boolean {
  const { left, operatorToken } = node;
  if (operatorToken.kind !== ts.SyntaxKind.EqualsToken || !ts.isPropertyAccessExpression(left)) return false;
  return left.expression.kind === ts.SyntaxKind.ThisKeyword && left.name.text === name;
}

/** In JavaScript `this.repo = <expression>` declares the property. */
function assignedExpando(walk: Walk, node: ts.PropertyAccessExpression): Shape | undefined {
  return ts.isBinaryExpression(node.parent) && node.parent.left === node ? walk.expression(node.parent.right) : undefined;
}

/** `{ repo }` of an annotated or initialised object. Array elements are left to the compiler's types. */
function boundShape(walk: Walk, node: ts.BindingElement): Shape | undefined {
  const pattern = node.parent;
  const name = nameText(node.propertyName ?? node.name);
  if (!ts.isObjectBindingPattern(pattern) || name === undefined || node.dotDotDotToken !== undefined) return undefined;
  const whole = walk.declaration(pattern.parent);
  return (whole && walk.memberValue(whole, name)) ?? (node.initializer && walk.expression(node.initializer));
}
