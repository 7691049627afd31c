/** The `if` in the function of the reported call that lets only those through who pass the check, and how those who fail leave. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import type { Issue, Place } from "../../analysis/issue.js";
import type { SyntaxFile } from "../syntaxFile.js";
import { leaves } from "../exit.js";
import { breakable, functionAround, isFunction, triesAround } from "./flow.js";
import { withhold } from "./withheld.js";

export type Guard =
  /** `if (!ok(job)) return;` before the call: who fails leaves by `exit`. */
  | { readonly kind: "exit"; readonly test: TSESTree.Expression; readonly exit: TSESTree.Statement }
  /** `if (ok(job)) { await mark(job); ... }` around the call: who fails skips the block. */
  | { readonly kind: "block"; readonly test: TSESTree.Expression; readonly statement: TSESTree.IfStatement };

/** @throws {Withheld} if there is no such `if`, or if its exit would mean something else at the call. */
export function guardOf(issue: Issue, file: SyntaxFile, act: TSESTree.Statement): Guard {
  const all = guardsOn(file, act);
  const found = all.find(({ test }) => testsCheck(issue, file, test)) ?? (issue.checkedInFilter ? all[0] : undefined);
  if (found === undefined) return withhold("the check leaves the function in no way that an `if` in it shows");
  if (found.kind === "exit") requireSameMeaning(file, found.exit, act);
  return found;
}

/** From the innermost outwards. */
function guardsOn(file: SyntaxFile, act: TSESTree.Statement): readonly Guard[] {
  const found: Guard[] = [];
  let inner: TSESTree.Node = act;
  for (const at of file.ancestors(act)) {
    if (isFunction(at)) break;
    if (at.type === AST_NODE_TYPES.IfStatement) found.push(...guardAround(at, inner));
    found.push(...guardsBefore(statementsOf(at), inner));
    inner = at;
  }
  return found;
}

function guardAround(statement: TSESTree.IfStatement, inner: TSESTree.Node): readonly Guard[] {
  const { test, consequent, alternate } = statement;
  if (consequent === inner) return [{ kind: "block", test, statement }];
  return alternate === inner && leaves(consequent) ? [{ kind: "exit", test, exit: consequent }] : [];
}

function guardsBefore(statements: readonly TSESTree.Node[], inner: TSESTree.Node): readonly Guard[] {
  const before = statements.slice(0, Math.max(0, statements.indexOf(inner)));
  return before
    .flatMap((s): Guard[] =>
      s.type === AST_NODE_TYPES.IfStatement && s.alternate === null && leaves(s.consequent)
        ? [{ kind: "exit", test: s.test, exit: s.consequent }]
        : [],
    )
    .toReversed();
}

function statementsOf(node: TSESTree.Node): readonly TSESTree.Node[] {
  if (node.type === AST_NODE_TYPES.BlockStatement || node.type === AST_NODE_TYPES.Program) return node.body;
  return node.type === AST_NODE_TYPES.SwitchCase ? node.consequent : [];
}

function testsCheck(issue: Issue, file: SyntaxFile, test: TSESTree.Expression): boolean {
  return [issue.check, ...issue.otherChecks].some((check) => check.file === file.path && mentions(file, test, check));
}

/** The check is in the test itself, or in what a variable of the test was given. */
function mentions(file: SyntaxFile, test: TSESTree.Expression, check: Place): boolean {
  const offset = file.offsetOf(check);
  const contains = ({ range }: TSESTree.Node) => range[0] <= offset && offset < range[1];
  return contains(test) || variablesIn(file, test).some((v) => v.init !== null && contains(v.init));
}

/** Declarations in the same function of the constants that an expression names. */
export function variablesIn(file: SyntaxFile, expression: TSESTree.Node): readonly TSESTree.VariableDeclarator[] {
  const names = new Set([...file.inside(expression)].flatMap((n) => (n.type === AST_NODE_TYPES.Identifier ? [n.name] : [])));
  const fn = functionAround(file, expression);
  return [...file.inside(fn ?? file.ast)].flatMap((n) =>
    n.type === AST_NODE_TYPES.VariableDeclarator && n.id.type === AST_NODE_TYPES.Identifier && names.has(n.id.name) ? [n] : [],
  );
}

/** The exit is repeated at the call, so it must mean there what it means at the check. */
function requireSameMeaning(file: SyntaxFile, exit: TSESTree.Statement, act: TSESTree.Statement): void {
  const jumps = [...file.inside(exit)].some((n) => n.type === AST_NODE_TYPES.ContinueStatement || n.type === AST_NODE_TYPES.BreakStatement);
  if (jumps && breakable(file, exit) !== breakable(file, act)) withhold("the check's exit would leave another loop at the write");
  const outside = new Set(triesAround(file, exit));
  if (triesAround(file, act).some((t) => !outside.has(t) && (t.handler !== null || t.finalizer !== null)) && throws(file, exit))
    withhold("the check's exit throws, and at the write a `try` would catch it");
  const hidden = hiddenName(file, exit, act);
  if (hidden !== undefined) withhold(`the check's exit names '${hidden}', which is something else at the write`);
}

/** A name of the exit that is declared again in a block around the call that is not around the exit. */
function hiddenName(file: SyntaxFile, exit: TSESTree.Statement, act: TSESTree.Statement): string | undefined {
  const shared = new Set(file.ancestors(exit));
  const inner = [...file.ancestors(act)].filter((n) => n.type === AST_NODE_TYPES.BlockStatement && !shared.has(n));
  const declared = inner.flatMap((block) =>
    [...file.inside(block)].flatMap((n) => (n.type === AST_NODE_TYPES.VariableDeclarator ? [n.id] : [])),
  );
  const names = new Set(declared.flatMap((id) => namesIn(file, id)));
  return namesIn(file, exit).find((name) => names.has(name));
}

function namesIn(file: SyntaxFile, node: TSESTree.Node): readonly string[] {
  return [...file.inside(node)].flatMap((n) => (n.type === AST_NODE_TYPES.Identifier ? [n.name] : []));
}

function throws(file: SyntaxFile, exit: TSESTree.Statement): boolean {
  return [...file.inside(exit)].some((n) => n.type === AST_NODE_TYPES.ThrowStatement);
}
