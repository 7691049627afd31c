import ts from "typescript";

import type { Temp } from "../ir.js";
import { assignedName } from "./assignments.js";
import { lowerExpression } from "./expressions.js";
import type { FunctionBuilder } from "./functionBuilder.js";
import { lowerConstant, lowerKey } from "./literals.js";
import { lowerReference, storeName, writeReference } from "./references.js";
import { isOperator, skipOuter, staticName } from "./syntax.js";

/** Stores `value` into the declared name or names; `node` is the declaration, parameter or element that binds them. */
export function bindName(fn: FunctionBuilder, name: ts.BindingName, value: Temp, node: ts.Node): void {
  if (ts.isIdentifier(name)) {
    storeName(fn, name.text, value, node);
    return;
  }
  const excluded: string[] = [];
  name.elements.forEach((element, index) => {
    if (!ts.isBindingElement(element)) return;
    const part = ts.isArrayBindingPattern(name) ? elementAt(fn, element, value, index) : propertyOf(fn, element, value, excluded);
    bindName(fn, element.name, withDefault(fn, element, part, element.initializer, nameOf(element.name)), element);
  });
}

function elementAt(fn: FunctionBuilder, element: ts.BindingElement, array: Temp, index: number): Temp {
  if (element.dotDotDotToken !== undefined) return fn.emit(element, { op: "slice", array, from: index });
  return getIndex(fn, element, array, index);
}

function propertyOf(fn: FunctionBuilder, element: ts.BindingElement, object: Temp, excluded: string[]): Temp {
  if (element.dotDotDotToken !== undefined) return fn.emit(element, { op: "rest", object, excluded: [...excluded] });
  const property = element.propertyName ?? element.name;
  return getProperty(fn, element, object, ts.isBindingName(property) && !ts.isIdentifier(property) ? undefined : property, excluded);
}

function getProperty(fn: FunctionBuilder, node: ts.Node, object: Temp, property: ts.PropertyName | undefined, excluded: string[]): Temp {
  const name = property === undefined ? undefined : staticName(property);
  if (name !== undefined) {
    excluded.push(name);
    return fn.emit(node, { op: "get", object, name, optional: false });
  }
  const key = property === undefined ? undefined : lowerKey(fn, property);
  return fn.emit(node, { op: "index", object, key: key ?? lowerConstant(fn, node, undefined), optional: false });
}

function getIndex(fn: FunctionBuilder, node: ts.Node, object: Temp, index: number): Temp {
  return fn.emit(node, { op: "index", object, key: lowerConstant(fn, node, index), optional: false });
}

/** The value, or that of `initialiser` if it is undefined. `node` is what has the default. */
export function withDefault(
  fn: FunctionBuilder,
  node: ts.Node,
  value: Temp,
  initialiser: ts.Expression | undefined,
  name: string | undefined,
): Temp {
  if (initialiser === undefined) return value;
  const variable = fn.synthetic();
  const missing = fn.block();
  const present = fn.block();
  const join = fn.block();
  const nothing = lowerConstant(fn, node, undefined);
  fn.branch(node, fn.emit(node, { op: "binary", operator: "===", left: value, right: nothing }), missing, present);
  fn.start(missing);
  fn.emit(node, { op: "store", variable, value: lowerExpression(fn, initialiser, "value", name) });
  fn.goto(join);
  fn.start(present);
  fn.emit(node, { op: "store", variable, value });
  fn.goto(join);
  fn.start(join);
  return fn.emit(node, { op: "load", variable });
}

function nameOf(name: ts.BindingName): string | undefined {
  return ts.isIdentifier(name) ? name.text : undefined;
}

/** Destructuring assignment: `[a, b.c] = value`, `({ a, ...rest } = value)`. */
export function assignPattern(fn: FunctionBuilder, pattern: ts.ArrayLiteralExpression | ts.ObjectLiteralExpression, value: Temp): void {
  if (ts.isArrayLiteralExpression(pattern)) {
    pattern.elements.forEach((element, index) => {
      assignElement(fn, element, value, index);
    });
    return;
  }
  const excluded: string[] = [];
  for (const property of pattern.properties) assignProperty(fn, property, value, excluded);
}

function assignElement(fn: FunctionBuilder, element: ts.Expression, array: Temp, index: number): void {
  if (ts.isOmittedExpression(element)) return;
  if (ts.isSpreadElement(element)) {
    assignTo(fn, element.expression, fn.emit(element, { op: "slice", array, from: index }));
  } else {
    assignTo(fn, element, getIndex(fn, element, array, index));
  }
}

function assignProperty(fn: FunctionBuilder, property: ts.ObjectLiteralElementLike, object: Temp, excluded: string[]): void {
  if (ts.isSpreadAssignment(property)) {
    assignTo(fn, property.expression, fn.emit(property, { op: "rest", object, excluded: [...excluded] }));
  } else if (ts.isShorthandPropertyAssignment(property)) {
    const part = getProperty(fn, property, object, property.name, excluded);
    const { text } = property.name;
    storeName(fn, text, withDefault(fn, property, part, property.objectAssignmentInitializer, text), property);
  } else if (ts.isPropertyAssignment(property)) {
    assignTo(fn, property.initializer, getProperty(fn, property, object, property.name, excluded));
  }
}

/** Assigns to any target: a name, a property, a nested pattern, each with or without a default. */
export function assignTo(fn: FunctionBuilder, expression: ts.Expression, value: Temp): void {
  const target = skipOuter(expression);
  if (isOperator(target, ts.SyntaxKind.EqualsToken)) {
    assignTo(fn, target.left, withDefault(fn, target, value, target.right, assignedName(skipOuter(target.left))));
  } else if (ts.isArrayLiteralExpression(target) || ts.isObjectLiteralExpression(target)) {
    assignPattern(fn, target, value);
  } else {
    writeReference(fn, lowerReference(fn, target), value, target);
  }
}
