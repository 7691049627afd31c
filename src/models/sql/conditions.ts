/** Reads conditions of a statement into filters. */
import type { A_Expr, Node, NullTest, SubLink } from "libpg-query";
import type { Value } from "../../ir/value.js";
import { isNull } from "../fields.js";
import { allRows, either, every, filterOf, inner, negated, predicate, unknownOf, unknownPredicate, unknownRows } from "../filter.js";
import type { Filter, Predicate } from "../model.js";
import { listOf, spreadList, valueOf } from "./expressions.js";
import { columnName, columnOf, nameIn, type Scope } from "./scope.js";
import { as, nodesIn, pathOf, stringIn, withoutCast } from "./tree.js";

/** What a condition on rows that a sub-select finds says of the statement's rows. */
export type SubSelectReader = (column: string, operator: "=" | "in", query: Node) => Filter | undefined;

export interface ConditionReader {
  readonly scope: Scope;
  readonly subSelect: SubSelectReader;
}

export function conditionOf(node: Node | undefined, reader: ConditionReader): Filter {
  if (node === undefined) return allRows;
  const filter = booleanFilter(node, reader) ?? simpleFilter(node, reader);
  return filter ?? mentioned(node, reader);
}

/** A condition that is not expressed names the columns that it depends on. */
function mentioned(node: Node, { scope }: ConditionReader): Filter {
  const columns = nodesIn(node, "ColumnRef").map((c) => nameIn(pathOf({ ColumnRef: c }) ?? [], scope));
  return unknownOf(columns);
}

function booleanFilter(node: Node, reader: ConditionReader): Filter | undefined {
  const expression = as(node, "BoolExpr");
  const parts = expression?.args?.map((a) => conditionOf(a, reader));
  if (expression === undefined || parts === undefined) return undefined;
  if (expression.boolop === "AND_EXPR") return every(parts);
  if (expression.boolop === "OR_EXPR") return disjunction(parts, reader);
  return isExistence(expression.args?.[0]) ? every(parts) : negated(every(parts));
}

/** Values of one column, or else what all parts have in common; the other columns are constrained in a way that is not expressed. */
function disjunction(parts: readonly Filter[], { scope }: ConditionReader): Filter {
  const equal = parts.map((f) => (f.opaque || f.predicates.length !== 1 ? undefined : f.predicates[0]));
  const values = equal.flatMap((p) => (p?.operator === "=" && p.outer ? (p.value ?? []) : []));
  const [first] = equal;
  if (first !== undefined && values.length === parts.length && equal.every((p) => p?.column === first.column))
    return filterOf(predicate(first.column, "in", scope.reading.context.values.list(values)));
  const common = either(parts);
  const others = parts.flatMap((f) => f.predicates.map((p) => p.column)).filter((c) => !common.predicates.some((p) => p.column === c));
  return every([common, unknownOf(others)]);
}

function isExistence(node: Node | undefined): boolean {
  return as(node, "SubLink")?.subLinkType === "EXISTS_SUBLINK";
}

function simpleFilter(node: Node, reader: ConditionReader): Filter | undefined {
  const { scope } = reader;
  const constant = as(withoutCast(node), "A_Const")?.boolval;
  if (constant?.boolval === true) return allRows;
  const column = columnIn(node, scope);
  if (column !== undefined) return filterOf(predicate(column, "=", scope.reading.context.values.true));
  const nullTest = as(node, "NullTest");
  if (nullTest !== undefined) return nullFilter(nullTest, scope);
  const link = as(node, "SubLink");
  if (link !== undefined) return linkFilter(link, reader);
  const test = as(node, "BooleanTest");
  if (test !== undefined) return truthFilter(test.arg, test.booltesttype, reader);
  const expression = as(node, "A_Expr");
  return expression && expressionFilter(expression, reader);
}

/** The column that an expression is. */
function columnIn(node: Node | undefined, scope: Scope): string | undefined {
  const path = pathOf(withoutCast(node));
  return path === undefined ? undefined : nameIn(path, scope);
}

