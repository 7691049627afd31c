import ts from "typescript";

import type { ProgramContext } from "./context.js";
import { sourceOf } from "./declarationMaps.js";
import { aliasedName, aliasSpecifier, moduleSpecifiers } from "./moduleSpecifiers.js";
import { isNodeTypes, isPathSpecifier, moduleNameOf, nodeModule, packageOfFile, pathModule, splitSpecifier } from "./packages.js";
import type { ImportedName } from "./shape.js";

/** What a name denotes, imports and re-exports followed. */
export type Denoted =
  /** Something declared by a source file of the program. */
  | { readonly kind: "own"; readonly declarations: readonly ts.Declaration[] }
  /** Something of a package; `declarations` are empty if it is not installed. */
  | { readonly kind: "imported"; readonly name: ImportedName; readonly declarations: readonly ts.Declaration[] }
  /** Something of the JavaScript or Node environment; `owner` is the module or type it belongs to, or empty. */
  | { readonly kind: "builtin"; readonly owner: string; readonly name: string; readonly declarations: readonly ts.Declaration[] };

/** Most re-exports that are followed when the compiler cannot. */
const maxHops = 12;

/** Answers what names denote, with or without the packages they come from. */
export class Names {
  readonly #memo = new Map<ts.Symbol, Denoted | undefined>();
  #packageModules: ReadonlyMap<string, readonly { subpath: string; symbol: ts.Symbol }[]> | undefined;

  constructor(readonly context: ProgramContext) {}

  /** What an identifier, or the name of a property access, denotes. */
  at(node: ts.Node): Denoted | undefined {
    const { checker } = this.context;
    const shorthand = ts.isShorthandPropertyAssignment(node.parent) && node.parent.name === node;
    const symbol = shorthand ? checker.getShorthandAssignmentValueSymbol(node.parent) : checker.getSymbolAtLocation(node);
    if (symbol !== undefined) return this.of(symbol);
    // A name that is declared nowhere belongs to an environment whose types are not installed.
    const isUndeclared =
      ts.isIdentifier(node) && isFreeName(node) && checker.resolveName(node.text, node, ts.SymbolFlags.All, false) === undefined;
    return isUndeclared ? { kind: "builtin", owner: "", name: node.text, declarations: [] } : undefined;
  }

  of(symbol: ts.Symbol): Denoted | undefined {
    if (!this.#memo.has(symbol)) this.#memo.set(symbol, this.#follow(symbol, 0));
    return this.#memo.get(symbol);
  }

  /** The module that a specifier resolves to. */
  module(specifier: ts.StringLiteralLike): ts.Symbol | undefined {
    return this.context.checker.getSymbolAtLocation(specifier);
  }

  /** The member of a module, through its re-exports. */
  exported(module: ts.Symbol, name: string): Denoted | undefined {
    const member = this.context.checker.tryGetMemberInModuleExports(name, module);
    return member === undefined ? this.#throughStars(module, name, 0) : this.of(member);
  }

  #follow(symbol: ts.Symbol, hops: number): Denoted | undefined {
    if (hops > maxHops) return undefined;
    if ((symbol.flags & ts.SymbolFlags.Alias) === 0) return this.#declared(symbol, undefined);
    const target = this.context.checker.getAliasedSymbol(symbol);
    if (target.declarations !== undefined && target.declarations.length > 0) return this.#declared(target, this.#hint(symbol));
    return this.#unresolved(symbol, hops);
  }

