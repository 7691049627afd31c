import ts from "typescript";

import type { CallInstruction, Temp, VariableId } from "../ir.js";
import { lowerEffect, lowerExpression } from "./expressions.js";
import type { FunctionBuilder, OpenBlock } from "./functionBuilder.js";
import { isNot, isOperator, skipOuter } from "./syntax.js";

const { AmpersandAmpersandToken, BarBarToken, QuestionQuestionToken, CommaToken, TrueKeyword, FalseKeyword } = ts.SyntaxKind;

/** Where the arms of a choice put their value. */
interface Join {
  readonly variable: VariableId;
  readonly block: OpenBlock;
  readonly use: CallInstruction["use"];
  readonly name: string | undefined;
}

/** Branches to one of two blocks; every branch it emits tests one operand of the condition. */
export function lowerCondition(fn: FunctionBuilder, expression: ts.Expression, whenTrue: OpenBlock, whenFalse: OpenBlock): void {
  const node = skipOuter(expression);
  if (isNot(node)) {
    lowerCondition(fn, node.operand, whenFalse, whenTrue);
  } else if (isOperator(node, AmpersandAmpersandToken, BarBarToken)) {
    const right = fn.block();
    const and = node.operatorToken.kind === AmpersandAmpersandToken;
    lowerCondition(fn, node.left, and ? right : whenTrue, and ? whenFalse : right);
    fn.start(right);
    lowerCondition(fn, node.right, whenTrue, whenFalse);
  } else if (isOperator(node, QuestionQuestionToken)) {
    lowerNullishCondition(fn, node, whenTrue, whenFalse);
  } else if (isOperator(node, CommaToken)) {
    lowerEffect(fn, node.left);
    lowerCondition(fn, node.right, whenTrue, whenFalse);
  } else if (ts.isConditionalExpression(node)) {
    lowerChoice(fn, node, (arm) => {
      lowerCondition(fn, arm, whenTrue, whenFalse);
    });
  } else if (node.kind === TrueKeyword || node.kind === FalseKeyword) {
    fn.goto(node.kind === TrueKeyword ? whenTrue : whenFalse);
  } else {
    fn.branch(node, lowerExpression(fn, node), whenTrue, whenFalse);
  }
}

function lowerNullishCondition(fn: FunctionBuilder, node: ts.BinaryExpression, whenTrue: OpenBlock, whenFalse: OpenBlock): void {
  const present = fn.block();
  const right = fn.block();
  const left = lowerExpression(fn, node.left);
  branchOnNullish(fn, skipOuter(node.left), left, right, present);
  fn.start(present);
  fn.branch(skipOuter(node.left), left, whenTrue, whenFalse);
  fn.start(right);
  lowerCondition(fn, node.right, whenTrue, whenFalse);
}

export function branchOnNullish(fn: FunctionBuilder, node: ts.Node, value: Temp, whenNullish: OpenBlock, otherwise: OpenBlock): void {
  const nothing = fn.emit(node, { op: "const", value: null });
  fn.branch(node, fn.emit(node, { op: "binary", operator: "==", left: value, right: nothing }), whenNullish, otherwise);
}

function lowerChoice(fn: FunctionBuilder, node: ts.ConditionalExpression, lowerArm: (arm: ts.Expression) => void): void {
  const whenTrue = fn.block();
  const whenFalse = fn.block();
  lowerCondition(fn, node.condition, whenTrue, whenFalse);
  fn.start(whenTrue);
  lowerArm(node.whenTrue);
  fn.start(whenFalse);
  lowerArm(node.whenFalse);
}

/** Whether the value of `node` is chosen by control flow. */
export function isChoice(node: ts.Expression): boolean {
  return ts.isConditionalExpression(node) || isOperator(node, AmpersandAmpersandToken, BarBarToken, QuestionQuestionToken);
}

/** The value of `&&`, `||`, `??` or `?:`: each arm stores its own, the join loads it. */
export function lowerChoiceValue(fn: FunctionBuilder, node: ts.Expression, use: CallInstruction["use"], name: string | undefined): Temp {
  const join: Join = { variable: fn.synthetic(), block: fn.block(), use, name };
  storeValue(fn, node, join);
  fn.start(join.block);
  return fn.emit(node, { op: "load", variable: join.variable });
}

