import ts from "typescript";

import { classIdOf } from "./classIds.js";
import { constantOf } from "./constants.js";
import type { Declaration } from "./facts.js";
import type { Denoted } from "./names.js";
import { pathModule } from "./packages.js";
import type { Shapes } from "./shapes.js";
import { functionOf, propertyAccess, unwrap } from "./syntax.js";

/** Longest chain of names for names. */
const maxHops = 8;

/** What a name, or a chain of properties on a name, denotes. Local variables and parameters are `undefined`: values flow into them. */
export function declarationOf(shapes: Shapes, node: ts.Node): Declaration | undefined {
  return named(shapes, node, 0);
}

function named(shapes: Shapes, node: ts.Node, hops: number): Declaration | undefined {
  if (hops > maxHops) return undefined;
  const inner = unwrap(node);
  const constant = constantOf(shapes, inner);
  if (constant !== undefined) return { kind: "constant", value: constant.value };
  if (ts.isIdentifier(inner)) {
    const denoted = shapes.names.at(inner);
    return denoted && ofName(shapes, denoted, hops);
  }
  return propertyAccess(inner) === undefined ? undefined : ofChain(shapes, inner, hops);
}

function ofName(shapes: Shapes, denoted: Denoted, hops: number): Declaration | undefined {
  switch (denoted.kind) {
    case "builtin":
      return { kind: "builtin", name: [denoted.owner, denoted.name].filter((part) => part !== "").join(".") };
    case "imported":
      return { kind: "import", package: denoted.name.package, path: denoted.name.path };
    case "own":
      return ofDeclarations(shapes, denoted.declarations, hops);
  }
}

function ofDeclarations(shapes: Shapes, declarations: readonly ts.Declaration[], hops: number): Declaration | undefined {
  const { context } = shapes;
  const functions = declarations.map((d) => functionOf(d)).filter((fn) => fn !== undefined);
  const ids = functions.map((fn) => context.functionId(fn)).filter((id) => id !== undefined);
  if (ids.length > 0) return { kind: "function", functions: ids };
  for (const declaration of declarations) {
    if (ts.isClassLike(declaration)) return classDeclaration(shapes, declaration);
    if (ts.isVariableDeclaration(declaration) && isModuleLevel(declaration)) return variable(shapes, declaration, hops);
    if (ts.isExportAssignment(declaration)) return exported(shapes, declaration, hops);
  }
  return undefined;
}

function classDeclaration(shapes: Shapes, declaration: ts.ClassLikeDeclaration): Declaration | undefined {
  const id = classIdOf(shapes.context, declaration);
  return id === undefined ? undefined : { kind: "class", id, name: declaration.name?.text ?? "" };
}

function exported(shapes: Shapes, declaration: ts.ExportAssignment, hops: number): Declaration | undefined {
  const value = named(shapes, declaration.expression, hops + 1);
  if (value !== undefined) return value;
  const { fileName } = declaration.getSourceFile();
  const initialiser = initialiserOf(shapes, declaration, "default");
  return { kind: "variable", key: `${fileName}#default`, initialiser, constant: true };
}

function isModuleLevel(declaration: ts.VariableDeclaration): boolean {
  return ts.isVariableDeclarationList(declaration.parent) && ts.isSourceFile(declaration.parent.parent.parent);
}

function variable(shapes: Shapes, declaration: ts.VariableDeclaration, hops: number): Declaration | undefined {
  if (!ts.isIdentifier(declaration.name)) return undefined;
  const aliased = declaration.initializer && aliasOf(shapes, declaration, hops);
  if (aliased !== undefined) return aliased;
  const { text } = declaration.name;
  const constant = (declaration.parent.flags & ts.NodeFlags.Const) !== 0;
  const initialiser = initialiserOf(shapes, declaration, text);
  return { kind: "variable", key: `${declaration.getSourceFile().fileName}#${text}`, initialiser, constant };
}

