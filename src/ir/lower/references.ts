import ts from "typescript";

import type { Temp } from "../ir.js";
import { lowerExpression, lowerUnknown } from "./expressions.js";
import type { FunctionBuilder } from "./functionBuilder.js";
import { resolve } from "./scopes.js";
import { inOptionalChain, literalKey, skipOuter } from "./syntax.js";

export function lowerName(fn: FunctionBuilder, node: ts.Identifier): Temp {
  const variable = resolve(fn, node.text);
  if (variable !== undefined) return fn.emit(node, { op: "load", variable });
  if (node.text === "undefined") return fn.emit(node, { op: "const", value: undefined });
  if (node.text === "arguments" && !fn.atModuleLevel) return fn.emit(node, { op: "unknown", syntax: "arguments", operands: [] });
  return fn.emit(node, { op: "global", name: node.text });
}

/** `super` as a receiver is `this`. */
export function lowerThis(fn: FunctionBuilder, node: ts.Expression): Temp {
  return fn.emit(node, { op: "this" });
}

export function lowerProperty(fn: FunctionBuilder, node: ts.PropertyAccessExpression | ts.ElementAccessExpression): Temp {
  return readReference(fn, lowerReference(fn, node), node);
}

/** Something that can be assigned to, its receiver and key already evaluated. */
export type Reference =
  | { readonly kind: "name"; readonly name: ts.Identifier }
  | { readonly kind: "property"; readonly object: Temp; readonly name: string }
  | { readonly kind: "element"; readonly object: Temp; readonly key: Temp }
  | { readonly kind: "unknown"; readonly node: ts.Expression };

export function lowerReference(fn: FunctionBuilder, expression: ts.Expression): Reference {
  const node = skipOuter(expression);
  if (ts.isIdentifier(node)) return { kind: "name", name: node };
  if (ts.isPropertyAccessExpression(node)) {
    return { kind: "property", object: lowerExpression(fn, node.expression), name: node.name.text };
  }
  if (!ts.isElementAccessExpression(node)) return { kind: "unknown", node };
  const object = lowerExpression(fn, node.expression);
  const name = literalKey(node);
  if (name !== undefined) return { kind: "property", object, name };
  return { kind: "element", object, key: lowerExpression(fn, node.argumentExpression) };
}

export function readReference(fn: FunctionBuilder, reference: Reference, node: ts.Expression): Temp {
  const optional = inOptionalChain(node);
  switch (reference.kind) {
    case "name":
      return lowerName(fn, reference.name);
    case "property":
      return fn.emit(node, { op: "get", object: reference.object, name: reference.name, optional });
    case "element":
      return fn.emit(node, { op: "index", object: reference.object, key: reference.key, optional });
    case "unknown":
      return lowerUnknown(fn, reference.node);
  }
}

/** `node` is the assignment. */
export function writeReference(fn: FunctionBuilder, reference: Reference, value: Temp, node: ts.Node): void {
  switch (reference.kind) {
    case "name":
      storeName(fn, reference.name.text, value, node);
      break;
    case "property":
      fn.emit(node, { op: "set", object: reference.object, name: reference.name, value });
      break;
    case "element":
      fn.emit(node, { op: "set-index", object: reference.object, key: reference.key, value });
      break;
    case "unknown":
      fn.emit(reference.node, { op: "unknown", syntax: ts.SyntaxKind[reference.node.kind], operands: [value] });
  }
}

export function storeName(fn: FunctionBuilder, name: string, value: Temp, node: ts.Node): void {
  const variable = resolve(fn, name);
  fn.emit(node, variable === undefined ? { op: "store-global", name, value } : { op: "store", variable, value });
}