function nullFilter({ arg, nulltesttype }: NullTest, scope: Scope): Filter | undefined {
  const column = columnIn(arg, scope);
  return column === undefined ? undefined : filterOf(predicate(column, nulltesttype === "IS_NULL" ? "is null" : "is not null"));
}

function truthFilter(arg: Node | undefined, test: string | undefined, { scope }: ConditionReader): Filter | undefined {
  const { values } = scope.reading.context;
  const column = columnIn(arg, scope);
  if (column === undefined) return undefined;
  switch (test) {
    case "IS_TRUE":
      return filterOf(predicate(column, "=", values.true));
    case "IS_FALSE":
      return filterOf(predicate(column, "=", values.false));
    case "IS_NOT_TRUE":
      return filterOf(predicate(column, "<>", values.true));
    case "IS_NOT_FALSE":
      return filterOf(predicate(column, "<>", values.false));
    default:
      return filterOf(unknownPredicate(column));
  }
}

/**
 * `EXISTS` is evaluated before the row is locked and never again (facts 1), so it guards nothing; its columns are named as those of a
 * related row.
 */
function linkFilter(link: SubLink, reader: ConditionReader): Filter | undefined {
  const query = link.subselect;
  if (query === undefined) return undefined;
  if (link.subLinkType === "EXISTS_SUBLINK") return existence(query);
  const column = columnIn(link.testexpr, reader.scope);
  const operator = stringIn(link.operName?.[0]) ?? "=";
  if (link.subLinkType !== "ANY_SUBLINK" || column === undefined || operator !== "=") return undefined;
  return reader.subSelect(column, "in", query);
}

function existence(query: Node): Filter {
  const [table] = nodesIn(query, "RangeVar");
  return table?.relname === undefined ? unknownRows : inner(filterOf(unknownPredicate(`${table.relname}.exists`)));
}

const comparisons: Readonly<Record<string, Predicate["operator"]>> = {
  "=": "=",
  "<>": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
};

const flipped: Readonly<Record<string, string>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

function expressionFilter(expression: A_Expr, reader: ConditionReader): Filter | undefined {
  const operator = stringIn(expression.name?.at(-1)) ?? "";
  switch (expression.kind) {
    case "AEXPR_OP":
      return comparison(expression.lexpr, operator, expression.rexpr, reader) ?? rowComparison(expression, operator, reader);
    case "AEXPR_DISTINCT":
      return comparison(expression.lexpr, "<>", expression.rexpr, reader);
    case "AEXPR_NOT_DISTINCT":
      return comparison(expression.lexpr, "=", expression.rexpr, reader);
    case "AEXPR_IN":
    case "AEXPR_OP_ANY":
    case "AEXPR_OP_ALL":
      return membership(expression, operator, reader);
    case "AEXPR_BETWEEN":
      return range(expression, reader.scope);
    case "AEXPR_LIKE":
    case "AEXPR_ILIKE":
    case "AEXPR_SIMILAR":
      return unexpressed(expression.lexpr, reader.scope);
    default:
      return undefined;
  }
}

function unexpressed(node: Node | undefined, scope: Scope): Filter | undefined {
  const column = columnIn(node, scope);
  return column === undefined ? undefined : filterOf(unknownPredicate(column));
}

function comparison(left: Node | undefined, written: string, right: Node | undefined, reader: ConditionReader): Filter | undefined {
  const { scope } = reader;
  const leftColumn = columnIn(left, scope);
  const rightColumn = columnIn(right, scope);
  if (leftColumn !== undefined && rightColumn !== undefined)
    return scope.nameOf === undefined ? columnComparison(left, written, right, reader) : unknownOf([leftColumn, rightColumn]);
  if (leftColumn === undefined && rightColumn !== undefined) return comparison(right, flipped[written] ?? written, left, reader);
  const operator = comparisons[written];
  if (leftColumn === undefined) return undefined;
  const query = as(right, "SubLink");
  if (query?.subselect !== undefined && query.subLinkType === "EXPR_SUBLINK")
    return written === "=" ? reader.subSelect(leftColumn, "=", query.subselect) : undefined;
  const value = valueOf(right, scope.reading);
  if (operator === undefined) return filterOf(unknownPredicate(leftColumn));
  return value === undefined ? unknownOf([leftColumn]) : filterOf(valuePredicate(leftColumn, operator, value));
}

