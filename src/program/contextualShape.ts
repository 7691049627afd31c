import ts from "typescript";

import type { Denoted } from "./names.js";
import { type Shape, substitute } from "./shape.js";
import type { Walk } from "./shapes.js";
import { functionOf, propertyAccess, unwrap } from "./syntax.js";

/** Longest chain of aliases to a function type. */
const maxAliases = 4;

/**
 * The shape of a callback's parameter that has no annotation, by the annotation of the parameter that the callback is passed for:
 * in `inTransaction((manager) => ...)` where `inTransaction(work: (manager: EntityManager) => Promise<void>)`.
 */
export function contextualShape(walk: Walk, node: ts.ParameterDeclaration): Shape | undefined {
  const fn = node.parent;
  if ((!ts.isArrowFunction(fn) && !ts.isFunctionExpression(fn)) || node.dotDotDotToken !== undefined) return undefined;
  const position = fn.parameters.indexOf(node);
  const type = expectedType(walk, fn);
  if (type !== undefined) return parameterShape(walk, type, position);
  if (!ts.isCallExpression(fn.parent) || ts.isArrowFunction(fn.parent.expression)) return undefined;
  const argument = fn.parent.arguments.indexOf(fn);
  return argument < 0 ? undefined : argumentShape(walk, fn.parent, argument, position);
}

/** The annotation of the variable or property that holds the function. */
function expectedType(walk: Walk, fn: ts.Node): ts.TypeNode | undefined {
  const { parent } = fn;
  const isHolder = ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent);
  return isHolder && parent.initializer === fn ? parent.type : undefined;
}

function argumentShape(walk: Walk, call: ts.CallExpression, argument: number, position: number): Shape | undefined {
  const callee = unwrap(call.expression);
  const access = propertyAccess(callee);
  if (access === undefined) {
    const denoted = ts.isIdentifier(callee) ? walk.names.at(callee) : undefined;
    return first(declarationsOf(denoted), (d) => declaredFor(walk, d, argument, position));
  }
  const receiver = walk.expression(access.object);
  const member = receiver && walk.member(receiver, access.name);
  return substitute(
    first(member?.declarations ?? [], (d) => declaredFor(walk, d, argument, position)),
    member?.bindings ?? new Map(),
  );
}

function declarationsOf(denoted: Denoted | undefined): readonly ts.Declaration[] {
  return denoted === undefined || denoted.kind === "builtin" ? [] : denoted.declarations;
}

/** What a function of this declaration passes to its callback parameter. */
function declaredFor(walk: Walk, declaration: ts.Declaration, argument: number, position: number): Shape | undefined {
  const fn = functionOf(declaration) ?? (ts.isMethodSignature(declaration) ? declaration : undefined);
  const type = fn?.parameters[argument]?.type;
  return type && parameterShape(walk, type, position);
}

function parameterShape(walk: Walk, type: ts.TypeNode, position: number): Shape | undefined {
  const signature = functionType(walk, type, 0);
  const parameter = signature?.parameters[position]?.type;
  const shape = parameter && walk.type(parameter);
  // A type parameter of the function is bound by the call, which is not resolved here.
  return shape?.kind === "parameter" ? undefined : shape;
}

/** The function type that an annotation is or names. */
function functionType(walk: Walk, type: ts.TypeNode, hops: number): ts.SignatureDeclaration | undefined {
  if (ts.isFunctionTypeNode(type)) return type;
  if (ts.isParenthesizedTypeNode(type)) return functionType(walk, type.type, hops);
  if (ts.isUnionTypeNode(type)) return first(type.types, (part) => functionType(walk, part, hops));
  if (!ts.isTypeReferenceNode(type) || hops > maxAliases) return undefined;
  const name = ts.isIdentifier(type.typeName) ? type.typeName : type.typeName.right;
  const alias = declarationsOf(walk.names.at(name)).find((d) => ts.isTypeAliasDeclaration(d));
  return alias && functionType(walk, alias.type, hops + 1);
}

function first<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
