import ts from "typescript";

import { bind, type Shape } from "./shape.js";
import type { Walk } from "./shapes.js";

/** Types whose value is a class: `new () => T` by any of the names frameworks give it. */
const classTypes = new Set([
  "EntityTarget",
  "ObjectType",
  "Type",
  "ClassType",
  "Constructor",
  "EntityClass",
  "EntityName",
  "ClassConstructor",
]);

/**
 * What a function's type parameters stand for in a call: explicit type arguments, else by name from an argument that denotes a class
 * (`target: EntityTarget<T>`, `new () => T`) or is an object of the parameter's own type (`entity: T`, `repo: Repository<T>`).
 */
export function inferredBindings(
  walk: Walk,
  fn: ts.SignatureDeclaration,
  call: ts.CallExpression | ts.NewExpression,
): ReadonlyMap<ts.TypeParameterDeclaration, Shape> {
  const parameters = fn.typeParameters?.filter((p) => ts.isTypeParameterDeclaration(p)) ?? [];
  if (parameters.length === 0) return new Map();
  const explicit = call.typeArguments;
  if (explicit !== undefined && explicit.length > 0)
    return bind(
      parameters,
      explicit.map((argument) => walk.type(argument)),
    );
  const values = parameters.map((parameter) => inferParameter(walk, parameter.name.text, fn, call));
  return bind(parameters, values);
}

function inferParameter(
  walk: Walk,
  name: string,
  fn: ts.SignatureDeclaration,
  call: ts.CallExpression | ts.NewExpression,
): Shape | undefined {
  for (const [index, parameter] of fn.parameters.entries()) {
    const argument = call.arguments?.[index];
    if (argument === undefined || ts.isSpreadElement(argument) || parameter.type === undefined) continue;
    const shape = infer(walk, name, parameter.type, argument);
    if (shape !== undefined) return shape;
  }
  return undefined;
}

function infer(walk: Walk, name: string, type: ts.TypeNode, argument: ts.Expression): Shape | undefined {
  if (isClassOf(name, type)) {
    const shape = walk.expression(argument);
    return shape?.kind === "value" && ts.isClassLike(shape.declaration)
      ? { kind: "instance", owner: shape.declaration, arguments: [] }
      : undefined;
  }
  if (!ts.isTypeReferenceNode(type)) return undefined;
  if (isNamed(type, name)) return instance(walk.expression(argument));
  const at = type.typeArguments?.findIndex((t) => ts.isTypeReferenceNode(t) && isNamed(t, name)) ?? -1;
  if (at < 0) return undefined;
  const shape = walk.expression(argument);
  return shape?.kind === "instance" || shape?.kind === "imported" ? shape.arguments[at] : undefined;
}

function instance(shape: Shape | undefined): Shape | undefined {
  return shape?.kind === "instance" || (shape?.kind === "imported" && shape.role === "instance") ? shape : undefined;
}

function isNamed(type: ts.TypeReferenceNode, name: string): boolean {
  return ts.isIdentifier(type.typeName) && type.typeName.text === name;
}

/** `new (...args) => T`, `EntityTarget<T>`, `typeof T` by name; also as part of a union. */
function isClassOf(name: string, type: ts.TypeNode): boolean {
  if (ts.isUnionTypeNode(type)) return type.types.some((part) => isClassOf(name, part));
  if (ts.isParenthesizedTypeNode(type)) return isClassOf(name, type.type);
  if (ts.isConstructorTypeNode(type)) return ts.isTypeReferenceNode(type.type) && isNamed(type.type, name);
  if (ts.isTypeLiteralNode(type)) {
    return type.members.some(
      (m) => ts.isConstructSignatureDeclaration(m) && m.type !== undefined && ts.isTypeReferenceNode(m.type) && isNamed(m.type, name),
    );
  }
  if (!ts.isTypeReferenceNode(type)) return false;
  const last = ts.isIdentifier(type.typeName) ? type.typeName.text : type.typeName.right.text;
  return classTypes.has(last) && type.typeArguments?.some((t) => ts.isTypeReferenceNode(t) && isNamed(t, name)) === true;
}
