/** What a described method does to the database. */
import type { Handle, Value } from "../../ir/value.js";
import { access, accesses } from "../access.js";
import { fieldsOf, isList, isNull, isRow } from "../fields.js";
import { allRows, every, filterOf, predicate, unknownOf, unknownPredicate, unknownRows } from "../filter.js";
import type { AccessSpec, CallContext, Cardinality, Filter, Meaning, Predicate } from "../model.js";
import { nothingWritten, patchOf, patchOfEach, setColumn, type FieldReader, type Patch } from "../patch.js";
import type { RepositoryMethod } from "./repository.js";

/** One call of a described method. */
interface Described {
  readonly method: RepositoryMethod;
  readonly keyColumn: string;
  readonly context: CallContext;
}

export function callMethod(described: Described, handle: Handle, name: string): Meaning {
  const { method, context } = described;
  const patch = patchIn(described);
  const spec = access(handle, name, context, {
    operation: method.operation,
    cardinality: cardinalities[method.returns],
    filter: filterIn(described),
    target: argument(method.row, context),
    written: patch.written,
    opaquePatch: patch.opaque,
    lock: method.locks ? { strength: "update", wait: "block" } : undefined,
    missThrows: method.missThrows,
    onConflict: method.operation === "upsert" ? "update" : "error",
  });
  return accesses([spec], resultOf(spec, described));
}

const cardinalities: Readonly<Record<RepositoryMethod["returns"], Cardinality>> = {
  row: "row",
  rows: "rows",
  count: "count",
  exists: "exists",
  changed: "none",
  nothing: "none",
};

/** A saved row is the object that was given, except that the database knows more of an inserted one. */
function resultOf(spec: AccessSpec, { method, context: { values } }: Described): Value {
  if (method.returns === "changed") return values.affected(spec.id);
  if (method.returns === "nothing") return values.unknown;
  const isSaved = method.operation === "update" || method.operation === "upsert";
  return isSaved && spec.target !== undefined ? spec.target : values.result(spec.id);
}

/** `undefined`: the method has no such argument. One that the call leaves out is unknown: it may have a default. */
function argument(position: number | undefined, { arguments: given, values }: CallContext): Value | undefined {
  return position === undefined ? undefined : (given[position] ?? values.unknown);
}

/** Rows that the description does not narrow down are unknown ones, and not all rows. */
function filterIn(described: Described): Filter {
  const { method, context, keyColumn } = described;
  const key = argument(method.key, context);
  const conditions = argument(method.filter, context);
  const row = argument(method.row, context);
  if (method.operation !== "insert" && key === undefined && conditions === undefined && row === undefined)
    return every([unknownRows, guards(method)]);
  return every([
    key === undefined ? allRows : equality(keyColumn, key),
    conditions === undefined ? allRows : conditionsIn(conditions, context),
    row?.kind === "object" ? equality(keyColumn, context.property(row, keyColumn)) : allRows,
    guards(method),
  ]);
}

/** Columns that are tested in a way that the call does not show. */
function guards({ guards: columns }: RepositoryMethod): Filter {
  return filterOf(...columns.map(unknownPredicate));
}

function conditionsIn(conditions: Value, context: CallContext): Filter {
  const { fields, complete } = fieldsOf(conditions, context);
  const filters = fields.map(({ name, value, certain }) => (certain ? equality(name, value) : unknownOf([name])));
  return every([...filters, complete ? allRows : unknownRows]);
}

function equality(column: string, value: Value): Filter {
  if (value.kind === "unknown") return unknownOf([column]);
  const operator: Predicate["operator"] = isNull(value) ? "is null" : isList(value) ? "in" : "=";
  return filterOf(isNull(value) ? predicate(column, operator) : predicate(column, operator, value));
}

const asWritten: FieldReader = ({ name, value }) => [setColumn(name, value)];

function patchIn(described: Described): Patch {
  const { method, context } = described;
  if (method.operation === "read") return nothingWritten;
  const shown = shownPatch(described);
  const hidden = method.writes.filter((column) => shown?.written.some((w) => w.column === column) !== true);
  const written = [...(shown?.written ?? []), ...hidden.map((column) => setColumn(column, context.values.unknown))];
  const isUndescribed = shown === undefined && method.writes.length === 0 && method.operation !== "delete";
  return { written, opaque: isUndescribed || shown?.opaque === true };
}

/** The columns that the arguments show; `undefined`: there is no such argument. */
function shownPatch({ method, context, keyColumn }: Described): Patch | undefined {
  const patch = argument(method.patch, context);
  if (patch !== undefined) return patchOfEach(patch, context, asWritten);
  const row = argument(method.row, context);
  if (row === undefined || method.operation === "delete") return undefined;
  const saved = row.kind === "object" ? patchOf(row, context, asWritten) : patchOfEach(row, context, asWritten);
  return { written: saved.written.filter((w) => w.column !== keyColumn), opaque: saved.opaque && !isRow(row) };
}
