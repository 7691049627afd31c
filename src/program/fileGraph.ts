import path from "node:path";
import ts from "typescript";

import { namedTypes } from "./classIds.js";
import type { ProgramContext } from "./context.js";
import { moduleSpecifiers } from "./moduleSpecifiers.js";
import { isPathSpecifier, moduleNameOf, packageOfFile, pathModule, splitSpecifier } from "./packages.js";

/** A file's imports: the files they resolve to, and whether one of them is a data layer. */
interface Node {
  readonly file: ts.SourceFile;
  readonly imports: readonly ts.SourceFile[];
  readonly isSeed: boolean;
}

/**
 * The program's files that take part in the analysis: those whose imports reach a data layer, directly or through other files, and what
 * those import. `generated`: folders into which a data layer's client is generated.
 */
export function participatingFiles(context: ProgramContext, generated: () => readonly string[]): readonly string[] {
  const nodes = context.program
    .getSourceFiles()
    .filter((file) => isInner(context, file))
    .map((file) => graphNode(context, file, generated));
  const reaching = reachingSeeds(nodes);
  const taken = new Set(reaching);
  for (const node of nodes) if (reaching.has(node.file)) for (const imported of node.imports) taken.add(imported);
  return [...taken]
    .filter((file) => context.isOwn(file))
    .map((file) => file.fileName)
    .sort();
}

/** The graph ends at installed packages: what they import is their own business. */
function isInner(context: ProgramContext, file: ts.SourceFile): boolean {
  return !file.fileName.includes("/node_modules/") && !context.program.isSourceFileDefaultLibrary(file);
}

function graphNode(context: ProgramContext, file: ts.SourceFile, generated: () => readonly string[]): Node {
  const imports: ts.SourceFile[] = [];
  let isSeed = declaresDataLayer(context, file);
  for (const specifier of moduleSpecifiers(file)) {
    const target = context.checker.getSymbolAtLocation(specifier)?.declarations?.find((d) => ts.isSourceFile(d));
    isSeed ||= isDataLayer(context, specifier, target, generated);
    if (target !== undefined && isInner(context, target)) imports.push(target);
  }
  return { file, imports, isSeed };
}

function declaresDataLayer({ classes }: ProgramContext, file: ts.SourceFile): boolean {
  const mentioned = [...classes].filter((name) => file.text.includes(name));
  return mentioned.length > 0 && mentioned.some((name) => namedTypes(file).has(name));
}

function isDataLayer(
  context: ProgramContext,
  specifier: ts.StringLiteralLike,
  target: ts.SourceFile | undefined,
  generated: () => readonly string[],
): boolean {
  const { packages } = context;
  if (!isPathSpecifier(specifier.text) && packages.has(splitSpecifier(specifier.text).package)) return true;
  const home = target === undefined ? undefined : packageOfFile(target.fileName);
  if (home !== undefined) return packages.has(home);
  const module = modulePath(context, specifier, target);
  return module !== undefined && generated().some((folder) => module === folder || module.startsWith(`${folder}/`));
}

/** The absolute path of an imported file that does not exist, or that a generator may have written; `undefined` for packages. */
function modulePath(context: ProgramContext, specifier: ts.StringLiteralLike, target: ts.SourceFile | undefined): string | undefined {
  if (target !== undefined) return pathModule(target.fileName);
  const importer = specifier.getSourceFile().fileName;
  const name = moduleNameOf(specifier.text, importer, context.program.getCompilerOptions()).package;
  return path.posix.isAbsolute(name) ? name : undefined;
}

/** The files from which a seed can be reached along imports. */
function reachingSeeds(nodes: readonly Node[]): ReadonlySet<ts.SourceFile> {
  const importers = new Map<ts.SourceFile, ts.SourceFile[]>();
  for (const { file, imports } of nodes) {
    for (const imported of imports) {
      const list = importers.get(imported);
      if (list === undefined) importers.set(imported, [file]);
      else list.push(file);
    }
  }
  const reaching = new Set(nodes.filter((node) => node.isSeed).map((node) => node.file));
  for (const file of reaching) for (const importer of importers.get(file) ?? []) reaching.add(importer);
  return reaching;
}
