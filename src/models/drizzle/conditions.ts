/** Reads conditions: operators, `sql` templates, functions that return them, and objects of the relational API. */
import type { Value, ValueOf } from "../../ir/value.js";
import { isUndefined } from "../fields.js";
import { allRows, either, every, filterOf, negated, predicate, unknownOf, unknownPredicate, unknownRows } from "../filter.js";
import type { Filter } from "../model.js";
import { columnName, columnOf, propertyColumn } from "./columns.js";
import { boundValue, conditionInSql, type Scope } from "./fragments.js";
import { modelName, plainHandle } from "./handles.js";
import { objectFilter } from "./objectFilter.js";
import { comparisons, nullTests, operatorOf, type Operation } from "./operators.js";

export interface ConditionScope extends Scope {
  /** What a condition on the rows that a sub-query finds says of the statement's rows. */
  readonly subQuery: (column: string, operator: "=" | "in", query: ValueOf<"handle">) => Filter;
}

/** A condition that is `undefined` is dropped, and `and` drops those among its own (facts S11). */
export function conditionOf(value: Value | undefined, scope: ConditionScope): Filter {
  if (value === undefined || isUndefined(value)) return allRows;
  switch (value.kind) {
    case "join":
      return either(value.alternatives.map((a) => conditionOf(a.value, scope)));
    case "closure":
      return conditionOf(scope.context.returned(value, callbackArguments(scope)), scope);
    case "object":
      return objectFilter(value, scope, (v) => conditionOf(v, scope));
    case "computed":
      return operatorOf(value) === undefined ? unknownRows : operationFilter(value, scope);
    default:
      return unknownRows;
  }
}

/** `(job, { eq }) => ..` is passed the table and the operators. */
function callbackArguments({ context, main }: Scope): readonly Value[] {
  return [plainHandle("table", context.values, main), plainHandle("operators", context.values)];
}

function operationFilter(value: Operation, scope: ConditionScope): Filter {
  const operator = operatorOf(value) ?? "";
  const conditions = (): readonly Filter[] => value.inputs.map((v) => conditionOf(v, scope));
  switch (operator) {
    case "and":
      return every(spread(value) ?? conditions());
    case "or":
      return either(spread(value) ?? conditions());
    case "not":
      return negated(conditions()[0] ?? unknownRows);
    case "sql":
    case "raw":
      return conditionInSql(value, scope);
    case "between":
      return betweenFilter(value, scope);
    default:
      return comparisonFilter(operator, value, scope);
  }
}

/** `and(...conditions)`: the elements are not known here. */
function spread({ inputs }: Operation): readonly Filter[] | undefined {
  return inputs.length === 0 ? [unknownRows] : undefined;
}

function betweenFilter({ inputs: [target, low, high] }: Operation, scope: ConditionScope): Filter {
  const column = comparedColumn(target, scope);
  if (column === undefined || low === undefined || high === undefined) return unknownRows;
  return filterOf(predicate(column, ">=", boundValue(low, scope)), predicate(column, "<=", boundValue(high, scope)));
}

const flipped: Readonly<Record<string, string>> = { eq: "eq", ne: "ne", gt: "lt", gte: "lte", lt: "gt", lte: "gte" };

function comparisonFilter(operator: string, { inputs: [left, right] }: Operation, scope: ConditionScope): Filter {
  const mirrored = flipped[operator];
  const other = mirrored === undefined || columnIn(left, scope) !== undefined ? undefined : columnIn(right, scope);
  if (other !== undefined && mirrored !== undefined) return compared(other, mirrored, left, scope);
  const column = comparedColumn(left, scope);
  return column === undefined ? unknownRows : compared(column, operator, right, scope);
}

function compared(column: string, operator: string, right: Value | undefined, scope: ConditionScope): Filter {
  const test = nullTests[operator];
  if (test !== undefined) return filterOf(predicate(column, test));
  const comparison = comparisons[operator];
  if (comparison === undefined || right === undefined) return filterOf(unknownPredicate(column));
  if (right.kind === "handle" && right.model === modelName)
    return comparison === "=" || comparison === "in" ? scope.subQuery(column, comparison, right) : unknownOf([column]);
  if (operatorOf(right) === "sql" || columnIn(right, scope) !== undefined) return sqlComparison(column, comparison, right, scope);
  return filterOf(predicate(column, comparison, boundValue(right, scope)));
}

/** `lt(jobs.runAt, sql`now()`)`: what the database computes; another column is no value. */
function sqlComparison(column: string, comparison: string, right: Value, scope: ConditionScope): Filter {
  const { values } = scope.context;
  if (operatorOf(right) !== "sql" || right.kind !== "computed" || comparison.includes("in")) return filterOf(unknownPredicate(column));
  const template = values.computed(`template "${column}" ${comparison} \${}`, [right]);
  return conditionInSql(values.computed(right.operation, [template]), scope);
}

function columnIn(value: Value | undefined, scope: Scope): string | undefined {
  const column = columnOf(value, scope.context, scope.tables);
  return column && columnName(column, scope.main);
}

/** What stands first in a comparison is a column, as far as it can be one. */
function comparedColumn(value: Value | undefined, scope: Scope): string | undefined {
  const column = columnOf(value, scope.context, scope.tables) ?? propertyColumn(value, scope.context);
  return column && columnName(column, scope.main);
}