/** `const Alias = Job`: another name of a class or function. */
function aliasOf(shapes: Shapes, declaration: ts.VariableDeclaration, hops: number): Declaration | undefined {
  const value = declaration.initializer && unwrap(declaration.initializer);
  if (value === undefined || !ts.isIdentifier(value) || (declaration.parent.flags & ts.NodeFlags.Const) === 0) return undefined;
  const target = named(shapes, value, hops + 1);
  return target?.kind === "class" || target?.kind === "function" ? target : undefined;
}

function initialiserOf(shapes: Shapes, declaration: ts.Node, name: string): string | undefined {
  const ir = shapes.context.lowered(declaration.getSourceFile().fileName)?.ir;
  const index = ir !== undefined && Object.hasOwn(ir.initialisers, name) ? ir.initialisers[name] : undefined;
  return ir === undefined || index === undefined ? undefined : `${ir.file}#${index}`;
}

/** `Status.RUNNING`, `ns.Job`, `Prisma.sql`. */
function ofChain(shapes: Shapes, node: ts.Node, hops: number): Declaration | undefined {
  const access = propertyAccess(node);
  const object = access && shapes.expression(access.object);
  if (access === undefined || object === undefined) return undefined;
  if (object.kind === "imported")
    return object.role === "export" ? ofImportedChain(shapes, node, [...object.name.path, access.name]) : undefined;
  if (object.kind === "builtin") return isNameChain(node) ? { kind: "builtin", name: `${object.name}.${access.name}` } : undefined;
  if (object.kind !== "value") return undefined;
  if (ts.isSourceFile(object.declaration)) {
    const symbol = shapes.context.checker.getSymbolAtLocation(object.declaration);
    const denoted = symbol && shapes.names.exported(symbol, access.name);
    return denoted && ofName(shapes, denoted, hops);
  }
  if (ts.isEnumDeclaration(object.declaration)) return enumMember(object.declaration, access.name);
  return ofDeclarations(shapes, shapes.member(object, access.name)?.declarations ?? [], hops);
}

/** A member whose value the compiler does not compute (`RUNNING = compute()`), and which exists. */
function enumMember(declaration: ts.EnumDeclaration, name: string): Declaration | undefined {
  const exists = declaration.members.some((member) => ts.isIdentifier(member.name) && member.name.text === name);
  return exists
    ? { kind: "symbol", name: `${pathModule(declaration.getSourceFile().fileName)}:${declaration.name.text}.${name}` }
    : undefined;
}

/**
 * A chain on an import is a longer name of the package. If it is a value in itself (not called) and looks like an enum's member
 * (`Status.RUNNING`, `Prisma.TransactionIsolationLevel.Serializable`), it is a constant; lower-case objects (`prisma.job`) never are.
 */
function ofImportedChain(shapes: Shapes, node: ts.Node, path: readonly string[]): Declaration | undefined {
  const object = propertyAccess(node)?.object;
  const shape = object && shapes.expression(object);
  if (shape?.kind !== "imported") return undefined;
  const packageName = shape.name.package;
  const isMember = path.length > 1 && /^[A-Z]/.test(path.at(-2) ?? "") && !isCallee(node);
  if (!isMember) return { kind: "import", package: packageName, path };
  const literal = literalType(shapes, node, shape.declarations.length > 0);
  return literal ?? { kind: "symbol", name: `${packageName}:${path.join(".")}` };
}

/** The literal that the compiler gives the member of an installed package's constant. */
function literalType(shapes: Shapes, node: ts.Node, isInstalled: boolean): Declaration | undefined {
  if (!isInstalled) return undefined;
  const type = shapes.context.checker.getTypeAtLocation(node);
  if (type.isStringLiteral() || type.isNumberLiteral()) return { kind: "constant", value: type.value };
  return undefined;
}

function isCallee(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) return parent.expression === node;
  if (ts.isTaggedTemplateExpression(parent)) return parent.tag === node;
  return ts.isPropertyAccessExpression(parent) && parent.expression === node;
}

function isNameChain(node: ts.Node): boolean {
  const access = propertyAccess(node);
  return access === undefined ? ts.isIdentifier(node) : isNameChain(access.object);
}
