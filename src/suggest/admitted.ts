/** Which values of a column a formula lets through, in the words that a layer can write into a filter. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import type { Surroundings } from "../analysis/issue.js";
import type { Admitted, ComparisonOperator } from "../models/editing.js";
import { bare, type Formula } from "./formula.js";

export type Column = Surroundings["columns"][number];

/** Tells the column's own value apart, and gives the text of a value that is the same at the write as at the check. */
export interface Terms {
  isColumn(node: TSESTree.Expression): boolean;
  /** `undefined`: no constant, or nothing that is certainly the same later. */
  valueText(node: TSESTree.Expression): string | undefined;
}

/** `undefined`: the formula says something else than these words can. */
export function admittedBy(formula: Formula, column: Column, terms: Terms): Admitted | undefined {
  if (formula.kind === "atom") return admittedByAtom(formula.node, formula.holds, column, terms);
  if (formula.kind === "case") return terms.isColumn(bare(formula.node)) ? oneOf(formula.labels, formula.holds, terms) : undefined;
  const parts = formula.parts.map((p) => admittedBy(p, column, terms));
  return parts.reduce((a, b) => (a === undefined || b === undefined ? undefined : formula.kind === "and" ? both(a, b) : either(a, b)));
}

function admittedByAtom(node: TSESTree.Expression, holds: boolean, column: Column, terms: Terms): Admitted | undefined {
  if (terms.isColumn(node)) return truthy(column, holds);
  if (node.type === AST_NODE_TYPES.CallExpression) return listed(node, holds, terms);
  if (node.type !== AST_NODE_TYPES.BinaryExpression || node.left.type === AST_NODE_TYPES.PrivateIdentifier) return undefined;
  if (terms.isColumn(bare(node.left))) return compared(node.operator, node.right, holds, column, terms);
  const mirrored = mirrors[node.operator];
  return terms.isColumn(bare(node.right)) && mirrored !== undefined ? compared(mirrored, node.left, holds, column, terms) : undefined;
}

const mirrors: Readonly<Record<string, string>> = {
  "===": "===",
  "!==": "!==",
  "==": "==",
  "!=": "!=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

const negations: Readonly<Record<ComparisonOperator, ComparisonOperator>> = { "<": ">=", "<=": ">", ">": "<=", ">=": "<" };

function compared(operator: string, right: TSESTree.Expression, holds: boolean, column: Column, terms: Terms): Admitted | undefined {
  if (isComparison(operator)) {
    // JavaScript compares `null` as 0.
    const value = column.type === undefined || column.nullable ? undefined : terms.valueText(right);
    return value === undefined ? undefined : { kind: "comparison", operator: holds ? operator : negations[operator], value };
  }
  if (!["===", "!==", "==", "!="].includes(operator)) return undefined;
  const equal = operator.startsWith("=") === holds;
  if (isNull(right)) return equal ? { kind: "values", values: [], null: true } : { kind: "except", values: [], null: false };
  const value = terms.valueText(right);
  if (value === undefined || value === "undefined") return undefined;
  return equal ? { kind: "values", values: [value], null: false } : { kind: "except", values: [value], null: true };
}

function isComparison(operator: string): operator is ComparisonOperator {
  return Object.hasOwn(negations, operator);
}

function isNull(node: TSESTree.Expression): boolean {
  return node.type === AST_NODE_TYPES.Literal && node.raw === "null";
}

/** `[a, b].includes(column)` */
function listed({ callee, arguments: [item, ...more] }: TSESTree.CallExpression, holds: boolean, terms: Terms): Admitted | undefined {
  if (callee.type !== AST_NODE_TYPES.MemberExpression || callee.computed || callee.property.type !== AST_NODE_TYPES.Identifier)
    return undefined;
  const list = bare(callee.object);
  const isTest = callee.property.name === "includes" && list.type === AST_NODE_TYPES.ArrayExpression && more.length === 0;
  if (!isTest || item === undefined || item.type === AST_NODE_TYPES.SpreadElement || !terms.isColumn(bare(item))) return undefined;
  return oneOf(list.elements, holds, terms);
}

function oneOf(
  elements: readonly (TSESTree.Expression | TSESTree.SpreadElement | null)[],
  holds: boolean,
  terms: Terms,
): Admitted | undefined {
  const values = elements.map((e) => (e === null || e.type === AST_NODE_TYPES.SpreadElement || isNull(e) ? undefined : terms.valueText(e)));
  if (values.length === 0 || !values.every((v) => v !== undefined)) return undefined;
  return holds ? { kind: "values", values, null: false } : { kind: "except", values, null: true };
}

/** What of a column's values counts as true. */
const falsy: Readonly<Record<string, readonly string[]>> = {
  string: ['""'],
  number: ["0"],
  date: [],
  enum: [],
  json: [],
  list: [],
};

function truthy(column: Column, holds: boolean): Admitted | undefined {
  if (column.type === "boolean") return { kind: "values", values: [String(holds)], null: !holds };
  const values = column.type === undefined || column.type === "json" ? undefined : falsy[column.type];
  if (values === undefined) return undefined;
  return holds ? { kind: "except", values, null: false } : { kind: "values", values, null: true };
}

/** Both at once. Values are compared as texts, which tells literals apart but no names. */
export function both(a: Admitted, b: Admitted): Admitted | undefined {
  if (isSame(a, b)) return a;
  if (a.kind === "comparison" || b.kind === "comparison") return undefined;
  const both = a.null && b.null;
  if (a.kind === "except" && b.kind === "except") return { kind: "except", values: [...new Set([...a.values, ...b.values])], null: both };
  if (![...a.values, ...b.values].every(isLiteral)) return undefined;
  const [given, test] = a.kind === "values" ? [a, b] : [b, a];
  const kept = given.values.filter((v) => test.values.includes(v) === (test.kind === "values"));
  return kept.length === 0 && !both ? undefined : { kind: "values", values: kept, null: both };
}

function either(a: Admitted, b: Admitted): Admitted | undefined {
  if (a.kind !== "values" || b.kind !== "values") return undefined;
  return { kind: "values", values: [...new Set([...a.values, ...b.values])], null: a.null || b.null };
}

function isSame(a: Admitted, b: Admitted): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function isLiteral(text: string): boolean {
  return /^(?:["'`]|-?\d|true$|false$)/.test(text);
}
