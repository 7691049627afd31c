import ts from "typescript";

import type { IrVariable, VariableId } from "../ir.js";
import type { FunctionBuilder } from "./functionBuilder.js";
import { isAmbient } from "./syntax.js";

/**
 * The names of one block or function. The top level of a module or namespace has no scope of its own: its names resolve to nothing here,
 * which makes them `global`.
 */
export class Scope {
  readonly #names = new Map<string, VariableId>();

  constructor(
    readonly parent: Scope | undefined,
    readonly owner: FunctionBuilder,
  ) {}

  declare(name: string, kind: IrVariable["kind"]): void {
    if (this.#names.has(name)) return;
    this.#names.set(name, this.owner.file.addVariable({ name, declaredIn: this.owner.index, kind }));
  }

  own(name: string): VariableId | undefined {
    return this.#names.get(name);
  }
}

/** The variable a name means in `fn`, recorded as a capture of every function between its use and its owner. */
export function resolve(fn: FunctionBuilder, name: string): VariableId | undefined {
  for (let scope = fn.region.scope; scope !== undefined; scope = scope.parent) {
    const variable = scope.own(name);
    if (variable === undefined) continue;
    for (let user: FunctionBuilder | undefined = fn; user !== undefined && user !== scope.owner; user = user.parent) {
      user.captures.add(variable);
    }
    return variable;
  }
  return undefined;
}

/** The scope that `node` opens, made by `fill` the first time the node is lowered. */
export function scopeOf(fn: FunctionBuilder, node: ts.Node, fill: (scope: Scope) => void): Scope {
  const known = fn.file.scopes.get(node);
  if (known?.owner === fn) return known;
  const scope = new Scope(fn.region.scope, fn);
  fn.file.scopes.set(node, scope);
  fill(scope);
  return scope;
}

/** Declares what a statement list binds in its own block: `let`, `const`, `using`, classes and functions. */
export function declareLexical(scope: Scope, statements: readonly ts.Statement[]): void {
  for (const statement of statements) {
    if (isAmbient(statement)) continue;
    if (ts.isVariableStatement(statement)) {
      declareList(scope, statement.declarationList);
    } else if (ts.isFunctionDeclaration(statement) && statement.body !== undefined && statement.name !== undefined) {
      scope.declare(statement.name.text, "function");
    } else if (ts.isClassDeclaration(statement) && statement.name !== undefined) {
      scope.declare(statement.name.text, "class");
    }
  }
}

/** Declares the names of a block-scoped declaration list; `var` names are hoisted by `declareHoisted`. */
export function declareList(scope: Scope, list: ts.VariableDeclarationList): void {
  const kind = listKind(list);
  if (kind === "var") return;
  for (const declaration of list.declarations) declareNames(scope, declaration.name, kind);
}

function listKind(list: ts.VariableDeclarationList): IrVariable["kind"] {
  // `await using` sets the bits of both `using` and `const`.
  const isLet = (list.flags & ts.NodeFlags.Let) !== 0;
  const isConst = (list.flags & ts.NodeFlags.Const) !== 0;
  if ((list.flags & ts.NodeFlags.Using) !== 0) return "using";
  if (isConst) return "const";
  return isLet ? "let" : "var";
}

export function declareNames(scope: Scope, name: ts.BindingName, kind: IrVariable["kind"]): void {
  if (ts.isIdentifier(name)) {
    scope.declare(name.text, kind);
    return;
  }
  for (const element of name.elements) {
    if (ts.isBindingElement(element)) declareNames(scope, element.name, kind);
  }
}

/** Declares every `var` of a function body, however deep in its blocks, but not those of functions inside it. */
export function declareHoisted(scope: Scope, node: ts.Node): void {
  if (ts.isVariableDeclarationList(node)) {
    if (listKind(node) === "var")
      node.declarations.forEach(({ name }) => {
        declareNames(scope, name, "var");
      });
    return;
  }
  if (!mayHoldVar(node)) return;
  ts.forEachChild(node, (child) => {
    declareHoisted(scope, child);
  });
}

function mayHoldVar(node: ts.Node): boolean {
  switch (node.kind) {
    case ts.SyntaxKind.Block:
    case ts.SyntaxKind.VariableStatement:
    case ts.SyntaxKind.IfStatement:
    case ts.SyntaxKind.DoStatement:
    case ts.SyntaxKind.WhileStatement:
    case ts.SyntaxKind.ForStatement:
    case ts.SyntaxKind.ForInStatement:
    case ts.SyntaxKind.ForOfStatement:
    case ts.SyntaxKind.WithStatement:
    case ts.SyntaxKind.SwitchStatement:
    case ts.SyntaxKind.CaseBlock:
    case ts.SyntaxKind.CaseClause:
    case ts.SyntaxKind.DefaultClause:
    case ts.SyntaxKind.LabeledStatement:
    case ts.SyntaxKind.TryStatement:
    case ts.SyntaxKind.CatchClause:
      return true;
    default:
      return false;
  }
}
