import ts from "typescript";

import { bind, type Bindings, type ImportedShape, type Member, noBindings, type Owner, type Shape, substitute } from "./shape.js";
import type { Walk } from "./shapes.js";
import { isParameterProperty, isStatic, nameText } from "./syntax.js";

/** Longest chain of base classes that is followed. */
const maxBases = 8;

/** The members of a name that a shape has, its own before inherited ones. */
export function memberOf(walk: Walk, shape: Shape, name: string): Member | undefined {
  switch (shape.kind) {
    case "instance":
      return instanceMember(walk, shape.owner, shape.arguments, name, 0);
    case "value":
      return staticMember(walk, shape.declaration, name, 0);
    case "imported":
      return importedMember(walk, shape, name);
    case "parameter": {
      const { constraint } = shape.declaration;
      const bound = constraint && walk.type(constraint);
      return bound && bound.kind !== "parameter" ? walk.member(bound, name) : undefined;
    }
    case "builtin":
      return undefined;
  }
}

/** The value of `object.name`. */
export function memberShape(walk: Walk, shape: Shape, name: string): Shape | undefined {
  if (shape.kind === "imported" && shape.role === "export") return exportedMember(walk, shape, name);
  if (shape.kind === "builtin") return builtinMember(shape.name, name);
  if (shape.kind === "value" && ts.isSourceFile(shape.declaration)) return moduleMember(walk, shape.declaration, name);
  const member = memberOf(walk, shape, name);
  for (const declaration of member?.declarations ?? []) {
    const value = walk.declaration(declaration);
    if (value !== undefined) return substitute(value, member?.bindings ?? noBindings);
  }
  return undefined;
}

/** What programs keep their own objects in: a property of it is no part of the environment. */
const containers = new Set(["globalThis", "global", "window", "self", "process"]);

/** `Object.freeze`. Deeper properties, and those of the global object, may be anything. */
function builtinMember(object: string, name: string): Shape | undefined {
  return containers.has(object) || object.includes(".") ? undefined : { kind: "builtin", name: `${object}.${name}` };
}

/** `Prisma.TransactionClient`, `typeorm.Repository`: a longer name of the same package. */
function exportedMember(walk: Walk, shape: ImportedShape, name: string): Shape {
  const declarations = importedMember(walk, shape, name)?.declarations ?? [];
  return { ...shape, name: { ...shape.name, path: [...shape.name.path, name] }, declarations };
}

function moduleMember(walk: Walk, module: ts.SourceFile, name: string): Shape | undefined {
  const symbol = walk.context.checker.getSymbolAtLocation(module);
  const denoted = symbol && walk.names.exported(symbol, name);
  if (denoted === undefined) return undefined;
  if (denoted.kind === "builtin") return { kind: "builtin", name: denoted.name };
  if (denoted.kind === "imported")
    return { kind: "imported", name: denoted.name, role: "export", arguments: [], declarations: denoted.declarations };
  for (const declaration of denoted.declarations) {
    const shape = walk.declaration(declaration);
    if (shape !== undefined) return shape;
  }
  return undefined;
}

