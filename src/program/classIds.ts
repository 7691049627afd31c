import ts from "typescript";

import type { ProgramContext } from "./context.js";
import type { ClassId } from "./facts.js";
import type { Owner } from "./shape.js";

/** What a class id can name. */
export type NamedType = ts.ClassLikeDeclaration | ts.InterfaceDeclaration | ts.TypeAliasDeclaration;

const tables = new WeakMap<ts.SourceFile, ReadonlyMap<string, NamedType>>();

/** The class id of a class, interface or object type of the program; `undefined` for an object literal or an unnamed object type. */
export function classIdOf(context: ProgramContext, owner: Owner | ts.TypeAliasDeclaration): ClassId | undefined {
  const file = owner.getSourceFile();
  if (!context.isOwn(file)) return undefined;
  const named = ts.isTypeLiteralNode(owner) ? owner.parent : owner;
  if (ts.isTypeAliasDeclaration(named) || ts.isInterfaceDeclaration(named)) return `${file.fileName}#${named.name.text}`;
  if (!ts.isClassLike(named)) return undefined;
  if (named.name !== undefined) return `${file.fileName}#${named.name.text}`;
  const node = context.ref(named)?.node;
  return node === undefined ? undefined : `${file.fileName}#${node}`;
}

/** What a class id names: a class before an interface before an alias of the same name. */
export function classOf(context: ProgramContext, id: ClassId): NamedType | undefined {
  const at = id.lastIndexOf("#");
  const file = context.program.getSourceFile(id.slice(0, at));
  if (file === undefined || !context.isOwn(file)) return undefined;
  const name = id.slice(at + 1);
  const named = namedTypes(file).get(name);
  if (named !== undefined || !/^\d+$/.test(name)) return named;
  const node = context.lowered(file.fileName)?.nodes[Number(name)];
  return node !== undefined && ts.isClassLike(node) ? node : undefined;
}

/** The named classes, interfaces and aliases of a file, at any depth. */
export function namedTypes(file: ts.SourceFile): ReadonlyMap<string, NamedType> {
  let table = tables.get(file);
  if (table === undefined) {
    table = collect(file);
    tables.set(file, table);
  }
  return table;
}

function collect(file: ts.SourceFile): ReadonlyMap<string, NamedType> {
  const found = new Map<string, NamedType>();
  const visit = (node: ts.Node): void => {
    if ((ts.isClassLike(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) && node.name !== undefined) {
      const known = found.get(node.name.text);
      if (known === undefined || rank(node) < rank(known)) found.set(node.name.text, node);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function rank(node: NamedType): number {
  if (ts.isClassLike(node)) return 0;
  return ts.isInterfaceDeclaration(node) ? 1 : 2;
}
