import ts from "typescript";

import type { Shape } from "./shape.js";
import type { Walk } from "./shapes.js";

/** Deepest nesting of type arguments that is followed. */
const maxDepth = 3;

/** The shape of an object of a type that the compiler computed: by the declaration of its alias or symbol. */
export function checkedShape(walk: Walk, type: ts.Type, depth = 0): Shape | undefined {
  if (depth > maxDepth || (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.Never)) !== 0) return undefined;
  const aliased = namedShape(walk, type.aliasSymbol, type.aliasTypeArguments, depth);
  if (aliased?.kind === "imported" || aliased?.kind === "instance") return aliased;
  if (type.isUnion()) return unionShape(walk, type, depth);
  if (type.isIntersection()) return firstShape(walk, type.types, depth);
  if ((type.flags & ts.TypeFlags.StringLike) !== 0) return { kind: "builtin", name: "String" };
  if ((type.flags & ts.TypeFlags.NumberLike) !== 0) return { kind: "builtin", name: "Number" };
  if (isClassValue(type)) return classValue(walk, type);
  return namedShape(walk, type.getSymbol(), argumentsOf(walk, type), depth) ?? aliased;
}

/** Whether the type is `typeof C`: its symbol is the class's, but it is not the class's type. */
function isClassValue(type: ts.Type): boolean {
  const classSymbol = ((type.getSymbol()?.flags ?? 0) & ts.SymbolFlags.Class) !== 0;
  return classSymbol && (objectFlags(type) & (ts.ObjectFlags.ClassOrInterface | ts.ObjectFlags.Reference)) === 0;
}

function objectFlags(type: ts.Type): ts.ObjectFlags {
  return (type.flags & ts.TypeFlags.Object) === 0 ? ts.ObjectFlags.None : (type as ts.ObjectType).objectFlags;
}

function classValue(walk: Walk, type: ts.Type): Shape | undefined {
  const denoted = walk.names.of(type.symbol);
  if (denoted?.kind === "imported")
    return { kind: "imported", name: denoted.name, role: "export", arguments: [], declarations: denoted.declarations };
  const declaration = denoted?.kind === "own" ? denoted.declarations.find((d) => ts.isClassLike(d)) : undefined;
  return declaration && { kind: "value", declaration };
}

function unionShape(walk: Walk, type: ts.UnionType, depth: number): Shape | undefined {
  const nullish = ts.TypeFlags.Null | ts.TypeFlags.Undefined | ts.TypeFlags.Void;
  const parts = type.types.filter((part) => (part.flags & nullish) === 0);
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? checkedShape(walk, only, depth) : undefined;
}

function firstShape(walk: Walk, types: readonly ts.Type[], depth: number): Shape | undefined {
  for (const type of types) {
    const shape = checkedShape(walk, type, depth);
    if (shape !== undefined) return shape;
  }
  return undefined;
}

function argumentsOf(walk: Walk, type: ts.Type): readonly ts.Type[] | undefined {
  const isReference = (objectFlags(type) & ts.ObjectFlags.Reference) !== 0;
  return isReference ? walk.context.checker.getTypeArguments(type as ts.TypeReference) : undefined;
}

function namedShape(walk: Walk, symbol: ts.Symbol | undefined, args: readonly ts.Type[] | undefined, depth: number): Shape | undefined {
  const denoted = symbol && walk.names.of(symbol);
  if (denoted === undefined) return undefined;
  const [first] = args ?? [];
  if (denoted.kind === "builtin") {
    if (denoted.owner !== "") return { kind: "builtin", name: denoted.owner };
    if (denoted.name === "Promise" && first !== undefined) return checkedShape(walk, first, depth);
    if (/^(?:Pick|Omit|Partial|Required|Readonly|NonNullable)$/.test(denoted.name) && first !== undefined)
      return checkedShape(walk, first, depth);
    return { kind: "builtin", name: denoted.name === "ReadonlyArray" ? "Array" : denoted.name };
  }
  const values = (args ?? []).map((argument) => checkedShape(walk, argument, depth + 1));
  if (denoted.kind === "imported") {
    const role = isConstructorType(denoted.declarations) ? "export" : "instance";
    return { kind: "imported", name: denoted.name, role, arguments: values, declarations: denoted.declarations };
  }
  return ownShape(walk, denoted.declarations, values);
}

/** A type whose symbol is a function or variable is the export's own. */
function isConstructorType(declarations: readonly ts.Declaration[]): boolean {
  return declarations.every((d) => ts.isFunctionDeclaration(d) || ts.isModuleDeclaration(d) || ts.isSourceFile(d));
}

function ownShape(walk: Walk, declarations: readonly ts.Declaration[], values: readonly (Shape | undefined)[]): Shape | undefined {
  for (const declaration of declarations) {
    if (ts.isClassLike(declaration) || ts.isInterfaceDeclaration(declaration))
      return { kind: "instance", owner: declaration, arguments: values };
    if (ts.isTypeLiteralNode(declaration) || ts.isObjectLiteralExpression(declaration))
      return { kind: "instance", owner: declaration, arguments: [] };
    if (ts.isTypeParameterDeclaration(declaration)) return { kind: "parameter", declaration };
    if (ts.isTypeAliasDeclaration(declaration)) {
      const aliased = walk.type(declaration.type);
      if (aliased !== undefined) return aliased;
    }
  }
  return undefined;
}