function instanceMember(walk: Walk, owner: Owner, args: readonly (Shape | undefined)[], name: string, depth: number): Member | undefined {
  const parts = mergedWith(walk, owner);
  const declarations = parts.flatMap((part) => ownMembers(part, name, false));
  if (declarations.length > 0) return { declarations, bindings: mergedBindings(parts, args) };
  if (depth >= maxBases) return undefined;
  const bindings = mergedBindings(parts, args);
  for (const base of parts.flatMap((part) => heritageOf(walk, part))) {
    const found = baseMember(walk, substitute(base, bindings), name, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function baseMember(walk: Walk, base: Shape | undefined, name: string, depth: number): Member | undefined {
  if (base?.kind === "instance") return instanceMember(walk, base.owner, base.arguments, name, depth);
  return base?.kind === "imported" ? importedMember(walk, base, name) : undefined;
}

function staticMember(walk: Walk, declaration: ts.Declaration, name: string, depth: number): Member | undefined {
  if (ts.isClassLike(declaration)) {
    const declarations = ownMembers(declaration, name, true);
    if (declarations.length > 0) return { declarations, bindings: noBindings };
    const [base] = depth < maxBases ? heritageOf(walk, declaration) : [];
    if (base?.kind === "instance") return staticMember(walk, base.owner, name, depth + 1);
    return base?.kind === "imported" ? importedMember(walk, { ...base, role: "export" }, name) : undefined;
  }
  if (ts.isEnumDeclaration(declaration)) {
    const declarations = declaration.members.filter((member) => nameText(member.name) === name);
    return declarations.length > 0 ? { declarations, bindings: noBindings } : undefined;
  }
  return namespaceMember(walk, declaration, name);
}

function namespaceMember(walk: Walk, declaration: ts.Declaration, name: string): Member | undefined {
  const at = ts.isModuleDeclaration(declaration) ? declaration.name : ts.isSourceFile(declaration) ? declaration : undefined;
  const symbol = at && walk.context.checker.getSymbolAtLocation(at);
  const denoted = symbol && walk.names.exported(symbol, name);
  return denoted?.kind === "own" || denoted?.kind === "imported" ? { declarations: denoted.declarations, bindings: noBindings } : undefined;
}

function importedMember(walk: Walk, shape: ImportedShape, name: string): Member | undefined {
  for (const declaration of shape.declarations) {
    if (shape.role === "export") {
      const found = staticMember(walk, declaration, name, 0) ?? variableMember(walk, declaration, name);
      if (found !== undefined) return found;
    } else if (ts.isClassLike(declaration) || ts.isInterfaceDeclaration(declaration)) {
      const found = instanceMember(walk, declaration, shape.arguments, name, 0);
      if (found !== undefined) return found;
    } else if (ts.isTypeAliasDeclaration(declaration)) {
      const target = substitute(walk.type(declaration.type), bind(declaration.typeParameters, shape.arguments));
      const found = target && walk.member(target, name);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** Members of an exported object, by its declared type. */
function variableMember(walk: Walk, declaration: ts.Declaration, name: string): Member | undefined {
  const type = ts.isVariableDeclaration(declaration) ? declaration.type && walk.type(declaration.type) : undefined;
  return type && walk.member(type, name);
}

/** A class or interface with the declarations merged into it. */
export function mergedWith(walk: Walk, owner: Owner): readonly Owner[] {
  if (!ts.isInterfaceDeclaration(owner) && !ts.isClassDeclaration(owner)) return [owner];
  const symbol = owner.name && walk.context.checker.getSymbolAtLocation(owner.name);
  const merged = symbol?.declarations?.filter((d) => ts.isInterfaceDeclaration(d) || ts.isClassDeclaration(d)) ?? [];
  return [owner, ...merged.filter((d) => d !== owner)];
}

function mergedBindings(parts: readonly Owner[], args: readonly (Shape | undefined)[]): Bindings {
  if (args.length === 0) return noBindings;
  const bindings = new Map<ts.TypeParameterDeclaration, Shape>();
  for (const part of parts) for (const [key, value] of bind(typeParametersOf(part), args)) bindings.set(key, value);
  return bindings;
}

export function typeParametersOf(owner: Owner): readonly ts.TypeParameterDeclaration[] | undefined {
  return ts.isClassLike(owner) || ts.isInterfaceDeclaration(owner) ? owner.typeParameters : undefined;
}

/** What a class extends, or an interface extends, as instances; in terms of its own type parameters. */
export function heritageOf(walk: Walk, owner: Owner): readonly Shape[] {
  if (!ts.isClassLike(owner) && !ts.isInterfaceDeclaration(owner)) return [];
  const clauses = owner.heritageClauses?.filter((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword) ?? [];
  return clauses.flatMap((clause) => clause.types.map((type) => walk.type(type))).filter((shape) => shape !== undefined);
}

/** The members of a name that a class, interface or object literal itself declares; bodies before overload signatures. */
function ownMembers(owner: Owner, name: string, statics: boolean): readonly ts.Declaration[] {
  if (ts.isObjectLiteralExpression(owner)) return owner.properties.filter((p) => nameText(p.name) === name);
  if (!ts.isClassLike(owner)) return owner.members.filter((member) => nameText(member.name) === name);
  const members: ts.Declaration[] = owner.members.filter(
    (m) => !ts.isConstructorDeclaration(m) && isStatic(m) === statics && nameText(m.name) === name,
  );
  if (!statics) members.push(...parameterProperties(owner).filter((p) => nameText(p.name) === name));
  return members.sort((a, b) => Number(hasBody(b)) - Number(hasBody(a)));
}

function hasBody(node: ts.Node): boolean {
  return "body" in node && node.body !== undefined;
}

/** The constructor parameters that are properties as well. */
export function parameterProperties(owner: ts.ClassLikeDeclaration): readonly ts.ParameterDeclaration[] {
  const constructor = owner.members.find((m): m is ts.ConstructorDeclaration => ts.isConstructorDeclaration(m) && m.body !== undefined);
  return constructor?.parameters.filter(isParameterProperty) ?? [];
}
