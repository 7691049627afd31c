import ts from "typescript";

import { checkedShape } from "./checkedShape.js";
import { denotedShape } from "./declarationShape.js";
import { bind, type Shape, substitute } from "./shape.js";
import type { Walk } from "./shapes.js";

/** Types of the environment whose value is, for a data layer, that of their first argument. */
const transparent = new Set([
  "Promise",
  "PromiseLike",
  "Awaited",
  "Pick",
  "Omit",
  "Partial",
  "Required",
  "Readonly",
  "NonNullable",
  "Extract",
  "Exclude",
]);

/** The shape of an object of the annotated type. */
export function typeShape(walk: Walk, node: ts.TypeNode): Shape | undefined {
  if (ts.isTypeReferenceNode(node)) return referenceShape(walk, node);
  if (ts.isExpressionWithTypeArguments(node)) return heritageShape(walk, node);
  if (ts.isParenthesizedTypeNode(node) || ts.isTypeOperatorNode(node)) return walk.type(node.type);
  if (ts.isUnionTypeNode(node)) return unionShape(walk, node);
  if (ts.isIntersectionTypeNode(node)) return firstShape(walk, node.types);
  if (ts.isTypeQueryNode(node)) return queryShape(walk, node);
  if (ts.isTypeLiteralNode(node)) return { kind: "instance", owner: node, arguments: [] };
  if (ts.isArrayTypeNode(node) || ts.isTupleTypeNode(node)) return { kind: "builtin", name: "Array" };
  if (ts.isIndexedAccessTypeNode(node)) return indexedShape(walk, node);
  if (ts.isImportTypeNode(node)) return importShape(walk, node);
  return keywordShape(node);
}

function keywordShape(node: ts.TypeNode): Shape | undefined {
  switch (node.kind) {
    case ts.SyntaxKind.StringKeyword:
      return { kind: "builtin", name: "String" };
    case ts.SyntaxKind.NumberKeyword:
      return { kind: "builtin", name: "Number" };
    case ts.SyntaxKind.BooleanKeyword:
      return { kind: "builtin", name: "Boolean" };
    default:
      return undefined;
  }
}

function referenceShape(walk: Walk, node: ts.TypeReferenceNode): Shape | undefined {
  const name = ts.isIdentifier(node.typeName) ? node.typeName : node.typeName.right;
  const denoted = walk.names.at(name);
  const [first] = node.typeArguments ?? [];
  if (denoted?.kind === "builtin") {
    if (denoted.owner === "" && transparent.has(denoted.name)) return first && walk.type(first);
    if (denoted.name === "InstanceType" && first !== undefined) return instanceOf(walk.type(first));
    if (denoted.name === "ReturnType" && first !== undefined) return returnShape(walk, first);
    if (denoted.name === "ReadonlyArray") return { kind: "builtin", name: "Array" };
    return { kind: "builtin", name: denoted.name };
  }
  const shape = denoted === undefined ? qualifiedShape(walk, node.typeName) : denotedShape(walk, denoted, "type");
  return applied(walk, shape, node.typeArguments);
}

/** `Prisma.TransactionClient` where `Prisma` does not resolve. */
function qualifiedShape(walk: Walk, name: ts.EntityName): Shape | undefined {
  if (ts.isIdentifier(name)) return undefined;
  const denoted = walk.names.at(ts.isIdentifier(name.left) ? name.left : name.left.right);
  const left = denoted === undefined ? qualifiedShape(walk, name.left) : denotedShape(walk, denoted);
  return left && walk.memberValue(left, name.right.text);
}

/** Turns what a type name denotes into an object of that type. */
function applied(walk: Walk, shape: Shape | undefined, typeArguments: readonly ts.TypeNode[] | undefined): Shape | undefined {
  if (shape === undefined) return undefined;
  const args = (typeArguments ?? []).map((argument) => walk.type(argument));
  if (shape.kind === "imported") return isPromise(shape.declarations) ? args[0] : { ...shape, role: "instance", arguments: args };
  if (shape.kind !== "value") return shape;
  const { declaration } = shape;
  if (ts.isClassLike(declaration) || ts.isInterfaceDeclaration(declaration))
    return { kind: "instance", owner: declaration, arguments: args };
  if (ts.isTypeParameterDeclaration(declaration)) return { kind: "parameter", declaration };
  if (!ts.isTypeAliasDeclaration(declaration)) return undefined;
  return substitute(walk.type(declaration.type), bind(declaration.typeParameters, args));
}

/** Whether a package's type is a promise of its type argument, by what it extends. */
function isPromise(declarations: readonly ts.Declaration[]): boolean {
  const heritage = declarations.flatMap((d) => (ts.isInterfaceDeclaration(d) || ts.isClassLike(d) ? (d.heritageClauses ?? []) : []));
  return heritage.some((clause) => clause.types.some((type) => ts.isIdentifier(type.expression) && type.expression.text === "Promise"));
}

