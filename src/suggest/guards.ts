/** What the checks before a write say about the issue's columns, ready to be written into a filter. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import type { Issue } from "../analysis/issue.js";
import type { Admitted } from "../models/editing.js";
import { admittedBy, both, type Column, type Terms } from "./admitted.js";
import type { Check, Exit } from "./checks.js";
import { atomsOf, bare, conjuncts, type Formula } from "./formula.js";
import { calleeName, declaredIn, freeName, isCopyable, isPlainChain } from "./names.js";
import type { Row, RowName } from "./row.js";
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
  /** Names of the row's properties that the database holds; empty: not known. */
  readonly properties: readonly string[];
  /** The function that checks, where it is another one: what it returns says how the check came out. */
  readonly checker: string | undefined;
}

export function guardsOf(issue: Issue, context: Context): Guards | Reason {
  const direct = context.checks.filter((c) => partsOf(c).some((p) => relevance(p, issue.columns, context) !== "none"));
  const relevant = direct.length > 0 ? direct : context.checks.filter((c) => isDerived(c, issue.columns, context));
  const [check] = relevant;
  if (check === undefined || issue.surroundings === undefined) return "check is no if statement";
  if (direct.length === 0 && namesTested(check)) return "exit not valid at the write";
  const parts = direct.flatMap((c) => partsOf(c));
  const columns: ColumnGuard[] = [];
  for (const column of issue.surroundings.columns) {
    const guard = guardOf(column, { parts, check }, issue, context);
    if (typeof guard === "string") return guard;
    columns.push(guard);
  }
  return { columns, check: check.statement, exit: check.exit };
}

/** One of the conditions that a check consists of. */
interface Part {
  readonly formula: Formula;
  readonly check: Check;
}

function partsOf(check: Check): readonly Part[] {
  return conjuncts(check.passes).map((formula) => ({ formula, check }));
}

function rowIn({ elsewhere }: Check, { row }: Context): Row {
  return elsewhere?.row ?? row;
}

/** What a condition says of the issue's columns: `column` names one of them, `whole` hands the row to something else. */
function relevance({ formula, check }: Part, columns: readonly string[], context: Context): "column" | "whole" | "none" {
  return relevanceOf(
    atomsOf(formula).flatMap((n) => descendants(n)),
    columns,
    rowIn(check, context),
    context,
  );
}

function relevanceOf(nodes: readonly Node[], columns: readonly string[], row: Row, context: Context): "column" | "whole" | "none" {
  if (nodes.some((n) => columns.includes(row.columnOf(n) ?? ""))) return "column";
  return nodes.some((n) => isHandedOver(n, row, context)) ? "whole" : "none";
}

/** Also a property that the database does not hold: a getter, which is given the row. */
function isHandedOver(node: Node, row: Row, { properties }: Context): boolean {
  const property = properties.length > 0 ? row.columnOf(node) : undefined;
  if (property !== undefined && !properties.includes(property)) return true;
  if (node.type === AST_NODE_TYPES.NewExpression) return node.arguments.some((a) => row.isRow(a));
  if (node.type !== AST_NODE_TYPES.CallExpression) return false;
  if (node.callee.type === AST_NODE_TYPES.MemberExpression && row.isRow(node.callee.object)) return true;
  return node.arguments.some((a) => row.isRow(a));
}

/** How many names are followed from a condition to what was made of the row. */
const maxSteps = 3;

/** The condition asks something that was made of the row, or what the function that checks has returned: `const { allowed } = mayStart(job)`. */
function isDerived({ passes, elsewhere }: Check, columns: readonly string[], context: Context): boolean {
  const { row, source } = context;
  let nodes = atomsOf(passes).flatMap((n) => descendants(n));
  for (let step = 0; step < maxSteps && elsewhere === undefined; step++) {
    nodes = nodes.flatMap((n) => (n.type === AST_NODE_TYPES.Identifier ? descendants(source.madeOf(n) ?? n) : []));
    if (nodes.some((n) => isCallOf(n, context.checker))) return true;
    nodes = nodes.filter((n) => !row.isRow(n));
    if (relevanceOf(nodes, columns, row, context) !== "none") return true;
  }
  return false;
}

function isCallOf(node: Node, name: string | undefined): boolean {
  return node.type === AST_NODE_TYPES.CallExpression && name !== undefined && calleeName(node.callee) === name;
}

/** The exit gives back something that the check has tested, and that is something else for who passes it. */
function namesTested({ passes, exit }: Check): boolean {
  const tested = new Set(namesIn(atomsOf(passes)));
  return exit.kind === "leave" && namesIn([exit.by]).some((name) => tested.has(name));
}

function namesIn(nodes: readonly Node[]): readonly string[] {
  return nodes.flatMap((node) => descendants(node).flatMap((n) => (n.type === AST_NODE_TYPES.Identifier ? [n.name] : [])));
}

interface Said {
  readonly parts: readonly Part[];
  readonly check: Check;
}

function guardOf(column: Column, { parts, check }: Said, issue: Issue, context: Context): ColumnGuard | Reason {
  if (column.type === undefined && !context.literals) return "column not known";
  const about = parts.filter((p) => isAbout(p, column, issue, context));
  const said = about.map((p) => admittedBy(p.formula, column, termsOf(column, p.check, context)));
  const admitted = said.reduce((a, b) => (a === undefined || b === undefined ? undefined : both(a, b)), said[0]);
  if (admitted === undefined)
    return about.length === 0 && parts.length > 0 ? "condition cannot be expressed" : byValue(column, check, context);
  const asksValue = admitted.kind !== "comparison" ? admitted.values.length > 0 : true;
  if (column.type === undefined) return { column: column.name, admitted, kept: undefined };
  if (asksValue && column.roundTrips !== true) return "value does not round-trip";
  return { column: column.name, admitted: withNullability(admitted, column.nullable), kept: undefined };
}

function isAbout(part: Part, { name }: Column, { columns }: Issue, context: Context): boolean {
  return relevance(part, [name], context) === "column" || relevance(part, columns, context) === "whole";
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
  const isBetween = statement?.type === AST_NODE_TYPES.ExpressionStatement && statement.range[0] >= check.statement.range[1];
  if (!isBetween || list === undefined || !source.ancestors(write).includes(list)) return "unknown";
  const word = column.charAt(0).toUpperCase() + column.slice(1);
  const name = freeName([`checked${word}`, `${column}Checked`], source);
  return name === undefined ? "unknown" : { name, value: `${row.text}.${column}`, before: statement };
}

function termsOf(column: Column, check: Check, context: Context): Terms {
  const row = rowIn(check, context);
  return {
    isColumn: (node) => row.columnOf(node) === column.name,
    valueText(node) {
      const isKnown = isConstant(bare(node), row) && (column.type !== undefined || isExactLiteral(bare(node)));
      return isKnown && isSteady(node, check, context) ? (check.elsewhere?.source ?? context.source).textOf(node) : undefined;
    },
  };
}

/** The value is the same at the write. */
function isSteady(node: TSESTree.Expression, { elsewhere }: Check, { write, source }: Context): boolean {
  if (elsewhere === undefined) return isCopyable(node, write, source, { values: true });
  if (isExactLiteral(bare(node))) return true;
  const own = new Set(descendants(elsewhere.scope).flatMap((n) => declaredIn(n)));
  const isLocal = descendants(node).some((n) => n.type === AST_NODE_TYPES.Identifier && own.has(n.name));
  return elsewhere.source === source && !isLocal && isCopyable(node, write, source, { values: true });
}

/** A literal, or a name or member that is not the row's. */
function isConstant(node: TSESTree.Expression, row: Row): boolean {
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
