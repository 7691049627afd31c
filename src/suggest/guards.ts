/** What the checks before a write say about the issue's columns, ready to be written into a filter. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import type { Issue } from "../analysis/issue.js";
import type { Admitted } from "../models/editing.js";
import { admittedBy, both, type Column, type Terms } from "./admitted.js";
import type { Check, Exit } from "./checks.js";
import { atomsOf, bare, conjuncts, type Formula } from "./formula.js";
import { freeName, isCopyable, isPlainChain } from "./names.js";
import type { RowName } from "./row.js";
import { descendants, isFunction, type Node, type Source } from "./source.js";
import type { Reason } from "./suggestion.js";

export interface ColumnGuard {
  readonly column: string;
  readonly admitted: Admitted;
  /** A variable that keeps the value that was read; `undefined`: none is needed. */
  readonly kept: Kept | undefined;
}

export interface Kept {
  readonly name: string;
  readonly value: string;
  /** The statement in front of which it is declared. */
  readonly before: Node;
}

export interface Guards {
  readonly columns: readonly ColumnGuard[];
  /** The statement of the nearest check that is about one of the columns, and its exit. */
  readonly check: Node;
  readonly exit: Exit;
}

interface Context {
  readonly checks: readonly Check[];
  readonly row: RowName;
  /** The statement with the write. */
  readonly write: Node;
  readonly source: Source;
  /** A column of which nothing is known may be compared with literals: the check has compared it with them. */
  readonly literals: boolean;
}

export function guardsOf(issue: Issue, context: Context): Guards | Reason {
  const relevant = context.checks.filter((c) => conjuncts(c.passes).some((p) => relevance(p, issue.columns, context) !== "none"));
  const [check] = relevant;
  if (check === undefined || issue.surroundings === undefined) return "check is no if statement";
  const parts = relevant.flatMap((c) => conjuncts(c.passes));
  const columns: ColumnGuard[] = [];
  for (const column of issue.surroundings.columns) {
    const guard = guardOf(column, { parts, check }, issue, context);
    if (typeof guard === "string") return guard;
    columns.push(guard);
  }
  return { columns, check: check.statement, exit: check.exit };
}

/** What a condition says of the issue's columns: `column` names one of them, `whole` hands the row to something else. */
function relevance(formula: Formula, columns: readonly string[], { row }: Context): "column" | "whole" | "none" {
  const nodes = atomsOf(formula).flatMap((n) => descendants(n));
  if (nodes.some((n) => columns.includes(row.columnOf(n) ?? ""))) return "column";
  return nodes.some((n) => isHandedOver(n, row)) ? "whole" : "none";
}

function isHandedOver(node: Node, row: RowName): boolean {
  if (node.type !== AST_NODE_TYPES.CallExpression) return false;
  if (node.callee.type === AST_NODE_TYPES.MemberExpression && row.isRow(node.callee.object)) return true;
  return node.arguments.some((a) => row.isRow(a));
}

interface Said {
  readonly parts: readonly Formula[];
  readonly check: Check;
}

function guardOf(column: Column, { parts, check }: Said, issue: Issue, context: Context): ColumnGuard | Reason {
  if (column.type === undefined && !context.literals) return "column not known";
  const about = parts.filter((p) => isAbout(p, column, issue, context));
  const terms = termsOf(column, context);
  const said = about.map((p) => admittedBy(p, column, terms));
  const admitted = said.reduce((a, b) => (a === undefined || b === undefined ? undefined : both(a, b)), said[0]);
  if (admitted === undefined) return about.length === 0 ? "condition cannot be expressed" : byValue(column, check, context);
  const asksValue = admitted.kind !== "comparison" ? admitted.values.length > 0 : true;
  if (column.type === undefined) return { column: column.name, admitted, kept: undefined };
  if (asksValue && column.roundTrips !== true) return "value does not round-trip";
  return { column: column.name, admitted: withNullability(admitted, column.nullable), kept: undefined };
}

function isAbout(formula: Formula, { name }: Column, { columns }: Issue, context: Context): boolean {
  return relevance(formula, [name], context) === "column" || relevance(formula, columns, context) === "whole";
}

/** A column that is never null needs no words about it. */
function withNullability(admitted: Admitted, nullable: boolean): Admitted {
  return admitted.kind === "comparison" || nullable ? admitted : { ...admitted, null: false };
}

/** The check cannot be said in a filter: the row must still have the value that was checked. */
function byValue(column: Column, check: Check, { row, write, source }: Context): ColumnGuard | Reason {
  if (column.type === undefined) return "column not known";
  if (column.roundTrips !== true) return "value does not round-trip";
  if (column.nullable) return "condition cannot be expressed";
  const kept = keptValue(column.name, check, { row, write, source });
  if (kept === "unknown") return "condition cannot be expressed";
  const admitted = { kind: "values", values: [kept?.name ?? `${row.text}.${column.name}`], null: false } as const;
  return { column: column.name, admitted, kept };
}

/** A variable for the value that was read, where the row is given another one before the write; `undefined`: it is not. */
function keptValue(
  column: string,
  check: Check,
  { row, write, source }: Pick<Context, "row" | "write" | "source">,
): Kept | "unknown" | undefined {
  const changes = descendants(source.ancestors(write).findLast((a) => isFunction(a)) ?? source.program).filter(
    (n) => n.type === AST_NODE_TYPES.AssignmentExpression && row.columnOf(n.left) === column && n.range[0] < write.range[0],
  );
  const [first] = changes;
  if (first === undefined) return undefined;
  const statement = source.parent(first);
  const list = statement === undefined ? undefined : source.parent(statement);
  const isBetween = statement?.type === AST_NODE_TYPES.ExpressionStatement && statement.range[0] > check.statement.range[1];
  if (!isBetween || list === undefined || !source.ancestors(write).includes(list)) return "unknown";
  const word = column.charAt(0).toUpperCase() + column.slice(1);
  const name = freeName([`checked${word}`, `${column}Checked`], source);
  return name === undefined ? "unknown" : { name, value: `${row.text}.${column}`, before: statement };
}

function termsOf(column: Column, { row, write, source }: Context): Terms {
  return {
    isColumn: (node) => row.columnOf(node) === column.name,
    valueText(node) {
      const isKnown = isConstant(bare(node), row) && (column.type !== undefined || isExactLiteral(bare(node)));
      return isKnown && isCopyable(node, write, source, { values: true }) ? source.textOf(node) : undefined;
    },
  };
}

/** A literal, or a name or member that is not the row's. */
function isConstant(node: TSESTree.Expression, row: RowName): boolean {
  switch (node.type) {
    case AST_NODE_TYPES.Literal:
      return !("regex" in node) && !("bigint" in node);
    case AST_NODE_TYPES.UnaryExpression:
      return node.operator === "-" && node.argument.type === AST_NODE_TYPES.Literal;
    default:
      return isPlainChain(node) && !descendants(node).some((n) => row.isRow(n));
  }
}

/** A text, a truth value or a whole number. */
export function isExactLiteral(node: TSESTree.Expression): boolean {
  if (node.type !== AST_NODE_TYPES.Literal) return false;
  return typeof node.value === "string" || typeof node.value === "boolean" || Number.isInteger(node.value);
}