/** `extends Base<Job>`: the expression may be a mixin call, whose result is what it returns. */
function heritageShape(walk: Walk, node: ts.ExpressionWithTypeArguments): Shape | undefined {
  const shape = walk.expression(node.expression);
  if (shape?.kind === "imported" && shape.role === "instance") return shape;
  return applied(walk, shape, node.typeArguments);
}

/** `A | null` is an `A`; so is `A | B` if only `A` is known. Two different classes are neither. */
function unionShape(walk: Walk, node: ts.UnionTypeNode): Shape | undefined {
  const parts = node.types.filter((part) => !isNullishType(part));
  const shapes = parts.map((part) => walk.type(part)).filter((shape) => shape !== undefined);
  const [first] = shapes;
  if (first === undefined || shapes.length === 1) return first;
  // Handles of data layers come in unions (`PrismaClient | Prisma.TransactionClient`): the members are variants of one thing.
  const layer = shapes.find((shape) => shape.kind === "imported" && walk.context.packages.has(shape.name.package));
  return (
    layer ??
    (shapes.every((shape) => shape.kind === "builtin" && first.kind === "builtin" && shape.name === first.name) ? first : undefined)
  );
}

function isNullishType(node: ts.TypeNode): boolean {
  if (node.kind === ts.SyntaxKind.UndefinedKeyword || node.kind === ts.SyntaxKind.VoidKeyword) return true;
  return ts.isLiteralTypeNode(node) && node.literal.kind === ts.SyntaxKind.NullKeyword;
}

function firstShape(walk: Walk, nodes: readonly ts.TypeNode[]): Shape | undefined {
  for (const node of nodes) {
    const shape = walk.type(node);
    if (shape !== undefined) return shape;
  }
  return undefined;
}

/** `typeof db`, `typeof this.db`, `typeof db.transaction`. */
function queryShape(walk: Walk, node: ts.TypeQueryNode): Shape | undefined {
  return entityNameShape(walk, node.exprName);
}

function entityNameShape(walk: Walk, name: ts.EntityName): Shape | undefined {
  if (ts.isIdentifier(name)) return walk.expression(name);
  const left = entityNameShape(walk, name.left);
  return left && walk.memberValue(left, name.right.text);
}

function instanceOf(shape: Shape | undefined): Shape | undefined {
  if (shape?.kind === "imported") return { ...shape, role: "instance" };
  return shape?.kind === "value" && ts.isClassLike(shape.declaration)
    ? { kind: "instance", owner: shape.declaration, arguments: [] }
    : undefined;
}

/** `ReturnType<typeof f>`: by the compiler's type if it is known, else what a factory of that name makes. */
function returnShape(walk: Walk, node: ts.TypeNode): Shape | undefined {
  const parent = node.parent;
  const checked = ts.isTypeNode(parent) ? checkedShape(walk, walk.context.checker.getTypeFromTypeNode(parent)) : undefined;
  if (checked !== undefined) return checked;
  const shape = walk.type(node);
  return shape?.kind === "imported" ? { ...shape, role: "instance" } : undefined;
}

/**
 * `Parameters<Parameters<typeof db.transaction>[0]>[0]`, `Client["prop"]`: by the compiler's type if that is known. Else a parameter of
 * a data layer's callback is taken for the object whose method it is: the handle inside a transaction is used like the one outside.
 */
function indexedShape(walk: Walk, node: ts.IndexedAccessTypeNode): Shape | undefined {
  const checked = checkedShape(walk, walk.context.checker.getTypeFromTypeNode(node));
  if (checked !== undefined) return checked;
  if (ts.isLiteralTypeNode(node.indexType) && ts.isStringLiteral(node.indexType.literal)) {
    const object = walk.type(node.objectType);
    return object && walk.memberValue(object, node.indexType.literal.text);
  }
  return callbackHandle(walk, node.objectType);
}

function callbackHandle(walk: Walk, node: ts.TypeNode): Shape | undefined {
  if (ts.isTypeQueryNode(node)) return ts.isIdentifier(node.exprName) ? undefined : entityNameShape(walk, node.exprName.left);
  if (ts.isIndexedAccessTypeNode(node)) {
    const isMethod = ts.isLiteralTypeNode(node.indexType) && ts.isStringLiteral(node.indexType.literal);
    return isMethod ? walk.type(node.objectType) : callbackHandle(walk, node.objectType);
  }
  if (ts.isTypeReferenceNode(node) && node.typeArguments?.[0] !== undefined) return callbackHandle(walk, node.typeArguments[0]);
  return undefined;
}

/** `import("typeorm").Repository<Job>`. */
function importShape(walk: Walk, node: ts.ImportTypeNode): Shape | undefined {
  if (node.qualifier === undefined) return undefined;
  const name = ts.isIdentifier(node.qualifier) ? node.qualifier : node.qualifier.right;
  const { argument } = node;
  const isNamed = ts.isLiteralTypeNode(argument) && ts.isStringLiteral(argument.literal);
  const denoted = walk.names.at(name) ?? (isNamed ? walk.names.unresolved(argument.literal, node.qualifier.getText()) : undefined);
  return applied(walk, denoted && denotedShape(walk, denoted, "type"), node.typeArguments);
}