  /** The compiler knows no target: some module on the way does not resolve. */
  #unresolved(symbol: ts.Symbol, hops: number): Denoted | undefined {
    const declaration = symbol.declarations?.[0];
    if (declaration === undefined) return undefined;
    const specifier = aliasSpecifier(declaration);
    if (specifier === undefined) return this.#local(declaration, hops);
    const module = this.module(specifier);
    const name = aliasedName(declaration);
    if (module === undefined) return this.unresolved(specifier, name);
    if (name === undefined) return this.#declared(module, undefined);
    const member = module.exports?.get(ts.escapeLeadingUnderscores(name));
    return member === undefined ? this.#throughStars(module, name, hops) : this.#follow(member, hops + 1);
  }

  /** `export { name }`, `export default name` of a name that is itself unresolved. */
  #local(declaration: ts.Declaration, hops: number): Denoted | undefined {
    const { checker } = this.context;
    if (ts.isExportSpecifier(declaration)) {
      const target = checker.getExportSpecifierLocalTargetSymbol(declaration);
      return target === undefined ? undefined : this.#follow(target, hops + 1);
    }
    if (!ts.isExportAssignment(declaration) || !ts.isIdentifier(declaration.expression)) return undefined;
    const target = checker.getSymbolAtLocation(declaration.expression);
    return target === undefined ? undefined : this.#follow(target, hops + 1);
  }

  /** A name that a module lacks comes from its `export *`: of a resolved module that has it, or else of the only unresolved one. */
  #throughStars(module: ts.Symbol, name: string, hops: number): Denoted | undefined {
    if (hops > maxHops) return undefined;
    const unresolved: ts.StringLiteralLike[] = [];
    for (const star of module.exports?.get(ts.InternalSymbolName.ExportStar)?.declarations ?? []) {
      const specifier = aliasSpecifier(star);
      if (specifier === undefined) continue;
      const target = this.module(specifier);
      if (target === undefined) unresolved.push(specifier);
      const member = target?.exports?.get(ts.escapeLeadingUnderscores(name));
      const found = member === undefined ? target && this.#throughStars(target, name, hops + 1) : this.#follow(member, hops + 1);
      if (found !== undefined) return found;
    }
    const [only] = unresolved;
    return only !== undefined && unresolved.length === 1 ? this.unresolved(only, name) : undefined;
  }

  /** An export (dotted: a member of one) of a module that does not resolve. */
  unresolved(specifier: ts.StringLiteralLike, name: string | undefined): Denoted {
    const node = nodeModule(specifier.text);
    if (node !== undefined) return { kind: "builtin", owner: node, name: name ?? "", declarations: [] };
    const module = moduleNameOf(specifier.text, specifier.getSourceFile().fileName, this.context.program.getCompilerOptions());
    return { kind: "imported", name: { ...module, path: name === undefined ? [] : name.split(".") }, declarations: [] };
  }

  /** The package name under which the importing file asked for the symbol. */
  #hint(symbol: ts.Symbol): ImportedName | undefined {
    const declaration = symbol.declarations?.[0];
    const specifier = declaration === undefined ? undefined : aliasSpecifier(declaration);
    if (declaration === undefined || specifier === undefined || isPathSpecifier(specifier.text)) return undefined;
    const name = aliasedName(declaration);
    return { ...splitSpecifier(specifier.text), path: name === undefined ? [] : [name] };
  }

  #declared(symbol: ts.Symbol, hint: ImportedName | undefined): Denoted | undefined {
    const declarations = symbol.declarations ?? [];
    const first = declarations[0];
    if (first === undefined) return undefined;
    if (ts.isTypeParameterDeclaration(first)) return { kind: "own", declarations };
    const own = declarations.map((declaration) => sourceOf(this.context, declaration)).filter((d) => d !== undefined);
    if (own.length > 0) return { kind: "own", declarations: own };
    const builtin = this.#builtin(first);
    if (builtin !== undefined) return { kind: "builtin", ...builtin, declarations };
    return { kind: "imported", name: this.externalName(first, hint), declarations };
  }

  /** Where a declaration of the environment belongs: `{ owner: "Array", name: "map" }`; `undefined` if a package declares it. */
  #builtin(declaration: ts.Declaration): { owner: string; name: string } | undefined {
    const file = declaration.getSourceFile();
    if (!this.context.program.isSourceFileDefaultLibrary(file) && !isNodeTypes(file.fileName)) return undefined;
    const path = declaredPath(declaration);
    const module = enclosingModule(declaration);
    const owner = path.at(-2) ?? module ?? "";
    return { owner: environmentType(owner), name: path.at(-1) ?? module ?? "" };
  }

  /**
   * The public name of a declaration of a package: the one under which a module of it that the program imports exports it, else the
   * declared one. A data layer's own name wins over that of a package which re-exports it.
   */
  externalName(declaration: ts.Declaration, hint?: ImportedName): ImportedName {
    const { packages } = this.context;
    const path = declaredPath(declaration);
    if (hint !== undefined && packages.has(hint.package)) return hint;
    const file = declaration.getSourceFile();
    const ambient = enclosingModule(declaration);
    const declared = ambient === undefined ? packageOfFile(file.fileName) : splitSpecifier(ambient).package;
    if (hint !== undefined && (declared === undefined || hint.package === declared)) return hint;
    const home = declared ?? pathModule(file.fileName);
    const known = this.#published(declaration, path, home);
    if (known !== undefined) return { package: home, subpath: known, path };
    return { package: home, subpath: ambient === undefined ? "" : splitSpecifier(ambient).subpath, path };
  }

  #published(declaration: ts.Declaration, path: readonly string[], home: string): string | undefined {
    const [root] = path;
    if (root === undefined) return undefined;
    for (const { subpath, symbol } of this.#modulesOf(home)) {
      const member = this.context.checker.tryGetMemberInModuleExports(root, symbol);
      if (member === undefined) continue;
      const target = (member.flags & ts.SymbolFlags.Alias) === 0 ? member : this.context.checker.getAliasedSymbol(member);
      if (target.declarations?.some((d) => d.getSourceFile() === declaration.getSourceFile()) === true) return subpath;
    }
    return undefined;
  }

  /** The modules of a package that the program imports, the shortest subpath first. */
  #modulesOf(home: string): readonly { subpath: string; symbol: ts.Symbol }[] {
    this.#packageModules ??= this.#collectModules();
    return this.#packageModules.get(home) ?? [];
  }

  #collectModules(): ReadonlyMap<string, readonly { subpath: string; symbol: ts.Symbol }[]> {
    const found = new Map<string, Map<string, ts.Symbol>>();
    for (const specifier of this.context.sources.flatMap(moduleSpecifiers)) {
      if (isPathSpecifier(specifier.text)) continue;
      const { package: home, subpath } = splitSpecifier(specifier.text);
      const modules = found.get(home) ?? new Map<string, ts.Symbol>();
      if (modules.has(subpath)) continue;
      const symbol = this.module(specifier);
      if (symbol !== undefined) found.set(home, modules.set(subpath, symbol));
    }
    const sorted = [...found].map(
      ([home, modules]) =>
        [home, [...modules].map(([subpath, symbol]) => ({ subpath, symbol })).sort((a, b) => a.subpath.length - b.subpath.length)] as const,
    );
    return new Map(sorted);
  }
}

