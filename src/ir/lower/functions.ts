import ts from "typescript";

import type { IrFunction, Temp } from "../ir.js";
import { lowerExpression } from "./expressions.js";
import { FunctionBuilder } from "./functionBuilder.js";
import { bindName, withDefault } from "./patterns.js";
import { declareHoisted, declareLexical, declareNames, Scope } from "./scopes.js";
import { lowerStatementList } from "./statements.js";
import type { FunctionNode } from "./syntax.js";
import { hasModifier } from "./syntax.js";

export interface FunctionOptions {
  readonly name?: string | undefined;
  readonly class?: number;
}

export function lowerClosure(fn: FunctionBuilder, node: FunctionNode, options: FunctionOptions): Temp {
  return fn.emit(node, { op: "closure", function: lowerFunction(fn, node, options) });
}

/** The index of the function, lowered once however often the code around it is (copies of `finally`, initialisers). */
export function lowerFunction(parent: FunctionBuilder, node: FunctionNode, options: FunctionOptions): number {
  const { file } = parent;
  const known = file.functionIndex.get(node);
  if (known !== undefined) return known;
  const index = file.reserveFunction(node);
  const ownName = node.name !== undefined && ts.isIdentifier(node.name) && options.class === undefined ? node.name.text : undefined;
  const parameters = node.parameters.filter((parameter) => !isThisParameter(parameter));
  const head = {
    index,
    node,
    name: ownName ?? options.name ?? "<anonymous>",
    kind: kindOf(node),
    async: hasModifier(node, ts.SyntaxKind.AsyncKeyword),
    generator: node.asteriskToken !== undefined,
    class: options.class,
    parameters: parameters.map((parameter) => ({
      name: ts.isIdentifier(parameter.name) ? parameter.name.text : "{…}",
      rest: parameter.dotDotDotToken !== undefined,
      node: file.id(parameter),
    })),
  };
  const fn = new FunctionBuilder(file, head, parent, parent.region.scope);
  build(fn, () => {
    lowerFunctionBody(fn, node, parameters);
  });
  return index;
}

function kindOf(node: FunctionNode): IrFunction["kind"] {
  if (ts.isArrowFunction(node)) return "arrow";
  if (ts.isMethodDeclaration(node)) return "method";
  if (ts.isConstructorDeclaration(node)) return "constructor";
  if (ts.isGetAccessorDeclaration(node)) return "getter";
  return ts.isSetAccessorDeclaration(node) ? "setter" : "function";
}

function isThisParameter(parameter: ts.ParameterDeclaration): boolean {
  return ts.isIdentifier(parameter.name) && parameter.name.text === "this";
}

/** Finishes the function whatever its body is: nesting that exhausts the stack leaves a body that says so. */
export function build(fn: FunctionBuilder, body: () => void): void {
  try {
    body();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    fn.reset();
    fn.emit(fn.head.node, { op: "unknown", syntax: "TooDeep", operands: [] });
  }
  fn.finish();
}

function lowerFunctionBody(fn: FunctionBuilder, node: FunctionNode, parameters: readonly ts.ParameterDeclaration[]): void {
  const { body } = node;
  if (ts.isFunctionExpression(node) && node.name !== undefined) openScope(fn).declare(node.name.text, "function");
  const scope = openScope(fn);
  for (const parameter of parameters) declareNames(scope, parameter.name, "parameter");
  if (body !== undefined && ts.isBlock(body)) {
    declareHoisted(scope, body);
    declareLexical(scope, body.statements);
  }
  if (ts.isFunctionExpression(node)) lowerOwnName(fn, node);
  lowerParameters(fn, parameters);
  if (body === undefined) return;
  if (ts.isBlock(body)) lowerStatementList(fn, body.statements);
  else fn.return(body, lowerExpression(fn, body, "returned"));
}

function openScope(fn: FunctionBuilder): Scope {
  const scope = new Scope(fn.region.scope, fn);
  fn.region = { ...fn.region, scope };
  return scope;
}

/** A named function expression sees itself, unless a parameter or variable of its own hides the name. */
function lowerOwnName(fn: FunctionBuilder, node: ts.FunctionExpression): void {
  const variable = node.name === undefined ? undefined : fn.region.scope?.parent?.own(node.name.text);
  if (variable === undefined) return;
  fn.emit(node, { op: "store", variable, value: fn.emit(node, { op: "closure", function: fn.index }) });
}

function lowerParameters(fn: FunctionBuilder, parameters: readonly ts.ParameterDeclaration[]): void {
  parameters.forEach((parameter, index) => {
    const given = fn.emit(parameter, { op: "param", index });
    const name = ts.isIdentifier(parameter.name) ? parameter.name.text : undefined;
    const value = withDefault(fn, parameter, given, parameter.initializer, name);
    bindName(fn, parameter.name, value, parameter);
    if (name !== undefined && ts.isParameterPropertyDeclaration(parameter, fn.head.node)) {
      fn.emit(parameter, { op: "set", object: fn.emit(parameter, { op: "this" }), name, value });
    }
  });
}

export interface Initialiser extends FunctionOptions {
  readonly name: string;
  /** The declaration that has the initialiser; names its function in `Lowered.functionIndex`. */
  readonly key: ts.Node;
}

/** A function without parameters that returns the value of `expression`. */
export function lowerInitialiser(parent: FunctionBuilder, expression: ts.Expression, options: Initialiser): number {
  const index = parent.file.reserveFunction(options.key);
  const head = {
    index,
    node: expression,
    name: options.name,
    kind: "initialiser",
    async: false,
    generator: false,
    class: options.class,
    parameters: [],
  } as const;
  const fn = new FunctionBuilder(parent.file, head, parent, parent.region.scope);
  build(fn, () => {
    fn.return(expression, lowerExpression(fn, expression, "value", options.name));
  });
  return index;
}
