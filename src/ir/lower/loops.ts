import ts from "typescript";

import type { Temp } from "../ir.js";
import { lowerCondition } from "./conditions.js";
import { lowerEffect, lowerExpression } from "./expressions.js";
import type { FunctionBuilder, Jump, OpenBlock } from "./functionBuilder.js";
import { assignTo, bindName } from "./patterns.js";
import { declareList, scopeOf } from "./scopes.js";
import { lowerStatement, lowerVariables } from "./statements.js";
import { skipOuter } from "./syntax.js";

export function isLoop(node: ts.Node): node is ts.IterationStatement {
  return ts.isForStatement(node) || isForEach(node) || ts.isWhileStatement(node) || ts.isDoStatement(node);
}

function isForEach(node: ts.Node): node is ts.ForInOrOfStatement {
  return ts.isForOfStatement(node) || ts.isForInStatement(node);
}

export function lowerLoop(fn: FunctionBuilder, node: ts.IterationStatement, labels: readonly string[]): void {
  if (ts.isForStatement(node)) lowerFor(fn, node, labels);
  else if (isForEach(node)) lowerForEach(fn, node, labels);
  else if (ts.isWhileStatement(node)) lowerWhile(fn, node, labels);
  else if (ts.isDoStatement(node)) lowerDo(fn, node, labels);
}

function lowerWhile(fn: FunctionBuilder, node: ts.WhileStatement, labels: readonly string[]): void {
  const [head, body, exit] = [fn.block(), fn.block(), fn.block()];
  fn.goto(head);
  fn.start(head);
  lowerCondition(fn, node.expression, body, exit);
  fn.start(body);
  lowerBody(fn, node, labels, exit, head);
  fn.start(exit);
}

function lowerDo(fn: FunctionBuilder, node: ts.DoStatement, labels: readonly string[]): void {
  const [body, test, exit] = [fn.block(), fn.block(), fn.block()];
  fn.goto(body);
  fn.start(body);
  lowerBody(fn, node, labels, exit, test);
  fn.start(test);
  lowerCondition(fn, node.expression, body, exit);
  fn.start(exit);
}

/** The body, which ends in a jump to where `continue` leads. */
function lowerBody(
  fn: FunctionBuilder,
  node: ts.IterationStatement,
  labels: readonly string[],
  breakTo: OpenBlock,
  continueTo: OpenBlock,
): void {
  const { jump: outer, cleanup } = fn.region;
  const jump: Jump = { labels, breakTo, continueTo, plain: true, outer, cleanup };
  fn.within({ jump }, () => {
    lowerStatement(fn, node.statement);
  });
  fn.goto(continueTo);
}

function lowerFor(fn: FunctionBuilder, node: ts.ForStatement, labels: readonly string[]): void {
  const { initializer } = node;
  const scope = loopScope(fn, node);
  fn.within({ scope }, () => {
    if (initializer !== undefined && ts.isVariableDeclarationList(initializer)) lowerVariables(fn, initializer);
    else if (initializer !== undefined) lowerEffect(fn, initializer);
    const [head, body, update, exit] = [fn.block(), fn.block(), fn.block(), fn.block()];
    fn.goto(head);
    fn.start(head);
    if (node.condition === undefined) fn.goto(body);
    else lowerCondition(fn, node.condition, body, exit);
    fn.start(body);
    lowerBody(fn, node, labels, exit, update);
    fn.start(update);
    if (node.incrementor !== undefined) lowerEffect(fn, node.incrementor);
    fn.goto(head);
    fn.start(exit);
  });
}

function loopScope(fn: FunctionBuilder, node: ts.ForStatement | ts.ForInOrOfStatement): ReturnType<typeof scopeOf> {
  return scopeOf(fn, node, (scope) => {
    const { initializer } = node;
    if (initializer !== undefined && ts.isVariableDeclarationList(initializer)) declareList(scope, initializer);
  });
}

function lowerForEach(fn: FunctionBuilder, node: ts.ForInOrOfStatement, labels: readonly string[]): void {
  const [head, body, exit] = [fn.block(), fn.block(), fn.block()];
  const iterated = skipOuter(node.expression);
  const iterable = lowerExpression(fn, iterated);
  const over = ts.isForOfStatement(node) ? "values" : "keys";
  fn.goto(head);
  fn.start(head);
  fn.branch(iterated, fn.emit(iterated, { op: "has-next", iterable, over }), body, exit);
  fn.start(body);
  fn.within({ scope: loopScope(fn, node) }, () => {
    const element = fn.emit(node.initializer, { op: "next", iterable, over });
    const awaited = ts.isForOfStatement(node) && node.awaitModifier !== undefined;
    bindElement(fn, node.initializer, awaited ? fn.emit(node.initializer, { op: "await", value: element }) : element);
    lowerBody(fn, node, labels, exit, head);
  });
  fn.start(exit);
}

function bindElement(fn: FunctionBuilder, target: ts.ForInitializer, value: Temp): void {
  if (!ts.isVariableDeclarationList(target)) {
    assignTo(fn, target, value);
    return;
  }
  for (const declaration of target.declarations) bindName(fn, declaration.name, value, declaration);
}