function storeValue(fn: FunctionBuilder, expression: ts.Expression, join: Join): void {
  const node = skipOuter(expression);
  if (ts.isConditionalExpression(node))
    lowerChoice(fn, node, (arm) => {
      storeValue(fn, arm, join);
    });
  else if (isOperator(node, QuestionQuestionToken)) storeUnlessNullish(fn, node, join, undefined);
  else if (isOperator(node, AmpersandAmpersandToken, BarBarToken)) storeOrTest(fn, node, join, undefined, undefined);
  else endArm(fn, node, lowerExpression(fn, node, join.use, join.name), join);
}

function endArm(fn: FunctionBuilder, node: ts.Node, value: Temp, join: Join): void {
  fn.emit(node, { op: "store", variable: join.variable, value });
  fn.goto(join.block);
}

/** Tests an operand of `&&` and `||`; a missing target means that the operand's own value is the result then. */
function storeOrTest(
  fn: FunctionBuilder,
  expression: ts.Expression,
  join: Join,
  onTrue: OpenBlock | undefined,
  onFalse: OpenBlock | undefined,
): void {
  const node = skipOuter(expression);
  if (isOperator(node, AmpersandAmpersandToken, BarBarToken)) {
    const right = fn.block();
    const and = node.operatorToken.kind === AmpersandAmpersandToken;
    storeOrTest(fn, node.left, join, and ? right : onTrue, and ? onFalse : right);
    fn.start(right);
    storeOrTest(fn, node.right, join, onTrue, onFalse);
  } else if (onTrue === undefined && onFalse === undefined) {
    storeValue(fn, node, join);
  } else {
    testOperand(fn, node, join, onTrue, onFalse);
  }
}

function testOperand(
  fn: FunctionBuilder,
  node: ts.Expression,
  join: Join,
  onTrue: OpenBlock | undefined,
  onFalse: OpenBlock | undefined,
): void {
  const whenTrue = onTrue ?? fn.block();
  const whenFalse = onFalse ?? fn.block();
  const value = isNot(node) ? undefined : lowerExpression(fn, node);
  if (value === undefined) lowerCondition(fn, node, whenTrue, whenFalse);
  else fn.branch(node, value, whenTrue, whenFalse);
  if (onTrue === undefined) {
    fn.start(whenTrue);
    endArm(fn, node, value ?? fn.emit(node, { op: "const", value: true }), join);
  }
  if (onFalse === undefined) {
    fn.start(whenFalse);
    endArm(fn, node, value ?? fn.emit(node, { op: "const", value: false }), join);
  }
}

/** The value of `a ?? b ?? c`; without `onNullish` the last operand's value is the result whatever it is. */
function storeUnlessNullish(fn: FunctionBuilder, expression: ts.Expression, join: Join, onNullish: OpenBlock | undefined): void {
  const node = skipOuter(expression);
  if (isOperator(node, QuestionQuestionToken)) {
    const right = fn.block();
    storeUnlessNullish(fn, node.left, join, right);
    fn.start(right);
    storeUnlessNullish(fn, node.right, join, onNullish);
  } else if (onNullish === undefined) {
    storeValue(fn, node, join);
  } else {
    const present = fn.block();
    const value = lowerExpression(fn, node);
    branchOnNullish(fn, node, value, onNullish, present);
    fn.start(present);
    endArm(fn, node, value, join);
  }
}

/** A choice whose value nobody uses: `ready && start();`. */
export function lowerChoiceEffect(fn: FunctionBuilder, node: ts.Expression): void {
  const join = fn.block();
  if (ts.isConditionalExpression(node)) {
    lowerChoice(fn, node, (arm) => {
      lowerEffect(fn, arm);
      fn.goto(join);
    });
  } else if (ts.isBinaryExpression(node)) {
    const right = fn.block();
    const operator = node.operatorToken.kind;
    if (operator === AmpersandAmpersandToken) lowerCondition(fn, node.left, right, join);
    else if (operator === BarBarToken) lowerCondition(fn, node.left, join, right);
    else branchOnNullish(fn, skipOuter(node.left), lowerExpression(fn, node.left), right, join);
    fn.start(right);
    lowerEffect(fn, node.right);
    fn.goto(join);
  }
  fn.start(join);
}
