import ts from "typescript";

import type { ProgramContext } from "./context.js";
import { mergedWith } from "./members.js";
import type { Owner } from "./shape.js";
import type { Walk } from "./shapes.js";
import { nameText, unwrap } from "./syntax.js";

/** Most subtypes that are collected of one type. */
const maxSubtypes = 32;

/** A class, interface or object literal with the names of the types it says it has. */
interface Candidate {
  readonly owner: Owner;
  readonly type: ts.TypeNode;
}

const tables = new WeakMap<ts.SourceFile, ReadonlyMap<string, readonly Candidate[]>>();

/** Finds the classes, interfaces and object literals of the program that say they are of a type. */
export class Implementations {
  readonly #memo = new Map<Owner, readonly Owner[]>();

  constructor(
    readonly context: ProgramContext,
    readonly walk: Walk,
  ) {}

  /** All subtypes, transitively, the type itself excluded; `undefined`: too many. An import that renames the type hides its subtype. */
  of(owner: Owner): readonly Owner[] | undefined {
    const found = new Set<Owner>();
    const pending = [...mergedWith(this.walk, owner)];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      for (const subtype of this.#direct(next)) {
        if (found.has(subtype) || subtype === owner) continue;
        if (found.size >= maxSubtypes) return undefined;
        found.add(subtype);
        pending.push(subtype);
      }
    }
    return [...found];
  }

  #direct(owner: Owner): readonly Owner[] {
    const known = this.#memo.get(owner);
    if (known !== undefined) return known;
    const name = typeName(owner);
    const found = name === undefined ? [] : this.#search(owner, name);
    this.#memo.set(owner, found);
    return found;
  }

  #search(owner: Owner, name: string): readonly Owner[] {
    const merged = new Set(mergedWith(this.walk, owner));
    return this.context.sources
      .filter((file) => file.text.includes(name))
      .flatMap((file) => candidatesOf(file).get(name) ?? [])
      .filter((candidate) => {
        const shape = this.walk.type(candidate.type);
        return shape?.kind === "instance" && merged.has(shape.owner);
      })
      .map((candidate) => candidate.owner);
  }
}

function typeName(owner: Owner): string | undefined {
  if (ts.isObjectLiteralExpression(owner)) return undefined;
  if (!ts.isTypeLiteralNode(owner)) return owner.name?.text;
  return ts.isTypeAliasDeclaration(owner.parent) ? owner.parent.name.text : undefined;
}

/** A file's classes and object literals by the last name of a type they extend, implement or are annotated with. */
function candidatesOf(file: ts.SourceFile): ReadonlyMap<string, readonly Candidate[]> {
  let table = tables.get(file);
  if (table === undefined) {
    table = collect(file);
    tables.set(file, table);
  }
  return table;
}

function collect(file: ts.SourceFile): ReadonlyMap<string, readonly Candidate[]> {
  const found = new Map<string, Candidate[]>();
  const add = (owner: Owner, type: ts.TypeNode): void => {
    const name = lastName(type);
    if (name === undefined) return;
    const list = found.get(name) ?? [];
    list.push({ owner, type });
    found.set(name, list);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isClassLike(node) || ts.isInterfaceDeclaration(node)) {
      for (const clause of node.heritageClauses ?? []) for (const type of clause.types) add(node, type);
    } else {
      const annotated = annotatedLiteral(node);
      if (annotated !== undefined) add(annotated.owner, annotated.type);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** `const x: T = {...}`, `field: T = {...}`, `{...} satisfies T`, `{...} as T`, `(): T => ({...})`. */
function annotatedLiteral(node: ts.Node): Candidate | undefined {
  if (ts.isVariableDeclaration(node) || ts.isPropertyDeclaration(node)) return literal(node.initializer, node.type);
  if (ts.isSatisfiesExpression(node) || ts.isAsExpression(node)) return literal(node.expression, node.type);
  if (ts.isArrowFunction(node)) return literal(node.body, node.type);
  if (!ts.isReturnStatement(node) || node.expression === undefined) return undefined;
  const fn = ts.findAncestor(node, ts.isFunctionLike);
  return literal(node.expression, fn?.type);
}

function literal(value: ts.Node | undefined, type: ts.TypeNode | undefined): Candidate | undefined {
  const owner = value && unwrap(value);
  return owner !== undefined && type !== undefined && ts.isObjectLiteralExpression(owner) ? { owner, type } : undefined;
}

function lastName(type: ts.TypeNode): string | undefined {
  if (ts.isTypeReferenceNode(type)) {
    const name = ts.isIdentifier(type.typeName) ? type.typeName.text : type.typeName.right.text;
    const [first] = type.typeArguments ?? [];
    return name === "Promise" && first !== undefined ? lastName(first) : name;
  }
  if (!ts.isExpressionWithTypeArguments(type)) return undefined;
  return ts.isPropertyAccessExpression(type.expression) ? type.expression.name.text : nameText(type.expression);
}
