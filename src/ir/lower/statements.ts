import ts from "typescript";

import { lowerClass } from "./classes.js";
import { lowerCondition } from "./conditions.js";
import { lowerEffect, lowerExpression } from "./expressions.js";
import type { FunctionBuilder } from "./functionBuilder.js";
import { lowerClosure } from "./functions.js";
import { lowerJump, lowerLabelled, lowerReturn } from "./jumps.js";
import { isLoop, lowerLoop } from "./loops.js";
import { bindName } from "./patterns.js";
import { storeName } from "./references.js";
import { declareLexical, scopeOf } from "./scopes.js";
import { lowerSwitch } from "./switch.js";
import { isAmbient } from "./syntax.js";
import { lowerTry } from "./try.js";

/** A statement list whose names are already declared: the functions in it exist from its start. */
export function lowerStatementList(fn: FunctionBuilder, statements: readonly ts.Statement[]): void {
  for (const statement of statements) {
    if (ts.isFunctionDeclaration(statement) && statement.body !== undefined) lowerFunctionDeclaration(fn, statement);
  }
  for (const statement of statements) lowerStatement(fn, statement);
}

function lowerFunctionDeclaration(fn: FunctionBuilder, node: ts.FunctionDeclaration): void {
  const name = node.name?.text ?? "default";
  storeName(fn, name, lowerClosure(fn, node, { name }), node);
}

/** Statements with a scope of their own. */
export function lowerBlock(fn: FunctionBuilder, node: ts.Node, statements: readonly ts.Statement[]): void {
  const scope = scopeOf(fn, node, (opened) => {
    declareLexical(opened, statements);
  });
  fn.within({ scope }, () => {
    lowerStatementList(fn, statements);
  });
}

export function lowerStatement(fn: FunctionBuilder, node: ts.Statement): void {
  if (isAmbient(node)) return;
  if (isLoop(node)) lowerLoop(fn, node, []);
  else if (!lowerSimple(fn, node) && !lowerControl(fn, node)) lowerDeclaration(fn, node);
}

function lowerSimple(fn: FunctionBuilder, node: ts.Statement): boolean {
  if (ts.isExpressionStatement(node)) lowerEffect(fn, node.expression);
  else if (ts.isVariableStatement(node)) lowerVariables(fn, node.declarationList);
  else if (ts.isBlock(node)) lowerBlock(fn, node, node.statements);
  else return false;
  return true;
}

function lowerControl(fn: FunctionBuilder, node: ts.Statement): boolean {
  if (ts.isIfStatement(node)) lowerIf(fn, node);
  else if (ts.isReturnStatement(node)) lowerReturn(fn, node);
  else if (ts.isThrowStatement(node)) fn.throw(node, lowerExpression(fn, node.expression));
  else if (ts.isTryStatement(node)) lowerTry(fn, node);
  else if (ts.isSwitchStatement(node)) lowerSwitch(fn, node, []);
  else if (ts.isBreakOrContinueStatement(node)) lowerJump(fn, node);
  else if (ts.isLabeledStatement(node)) lowerLabelled(fn, node);
  else return false;
  return true;
}

/** Types, imports, enums and what already happened when the block was entered run nothing here. */
function lowerDeclaration(fn: FunctionBuilder, node: ts.Statement): void {
  if (ts.isClassDeclaration(node)) {
    const value = lowerClass(fn, node, "default");
    storeName(fn, node.name?.text ?? "default", value, node);
  } else if (ts.isExportAssignment(node)) {
    const name = node.isExportEquals === true ? "export=" : "default";
    storeName(fn, name, lowerExpression(fn, node.expression, "value", name), node);
  } else if (ts.isModuleDeclaration(node)) {
    lowerNamespace(fn, node);
  } else if (ts.isWithStatement(node)) {
    fn.emit(node, { op: "unknown", syntax: "WithStatement", operands: [lowerExpression(fn, node.expression)] });
    lowerStatement(fn, node.statement);
  }
}

/** What a namespace declares is `global`, as at the top of the module: the compiler knows what a name in it means. */
function lowerNamespace(fn: FunctionBuilder, node: ts.ModuleDeclaration): void {
  const { body } = node;
  if (body === undefined) return;
  if (ts.isModuleBlock(body)) lowerStatementList(fn, body.statements);
  else if (ts.isModuleDeclaration(body)) lowerNamespace(fn, body);
}

export function lowerVariables(fn: FunctionBuilder, list: ts.VariableDeclarationList): void {
  for (const declaration of list.declarations) lowerVariable(fn, declaration, (list.flags & ts.NodeFlags.BlockScoped) !== 0);
}

/** `let x;` gives `x` the value undefined, again in each turn of a loop; `var x;` does nothing. */
function lowerVariable(fn: FunctionBuilder, node: ts.VariableDeclaration, blockScoped: boolean): void {
  const name = ts.isIdentifier(node.name) ? node.name.text : undefined;
  if (node.initializer !== undefined) {
    bindName(fn, node.name, lowerExpression(fn, node.initializer, "value", name), node);
  } else if (name !== undefined && blockScoped) {
    storeName(fn, name, fn.emit(node, { op: "const", value: undefined }), node);
  }
}

function lowerIf(fn: FunctionBuilder, node: ts.IfStatement): void {
  const join = fn.block();
  let current: ts.Statement = node;
  while (ts.isIfStatement(current)) {
    const then = fn.block();
    const otherwise = current.elseStatement === undefined ? join : fn.block();
    lowerCondition(fn, current.expression, then, otherwise);
    fn.start(then);
    lowerStatement(fn, current.thenStatement);
    fn.goto(join);
    if (current.elseStatement === undefined) {
      fn.start(join);
      return;
    }
    fn.start(otherwise);
    current = current.elseStatement;
  }
  lowerStatement(fn, current);
  fn.goto(join);
  fn.start(join);
}
