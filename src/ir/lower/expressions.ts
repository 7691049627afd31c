import ts from "typescript";

import type { CallInstruction, Temp } from "../ir.js";
import { lowerAssignment, lowerUpdate } from "./assignments.js";
import { lowerCall, lowerNew, lowerTaggedTemplate } from "./calls.js";
import { lowerClass } from "./classes.js";
import { isChoice, lowerChoiceEffect, lowerChoiceValue } from "./conditions.js";
import type { FunctionBuilder } from "./functionBuilder.js";
import { lowerClosure } from "./functions.js";
import { isJsx, lowerJsx } from "./jsx.js";
import { lowerArray, lowerLiteral, lowerObject, lowerTemplate } from "./literals.js";
import { lowerName, lowerProperty, lowerThis } from "./references.js";
import { isAssignment, isOperator, skipOuter } from "./syntax.js";

/**
 * Lowers an expression to the temporary that holds its value. `use` is what becomes of it if it is a call; `name` names it if it is a
 * function or class.
 */
export function lowerExpression(
  fn: FunctionBuilder,
  expression: ts.Expression,
  use: CallInstruction["use"] = "value",
  name?: string,
): Temp {
  const node = skipOuter(expression);
  return (
    lowerLiteral(fn, node) ??
    lowerAccess(fn, node) ??
    lowerCalling(fn, node, use) ??
    lowerOperator(fn, node, use, name) ??
    lowerComposite(fn, node, use, name) ??
    lowerUnknown(fn, node)
  );
}

/** Evaluates an expression whose value nobody uses. */
export function lowerEffect(fn: FunctionBuilder, expression: ts.Expression): void {
  const node = skipOuter(expression);
  if (isChoice(node)) {
    lowerChoiceEffect(fn, node);
  } else if (isOperator(node, ts.SyntaxKind.CommaToken)) {
    lowerEffect(fn, node.left);
    lowerEffect(fn, node.right);
  } else if (ts.isVoidExpression(node)) {
    lowerEffect(fn, node.expression);
  } else {
    lowerExpression(fn, node, "discarded");
  }
}

function lowerAccess(fn: FunctionBuilder, node: ts.Expression): Temp | undefined {
  if (ts.isIdentifier(node)) return lowerName(fn, node);
  if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) return lowerProperty(fn, node);
  if (node.kind === ts.SyntaxKind.ThisKeyword || node.kind === ts.SyntaxKind.SuperKeyword) return lowerThis(fn, node);
  return undefined;
}

function lowerCalling(fn: FunctionBuilder, node: ts.Expression, use: CallInstruction["use"]): Temp | undefined {
  if (ts.isCallExpression(node)) return lowerCall(fn, node, use);
  if (ts.isNewExpression(node)) return lowerNew(fn, node, use);
  if (ts.isTaggedTemplateExpression(node)) return lowerTaggedTemplate(fn, node, use);
  if (ts.isAwaitExpression(node)) return fn.emit(node, { op: "await", value: lowerExpression(fn, node.expression, "awaited") });
  if (ts.isYieldExpression(node)) return lowerYield(fn, node);
  return undefined;
}

function lowerYield(fn: FunctionBuilder, node: ts.YieldExpression): Temp {
  const delegate = node.asteriskToken !== undefined;
  if (node.expression === undefined) return fn.emit(node, { op: "yield", delegate });
  return fn.emit(node, { op: "yield", value: lowerExpression(fn, node.expression), delegate });
}

function lowerOperator(fn: FunctionBuilder, node: ts.Expression, use: CallInstruction["use"], name: string | undefined): Temp | undefined {
  if (isChoice(node)) return lowerChoiceValue(fn, node, use, name);
  if (ts.isBinaryExpression(node)) {
    if (isOperator(node, ts.SyntaxKind.CommaToken)) {
      lowerEffect(fn, node.left);
      return lowerExpression(fn, node.right, use);
    }
    return isAssignment(node) ? lowerAssignment(fn, node) : lowerBinary(fn, node);
  }
  if (ts.isPrefixUnaryExpression(node)) return lowerPrefix(fn, node);
  if (ts.isPostfixUnaryExpression(node)) return lowerUpdate(fn, node);
  if (ts.isTypeOfExpression(node)) return fn.emit(node, { op: "unary", operator: "typeof", operand: lowerExpression(fn, node.expression) });
  if (ts.isVoidExpression(node)) {
    return fn.emit(node, { op: "unary", operator: "void", operand: lowerExpression(fn, node.expression, "discarded") });
  }
  return ts.isDeleteExpression(node) ? lowerDelete(fn, node) : undefined;
}

/** Walks down the left operands in a loop: generated code concatenates thousands of strings. */
function lowerBinary(fn: FunctionBuilder, outermost: ts.BinaryExpression): Temp {
  const chain: ts.BinaryExpression[] = [];
  let first: ts.Expression = outermost;
  while (ts.isBinaryExpression(first) && isPlainBinary(first)) {
    chain.push(first);
    first = skipOuter(first.left);
  }
  let left = ts.isPrivateIdentifier(first) ? fn.emit(first, { op: "const", value: first.text }) : lowerExpression(fn, first);
  for (const node of chain.reverse()) {
    const right = lowerExpression(fn, node.right);
    left = fn.emit(node, { op: "binary", operator: ts.tokenToString(node.operatorToken.kind) ?? "?", left, right });
  }
  return left;
}

function isPlainBinary(node: ts.BinaryExpression): boolean {
  return !isChoice(node) && !isOperator(node, ts.SyntaxKind.CommaToken) && !isAssignment(node);
}

function lowerPrefix(fn: FunctionBuilder, node: ts.PrefixUnaryExpression): Temp {
  if (node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken) return lowerUpdate(fn, node);
  const operator = ts.tokenToString(node.operator) ?? "?";
  return fn.emit(node, { op: "unary", operator, operand: lowerExpression(fn, node.operand) });
}

function lowerDelete(fn: FunctionBuilder, node: ts.DeleteExpression): Temp {
  const target = skipOuter(node.expression);
  if (ts.isPropertyAccessExpression(target)) {
    return fn.emit(node, { op: "delete", object: lowerExpression(fn, target.expression), name: target.name.text });
  }
  if (!ts.isElementAccessExpression(target))
    return fn.emit(node, { op: "unary", operator: "delete", operand: lowerExpression(fn, target) });
  const object = lowerExpression(fn, target.expression);
  const key = skipOuter(target.argumentExpression);
  if (ts.isStringLiteralLike(key)) return fn.emit(node, { op: "delete", object, name: key.text });
  lowerExpression(fn, key);
  return fn.emit(node, { op: "delete", object });
}

function lowerComposite(fn: FunctionBuilder, node: ts.Expression, use: CallInstruction["use"], name: string | undefined): Temp | undefined {
  if (ts.isArrowFunction(node) || ts.isFunctionExpression(node)) return lowerClosure(fn, node, { name });
  if (ts.isClassExpression(node)) return lowerClass(fn, node, name);
  if (ts.isObjectLiteralExpression(node)) return lowerObject(fn, node);
  if (ts.isArrayLiteralExpression(node)) return lowerArray(fn, node);
  if (ts.isTemplateExpression(node)) return lowerTemplate(fn, node);
  return isJsx(node) ? lowerJsx(fn, node) : undefined;
}

/** `import.meta`, `new.target`, syntax errors and whatever later versions of the language add. */
export function lowerUnknown(fn: FunctionBuilder, node: ts.Node): Temp {
  return fn.emit(node, { op: "unknown", syntax: ts.SyntaxKind[node.kind], operands: [] });
}
