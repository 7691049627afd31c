import ts from "typescript";

import type { Temp } from "../ir.js";
import { branchOnNullish } from "./conditions.js";
import { lowerExpression } from "./expressions.js";
import type { FunctionBuilder, OpenBlock } from "./functionBuilder.js";
import { lowerConstant } from "./literals.js";
import { assignPattern } from "./patterns.js";
import type { Reference } from "./references.js";
import { lowerReference, readReference, writeReference } from "./references.js";
import { skipOuter } from "./syntax.js";

/** The value of an assignment is the temporary that is assigned. */
export function lowerAssignment(fn: FunctionBuilder, node: ts.BinaryExpression): Temp {
  const target = skipOuter(node.left);
  const operator = node.operatorToken.kind;
  if (operator === ts.SyntaxKind.EqualsToken) {
    if (!ts.isArrayLiteralExpression(target) && !ts.isObjectLiteralExpression(target)) return lowerPlain(fn, node, target);
    const value = lowerExpression(fn, node.right);
    assignPattern(fn, target, value);
    return value;
  }
  if (isLogical(operator)) return lowerLogicalAssignment(fn, node, target);
  const reference = lowerReference(fn, target);
  const left = readReference(fn, reference, target);
  const right = lowerExpression(fn, node.right);
  const text = (ts.tokenToString(operator) ?? "?=").slice(0, -1);
  const value = fn.emit(node, { op: "binary", operator: text, left, right });
  writeReference(fn, reference, value, node);
  return value;
}

function lowerPlain(fn: FunctionBuilder, node: ts.BinaryExpression, target: ts.Expression): Temp {
  const reference = lowerReference(fn, target);
  const value = lowerExpression(fn, node.right, "value", assignedName(target));
  writeReference(fn, reference, value, node);
  return value;
}

/** The name a function gets when it is assigned to `target`. */
export function assignedName(target: ts.Expression): string | undefined {
  if (ts.isIdentifier(target)) return target.text;
  return ts.isPropertyAccessExpression(target) ? target.name.text : undefined;
}

function isLogical(operator: ts.SyntaxKind): boolean {
  return (
    operator === ts.SyntaxKind.BarBarEqualsToken ||
    operator === ts.SyntaxKind.AmpersandAmpersandEqualsToken ||
    operator === ts.SyntaxKind.QuestionQuestionEqualsToken
  );
}

/** `a ||= b`: reads, tests, and assigns in one arm only. */
function lowerLogicalAssignment(fn: FunctionBuilder, node: ts.BinaryExpression, target: ts.Expression): Temp {
  const variable = fn.synthetic();
  const assign = fn.block();
  const keep = fn.block();
  const join = fn.block();
  const reference = lowerReference(fn, target);
  const old = readReference(fn, reference, target);
  branchOnOld(fn, node, old, assign, keep);
  fn.start(assign);
  const value = lowerExpression(fn, node.right, "value", assignedName(target));
  writeReference(fn, reference, value, node);
  fn.emit(node, { op: "store", variable, value });
  fn.goto(join);
  fn.start(keep);
  fn.emit(node, { op: "store", variable, value: old });
  fn.goto(join);
  fn.start(join);
  return fn.emit(node, { op: "load", variable });
}

function branchOnOld(fn: FunctionBuilder, node: ts.BinaryExpression, old: Temp, assign: OpenBlock, keep: OpenBlock): void {
  const tested = skipOuter(node.left);
  const operator = node.operatorToken.kind;
  if (operator === ts.SyntaxKind.QuestionQuestionEqualsToken) branchOnNullish(fn, tested, old, assign, keep);
  else if (operator === ts.SyntaxKind.BarBarEqualsToken) fn.branch(tested, old, keep, assign);
  else fn.branch(tested, old, assign, keep);
}

/** `++` and `--`; after the name the value is the old one. */
export function lowerUpdate(fn: FunctionBuilder, node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression): Temp {
  const reference: Reference = lowerReference(fn, node.operand);
  const left = readReference(fn, reference, skipOuter(node.operand));
  const operator = node.operator === ts.SyntaxKind.PlusPlusToken ? "+" : "-";
  const value = fn.emit(node, { op: "binary", operator, left, right: lowerConstant(fn, node, 1) });
  writeReference(fn, reference, value, node);
  return ts.isPrefixUnaryExpression(node) ? value : left;
}
