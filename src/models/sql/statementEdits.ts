/** Edits of a statement's text: a further condition in its WHERE, a lock at its end. */
import type { Node, SelectStmt } from "libpg-query";
import type { Admitted, Condition, Insertion } from "../editing.js";
import { parse, scan, type Token } from "./parser.js";
import { as, nodesIn, stringIn, withoutCast } from "./tree.js";

/**
 * The conditions, and where they go in an UPDATE or DELETE. `undefined`: another statement, one without a WHERE, one whose WHERE is a
 * disjunction, or a text in which positions cannot be told.
 */
export function conditionEdit(text: string, conditions: readonly Condition[], parameters: number): Insertion | undefined {
  return whereEdit(text, parameters, (parameter) => conditions.map((c) => conditionText(c, parameter)));
}

/** An UPDATE sets a column of that name, or a DELETE asks for one. */
export function writesColumn(text: string, column: string): boolean {
  const statement = onlyStatement(text);
  const set = as(statement, "UpdateStmt")?.targetList ?? [];
  if (set.some((t) => as(t, "ResTarget")?.name === column)) return true;
  return nodesIn(as(statement, "DeleteStmt")?.whereClause, "ColumnRef").some((ref) => stringIn(ref.fields?.at(-1)) === column);
}

/** A column that the statement's caller may or may not expect something of. */
export interface OptionalColumn {
  readonly name: string;
  /** `null` is expected if anything is. */
  readonly onlyNull: boolean;
  readonly nullable: boolean;
}

/**
 * Conditions that hold for whoever expects nothing: `expected` is the name of an object with the columns, or of `undefined`. Values are
 * compared as text, so that the type of the column need not be known. `undefined` as for `conditionEdit`.
 */
export function expectationEdit(
  text: string,
  columns: readonly OptionalColumn[],
  expected: string,
  parameters: number,
): Insertion | undefined {
  return whereEdit(text, parameters, (parameter) => columns.map((c) => expectationText(c, expected, parameter)));
}

function expectationText({ name, onlyNull, nullable }: OptionalColumn, expected: string, parameter: Parameter): string {
  const column = quoted(name);
  const value = (): string => parameter(`${expected}?.${name}`);
  if (!onlyNull && !nullable) {
    const given = value();
    return `(${given}::text IS NULL OR ${column}::text = ${given})`;
  }
  const expects = `NOT ${parameter(`${expected} !== undefined`)}::boolean`;
  return `(${expects} OR ${onlyNull ? `${column} IS NULL` : `${column}::text IS NOT DISTINCT FROM ${value()}::text`})`;
}

function whereEdit(text: string, parameters: number, words: (parameter: Parameter) => readonly string[]): Insertion | undefined {
  const where = whereOf(onlyStatement(text));
  if (where === undefined || as(where, "BoolExpr")?.boolop === "OR_EXPR") return undefined;
  const tokens = tokensOf(text);
  const returning = tokens === undefined ? undefined : topLevel(tokens, "RETURNING");
  const last = tokens?.findLast((t) => t.text !== ";" && (returning === undefined || t.start < returning.start));
  if (last === undefined) return undefined;
  const values: string[] = [];
  const parameter = (value: string): string => {
    values.push(value);
    return `$${String(parameters + values.length)}`;
  };
  const added = words(parameter).map((w) => ` AND ${w}`);
  return { at: last.end, text: added.join(""), values };
}

/** `FOR UPDATE` at the end of a SELECT of rows of one table, also `SKIP LOCKED`. */
export function lockEdit(text: string, skips: boolean): Insertion | undefined {
  const select = as(onlyStatement(text), "SelectStmt");
  if (select === undefined || !isLockable(select)) return undefined;
  const last = tokensOf(text)?.findLast((t) => t.text !== ";");
  return last === undefined ? undefined : { at: last.end, text: skips ? " FOR UPDATE SKIP LOCKED" : " FOR UPDATE", values: [] };
}

