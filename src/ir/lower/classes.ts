import ts from "typescript";

import type { IrMember, Temp } from "../ir.js";
import { lowerExpression } from "./expressions.js";
import { FunctionBuilder } from "./functionBuilder.js";
import { build, lowerFunction, lowerInitialiser } from "./functions.js";
import { declareHoisted, declareLexical, Scope } from "./scopes.js";
import { lowerStatementList } from "./statements.js";
import { hasModifier, skipOuter, staticName } from "./syntax.js";
import { storeName } from "./references.js";

/** The class as a value; `name` is what an anonymous class expression is assigned to. */
export function lowerClass(fn: FunctionBuilder, node: ts.ClassLikeDeclaration, name?: string): Temp {
  const known = fn.file.classIndex.get(node);
  if (known !== undefined) return fn.emit(node, { op: "class", class: known });
  lowerHeritage(fn, node);
  const index = fn.file.reserveClass(node, node.name?.text ?? name);
  if (!ts.isClassExpression(node) || node.name === undefined || fn.atModuleLevel) {
    defineMembers(fn, node, index);
    return fn.emit(node, { op: "class", class: index });
  }
  return lowerNamedExpression(fn, node, node.name.text, index);
}

/** A named class expression sees itself. At module level its name is left to the compiler, as every other name there. */
function lowerNamedExpression(fn: FunctionBuilder, node: ts.ClassExpression, name: string, index: number): Temp {
  const scope = new Scope(fn.region.scope, fn);
  scope.declare(name, "class");
  fn.within({ scope }, () => {
    defineMembers(fn, node, index);
    storeName(fn, name, fn.emit(node, { op: "class", class: index }), node);
  });
  return fn.emit(node, { op: "class", class: index });
}

/** A base class that is computed (`extends Mixin(Base)`) is evaluated for its effects; what it is the program room asks the compiler. */
function lowerHeritage(fn: FunctionBuilder, node: ts.ClassLikeDeclaration): void {
  for (const clause of node.heritageClauses ?? []) {
    if (clause.token !== ts.SyntaxKind.ExtendsKeyword) continue;
    for (const { expression } of clause.types) {
      const base = skipOuter(expression);
      if (!ts.isIdentifier(base) && !ts.isPropertyAccessExpression(base)) lowerExpression(fn, base);
    }
  }
}

function defineMembers(fn: FunctionBuilder, node: ts.ClassLikeDeclaration, index: number): void {
  const owner = fn.file.classes[index]?.name ?? "<anonymous>";
  const members = node.members.flatMap((member) => lowerMember(fn, member, owner, index));
  fn.file.classes[index] = { name: fn.file.classes[index]?.name, node: fn.file.id(node), members };
}

function lowerMember(fn: FunctionBuilder, member: ts.ClassElement, owner: string, index: number): readonly IrMember[] {
  if (ts.isClassStaticBlockDeclaration(member)) {
    lowerStaticBlock(fn, member, owner, index);
    return [];
  }
  if (ts.isConstructorDeclaration(member)) return [lowerConstructor(fn, member, owner, index), ...parameterProperties(fn, member)];
  if (ts.isMethodDeclaration(member)) return [lowerMethod(fn, member, "method", owner, index)];
  if (ts.isGetAccessorDeclaration(member)) return [lowerMethod(fn, member, "getter", owner, index)];
  if (ts.isSetAccessorDeclaration(member)) return [lowerMethod(fn, member, "setter", owner, index)];
  return ts.isPropertyDeclaration(member) ? [lowerField(fn, member, owner, index)] : [];
}

function lowerConstructor(fn: FunctionBuilder, member: ts.ConstructorDeclaration, owner: string, index: number): IrMember {
  const base = { name: "constructor", kind: "constructor", static: false, node: fn.file.id(member) } as const;
  if (member.body === undefined) return base;
  return { ...base, function: lowerFunction(fn, member, { name: `${owner}.constructor`, class: index }) };
}

/** `constructor(private readonly repo: Repo)` declares a field. */
function parameterProperties(fn: FunctionBuilder, member: ts.ConstructorDeclaration): readonly IrMember[] {
  if (member.body === undefined) return [];
  return member.parameters.flatMap((parameter) =>
    ts.isParameterPropertyDeclaration(parameter, member) && ts.isIdentifier(parameter.name)
      ? [{ name: parameter.name.text, kind: "field", static: false, node: fn.file.id(parameter) } as const]
      : [],
  );
}

function lowerMethod(
  fn: FunctionBuilder,
  member: ts.MethodDeclaration | ts.AccessorDeclaration,
  kind: IrMember["kind"],
  owner: string,
  index: number,
): IrMember {
  const name = memberName(fn, member.name);
  const base = { name, kind, static: isStatic(member), node: fn.file.id(member) };
  if (member.body === undefined) return base;
  return { ...base, function: lowerFunction(fn, member, { name: `${owner}.${name}`, class: index }) };
}

function lowerField(fn: FunctionBuilder, member: ts.PropertyDeclaration, owner: string, index: number): IrMember {
  const name = memberName(fn, member.name);
  const base = { name, kind: "field", static: isStatic(member), node: fn.file.id(member) } as const;
  if (member.initializer === undefined) return base;
  return { ...base, function: lowerInitialiser(fn, member.initializer, { name: `${owner}.${name}`, class: index, key: member }) };
}

function lowerStaticBlock(parent: FunctionBuilder, node: ts.ClassStaticBlockDeclaration, owner: string, index: number): void {
  const head = {
    index: parent.file.reserveFunction(node),
    node,
    name: `${owner}.static`,
    kind: "static-block",
    async: false,
    generator: false,
    class: index,
    parameters: [],
  } as const;
  const fn = new FunctionBuilder(parent.file, head, parent, parent.region.scope);
  const scope = new Scope(parent.region.scope, fn);
  fn.region = { ...fn.region, scope };
  build(fn, () => {
    declareHoisted(scope, node.body);
    declareLexical(scope, node.body.statements);
    lowerStatementList(fn, node.body.statements);
  });
}

function isStatic(member: ts.ClassElement): boolean {
  return hasModifier(member, ts.SyntaxKind.StaticKeyword);
}

/** A computed name is its text in brackets: `[Symbol.iterator]`. */
function memberName(fn: FunctionBuilder, name: ts.PropertyName): string {
  return staticName(name) ?? name.getText(fn.file.sourceFile);
}
