import ts from "typescript";

import { inferredBindings } from "./inference.js";
import { requiredModule } from "./moduleSpecifiers.js";
import { type Shape, sameShape, substitute } from "./shape.js";
import type { Walk } from "./shapes.js";
import { functionOf, isNullish, propertyAccess, returnedExpressions } from "./syntax.js";

/** Most `return` statements that are looked at. */
const maxReturns = 4;

/** Wrappers of the environment that hand on their argument. */
const transparent = new Set(["Object.freeze", "Object.seal", "Promise.resolve"]);

/** The shape of what `new C(...)` makes. */
export function newShape(walk: Walk, node: ts.NewExpression): Shape | undefined {
  const constructed = walk.expression(node.expression);
  if (constructed === undefined) return undefined;
  const args = (node.typeArguments ?? []).map((argument) => walk.type(argument));
  switch (constructed.kind) {
    case "value":
      return ts.isClassLike(constructed.declaration) ? { kind: "instance", owner: constructed.declaration, arguments: args } : undefined;
    case "imported":
      return constructed.role === "export" ? { ...constructed, role: "instance", arguments: args } : undefined;
    case "builtin":
      return constructed.name === "Proxy" ? proxiedShape(walk, node, args[0]) : constructed;
    case "instance":
    case "parameter":
      return undefined;
  }
}

/** A proxy is used like its target: `new Proxy({} as PrismaClient, ...)` makes a client on first use. */
function proxiedShape(walk: Walk, node: ts.NewExpression, declared: Shape | undefined): Shape | undefined {
  const [target] = node.arguments ?? [];
  return declared ?? (target && walk.expression(target));
}

/** The shape of a call's result (of what its promise resolves to). */
export function callShape(walk: Walk, node: ts.CallExpression): Shape | undefined {
  const loaded = requiredModule(node);
  if (loaded !== undefined) return moduleShape(walk, loaded);
  const access = propertyAccess(node.expression);
  const receiver = access && walk.expression(access.object);
  if (access !== undefined && receiver !== undefined && isObject(receiver)) {
    const member = walk.member(receiver, access.name);
    const declaration = member?.declarations[0];
    return declaration && substitute(resultOf(walk, declaration, node), member.bindings);
  }
  const callee = walk.expression(node.expression);
  switch (callee?.kind) {
    case "imported":
      return callee.role === "export" ? importedResult(walk, node, callee) : undefined;
    case "builtin":
      return transparent.has(callee.name) && node.arguments[0] ? walk.expression(node.arguments[0]) : undefined;
    case "value":
      return resultOf(walk, callee.declaration, node);
    case "instance":
    case "parameter":
    case undefined:
      return undefined;
  }
}

/** `require("x")`, `await import("x")`. */
function moduleShape(walk: Walk, specifier: ts.StringLiteralLike): Shape | undefined {
  const symbol = walk.names.module(specifier);
  const denoted = symbol === undefined ? walk.names.unresolved(specifier, undefined) : walk.names.of(symbol);
  if (denoted?.kind === "own") return denoted.declarations[0] && { kind: "value", declaration: denoted.declarations[0] };
  if (denoted?.kind !== "imported") return undefined;
  return { kind: "imported", name: denoted.name, role: "export", arguments: [], declarations: denoted.declarations };
}

/** Whether a shape is an object with methods, and no class, module or environment. */
function isObject(shape: Shape): boolean {
  return shape.kind === "instance" || shape.kind === "parameter" || (shape.kind === "imported" && shape.role === "instance");
}

/** A factory's result is named after the factory; the entity it is made for is its type argument (`getRepository(Job)`). */
function importedResult(walk: Walk, node: ts.CallExpression, callee: Extract<Shape, { kind: "imported" }>): Shape {
  const explicit = (node.typeArguments ?? []).map((argument) => walk.type(argument));
  const classes = node.arguments.map((argument) => classArgument(walk, argument)).filter((shape) => shape !== undefined);
  const declared = callee.declarations.map((declaration) => resultOf(walk, declaration, node)).find((shape) => shape?.kind === "imported");
  const declarations = declared?.kind === "imported" ? declared.declarations : [];
  return { kind: "imported", name: callee.name, role: "instance", arguments: explicit.length > 0 ? explicit : classes, declarations };
}

function classArgument(walk: Walk, argument: ts.Expression): Shape | undefined {
  if (!ts.isIdentifier(argument) && !ts.isPropertyAccessExpression(argument)) return undefined;
  const shape = walk.expression(argument);
  if (shape?.kind !== "value" || !ts.isClassLike(shape.declaration)) return undefined;
  return { kind: "instance", owner: shape.declaration, arguments: [] };
}

/** What a function of this declaration returns for a call: its return annotation, else what its return expressions agree on. */
function resultOf(walk: Walk, declaration: ts.Declaration, call: ts.CallExpression): Shape | undefined {
  const fn = functionOf(declaration) ?? signatureOf(declaration);
  if (fn === undefined) return undefined;
  const bindings = inferredBindings(walk, fn, call);
  if (fn.type !== undefined) {
    if (fn.type.kind === ts.SyntaxKind.ThisType || ts.isTypePredicateNode(fn.type)) return undefined;
    const shape = substitute(walk.type(fn.type), bindings);
    return shape?.kind === "parameter" && fn.typeParameters?.includes(shape.declaration) === true ? undefined : shape;
  }
  return substitute(returnedShape(walk, fn), bindings);
}

/** The annotation of a member that holds a function: `run: (id: string) => Promise<Job>`, `run(id: string): Job`. */
function signatureOf(declaration: ts.Declaration): ts.SignatureDeclaration | undefined {
  if (ts.isMethodSignature(declaration) || ts.isFunctionTypeNode(declaration)) return declaration;
  const typed = ts.isPropertySignature(declaration) || ts.isPropertyDeclaration(declaration) || ts.isVariableDeclaration(declaration);
  return typed && declaration.type !== undefined && ts.isFunctionTypeNode(declaration.type) ? declaration.type : undefined;
}

/** The one shape that all return expressions which are known have. */
export function returnedShape(walk: Walk, fn: ts.SignatureDeclaration): Shape | undefined {
  let agreed: Shape | undefined;
  for (const expression of returnedExpressions(fn)
    .filter((e) => !isNullish(e))
    .slice(0, maxReturns)) {
    const shape = walk.expression(expression);
    if (shape === undefined) continue;
    if (agreed !== undefined && !sameShape(agreed, shape)) return undefined;
    agreed = shape;
  }
  return agreed;
}
