import ts from "typescript";

import type { Argument, Callee, CallInstruction, Temp } from "../ir.js";
import { lowerExpression } from "./expressions.js";
import type { FunctionBuilder } from "./functionBuilder.js";
import { lowerArray } from "./literals.js";
import { inOptionalChain, literalKey, skipOuter } from "./syntax.js";

type Use = CallInstruction["use"];
type CallNode = ts.CallExpression | ts.NewExpression | ts.TaggedTemplateExpression;

const combinators: ReadonlySet<string> = new Set(["all", "allSettled", "any", "race"]);

/** Methods of promises. */
const handlers: ReadonlySet<string> = new Set(["then", "catch", "finally"]);

export function lowerCall(fn: FunctionBuilder, node: ts.CallExpression, use: Use): Temp {
  const target = skipOuter(node.expression);
  if (target.kind === ts.SyntaxKind.ImportKeyword) {
    const operands = node.arguments.map((argument) => lowerExpression(fn, argument));
    return fn.emit(node, { op: "unknown", syntax: "ImportCall", operands });
  }
  const callee = lowerCallee(fn, target, use);
  const arguments_ = lowerArguments(fn, node.arguments, isPromiseCombinator(target) && (use === "awaited" || use === "returned"));
  return emitCall(fn, node, callee, arguments_, use);
}

export function lowerNew(fn: FunctionBuilder, node: ts.NewExpression, use: Use): Temp {
  const callee: Callee = { kind: "value", value: lowerExpression(fn, node.expression) };
  return emitCall(fn, node, callee, lowerArguments(fn, node.arguments ?? [], false), use);
}

export function lowerTaggedTemplate(fn: FunctionBuilder, node: ts.TaggedTemplateExpression, use: Use): Temp {
  const callee = lowerCallee(fn, skipOuter(node.tag));
  const argument = { value: lowerExpression(fn, node.template), spread: false, node: fn.file.id(node.template) };
  return emitCall(fn, node, callee, [argument], use);
}

function emitCall(fn: FunctionBuilder, node: CallNode, callee: Callee, arguments_: readonly Argument[], use: Use): Temp {
  const called = skipOuter(ts.isTaggedTemplateExpression(node) ? node.tag : node.expression);
  const result = fn.emit(node, {
    op: "call",
    callee,
    arguments: arguments_,
    new: ts.isNewExpression(node),
    tagged: ts.isTaggedTemplateExpression(node),
    optional: inOptionalChain(node),
    nameNode: fn.file.id(nameOfCallee(called)),
    use,
  });
  fn.splitAfterCall();
  return result;
}

/** What becomes of `f().catch(..)` becomes of `f()`. */
function lowerCallee(fn: FunctionBuilder, target: ts.Expression, use: Use = "value"): Callee {
  if (target.kind === ts.SyntaxKind.SuperKeyword) return { kind: "super" };
  if (!ts.isPropertyAccessExpression(target) && !ts.isElementAccessExpression(target)) {
    return { kind: "value", value: lowerExpression(fn, target) };
  }
  const name = ts.isPropertyAccessExpression(target) ? target.name.text : literalKey(target);
  const object = lowerExpression(fn, target.expression, name !== undefined && handlers.has(name) ? use : "value");
  if (name !== undefined) return { kind: "method", object, name, super: target.expression.kind === ts.SyntaxKind.SuperKeyword };
  return ts.isElementAccessExpression(target)
    ? { kind: "computed", object, key: lowerExpression(fn, target.argumentExpression) }
    : { kind: "value", value: object };
}

function nameOfCallee(target: ts.Expression): ts.Node {
  if (ts.isPropertyAccessExpression(target)) return target.name;
  if (ts.isElementAccessExpression(target) && literalKey(target) !== undefined) return skipOuter(target.argumentExpression);
  return target;
}

/** `Promise.all` and its like: what its array holds is awaited if its result is. */
function isPromiseCombinator(target: ts.Expression): boolean {
  return (
    ts.isPropertyAccessExpression(target) &&
    ts.isIdentifier(target.expression) &&
    target.expression.text === "Promise" &&
    combinators.has(target.name.text)
  );
}

function lowerArguments(fn: FunctionBuilder, nodes: readonly ts.Expression[], awaited: boolean): readonly Argument[] {
  return nodes.map((node) => {
    if (ts.isSpreadElement(node)) return { value: lowerExpression(fn, node.expression), spread: true, node: fn.file.id(node) };
    const inner = skipOuter(node);
    const value = awaited && ts.isArrayLiteralExpression(inner) ? lowerArray(fn, inner, "awaited") : lowerExpression(fn, node);
    return { value, spread: false, node: fn.file.id(node) };
  });
}
