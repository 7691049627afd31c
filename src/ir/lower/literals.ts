import ts from "typescript";

import type { CallInstruction, Literal, ObjectPart, Temp } from "../ir.js";
import { lowerExpression } from "./expressions.js";
import type { FunctionBuilder } from "./functionBuilder.js";
import { lowerClosure } from "./functions.js";
import { lowerName } from "./references.js";
import { skipOuter, staticName } from "./syntax.js";

export function lowerLiteral(fn: FunctionBuilder, node: ts.Expression): Temp | undefined {
  const literal = literalValue(node);
  return literal === undefined ? undefined : lowerConstant(fn, node, literal.value);
}

export function lowerConstant(fn: FunctionBuilder, node: ts.Node, value: Literal): Temp {
  return fn.emit(node, { op: "const", value });
}

function literalValue(node: ts.Expression): { readonly value: Literal } | undefined {
  if (ts.isStringLiteralLike(node)) return { value: node.text };
  if (ts.isNumericLiteral(node)) return { value: Number(node.text) };
  switch (node.kind) {
    case ts.SyntaxKind.TrueKeyword:
      return { value: true };
    case ts.SyntaxKind.FalseKeyword:
      return { value: false };
    case ts.SyntaxKind.NullKeyword:
      return { value: null };
    default:
      return negativeNumber(node);
  }
}

/** `-1` is a constant too: array positions and status codes are compared with it. */
function negativeNumber(node: ts.Expression): { readonly value: number } | undefined {
  if (!ts.isPrefixUnaryExpression(node) || node.operator !== ts.SyntaxKind.MinusToken) return undefined;
  const operand = skipOuter(node.operand);
  return ts.isNumericLiteral(operand) ? { value: -Number(operand.text) } : undefined;
}

export function lowerObject(fn: FunctionBuilder, node: ts.ObjectLiteralExpression): Temp {
  const parts = node.properties.map((property) => lowerPart(fn, property));
  return fn.emit(node, { op: "object", parts });
}

function lowerPart(fn: FunctionBuilder, property: ts.ObjectLiteralElementLike): ObjectPart {
  if (ts.isSpreadAssignment(property)) return { kind: "spread", value: lowerExpression(fn, property.expression) };
  if (ts.isShorthandPropertyAssignment(property)) {
    return { kind: "field", name: property.name.text, value: lowerName(fn, property.name) };
  }
  const name = staticName(property.name);
  const key = name === undefined ? lowerKey(fn, property.name) : undefined;
  const value = ts.isPropertyAssignment(property)
    ? lowerExpression(fn, property.initializer, "value", name)
    : lowerClosure(fn, property, { name });
  if (name !== undefined) return { kind: "field", name, value };
  return key === undefined ? { kind: "spread", value } : { kind: "computed", key, value };
}

/** The value of a computed property name. */
export function lowerKey(fn: FunctionBuilder, name: ts.PropertyName): Temp | undefined {
  return ts.isComputedPropertyName(name) ? lowerExpression(fn, name.expression) : undefined;
}

/** `use` is what becomes of each element: those of `await Promise.all([...])` are awaited. */
export function lowerArray(fn: FunctionBuilder, node: ts.ArrayLiteralExpression, use: CallInstruction["use"] = "value"): Temp {
  const elements = node.elements.map((element) => {
    if (ts.isSpreadElement(element)) return { value: lowerExpression(fn, element.expression), spread: true };
    if (ts.isOmittedExpression(element)) return { value: lowerConstant(fn, element, undefined), spread: false };
    return { value: lowerExpression(fn, element, use), spread: false };
  });
  return fn.emit(node, { op: "array", elements });
}

export function lowerTemplate(fn: FunctionBuilder, node: ts.TemplateExpression): Temp {
  const values = node.templateSpans.map((span) => lowerExpression(fn, span.expression));
  return fn.emit(node, { op: "template", strings: [node.head.text, ...node.templateSpans.map((span) => span.literal.text)], values });
}
