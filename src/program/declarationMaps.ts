import ts from "typescript";
import path from "node:path";

import type { ProgramContext } from "./context.js";
import { nameText } from "./syntax.js";

const mapped = new WeakMap<ts.SourceFile, { readonly sources: readonly string[] } | undefined>();

/**
 * The declaration in a source file of the program: itself, or for a workspace package that resolves to a declaration file, the
 * declaration of the same name in the source that the declaration map names (the compiler writes one declaration file a source file,
 * so names suffice). `undefined`: not the program's.
 */
export function sourceOf(context: ProgramContext, declaration: ts.Declaration): ts.Declaration | undefined {
  const file = declaration.getSourceFile();
  if (context.isOwn(file)) return declaration;
  if (!file.isDeclarationFile || file.fileName.includes("/node_modules/") || context.program.isSourceFileDefaultLibrary(file))
    return undefined;
  for (const source of sourcesOf(file)) {
    const target = context.program.getSourceFile(source);
    const found = target === undefined || !context.isOwn(target) ? undefined : sameDeclaration(declaration, target);
    if (found !== undefined) return found;
  }
  return undefined;
}

function sourcesOf(file: ts.SourceFile): readonly string[] {
  if (!mapped.has(file)) mapped.set(file, readMap(file.fileName));
  return mapped.get(file)?.sources ?? [];
}

function readMap(file: string): { readonly sources: readonly string[] } | undefined {
  const text = ts.sys.readFile(`${file}.map`);
  if (text === undefined) return undefined;
  try {
    const map = JSON.parse(text) as { sources?: unknown; sourceRoot?: unknown };
    const root = path.posix.resolve(path.posix.dirname(file), typeof map.sourceRoot === "string" ? map.sourceRoot : "");
    const sources = Array.isArray(map.sources) ? map.sources.filter((s) => typeof s === "string") : [];
    return { sources: sources.map((source) => path.posix.resolve(root, source)) };
  } catch {
    return undefined;
  }
}

/** The declaration of the same kind of name at the same place in the nesting of classes and namespaces. */
function sameDeclaration(declaration: ts.Declaration, target: ts.SourceFile): ts.Declaration | undefined {
  if (ts.isSourceFile(declaration)) return target;
  const steps: string[] = [];
  for (let node: ts.Node = declaration; !ts.isSourceFile(node); node = node.parent) {
    const name = ts.getNameOfDeclaration(node as ts.Declaration);
    const text = nameText(name);
    if (text !== undefined && !ts.isParameter(node)) steps.unshift(text);
  }
  let scope: ts.Node = target;
  for (const step of steps) {
    const next = childNamed(scope, step);
    if (next === undefined) return undefined;
    scope = next;
  }
  return scope === target ? undefined : (scope as ts.Declaration);
}

function childNamed(scope: ts.Node, name: string): ts.Declaration | undefined {
  const children = ts.isSourceFile(scope)
    ? scope.statements
    : ts.isClassLike(scope) || ts.isInterfaceDeclaration(scope) || ts.isEnumDeclaration(scope)
      ? scope.members
      : ts.isModuleDeclaration(scope) && scope.body !== undefined && ts.isModuleBlock(scope.body)
        ? scope.body.statements
        : [];
  for (const child of children) {
    const candidates = ts.isVariableStatement(child) ? child.declarationList.declarations : [child];
    const found = candidates.find((candidate) => nameText(ts.getNameOfDeclaration(candidate as ts.Declaration)) === name);
    if (found !== undefined) return found as ts.Declaration;
  }
  return undefined;
}
