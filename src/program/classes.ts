import ts from "typescript";

import type { FunctionId, Loc } from "../ir/ir.js";
import { classIdOf, classOf, namedTypes, type NamedType } from "./classIds.js";
import type { ProgramContext } from "./context.js";
import { decoratorUses } from "./decorators.js";
import type { ClassId, ClassInfo, ClassMember, DecoratorUse } from "./facts.js";
import { parameterProperties } from "./members.js";
import type { Owner } from "./shape.js";
import type { Shapes } from "./shapes.js";
import { decoratorsOf, functionOf, isStatic, nameText } from "./syntax.js";
import { typeRefOf } from "./typeRef.js";

/** Answers questions about classes, interfaces and object types of the program. */
export class Classes {
  readonly #infos = new Map<ClassId, ClassInfo | undefined>();
  #decorated: ReadonlyMap<string, readonly ClassId[]> | undefined;

  constructor(
    readonly context: ProgramContext,
    readonly shapes: Shapes,
  ) {}

  info(id: ClassId): ClassInfo | undefined {
    if (!this.#infos.has(id)) this.#infos.set(id, this.#describe(id));
    return this.#infos.get(id);
  }

  /** Classes with a decorator of this package and name, in source order. */
  decorated(packageName: string, name: string): readonly ClassId[] {
    this.#decorated ??= this.#collectDecorated();
    return this.#decorated.get(`${packageName} ${name}`) ?? [];
  }

  /** The function a class runs for a member, its own or inherited. */
  method(id: ClassId, name: string): FunctionId | undefined {
    const named = classOf(this.context, id);
    const owner = named && ownerOf(named);
    if (owner === undefined) return undefined;
    if (name === "constructor") return this.#constructorOf(owner);
    const member = this.shapes.member({ kind: "instance", owner, arguments: [] }, name);
    return first(member?.declarations ?? [], (declaration) => this.#bodyId(declaration));
  }

  decoratorsOf(id: FunctionId): readonly DecoratorUse[] {
    const node = this.context.functionNode(id);
    if (node === undefined) return [];
    const isHeld = ts.isPropertyDeclaration(node.parent) && decoratorsOf(node).length === 0;
    return decoratorUses(this.shapes, isHeld ? node.parent : node);
  }

  #constructorOf(owner: Owner): FunctionId | undefined {
    const node = ts.isClassLike(owner) ? owner.members.find((m) => ts.isConstructorDeclaration(m) && m.body !== undefined) : undefined;
    return node && this.context.functionId(node);
  }

  #bodyId(declaration: ts.Declaration): FunctionId | undefined {
    const fn = functionOf(declaration);
    return fn?.body === undefined ? undefined : this.context.functionId(fn);
  }

  #describe(id: ClassId): ClassInfo | undefined {
    const named = classOf(this.context, id);
    if (named === undefined) return undefined;
    const owner = ownerOf(named);
    return {
      id,
      name: named.name?.text ?? "",
      decorators: decoratorUses(this.shapes, named),
      members: owner === undefined ? [] : this.#members(owner),
      extends: this.#superclass(named),
      loc: locOf(named),
    };
  }

  #superclass(named: NamedType): ClassInfo["extends"] {
    if (ts.isTypeAliasDeclaration(named)) return undefined;
    const clause = named.heritageClauses?.find((c) => c.token === ts.SyntaxKind.ExtendsKeyword);
    const [type] = clause?.types ?? [];
    return type && typeRefOf(this.context, this.shapes.type(type));
  }

  #members(owner: Owner): readonly ClassMember[] {
    const own: readonly ts.Declaration[] = ts.isObjectLiteralExpression(owner) ? owner.properties : owner.members;
    const properties = ts.isClassLike(owner) ? parameterProperties(owner) : [];
    return [...properties, ...own].map((node) => this.#memberOf(node)).filter((member) => member !== undefined);
  }

  #memberOf(node: ts.Declaration): ClassMember | undefined {
    const kind = memberKind(node);
    const name = kind === "constructor" ? "constructor" : nameText(ts.getNameOfDeclaration(node));
    if (kind === undefined || name === undefined || isOverload(node)) return undefined;
    return {
      name,
      kind,
      static: isStatic(node),
      type: kind === "field" ? this.#typeText(node) : undefined,
      optional: "questionToken" in node && node.questionToken !== undefined,
      decorators: decoratorUses(this.shapes, node),
      function: this.#bodyId(node),
    };
  }

  /** The annotation as written, else the compiler's type if it is known. */
  #typeText(node: ts.Declaration): string | undefined {
    const annotation = "type" in node ? (node.type as ts.TypeNode | undefined) : undefined;
    if (annotation !== undefined) return annotation.getText().replace(/\s+/g, " ");
    const { checker } = this.context;
    const type = checker.getTypeAtLocation(node);
    return (type.flags & ts.TypeFlags.Any) === 0 ? checker.typeToString(checker.getBaseTypeOfLiteralType(type)) : undefined;
  }

  #collectDecorated(): ReadonlyMap<string, readonly ClassId[]> {
    const found = new Map<string, ClassId[]>();
    for (const file of this.context.sources) {
      if (!file.text.includes("@")) continue;
      for (const named of namedTypes(file).values()) {
        const id = ts.isClassLike(named) ? classIdOf(this.context, named) : undefined;
        if (id === undefined) continue;
        for (const use of decoratorUses(this.shapes, named)) {
          const key = `${use.package} ${use.name}`;
          found.set(key, [...(found.get(key) ?? []), id]);
        }
      }
    }
    return found;
  }
}

function ownerOf(named: NamedType): Owner | undefined {
  if (!ts.isTypeAliasDeclaration(named)) return named;
  return ts.isTypeLiteralNode(named.type) ? named.type : undefined;
}

function memberKind(node: ts.Declaration): ClassMember["kind"] | undefined {
  if (ts.isConstructorDeclaration(node)) return "constructor";
  if (ts.isMethodDeclaration(node) || ts.isMethodSignature(node)) return "method";
  if (ts.isAccessor(node)) return "accessor";
  const isField = ts.isPropertyDeclaration(node) || ts.isPropertySignature(node) || ts.isParameter(node) || ts.isPropertyAssignment(node);
  return isField ? "field" : undefined;
}

/** A signature whose implementation follows. */
function isOverload(node: ts.Declaration): boolean {
  if (ts.isConstructorDeclaration(node)) return node.body === undefined;
  if (!ts.isMethodDeclaration(node) || node.body !== undefined) return false;
  const siblings = ts.isClassLike(node.parent) ? node.parent.members : [];
  return siblings.some((m) => ts.isMethodDeclaration(m) && m.body !== undefined && nameText(m.name) === nameText(node.name));
}

function locOf(node: NamedType): Loc {
  const file = node.getSourceFile();
  const at = node.name ?? node;
  const start = file.getLineAndCharacterOfPosition(at.getStart());
  const end = file.getLineAndCharacterOfPosition(at.end);
  return { line: start.line + 1, column: start.character, endLine: end.line + 1, endColumn: end.character };
}

function first<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