/** Whether an identifier is looked up in scopes: no property name, and no name of a member. */
function isFreeName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isQualifiedName(parent)) return parent.left === node && !ts.isImportTypeNode(parent.parent);
  if (ts.isImportTypeNode(parent)) return false;
  return !(ts.isPropertyAssignment(parent) && parent.name === node) && !ts.isBindingElement(parent) && !ts.isImportSpecifier(parent);
}

/** The names that lead to a declaration from its module: namespaces, then the class or interface, then the member. */
function declaredPath(declaration: ts.Declaration): readonly string[] {
  const path: string[] = [];
  for (let node: ts.Node = declaration; !ts.isSourceFile(node); node = node.parent) {
    const named = ts.isModuleDeclaration(node) ? !ts.isStringLiteral(node.name) && node.name.text !== "global" : isNamedPart(node);
    const name = named ? ts.getNameOfDeclaration(node as ts.Declaration) : undefined;
    if (name !== undefined && (ts.isIdentifier(name) || ts.isStringLiteralLike(name) || ts.isPrivateIdentifier(name)))
      path.unshift(name.text);
  }
  return path;
}

function isNamedPart(node: ts.Node): boolean {
  if (ts.isClassLike(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isEnumDeclaration(node)) return true;
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isVariableDeclaration(node) ||
    ts.isClassElement(node) ||
    ts.isTypeElement(node) ||
    ts.isEnumMember(node)
  );
}

/** `declare module "x"` around a declaration. */
function enclosingModule(declaration: ts.Node): string | undefined {
  for (let node = declaration; !ts.isSourceFile(node); node = node.parent) {
    if (ts.isModuleDeclaration(node) && ts.isStringLiteral(node.name)) return nodeModule(node.name.text) ?? node.name.text;
  }
  return undefined;
}

/** `Array` for `ReadonlyArray` and `ArrayConstructor`; Node types the module `path` by an interface. */
function environmentType(name: string): string {
  const plain = name.replace(/Constructor$/, "");
  if (plain === "PlatformPath") return "path";
  return plain === "ReadonlyArray" ? "Array" : plain;
}