/** What the WHERE of a SELECT certainly compares the column with: a text or a number as an expression, `null` for IS NULL. */
export function equatedValue(text: string, column: string): string | null | undefined {
  const select = as(onlyStatement(text), "SelectStmt");
  const [table, ...joined] = select?.fromClause ?? [];
  if (as(table, "RangeVar") === undefined || joined.length > 0) return undefined;
  const where = select?.whereClause;
  const all = as(where, "BoolExpr")?.boolop === "AND_EXPR" ? (as(where, "BoolExpr")?.args ?? []) : where === undefined ? [] : [where];
  const about = all.filter((c) => nodesIn(c, "ColumnRef").some((ref) => stringIn(ref.fields?.at(-1)) === column));
  const [condition, ...more] = about;
  if (condition === undefined || more.length > 0) return undefined;
  const test = as(condition, "NullTest");
  if (test !== undefined) return test.nulltesttype === "IS_NULL" ? null : undefined;
  const comparison = as(condition, "A_Expr");
  const isEqual = comparison?.kind === "AEXPR_OP" && stringIn(comparison.name?.[0]) === "=";
  if (!isEqual || as(comparison.lexpr, "ColumnRef") === undefined) return undefined;
  const constant = as(withoutCast(comparison.rexpr), "A_Const");
  return constant?.sval?.sval === undefined ? undefined : JSON.stringify(constant.sval.sval);
}

function isLockable(select: SelectStmt): boolean {
  const [from, ...more] = select.fromClause ?? [];
  const isGrouped = [select.groupClause, select.distinctClause, select.lockingClause].some((c) => c !== undefined && c.length > 0);
  const computes = nodesIn(select.targetList, "FuncCall").length > 0 || select.havingClause !== undefined;
  return as(from, "RangeVar") !== undefined && more.length === 0 && !isGrouped && !computes && select.withClause === undefined;
}

function onlyStatement(text: string): Node | undefined {
  const [only, ...more] = parse(text) ?? [];
  return more.length === 0 ? only : undefined;
}

function whereOf(statement: Node | undefined): Node | undefined {
  return as(statement, "UpdateStmt")?.whereClause ?? as(statement, "DeleteStmt")?.whereClause;
}

/** Without comments. Positions are in bytes, so that they are those of the text only if it is ASCII. */
function tokensOf(text: string): readonly Token[] | undefined {
  if (!/^[\x20-\x7e\s]*$/.test(text)) return undefined;
  return scan(text)?.filter((t) => !/^(?:--|\/\*)/.test(t.text));
}

function topLevel(tokens: readonly Token[], word: string): Token | undefined {
  let depth = 0;
  for (const token of tokens) {
    if (token.text === "(") depth++;
    if (token.text === ")") depth--;
    if (depth === 0 && token.text.toUpperCase() === word) return token;
  }
  return undefined;
}

type Parameter = (value: string) => string;

function conditionText({ column, admitted }: Condition, parameter: Parameter): string {
  const [first = "true", ...more] = alternatives(quoted(column), admitted, parameter);
  return more.length === 0 ? first : `(${[first, ...more].join(" OR ")})`;
}

function quoted(column: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(column) ? column : `"${column.replaceAll('"', '""')}"`;
}

function alternatives(name: string, admitted: Admitted, parameter: Parameter): readonly string[] {
  const written = (values: readonly string[]): readonly string[] => values.map((v) => literal(v) ?? parameter(v));
  switch (admitted.kind) {
    case "comparison":
      return [`${name} ${admitted.operator} ${literal(admitted.value) ?? parameter(admitted.value)}`];
    case "values": {
      const values = written(admitted.values);
      const equal = values.length === 0 ? [] : [values.length === 1 ? `${name} = ${values.join("")}` : `${name} IN (${values.join(", ")})`];
      return [...equal, ...(admitted.null ? [`${name} IS NULL`] : [])];
    }
    case "except": {
      if (admitted.values.length === 0) return admitted.null ? [] : [`${name} IS NOT NULL`];
      const values = written(admitted.values);
      if (values.length === 1) return [`${name} ${admitted.null ? "IS DISTINCT FROM" : "<>"} ${values.join("")}`];
      return [`${name} NOT IN (${values.join(", ")})`, ...(admitted.null ? [`${name} IS NULL`] : [])];
    }
  }
}

/** A literal of the program as one of SQL; `undefined`: no literal, or one with escapes. */
function literal(text: string): string | undefined {
  if (/^-?\d+$/.test(text) || text === "true" || text === "false") return text;
  const content = /^(["'`])([^\\]*)\1$/.exec(text)?.[2];
  return content === undefined ? undefined : `'${content.replaceAll("'", "''")}'`;
}
