/**
 * The increment: a number that the application adds to or takes from is changed by the database, which knows its latest value. What the
 * object in memory holds afterwards is left as it was.
 */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import type { Issue } from "../analysis/issue.js";
import type { Editing, IncrementForm } from "../models/editing.js";
import { callsBefore } from "./assertions.js";
import { chainOf, methodOf } from "./chain.js";
import { tableOf } from "./chainWrite.js";
import { checksBefore } from "./checks.js";
import type { Request } from "./decisiveWrite.js";
import { atomsOf, bare } from "./formula.js";
import { importNames } from "./importNames.js";
import { isCopyable, isPlainChain } from "./names.js";
import { propertyNamed } from "./properties.js";
import { rowOfCall, type RowName } from "./row.js";
import { descendants, type Node, type Source } from "./source.js";
import type { Outcome, Reason, TextEdit } from "./suggestion.js";

export function increment(request: Request): Outcome {
  const { issue } = request;
  const edits = incrementEdits(request);
  return typeof edits === "string"
    ? { kind: "withheld", technique: "increment", reason: edits }
    : { kind: "suggestion", technique: "increment", edits, method: issue.writeMethod, columns: issue.columns };
}

function incrementEdits({ issue, editing, source }: Request): readonly TextEdit[] | Reason {
  const { surroundings } = issue;
  if (surroundings === undefined) return "several reads or writes";
  const [column, ...more] = surroundings.columns;
  if (column === undefined || more.length > 0 || column.type !== "number") return "not applicable";
  // A number that the layer hands over as text or makes something else of is not added to by `+`.
  if (column.roundTrips !== true) return "value does not round-trip";
  if (issue.write.file !== source.file || issue.anchor.loc.line !== issue.write.loc.line) return "different functions";
  const call = source.callAt(issue.write);
  const row = rowOf(issue, source);
  if (call === undefined || row === undefined) return "read cannot be rewritten";
  // Without the check in the filter the database would subtract what is no longer there.
  if (isChecked(row, column.name, call, source)) return "written value computed from the read";
  const form = incrementFormOf(issue, editing);
  return form === undefined ? "write cannot be rewritten" : stepEdits(form, { issue, call, row, column: column.name, editing, source });
}

/** A condition before the write asks for the column, or something is given the row to ask. */
function isChecked(row: RowName, column: string, call: Node, source: Source): boolean {
  const tested = checksBefore(call, source).flatMap((c) => atomsOf(c.passes));
  const calls = callsBefore(call, source).map((c) => c.call);
  const isAsked = (n: Node): boolean => row.columnOf(n) === column || isGiven(n, row);
  return tested.some((t) => descendants(t).some(isAsked)) || calls.some((c) => descendants(c).some(isAsked));
}

function isGiven(node: Node, row: RowName): boolean {
  return node.type === AST_NODE_TYPES.CallExpression && node.arguments.some((a) => row.isRow(a));
}

/** How the layer lets the database compute what the method writes; `undefined`: it does not. */
export function incrementFormOf({ writeMethod }: Issue, { increments = {} }: Editing): IncrementForm | undefined {
  return Object.hasOwn(increments, writeMethod) ? increments[writeMethod] : undefined;
}

export function rowOf(issue: Issue, source: Source): RowName | undefined {
  const calls = [issue.read, ...issue.trace].flatMap((p) => (p.file === source.file ? (source.callAt(p) ?? []) : []));
  return calls.map((c) => rowOfCall(c, source)).find((r) => r !== undefined);
}

export interface Parts {
  readonly issue: Issue;
  readonly call: TSESTree.CallExpression;
  readonly row: RowName;
  readonly column: string;
  readonly editing: Editing;
  readonly source: Source;
}

/** The written value becomes an amount that the database adds or takes away. */
export function stepEdits(form: IncrementForm, parts: Parts): readonly TextEdit[] | Reason {
  switch (form.kind) {
    case "method":
      return methodEdits(form, parts);
    case "value":
      return valueEdits(form, parts);
    case "saved":
      return savedEdits(form, parts);
    case "template":
      return templateEdits(form, parts);
  }
}

interface Words {
  readonly increment: string;
  readonly decrement: string;
}

/** `update(criteria, { balance: row.balance + n })` as `increment(criteria, "balance", n)`. */
function methodEdits(words: Words, { issue, call, row, column, source }: Parts): readonly TextEdit[] | Reason {
  const [criteria, patch, ...more] = issue.surroundings?.through?.type === "manager" ? call.arguments.slice(1) : call.arguments;
  if (criteria === undefined || patch?.type !== AST_NODE_TYPES.ObjectExpression || more.length > 0) return "write cannot be rewritten";
  const value = patch.properties.length === 1 ? propertyNamed(patch, column)?.value : undefined;
  const step = value === undefined ? undefined : stepOf(value, row, column);
  const keyed = criteriaText(issue, criteria, source);
  if (step === undefined || keyed === undefined || call.callee.type !== AST_NODE_TYPES.MemberExpression) return "write cannot be rewritten";
  return [
    { file: source.file, range: call.callee.property.range, text: words[step.direction] },
    ...(keyed === source.textOf(criteria) ? [] : [{ file: source.file, range: criteria.range, text: keyed }]),
    { file: source.file, range: patch.range, text: `"${column}", ${source.textOf(step.amount)}` },
  ];
}

