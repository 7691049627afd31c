import type ts from "typescript";

import type { FunctionBuilder, OpenBlock, Region } from "./functionBuilder.js";
import { bindName } from "./patterns.js";
import { declareNames, scopeOf } from "./scopes.js";
import { lowerBlock } from "./statements.js";

/**
 * `try`, `catch` and `finally`. The `finally` block is lowered once for each way through it: here for the normal and the exceptional end,
 * in jumps.ts for `return`, `break` and `continue`.
 */
export function lowerTry(fn: FunctionBuilder, node: ts.TryStatement): void {
  const { catchClause, finallyBlock } = node;
  const outer = fn.region;
  const normalEnd = fn.block();
  const failed = finallyBlock === undefined ? undefined : fn.block();
  const cleanup = finallyBlock === undefined ? outer.cleanup : { body: finallyBlock, region: outer, outer: outer.cleanup };
  const caught = catchClause === undefined ? undefined : fn.block();
  const guarded: Partial<Region> = { cleanup, handler: caught ?? failed ?? outer.handler };
  fn.within(guarded, () => {
    enter(fn, node, caught ?? failed);
    lowerBlock(fn, node.tryBlock, node.tryBlock.statements);
    fn.goto(normalEnd);
  });
  if (catchClause !== undefined && caught !== undefined) {
    fn.within({ cleanup, handler: failed ?? outer.handler }, () => {
      fn.start(caught);
      lowerCatch(fn, catchClause, failed);
      fn.goto(normalEnd);
    });
  }
  if (finallyBlock !== undefined && failed !== undefined) lowerFailed(fn, finallyBlock, failed);
  fn.start(normalEnd);
  if (finallyBlock !== undefined) lowerBlock(fn, finallyBlock, finallyBlock.statements);
}

/** Whether the block throws is nobody's choice: true goes into the block, false to what handles its exceptions. */
function enter(fn: FunctionBuilder, node: ts.Node, handler: OpenBlock | undefined): void {
  if (handler === undefined) return;
  const body = fn.block();
  fn.branch(node, fn.emit(node, { op: "nondet" }), body, handler);
  fn.start(body);
}

function lowerCatch(fn: FunctionBuilder, node: ts.CatchClause, failed: OpenBlock | undefined): void {
  const { variableDeclaration: declaration } = node;
  const error = fn.emit(declaration ?? node, { op: "caught" });
  enter(fn, node, failed);
  const scope = scopeOf(fn, node, (opened) => {
    if (declaration !== undefined) declareNames(opened, declaration.name, "catch");
  });
  fn.within({ scope }, () => {
    if (declaration !== undefined) bindName(fn, declaration.name, error, declaration);
    lowerBlock(fn, node.block, node.block.statements);
  });
}

/** The copy of `finally` that an exception passes: unless it returns itself, the exception goes on. */
function lowerFailed(fn: FunctionBuilder, finallyBlock: ts.Block, failed: OpenBlock): void {
  fn.start(failed);
  const error = fn.emit(finallyBlock, { op: "caught" });
  lowerBlock(fn, finallyBlock, finallyBlock.statements);
  fn.throw(finallyBlock, error);
}
