/** What the rows that a statement returns call its columns. */
import type { Value, ValueOf } from "../../ir/value.js";
import { wholeRow } from "../../ir/value.js";
import { fieldsOf } from "../fields.js";
import type { CallContext, Cardinality } from "../model.js";
import { columnName, entityOf, propertyColumn, tableName } from "./columns.js";
import { aggregates, operatorOf } from "./operators.js";

export interface Selection {
  readonly cardinality: Extract<Cardinality, "rows" | "count" | "scalar">;
  /** Names of columns in the result, where they are other ones than the entity's. */
  readonly names: ReadonlyMap<string, string>;
  /** The only field, of a count. */
  readonly only: string | undefined;
}

/** `joined`: without a selection, the rows of the tables stand side by side under the tables' names. */
export function selectionOf(
  fields: Value | undefined,
  main: Value | undefined,
  joined: readonly (Value | undefined)[],
  context: CallContext,
): Selection {
  if (fields?.kind === "object") return selected(fields, main, context);
  if (joined.length === 0) return { cardinality: "rows", names: new Map(), only: undefined };
  const own = tableName(main, context);
  const others = joined.flatMap((j) => tableName(j, context) ?? []).map((name) => [name, `?.${name}`] as const);
  return { cardinality: "rows", names: new Map([...others, ...(own === undefined ? [] : [[own, wholeRow] as const])]), only: undefined };
}

function selected(selection: ValueOf<"object">, main: Value | undefined, context: CallContext): Selection {
  const { fields } = fieldsOf(selection, context);
  const counts = fields.map((f) => aggregateOf(f.value));
  const [first, ...more] = counts;
  const isCount = first === "count" && more.length === 0;
  const names = new Map(fields.map((f) => [f.name, nameOf(f.name, f.value, main, context)]));
  const isScalar = counts.some((c) => c !== undefined);
  return { cardinality: isCount ? "count" : isScalar ? "scalar" : "rows", names, only: isCount ? fields[0]?.name : undefined };
}

function nameOf(name: string, value: Value, main: Value | undefined, context: CallContext): string {
  const column = propertyColumn(value, context);
  if (column !== undefined) return columnName(column, main);
  return main !== undefined && value.kind === "handle" && entityOf(value, context) === main ? wholeRow : `?.${name}`;
}

const sqlAggregate = /^\s*(?:cast\s*\(\s*)?(count|sum|avg|min|max|bool_and|bool_or|array_agg|json_agg|jsonb_agg|string_agg)\s*\(/i;

/** `count()`, sql`count(*)`. */
function aggregateOf(value: Value): "count" | "scalar" | undefined {
  const operator = operatorOf(value);
  if (operator === undefined || value.kind !== "computed") return undefined;
  if (aggregates.has(operator)) return operator === "count" ? "count" : "scalar";
  const [template] = value.inputs;
  const text =
    template?.kind === "const" ? String(template.value) : template?.kind === "computed" ? template.operation.replace(/^template /, "") : "";
  const named = operator === "sql" ? sqlAggregate.exec(text)?.[1]?.toLowerCase() : undefined;
  return named === undefined ? undefined : named === "count" ? "count" : "scalar";
}
