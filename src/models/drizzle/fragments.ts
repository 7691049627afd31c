/** Reads `sql` templates (https://orm.drizzle.team/docs/sql): columns and tables in them are names, other values are parameters. */
import type { Value } from "../../ir/value.js";
import { stringOf } from "../fields.js";
import type { CallContext, Filter, WrittenColumn } from "../model.js";
import { spreadOf } from "../sql/expressions.js";
import { assignmentIn, conditionIn, type FragmentNames } from "../sql/fragments.js";
import { boundSplice, plainSplice, statementPieces, type Piece, type Splice } from "../sql/pieces.js";
import { columnOf, entityOf, tableName } from "./columns.js";
import { aggregates, comparisons, nullTests, operatorOf, type Operation } from "./operators.js";

/** What a statement is about, for the names and values in its parts. */
export interface Scope {
  readonly context: CallContext;
  readonly main: Value | undefined;
  /** What the statement uses as tables, as it was given. */
  readonly tables: readonly Value[];
  /** What a prepared statement is executed with. */
  readonly placeholders: Value | undefined;
}

export function conditionInSql(fragment: Value, scope: Scope): Filter {
  return conditionIn(fragment, namesOf(scope));
}

export function assignmentInSql(column: string, fragment: Value, scope: Scope): WrittenColumn | undefined {
  return assignmentIn(column, fragment, namesOf(scope));
}

function namesOf(scope: Scope): FragmentNames {
  const { context, main } = scope;
  const own = main === undefined ? undefined : tableName(main, context);
  const schema = main === undefined ? undefined : context.schema(main);
  return {
    context,
    splice: spliceOf(scope),
    parameter: () => context.values.unknown,
    column: (path) => {
      const name = path.at(-1) ?? "";
      const isOwn = path.length === 1 || path.at(-2) === own;
      return isOwn ? (schema?.columnNames?.get(name) ?? name) : path.join(".");
    },
  };
}

export function spliceOf(scope: Scope): Splice {
  return boundSplice(scope.context.values, (value) => piecesOf(value, scope));
}

/** The value that a statement sends: a placeholder is what the prepared statement is executed with. */
export function boundValue(value: Value, { context, placeholders }: Scope): Value {
  const operator = operatorOf(value);
  const [first = context.values.unknown] = value.kind === "computed" ? value.inputs : [];
  if (operator === "param") return first;
  if (operator !== "placeholder") return value;
  const name = stringOf(first);
  return placeholders === undefined || name === undefined ? context.values.unknown : context.property(placeholders, name);
}

const text = (written: string): Piece => ({ kind: "text", text: written });
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const signs: Readonly<Record<string, string>> = { "=": "=", "<>": "<>", ">": ">", ">=": ">=", "<": "<", "<=": "<=" };

function piecesOf(value: Value, scope: Scope): readonly Piece[] | undefined {
  const column = columnOf(value, scope.context, scope.tables);
  if (column !== undefined) {
    const table = tableName(column.entity, scope.context);
    return [text(table === undefined ? quoted(column.name) : `${quoted(table)}.${quoted(column.name)}`)];
  }
  if (value.kind === "handle") {
    const table = tableName(entityOf(value, scope.context), scope.context);
    return value.type === "table" && table !== undefined ? [text(quoted(table))] : undefined;
  }
  return operatorOf(value) === undefined || value.kind !== "computed" ? undefined : operationPieces(value, scope);
}

function operationPieces(value: Operation, scope: Scope): readonly Piece[] | undefined {
  const { values } = scope.context;
  const operator = operatorOf(value) ?? "";
  const [first = values.undefined, second] = value.inputs;
  switch (operator) {
    case "sql":
      return statementPieces(first, spliceOf(scope));
    case "raw":
      return statementPieces(first, plainSplice(values));
    case "identifier":
      return stringOf(first) === undefined ? undefined : [text(quoted(stringOf(first) ?? ""))];
    case "join":
      return joined(first, second, scope);
    case "placeholder":
    case "param":
      return [{ kind: "hole", value: boundValue(value, scope) }];
    default:
      return conditionPieces(operator, value, scope);
  }
}

/** `eq(jobs.id, id)` and the like inside a template. */
function conditionPieces(operator: string, { inputs }: Operation, scope: Scope): readonly Piece[] | undefined {
  const parts = inputs.map((v) => piecesOf(v, scope) ?? [{ kind: "hole", value: v } as const]);
  const [first = [], second = []] = parts;
  const sign = signs[comparisons[operator] ?? ""];
  if (sign !== undefined) return [text("("), ...first, text(` ${sign} `), ...second, text(")")];
  const test = nullTests[operator];
  if (test !== undefined) return [text("("), ...first, text(` ${test})`)];
  if (operator === "and" || operator === "or") return [text("("), ...separated(parts, [text(` ${operator} `)]), text(")")];
  return aggregates.has(operator) ? [text(`${operator}(`), ...(inputs.length === 0 ? [text("*")] : first), text(")")] : undefined;
}

function separated(parts: readonly (readonly Piece[])[], separator: readonly Piece[]): readonly Piece[] {
  return parts.flatMap((p, i) => (i === 0 ? p : [...separator, ...p]));
}

/** `sql.join(list, separator)`; of a list that is not written out, all its elements. */
function joined(list: Value, separator: Value | undefined, scope: Scope): readonly Piece[] | undefined {
  const { values } = scope.context;
  if (list.kind !== "list") return [{ kind: "hole", value: spreadOf(list.kind === "mapped" ? list.list : list, values) }];
  const between = separator === undefined ? [] : (piecesOf(separator, scope) ?? []);
  return separated(
    list.elements.map((e) => piecesOf(e, scope) ?? [{ kind: "hole", value: e } as const]),
    between,
  );
}
