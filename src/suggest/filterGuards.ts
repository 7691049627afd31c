/** A check by the read's own filter: what it asks for, and where those go on who were given no row. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import type { Admitted, Editing } from "../models/editing.js";
import type { Column } from "./admitted.js";
import { chainOf, methodOf } from "./chain.js";
import { checksBefore, type Exit } from "./checks.js";
import type { Request } from "./decisiveWrite.js";
import { isLoop } from "./exit.js";
import { atomsOf, bare } from "./formula.js";
import { isExactLiteral, type ColumnGuard, type Guards } from "./guards.js";
import { isCopyable, isPlainChain } from "./names.js";
import { nameOf } from "./properties.js";
import { descendants, isFunction, type Node, type Source } from "./source.js";
import { statementOf } from "./statement.js";
import type { Reason } from "./suggestion.js";

export function filterGuards({ issue, editing, source }: Request, write: Node): Guards | Reason {
  const call = issue.read.file === source.file ? source.callAt(issue.read) : undefined;
  const read = call === undefined ? undefined : chainOf(call, source).at(-1);
  if (read === undefined || issue.surroundings === undefined) return "different functions";
  const columns: ColumnGuard[] = [];
  for (const column of issue.surroundings.columns) {
    const admitted = admittedIn(read, column, write, editing, source);
    if (admitted === undefined) return "condition cannot be expressed";
    if (admitted.values.length > 0 && column.type !== undefined && column.roundTrips !== true) return "value does not round-trip";
    columns.push({ column: column.name, admitted, kept: undefined });
  }
  const left = nextRow(read, write, source) ?? presenceTest(read, write, source);
  return left === undefined ? "check is no if statement" : { columns, check: left.at, exit: left.exit };
}

type Equal = Extract<Admitted, { kind: "values" }>;

/** What the filter compares the column with, in the words of the layer that reads. */
function admittedIn(read: TSESTree.CallExpression, column: Column, write: Node, editing: Editing, source: Source): Equal | undefined {
  const statement = editing.statement === undefined ? undefined : statementOf(read, source);
  if (statement !== undefined) {
    const value = editing.statement?.equated(statement.text, column.name);
    return value === undefined ? undefined : { kind: "values", values: value === null ? [] : [value], null: value === null };
  }
  if (editing.equality !== undefined) return equatedIn(read, column, editing.equality, write, source);
  const fields = descendants(read).filter((n): n is TSESTree.Property => n.type === AST_NODE_TYPES.Property && nameOf(n) === column.name);
  const [field, ...more] = fields.filter((f) => !isOrdering(f, read, source));
  if (field === undefined || more.length > 0 || !isConjunct(field, read, source)) return undefined;
  const value = bare(field.value as TSESTree.Expression);
  if (editing.isNull?.(source.textOf(value)) === true) return { kind: "values", values: [], null: true };
  return constantAt(value, write, source);
}

/** `where(and(eq(jobs.status, "pending"), ..))` */
function equatedIn(
  read: TSESTree.CallExpression,
  { name }: Column,
  words: NonNullable<Editing["equality"]>,
  write: Node,
  source: Source,
): Equal | undefined {
  const filter = chainOf(read, source).find((c) => methodOf(c) === words.filter)?.arguments[0];
  const isAll = filter?.type === AST_NODE_TYPES.CallExpression && source.textOf(filter.callee) === words.all;
  const terms: readonly Node[] = isAll ? filter.arguments : filter === undefined ? [] : [filter];
  const about = terms.filter((t) => descendants(t).some((n) => isColumnNamed(n, name)));
  const [term, ...more] = about;
  if (term?.type !== AST_NODE_TYPES.CallExpression || more.length > 0) return undefined;
  const [column, value] = term.arguments;
  if (column === undefined || !isColumnNamed(column, name)) return undefined;
  const operator = source.textOf(term.callee);
  if (operator === words.null) return { kind: "values", values: [], null: true };
  return operator === words.equal && value !== undefined ? constantAt(bare(value as TSESTree.Expression), write, source) : undefined;
}

function isColumnNamed(node: Node, name: string): boolean {
  return (
    node.type === AST_NODE_TYPES.MemberExpression &&
    !node.computed &&
    node.property.type === AST_NODE_TYPES.Identifier &&
    node.property.name === name
  );
}