function criteriaText(issue: Issue, criteria: TSESTree.CallExpressionArgument, source: Source): string | undefined {
  const text = source.textOf(criteria);
  if (criteria.type === AST_NODE_TYPES.ObjectExpression) return text;
  const [key, ...more] = issue.surroundings?.primaryKey ?? [];
  const isScalar = criteria.type === AST_NODE_TYPES.Identifier || criteria.type === AST_NODE_TYPES.MemberExpression;
  return key === undefined || more.length > 0 || !isScalar ? undefined : `{ ${text === key ? key : `${key}: ${text}`} }`;
}

/** `data: { balance: row.balance + n }` as `data: { balance: { increment: n } }`. */
function valueEdits(words: Words, { call, row, column, source }: Parts): readonly TextEdit[] | Reason {
  const [options] = call.arguments;
  const data = options?.type === AST_NODE_TYPES.ObjectExpression ? propertyNamed(options, "data")?.value : undefined;
  const value = data?.type === AST_NODE_TYPES.ObjectExpression ? propertyNamed(data, column)?.value : undefined;
  const step = value === undefined ? undefined : stepOf(value, row, column);
  if (step === undefined || value === undefined) return "write cannot be rewritten";
  return [{ file: source.file, range: value.range, text: `{ ${words[step.direction]}: ${source.textOf(step.amount)} }` }];
}

/** `set({ balance: row.balance + n })` as ``set({ balance: sql`${accounts.balance} + ${n}` })``. */
function templateEdits(
  form: Extract<IncrementForm, { kind: "template" }>,
  { call, row, column, editing, source }: Parts,
): readonly TextEdit[] | Reason {
  const chain = chainOf(call, source);
  const [patch] = chain.find((c) => methodOf(c) === form.setter)?.arguments ?? [];
  const table = tableOf(chain, source);
  const value = patch?.type === AST_NODE_TYPES.ObjectExpression ? propertyNamed(patch, column)?.value : undefined;
  const step = value === undefined ? undefined : stepOf(value, row, column);
  const imports = importNames([form.tag], editing.package, source);
  if (step === undefined || value === undefined || table === undefined || imports === undefined) return "write cannot be rewritten";
  const sign = step.direction === "increment" ? "+" : "-";
  const text = `${form.tag}\`\${${table}.${column}} ${sign} \${${source.textOf(step.amount)}}\``;
  return [...imports, { file: source.file, range: value.range, text }];
}

/** `row.balance += n; save(row)` as `row.balance += n; increment({ id: row.id }, "balance", n)`. */
function savedEdits(words: Words, { issue, call, row, column, source }: Parts): readonly TextEdit[] | Reason {
  const [saved, ...more] = call.arguments;
  const [key, ...moreKeys] = issue.surroundings?.primaryKey ?? [];
  const isRepository = issue.surroundings?.through?.type === "repository" && !issue.surroundings.hasListeners;
  if (saved === undefined || more.length > 0 || !row.isRow(saved) || key === undefined || moreKeys.length > 0 || !isRepository)
    return "write cannot be rewritten";
  const changes = descendants(source.functionAround(call) ?? source.program).filter(
    (n) => n.type === AST_NODE_TYPES.AssignmentExpression && n.range[1] <= call.range[0] && descendants(n.left).some((l) => row.isRow(l)),
  );
  const [change, ...others] = changes;
  const list = change === undefined ? undefined : source.parent(source.parent(change) ?? change);
  if (
    change?.type !== AST_NODE_TYPES.AssignmentExpression ||
    others.length > 0 ||
    list === undefined ||
    !source.ancestors(call).includes(list)
  )
    return "write cannot be rewritten";
  const step = row.columnOf(change.left) === column ? assignedStep(change, row, column) : undefined;
  const isSteady = step !== undefined && isConstant(step.amount) && isCopyable(step.amount, call, source, { values: true });
  if (!isSteady || call.callee.type !== AST_NODE_TYPES.MemberExpression) return "write cannot be rewritten";
  const text = `${words[step.direction]}({ ${key}: ${row.text}.${key} }, "${column}", ${source.textOf(step.amount)})`;
  return [{ file: source.file, range: [call.callee.property.range[0], call.range[1]], text }];
}

interface Step {
  readonly direction: keyof Words;
  readonly amount: TSESTree.Expression;
}

function assignedStep(change: TSESTree.AssignmentExpression, row: RowName, column: string): Step | undefined {
  if (change.operator === "=") return stepOf(change.right, row, column);
  if (change.operator === "+=") return { direction: "increment", amount: change.right };
  return change.operator === "-=" ? { direction: "decrement", amount: change.right } : undefined;
}

function isConstant(node: TSESTree.Expression): boolean {
  return node.type === AST_NODE_TYPES.Literal || isPlainChain(node);
}

/** `row.balance + n`, `n + row.balance`, `row.balance - n`, where `n` knows nothing of the row. */
function stepOf(value: TSESTree.Node, row: RowName, column: string): Step | undefined {
  const sum = bare(value as TSESTree.Expression);
  if (sum.type !== AST_NODE_TYPES.BinaryExpression || (sum.operator !== "+" && sum.operator !== "-")) return undefined;
  const isColumn = (node: TSESTree.Node): boolean => row.columnOf(node) === column;
  const amount = isColumn(sum.left) ? sum.right : sum.operator === "+" && isColumn(sum.right) ? sum.left : undefined;
  if (amount === undefined) return undefined;
  return descendants(amount).some((n) => row.isRow(n))
    ? undefined
    : { direction: sum.operator === "+" ? "increment" : "decrement", amount };
}
