/** Reads what a statement writes into columns. */
import type { InsertStmt, Node, SelectStmt } from "libpg-query";
import type { Value } from "../../ir/value.js";
import { setColumn } from "../patch.js";
import type { AccessSpec, WrittenColumn } from "../model.js";
import { valueOf } from "./expressions.js";
import { nameIn, propertyOf, type Scope } from "./scope.js";
import { as, pathOf, stringIn, withoutCast } from "./tree.js";

type Patch = Pick<AccessSpec, "written" | "opaquePatch">;

/** `SET ..`; `excluded`: what an upsert would have inserted. */
export function setColumns(targets: readonly Node[], scope: Scope, excluded: readonly WrittenColumn[] = []): Patch {
  const written = targets.flatMap((node): readonly WrittenColumn[] => {
    const target = as(node, "ResTarget");
    if (target?.name === undefined) return [];
    const column = propertyOf(target.name, scope.main?.schema);
    // An element of an array or a field of a composite: the rest of the column stays.
    return target.indirection === undefined ? [setTo(column, target.val, scope, excluded)] : [raw(column, scope)];
  });
  return { written, opaquePatch: false };
}

function setTo(column: string, expression: Node | undefined, scope: Scope, excluded: readonly WrittenColumn[]): WrittenColumn {
  const assigned = assignedExpression(expression);
  const value = valueOf(assigned, scope.reading) ?? excludedValue(assigned, scope, excluded);
  if (value !== undefined) return setColumn(column, value);
  return change(column, assigned, scope) ?? raw(column, scope);
}

/** `(a, b) = ($1, $2)` gives each column a place in the row. */
function assignedExpression(expression: Node | undefined): Node | undefined {
  const multiple = as(expression, "MultiAssignRef");
  if (multiple === undefined) return expression;
  return as(multiple.source, "RowExpr")?.args?.[(multiple.colno ?? 1) - 1];
}

function excludedValue(expression: Node | undefined, scope: Scope, excluded: readonly WrittenColumn[]): Value | undefined {
  const path = pathOf(withoutCast(expression));
  if (path?.at(-2) !== "excluded") return undefined;
  const column = propertyOf(path.at(-1) ?? "", scope.main?.schema);
  return excluded.find((w) => w.column === column)?.value;
}

const changes: Readonly<Record<string, WrittenColumn["how"]>> = { "+": "increment", "-": "decrement", "||": "append" };

/** `attempts = attempts + 1`; also `COALESCE(attempts, 0) + 1`. */
function change(column: string, expression: Node | undefined, scope: Scope): WrittenColumn | undefined {
  const operation = as(withoutCast(expression), "A_Expr");
  const how = operation?.kind === "AEXPR_OP" ? changes[stringIn(operation.name?.[0]) ?? ""] : undefined;
  if (operation === undefined || how === undefined) return undefined;
  const [own, amount] = isColumn(operation.lexpr, column, scope)
    ? [operation.lexpr, operation.rexpr]
    : how === "increment" && isColumn(operation.rexpr, column, scope)
      ? [operation.rexpr, operation.lexpr]
      : [undefined, undefined];
  if (own === undefined) return undefined;
  return { column, how, value: valueOf(amount, scope.reading) ?? scope.reading.context.values.unknown };
}

function isColumn(node: Node | undefined, column: string, scope: Scope): boolean {
  const expression = withoutCast(node);
  const path = pathOf(expression) ?? pathOf(withoutCast(as(expression, "CoalesceExpr")?.args?.[0]));
  return path !== undefined && nameIn(path, scope) === column;
}

function raw(column: string, scope: Scope): WrittenColumn {
  return { column, how: "raw", value: scope.reading.context.values.unknown };
}

export interface Inserted extends Patch {
  /** The query whose rows are inserted. */
  readonly source: SelectStmt | undefined;
}

/** Columns that are not named are those of the table, in an order that the program does not show. */
export function insertedColumns({ cols, selectStmt }: InsertStmt, scope: Scope): Inserted {
  const select = as(selectStmt, "SelectStmt");
  const columns = cols?.map((c) => propertyOf(as(c, "ResTarget")?.name ?? "", scope.main?.schema));
  if (select === undefined) return { written: [], opaquePatch: false, source: undefined };
  const rows = select.valuesLists?.map((l) => as(l, "List")?.items ?? []);
  const source = rows === undefined ? select : undefined;
  const given = rows ?? [select.targetList?.map((t) => as(t, "ResTarget")?.val) ?? []];
  if (columns === undefined) return { written: [], opaquePatch: true, source };
  const written = columns.map((column, i) =>
    insertedColumn(
      column,
      given.map((row) => row[i]),
      scope,
    ),
  );
  return { written, opaquePatch: false, source };
}

function insertedColumn(column: string, expressions: readonly (Node | undefined)[], scope: Scope): WrittenColumn {
  const { values } = scope.reading.context;
  const given = expressions.map((e) => valueOf(e, scope.reading));
  return given.every((v) => v !== undefined)
    ? setColumn(column, values.join(given.map((value) => ({ value, when: [] }))))
    : raw(column, scope);
}
