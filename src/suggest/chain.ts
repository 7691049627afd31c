/** Calls on what other calls give: `db.update(jobs).set(..).where(..)`. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import type { Source } from "./source.js";

type Syntax = Pick<Source, "parent">;

/** The calls of the chain that the call is part of, in the order in which they run. */
export function chainOf(call: TSESTree.CallExpression, source: Syntax): readonly TSESTree.CallExpression[] {
  const calls = [call];
  for (let inner = receiverOf(call); inner?.type === AST_NODE_TYPES.CallExpression; inner = receiverOf(inner)) calls.unshift(inner);
  for (let outer = calledOn(call, source); outer !== undefined; outer = calledOn(outer, source)) calls.push(outer);
  return calls;
}

function receiverOf({ callee }: TSESTree.CallExpression): TSESTree.Node | undefined {
  return callee.type === AST_NODE_TYPES.MemberExpression ? callee.object : undefined;
}

function calledOn(call: TSESTree.CallExpression, source: Syntax): TSESTree.CallExpression | undefined {
  const member = source.parent(call);
  const outer = member?.type === AST_NODE_TYPES.MemberExpression && member.object === call ? source.parent(member) : undefined;
  return outer?.type === AST_NODE_TYPES.CallExpression && outer.callee === member ? outer : undefined;
}

/** The name of the method that is called; `undefined` where it is computed. */
export function methodOf({ callee }: TSESTree.CallExpression): string | undefined {
  const isNamed = callee.type === AST_NODE_TYPES.MemberExpression && callee.property.type === AST_NODE_TYPES.Identifier && !callee.computed;
  return isNamed ? (callee.property as TSESTree.Identifier).name : undefined;
}

/** A promise of its own stands at the end, whose result nobody knows. */
export function isPlainChain(calls: readonly TSESTree.CallExpression[]): boolean {
  return !calls.some((c) => ["then", "catch", "finally"].includes(methodOf(c) ?? "then"));
}