function valuePredicate(column: string, operator: Predicate["operator"], value: Value): Predicate {
  if (isNull(value) && operator === "=") return predicate(column, "is null");
  return isNull(value) && operator === "<>" ? predicate(column, "is not null") : predicate(column, operator, value);
}

/** `jobs.id = next.id`: what the other row is decides which rows are meant. Two columns of one row are compared by the database. */
function columnComparison(left: Node | undefined, written: string, right: Node | undefined, reader: ConditionReader): Filter {
  const { scope } = reader;
  const [a, b] = [left, right].map((n) => columnOf(pathOf(withoutCast(n)) ?? [], scope));
  if (a === undefined || b === undefined) return unknownRows;
  const [own, other] = a.table === scope.main ? [a, b] : [b, a];
  const query = scope.queries.get(other.qualifier ?? "");
  if (written === "=" && query !== undefined && own.table === scope.main)
    return reader.subSelect(columnName(own, scope), "in", { SelectStmt: query }) ?? filterOf(unknownPredicate(columnName(own, scope)));
  return filterOf(unknownPredicate(columnName(own, scope)));
}

/** `(a, b) = ($1, $2)`. */
function rowComparison({ lexpr, rexpr }: A_Expr, operator: string, reader: ConditionReader): Filter | undefined {
  const left = as(lexpr, "RowExpr")?.args;
  const right = as(rexpr, "RowExpr")?.args;
  if (operator !== "=" || left === undefined || left.length !== right?.length) return undefined;
  const parts = left.map((l, i) => comparison(l, "=", right[i], reader));
  return parts.every((p) => p !== undefined) ? every(parts) : undefined;
}

function membership({ kind, lexpr, rexpr }: A_Expr, operator: string, reader: ConditionReader): Filter | undefined {
  const { scope } = reader;
  const column = columnIn(lexpr, scope);
  const negative = operator === "<>";
  const isMembership = kind === "AEXPR_IN" || (kind === "AEXPR_OP_ANY" ? operator === "=" : negative);
  if (column === undefined || !isMembership) return unexpressed(lexpr, scope);
  const array = as(withoutCast(rexpr), "SubLink");
  if (array?.subLinkType === "ARRAY_SUBLINK" && array.subselect !== undefined && !negative)
    return reader.subSelect(column, "in", array.subselect);
  const items = as(rexpr, "List")?.items;
  const list = items === undefined ? valueOf(rexpr, scope.reading) : inList(items, reader);
  return list === undefined ? unknownOf([column]) : filterOf(predicate(column, negative ? "not in" : "in", list));
}

/** One placeholder between the parentheses may stand for a list: `IN (:...ids)`, `IN (${Prisma.join(ids)})`. */
function inList(items: readonly Node[], { scope }: ConditionReader): Value | undefined {
  const [only, ...more] = items;
  const number = more.length === 0 ? as(withoutCast(only), "ParamRef")?.number : undefined;
  const given = number === undefined ? undefined : scope.reading.parameter(number);
  return (given && spreadList(given)) ?? listOf(items, scope.reading);
}

function range({ lexpr, rexpr }: A_Expr, scope: Scope): Filter | undefined {
  const column = columnIn(lexpr, scope);
  const [low, high] = as(rexpr, "List")?.items?.map((i) => valueOf(i, scope.reading)) ?? [];
  if (column === undefined) return undefined;
  return low === undefined || high === undefined
    ? unknownOf([column])
    : filterOf(predicate(column, ">=", low), predicate(column, "<=", high));
}
