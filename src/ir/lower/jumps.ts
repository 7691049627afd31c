import ts from "typescript";

import { lowerExpression } from "./expressions.js";
import type { Cleanup, FunctionBuilder, Jump } from "./functionBuilder.js";
import { isLoop, lowerLoop } from "./loops.js";
import { lowerBlock, lowerStatement } from "./statements.js";
import { lowerSwitch } from "./switch.js";

export function lowerReturn(fn: FunctionBuilder, node: ts.ReturnStatement): void {
  const value = node.expression === undefined ? undefined : lowerExpression(fn, node.expression, "returned");
  passCleanups(fn, undefined, () => {
    fn.return(node, value);
  });
}

/** `break` and `continue`. One without a target is a syntax error and ends the path. */
export function lowerJump(fn: FunctionBuilder, node: ts.BreakOrContinueStatement): void {
  const target = findJump(fn.region.jump, node);
  const block = ts.isBreakStatement(node) ? target?.breakTo : target?.continueTo;
  if (target === undefined || block === undefined) fn.return(node, undefined);
  else
    passCleanups(fn, target.cleanup, () => {
      fn.goto(block);
    });
}

function findJump(innermost: Jump | undefined, node: ts.BreakOrContinueStatement): Jump | undefined {
  const label = node.label?.text;
  for (let jump = innermost; jump !== undefined; jump = jump.outer) {
    if (ts.isContinueStatement(node) && jump.continueTo === undefined) continue;
    if (label === undefined ? jump.plain : jump.labels.includes(label)) return jump;
  }
  return undefined;
}

/** Runs a copy of each `finally` block between here and `target`, innermost first, and then leaves. */
function passCleanups(fn: FunctionBuilder, target: Cleanup | undefined, leave: () => void): void {
  const { region } = fn;
  for (let cleanup = region.cleanup; cleanup !== undefined && cleanup !== target; cleanup = cleanup.outer) {
    fn.region = cleanup.region;
    const copy = fn.block();
    fn.goto(copy);
    fn.start(copy);
    lowerBlock(fn, cleanup.body, cleanup.body.statements);
  }
  leave();
  fn.region = region;
}

export function lowerLabelled(fn: FunctionBuilder, node: ts.LabeledStatement): void {
  const labels: string[] = [];
  let statement: ts.Statement = node;
  while (ts.isLabeledStatement(statement)) {
    labels.push(statement.label.text);
    statement = statement.statement;
  }
  if (isLoop(statement)) lowerLoop(fn, statement, labels);
  else if (ts.isSwitchStatement(statement)) lowerSwitch(fn, statement, labels);
  else lowerLabelledBlock(fn, statement, labels);
}

function lowerLabelledBlock(fn: FunctionBuilder, statement: ts.Statement, labels: readonly string[]): void {
  const exit = fn.block();
  const { jump: outer, cleanup } = fn.region;
  const jump: Jump = { labels, breakTo: exit, continueTo: undefined, plain: false, outer, cleanup };
  fn.within({ jump }, () => {
    lowerStatement(fn, statement);
  });
  fn.goto(exit);
  fn.start(exit);
}
