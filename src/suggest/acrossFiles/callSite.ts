/** The reported call: it passes what was checked, and who changed no row leaves as who fails the check. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import { applyEdits, insert, type Edit } from "../edit.js";
import type { SyntaxFile } from "../syntaxFile.js";
import { isFunction, isLoop } from "./flow.js";
import type { Guard } from "./guard.js";
import { withhold } from "./withheld.js";
import type { Outcome } from "./writeFunction.js";

export interface CallSite {
  readonly guard: Guard;
  readonly call: TSESTree.CallExpression;
  /** The awaited call and nothing else. */
  readonly statement: TSESTree.ExpressionStatement;
  /** What is passed: the row, or an object with the columns. */
  readonly argument: string;
  readonly made: { readonly position: number; readonly outcome: Outcome };
}

export function callSiteEdits(file: SyntaxFile, { guard, call, statement, argument, made }: CallSite): readonly Edit[] {
  const passed = argumentEdit(file, call, made.position, argument);
  const exit = guard.kind === "exit" ? exitText(file, guard.exit, statement) : skip(file, guard.statement, statement);
  const awaiting = statement.expression;
  if (exit === undefined) return guard.kind === "block" ? hoist(file, guard.statement, statement, passed, made.outcome) : [];
  const [open, close] = made.outcome.kind === "boolean" ? ["if (!(", "))"] : ["if ((", `).${made.outcome.property} !== 1)`];
  return [
    insert(file.path, awaiting.range[0], open),
    passed,
    { file: file.path, range: [awaiting.range[1], statement.range[1]], text: `${close} ${exit}` },
  ];
}

/** One more argument, after `undefined` for optional ones that the call leaves out. @throws {Withheld} */
export function argumentEdit(file: SyntaxFile, call: TSESTree.CallExpression, position: number, argument: string): Edit {
  const { arguments: given } = call;
  if (given.some((a) => a.type === AST_NODE_TYPES.SpreadElement) || given.length > position)
    return withhold("the call's arguments are not known one by one");
  const added = [...Array<string>(position - given.length).fill("undefined"), argument].join(", ");
  const last = given.at(-1);
  if (last === undefined) return insert(file.path, call.range[1] - 1, added);
  const comma = /^\s*,(?=\s*\)$)/.exec(file.text.slice(last.range[1], call.range[1]))?.[0];
  if (comma === undefined) return insert(file.path, last.range[1], `, ${added}`);
  return insert(file.path, last.range[1] + comma.length, `${file.lineBreak}${file.indentationAt(last.range[0])}${added},`);
}

/** The statement by which the check leaves, indented as the call is. */
function exitText(file: SyntaxFile, exit: TSESTree.Statement, statement: TSESTree.Statement): string {
  const from = `\n${file.indentationAt(exit.range[0])}`;
  return file.textOf(exit).replaceAll(from, `\n${file.indentationAt(statement.range[0])}`);
}

/** Leaving a block that ends its function or its loop's body; `undefined` if something follows that block. */
function skip(file: SyntaxFile, guard: TSESTree.IfStatement, statement: TSESTree.ExpressionStatement): string | undefined {
  const end = file.text.endsWith(";", statement.range[1]) ? ";" : "";
  if (guard.alternate !== null) return undefined;
  let inner: TSESTree.Node = guard;
  for (const at of file.ancestors(guard)) {
    if (isFunction(at)) return `return${end}`;
    if (isLoop(at)) return `continue${end}`;
    const isLast = at.type === AST_NODE_TYPES.BlockStatement ? at.body.at(-1) === inner : at.type === AST_NODE_TYPES.IfStatement;
    if (!isLast) return undefined;
    inner = at;
  }
  return undefined;
}

const looser: ReadonlySet<string> = new Set([
  AST_NODE_TYPES.ConditionalExpression,
  AST_NODE_TYPES.AssignmentExpression,
  AST_NODE_TYPES.SequenceExpression,
  AST_NODE_TYPES.ArrowFunctionExpression,
]);

/** `if (ok(job)) { await mark(); ... }` becomes `if (ok(job) && (await mark())) { ... }`: the call must be the block's first statement. */
function hoist(
  file: SyntaxFile,
  { test, consequent }: TSESTree.IfStatement,
  statement: TSESTree.ExpressionStatement,
  passed: Edit,
  outcome: Outcome,
): readonly Edit[] {
  if (consequent.type !== AST_NODE_TYPES.BlockStatement || consequent.body[0] !== statement)
    return withhold("something comes between the check and the call, and behind their block the flow goes on");
  const [from, to] = statement.expression.range;
  const [start, end] = passed.range;
  const awaiting = applyEdits(file.text.slice(from, to), [{ ...passed, range: [start - from, end - from] }]);
  const won = outcome.kind === "boolean" ? `(${awaiting})` : `(${awaiting}).${outcome.property} === 1`;
  const isLoose = looser.has(test.type) || (test.type === AST_NODE_TYPES.LogicalExpression && test.operator !== "&&");
  return [
    ...(isLoose ? [insert(file.path, test.range[0], "("), insert(file.path, test.range[1], ")")] : []),
    insert(file.path, test.range[1], ` && ${won}`),
    lineRemoval(file, statement),
  ];
}

/** The statement with its line, if nothing else stands there. */
function lineRemoval(file: SyntaxFile, { range: [start, end] }: TSESTree.Statement): Edit {
  const before = /(?:\r?\n)?[ \t]*$/.exec(file.text.slice(0, start))?.[0] ?? "";
  const isAlone = before.includes("\n") && /^[ \t]*(?=\r?\n)/.test(file.text.slice(end));
  return { file: file.path, range: [isAlone ? start - before.length : start, end], text: "" };
}
