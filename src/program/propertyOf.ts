import ts from "typescript";

import type { Loc } from "../ir/ir.js";
import { nameText } from "./syntax.js";

/**
 * Where the arguments of a call, or of the calls that its chain starts with, name a property in an object literal or hand a column to a
 * function (`eq(jobs.status, "pending")`), breadth first: an outer `status` before one in a nested filter.
 */
export function propertyOf(call: ts.Node, name: string): Loc | undefined {
  if (!ts.isCallExpression(call)) return undefined;
  let level: readonly ts.Node[] = chainArguments(call);
  while (level.length > 0) {
    const found = level.find((node) => isNamed(node, name));
    if (found !== undefined) return locOf(found);
    level = level.flatMap(inner);
  }
  return undefined;
}

function chainArguments(call: ts.CallExpression): readonly ts.Node[] {
  const before = ts.isPropertyAccessExpression(call.expression) ? call.expression.expression : undefined;
  return [...(before !== undefined && ts.isCallExpression(before) ? chainArguments(before) : []), ...call.arguments];
}

function isNamed(node: ts.Node, name: string): boolean {
  if (ts.isPropertyAccessExpression(node)) return node.name.text === name && ts.isCallExpression(node.parent);
  return (ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) && nameText(node.name) === name;
}

/** What an object literal holds; other expressions are not searched. */
function inner(node: ts.Node): readonly ts.Node[] {
  if (ts.isObjectLiteralExpression(node)) return node.properties;
  if (ts.isArrayLiteralExpression(node)) return node.elements;
  if (ts.isPropertyAssignment(node)) return [node.initializer];
  if (ts.isCallExpression(node)) return node.arguments;
  return ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node) ? [node.expression] : [];
}

/** The range of a node, as ESLint counts it. */
function locOf(node: ts.Node): Loc {
  const file = node.getSourceFile();
  const start = file.getLineAndCharacterOfPosition(node.getStart(file));
  const end = file.getLineAndCharacterOfPosition(node.end);
  return { line: start.line + 1, column: start.character, endLine: end.line + 1, endColumn: end.character };
}
