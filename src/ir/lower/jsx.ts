import ts from "typescript";

import type { Temp } from "../ir.js";
import { lowerExpression } from "./expressions.js";
import type { FunctionBuilder } from "./functionBuilder.js";

export type JsxNode = ts.JsxElement | ts.JsxSelfClosingElement | ts.JsxFragment;

export function isJsx(node: ts.Node): node is JsxNode {
  return ts.isJsxElement(node) || ts.isJsxSelfClosingElement(node) || ts.isJsxFragment(node);
}

/** An element is unknown, but what its attributes and children compute is not. */
export function lowerJsx(fn: FunctionBuilder, node: JsxNode): Temp {
  const operands = partsOf(node).map(({ expression, name }) => lowerExpression(fn, expression, "value", name));
  return fn.emit(node, { op: "unknown", syntax: ts.SyntaxKind[node.kind], operands });
}

interface JsxPart {
  readonly expression: ts.Expression;
  readonly name?: string;
}

function partsOf(node: JsxNode): readonly JsxPart[] {
  const children = ts.isJsxSelfClosingElement(node) ? [] : node.children.flatMap(childPart);
  if (ts.isJsxFragment(node)) return children;
  const { attributes } = ts.isJsxElement(node) ? node.openingElement : node;
  return [...attributes.properties.flatMap(attributePart), ...children];
}

function attributePart(attribute: ts.JsxAttributeLike): readonly JsxPart[] {
  if (ts.isJsxSpreadAttribute(attribute)) return [{ expression: attribute.expression }];
  const { initializer, name } = attribute;
  if (initializer === undefined || ts.isStringLiteral(initializer)) return [];
  const expression = ts.isJsxExpression(initializer) ? initializer.expression : initializer;
  if (expression === undefined) return [];
  return ts.isIdentifier(name) ? [{ expression, name: name.text }] : [{ expression }];
}

function childPart(child: ts.JsxChild): readonly JsxPart[] {
  if (ts.isJsxText(child)) return [];
  if (!ts.isJsxExpression(child)) return [{ expression: child }];
  return child.expression === undefined ? [] : [{ expression: child.expression }];
}
