import ts from "typescript";

import { constantOf } from "./constants.js";
import type { DecoratorArgument, DecoratorUse } from "./facts.js";
import { pathModule } from "./packages.js";
import type { Shape } from "./shape.js";
import type { Shapes } from "./shapes.js";
import { decoratorsOf, nameText, unwrap } from "./syntax.js";
import { typeRefOf } from "./typeRef.js";

/** Deepest nesting of object literals in a decorator's arguments. */
const maxDepth = 6;

/** The decorators of a class, member or parameter, in order, as data. */
export function decoratorUses(shapes: Shapes, node: ts.Node): readonly DecoratorUse[] {
  return decoratorsOf(node)
    .map((decorator) => decoratorUse(shapes, decorator))
    .filter((use) => use !== undefined);
}

function decoratorUse(shapes: Shapes, decorator: ts.Decorator): DecoratorUse | undefined {
  const { expression } = decorator;
  const call = ts.isCallExpression(expression) ? expression : undefined;
  const callee = call?.expression ?? expression;
  const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : nameText(callee);
  if (name === undefined) return undefined;
  const identity = identityOf(shapes, callee, name);
  return { ...identity, arguments: (call?.arguments ?? []).map((argument) => argumentOf(shapes, argument, 0)) };
}

/** The decorator's exported name and package; for the program's own, the path of its file as a module. */
function identityOf(shapes: Shapes, callee: ts.Expression, name: string): { package: string; name: string } {
  const shape = shapes.expression(callee);
  if (shape?.kind === "imported") return { package: shape.name.package, name: shape.name.path.at(-1) ?? name };
  if (shape?.kind === "value") return { package: pathModule(shape.declaration.getSourceFile().fileName), name };
  return { package: "", name };
}

function argumentOf(shapes: Shapes, node: ts.Expression, depth: number): DecoratorArgument {
  const inner = unwrap(node);
  if (depth > maxDepth) return { kind: "unknown" };
  const constant = constantOf(shapes, inner);
  if (constant !== undefined) return { kind: "literal", value: constant.value };
  if (ts.isObjectLiteralExpression(inner)) return objectOf(shapes, inner, depth);
  if (ts.isArrayLiteralExpression(inner)) {
    return { kind: "list", elements: inner.elements.map((element) => argumentOf(shapes, element, depth + 1)) };
  }
  if (ts.isArrowFunction(inner)) return returnedClass(shapes, inner, depth);
  return classArgument(shapes, shapes.expression(inner));
}

function objectOf(shapes: Shapes, node: ts.ObjectLiteralExpression, depth: number): DecoratorArgument {
  const properties: Record<string, DecoratorArgument> = {};
  for (const property of node.properties) {
    const name = nameText(property.name);
    if (name === undefined) continue;
    const value = ts.isPropertyAssignment(property)
      ? property.initializer
      : ts.isShorthandPropertyAssignment(property)
        ? property.name
        : undefined;
    properties[name] = value === undefined ? { kind: "unknown" } : argumentOf(shapes, value, depth + 1);
  }
  return { kind: "object", properties };
}

/** `() => Job`, `(type) => [Job]`; `(job) => job.project` names a property of the parameter, given as a literal. */
function returnedClass(shapes: Shapes, fn: ts.ArrowFunction, depth: number): DecoratorArgument {
  const body = unwrap(fn.body);
  if (ts.isBlock(body)) return { kind: "unknown" };
  const [parameter] = fn.parameters;
  const isProperty = ts.isPropertyAccessExpression(body) && ts.isIdentifier(body.expression) && parameter !== undefined;
  if (isProperty && ts.isIdentifier(parameter.name) && parameter.name.text === body.expression.text) {
    return { kind: "literal", value: body.name.text };
  }
  return argumentOf(shapes, body as ts.Expression, depth + 1);
}

function classArgument(shapes: Shapes, shape: Shape | undefined): DecoratorArgument {
  const isClass = shape?.kind === "value" || (shape?.kind === "imported" && shape.role === "export");
  const type = isClass ? typeRefOf(shapes.context, shape) : undefined;
  if (type !== undefined && type.kind !== "unknown") return { kind: "class", type };
  if (shape?.kind === "builtin") return { kind: "class", type: { kind: "external", package: "", name: shape.name } };
  return { kind: "unknown" };
}