function constantAt(value: TSESTree.Expression, write: Node, source: Source): Equal | undefined {
  const isConstant = isPlainChain(value) || isExactLiteral(value);
  return isConstant && isCopyable(value, write, source, { values: true })
    ? { kind: "values", values: [source.textOf(value)], null: false }
    : undefined;
}

/** Options of a read that name columns and select no rows. */
const noFilters: ReadonlySet<string> = new Set(["order", "orderBy", "select", "omit", "include", "relations", "distinct"]);

function isOrdering(field: Node, read: Node, source: Source): boolean {
  return keysAbove(field, read, source).some((k) => k !== undefined && noFilters.has(k));
}

/** A field of the filter itself, and not of an alternative or of something related. */
function isConjunct(field: Node, read: Node, source: Source): boolean {
  return keysAbove(field, read, source).every((k) => k === "where");
}

/** The properties that the field lies in, and `undefined` for whatever else stands between it and the call. */
function keysAbove(field: Node, read: Node, source: Source): readonly (string | undefined)[] {
  const above = source.ancestors(field);
  return above
    .slice(0, above.indexOf(read))
    .flatMap((n) => (n.type === AST_NODE_TYPES.ObjectExpression ? [] : [n.type === AST_NODE_TYPES.Property ? nameOf(n) : undefined]));
}

interface Left {
  readonly at: Node;
  readonly exit: Exit;
}

/** The write stands in a loop over the rows of the read: whose row is not changed goes on with the next one. */
export function nextRow(read: Node, write: Node, source: Source): Left | undefined {
  const loop = source.ancestors(write).find((a) => isLoop(a) || isFunction(a));
  if (loop?.type !== AST_NODE_TYPES.ForOfStatement) return undefined;
  const names = namesOfResult(read, source);
  const isOfRead = descendants(loop.right).some((n) => n === read || (n.type === AST_NODE_TYPES.Identifier && names.has(n.name)));
  const protectedBy = source.ancestors(write).slice(0, source.ancestors(write).indexOf(loop));
  return isOfRead && !protectedBy.some((a) => a.type === AST_NODE_TYPES.TryStatement) ? { at: loop, exit: { kind: "next" } } : undefined;
}

/** `if (!job) return`, `if (rows.length === 0) throw ..`: the nearest, outside of loops that would write more often than it asks. */
function presenceTest(read: Node, write: Node, source: Source): Left | undefined {
  const names = namesOfResult(read, source);
  const check = checksBefore(write, source).find((c) => atomsOf(c.passes).some((atom) => isPresence(atom, names)));
  if (check === undefined) return undefined;
  const around = new Set(source.ancestors(check.statement));
  const isRepeated = source.ancestors(write).some((a) => isLoop(a) && !around.has(a));
  return isRepeated ? undefined : { at: check.statement, exit: check.exit };
}

function isPresence(atom: TSESTree.Expression, names: ReadonlySet<string>): boolean {
  if (atom.type !== AST_NODE_TYPES.BinaryExpression) return isResult(atom, names);
  const other =
    atom.right.type === AST_NODE_TYPES.Identifier ? atom.right.name === "undefined" : atom.right.type === AST_NODE_TYPES.Literal;
  return other && atom.left.type !== AST_NODE_TYPES.PrivateIdentifier && isResult(bare(atom.left), names);
}

/** The row, the list of rows, an element of it or its length. */
function isResult(node: TSESTree.Expression, names: ReadonlySet<string>): boolean {
  if (node.type === AST_NODE_TYPES.Identifier) return names.has(node.name);
  if (node.type !== AST_NODE_TYPES.MemberExpression) return false;
  const isPart =
    node.computed || (node.property.type === AST_NODE_TYPES.Identifier && ["length", "rows", "rowCount"].includes(node.property.name));
  return isPart && isResult(bare(node.object), names);
}

/** Variables that hold what the read gave, or something made of it. */
export function namesOfResult(read: Node, source: Source): ReadonlySet<string> {
  const names = new Set<string>();
  const all = descendants(source.ancestors(read).findLast((a) => isFunction(a)) ?? source.program);
  for (const declarator of all) {
    if (declarator.type !== AST_NODE_TYPES.VariableDeclarator || declarator.init === null) continue;
    const isOf = descendants(declarator.init).some((n) => n === read || (n.type === AST_NODE_TYPES.Identifier && names.has(n.name)));
    if (isOf) for (const n of descendants(declarator.id)) if (n.type === AST_NODE_TYPES.Identifier) names.add(n.name);
  }
  return names;
}
