/** The values of a statement's expressions. */
import type { A_Const, Node } from "libpg-query";
import type { Value, ValueFactory } from "../../ir/value.js";
import { functionName } from "./functions.js";
import type { Reading } from "./scope.js";
import { as, stringIn, withoutCast } from "./tree.js";

/** Functions and keywords that are the time at which the statement, or its transaction, runs. */
const clocks = new Set(["now", "clock_timestamp", "statement_timestamp", "transaction_timestamp"]);
const clockWords = new Set([
  "SVFOP_CURRENT_TIMESTAMP",
  "SVFOP_CURRENT_TIMESTAMP_N",
  "SVFOP_CURRENT_DATE",
  "SVFOP_LOCALTIMESTAMP",
  "SVFOP_LOCALTIMESTAMP_N",
]);

/** `undefined`: computed by the database from columns or in another way that is not expressed. */
export function valueOf(node: Node | undefined, reading: Reading): Value | undefined {
  const { values } = reading.context;
  const expression = withoutCast(node);
  const parameter = as(expression, "ParamRef");
  if (parameter?.number !== undefined) {
    const value = reading.parameter(parameter.number);
    return spreadList(value) ?? value;
  }
  const constant = as(expression, "A_Const");
  if (constant !== undefined) return constantOf(constant, reading);
  const call = as(expression, "FuncCall");
  if (call !== undefined) return clocks.has(functionName(call) ?? "") ? values.clock : undefined;
  const word = as(expression, "SQLValueFunction");
  if (word?.op !== undefined && clockWords.has(word.op)) return values.clock;
  const array = as(expression, "A_ArrayExpr")?.elements ?? as(expression, "List")?.items;
  return array === undefined ? computation(expression, reading) : listOf(array, reading);
}

const spread = "sql spread";

/** The value of a placeholder that may stand for all elements of a list. */
export function spreadOf(list: Value, values: ValueFactory): Value {
  return values.computed(spread, [list]);
}

export function spreadList(value: Value): Value | undefined {
  return value.kind === "computed" && value.operation === spread ? value.inputs[0] : undefined;
}

export function listOf(elements: readonly Node[], reading: Reading): Value | undefined {
  const list = elements.map((e) => valueOf(e, reading));
  return list.every((v) => v !== undefined) ? reading.context.values.list(list) : undefined;
}

function constantOf(constant: A_Const, { context: { values } }: Reading): Value {
  if (constant.isnull === true) return values.null;
  if (constant.boolval !== undefined) return values.constant(constant.boolval.boolval ?? false);
  if (constant.ival !== undefined) return values.constant(constant.ival.ival ?? 0);
  if (constant.fval !== undefined) return values.constant(Number(constant.fval.fval));
  return constant.sval === undefined ? values.unknown : values.constant(constant.sval.sval ?? "");
}

/** `now() - interval '5 minutes'`, `$1 + 1`: computed from values, and not from columns. */
function computation(node: Node | undefined, reading: Reading): Value | undefined {
  const expression = as(node, "A_Expr");
  const operator = stringIn(expression?.name?.[0]);
  if (expression?.kind !== "AEXPR_OP" || operator === undefined) return undefined;
  const operands = [expression.lexpr, expression.rexpr].filter((n) => n !== undefined).map((n) => valueOf(n, reading));
  return operands.every((v) => v !== undefined) ? reading.context.values.computed(`sql ${operator}`, operands) : undefined;
}
