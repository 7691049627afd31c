/** What a statement does when it is sent, and what it resolves to (facts 2). */
import type { Handle, Value, ValueOf } from "../../ir/value.js";
import { accesses } from "../access.js";
import { entityIdOf } from "../entity.js";
import { isList, isUndefined } from "../fields.js";
import { every, filterOf, inner, predicate, unknownOf, unknownRows } from "../filter.js";
import type { AccessSpec, CallContext, Filter, Meaning } from "../model.js";
import { patchOf, patchOfEach, setColumn, type Patch } from "../patch.js";
import { foundKeys } from "../sql/claims.js";
import { excludesOthers } from "../sql/locks.js";
import { Sender } from "../sql/sender.js";
import { conditionOf, type ConditionScope } from "./conditions.js";
import { columnOf, propertyColumn } from "./columns.js";
import { assignmentInSql, boundValue, type Scope } from "./fragments.js";
import { isDriver } from "./handles.js";
import { operatorOf } from "./operators.js";
import { selectionOf } from "./selection.js";
import { readSteps, type Statement } from "./statement.js";
import { tablesOf } from "./tables.js";

/** A statement that is being sent. */
interface Sent {
  readonly handle: Handle;
  readonly statement: Statement;
  readonly scope: Scope;
  readonly send: Sender;
}

export function sendStatement(handle: Handle, placeholders: Value | undefined, context: CallContext): Meaning {
  const statement = readSteps(handle.steps, handle.entity, context);
  const scope = { context, main: statement.main, tables: statement.tables, placeholders };
  const sent = { handle, statement, scope, send: new Sender(handle, statement.verb, context) };
  const result = sendVerb(sent);
  return accesses(sent.send.accesses, result);
}

function sendVerb(sent: Sent): Value {
  switch (sent.statement.verb) {
    case "insert":
      return insert(sent);
    case "update":
    case "delete":
      return change(sent, sent.statement.verb);
    case "findFirst":
    case "findMany":
      return find(sent);
    case "$count":
      return read(sent, sent.statement.where, "count");
    case "select":
    case "execute":
      return select(sent);
  }
}

/**
 * A transaction of SQLite that reads lets nobody else write before it does, or fails with SQLITE_BUSY when it writes
 * (https://www.sqlite.org/isolation.html).
 */
function readLock({ handle, statement, scope }: Sent): AccessSpec["lock"] {
  const id = entityIdOf(statement.main);
  const isSqlite = id !== undefined && tablesOf(scope.context.facts).byId.get(id)?.isSqlite === true;
  return isSqlite && handle.connection.kind !== "global" ? { strength: "update", wait: "block" } : statement.lock;
}

/** Rows of a sub-query are chosen before anything is locked, so that what it asks of them guards nothing. */
function readScope(scope: Scope): ConditionScope {
  return { ...scope, subQuery: (column) => inner(unknownOf([column])) };
}

function read(sent: Sent, where: Value | undefined, cardinality: AccessSpec["cardinality"]): Value {
  const { statement, scope, send } = sent;
  const filter = conditionOf(where, readScope(scope));
  const spec = send.access(tableOf(statement), { operation: "read", cardinality, filter, lock: readLock(sent) });
  return scope.context.values.result(spec.id);
}

/** `findFirst(config)`: `columns`, `with` and `limit` say what comes with the rows. */
function find(sent: Sent): Value {
  const { context } = sent.scope;
  const config = sent.statement.fields;
  const where = config === undefined ? undefined : context.property(config, "where");
  return read(sent, where, sent.statement.verb === "findFirst" ? "row" : "rows");
}

function select(sent: Sent): Value {
  const { statement, scope, send } = sent;
  const { context } = scope;
  const selection = selectionOf(statement.fields, statement.main, statement.joined, context);
  const cardinality = statement.grouped ? "scalar" : selection.cardinality;
  const filter = selectedRows(sent);
  const spec = send.access(tableOf(statement), { operation: "read", cardinality, filter, lock: readLock(sent) });
  const result = context.values.result(spec.id, selection.names);
  if (cardinality === "count" && selection.only !== undefined)
    return context.values.list([context.values.fields({ [selection.only]: result })]);
  return cardinality === "scalar" ? context.values.list([result]) : result;
}

/** The rows of a sub-query are those that it selects itself. */
function selectedRows({ statement, scope }: Pick<Sent, "statement" | "scope">): Filter {
  const own = conditionOf(statement.where, readScope(scope));
  const source = statement.source === undefined ? undefined : readSteps(statement.source.steps, statement.source.entity, scope.context);
  const outer = source === undefined ? own : every([selectedRows({ statement: source, scope }), own]);
  return statement.restricted || statement.grouped ? every([outer, unknownRows]) : outer;
}

function change(sent: Sent, operation: "update" | "delete"): Value {
  const { statement, scope, send } = sent;
  const patch = operation === "delete" ? { written: [], opaquePatch: false } : patched(statement.set, scope);
  const where = conditionOf(statement.where, { ...scope, subQuery: (column, operator, query) => claimed(column, operator, query, sent) });
  const filter = statement.restricted ? every([where, unknownRows]) : where;
  const cardinality = statement.returning ? "rows" : "none";
  return returned(send.access(tableOf(statement), { operation, cardinality, filter, ...patch }), sent);
}

/**
 * The conditions of a sub-query that locks guard the write as if they stood in its own WHERE; one that does not lock is a read of its own
 * (facts 1).
 */
function claimed(column: string, operator: "=" | "in", query: ValueOf<"handle">, { scope, send }: Sent): Filter {
  const { context } = scope;
  const found = readSteps(query.steps, query.entity, context);
  if (found.verb !== "select" || found.main === undefined || found.main !== scope.main) return inner(unknownOf([column]));
  const filter = selectedRows({ statement: found, scope });
  const lock = lockOf(found, context);
  if (excludesOthers(lock)) return every([filterOf(predicate(column, "in", context.values.unknown)), filter]);
  const spec = send.access({ entity: found.main }, { operation: "read", cardinality: "rows", lock, filter });
  const rows = foundKeys(column, operator, spec, context);
  return every([rows === undefined ? unknownOf([column]) : filterOf(predicate(column, operator, rows)), inner(filter)]);
}

/** The lock of the statement, or of the one whose rows it selects. */
function lockOf(statement: Statement, context: CallContext): AccessSpec["lock"] {
  if (statement.lock !== undefined || statement.source === undefined) return statement.lock;
  return lockOf(readSteps(statement.source.steps, statement.source.entity, context), context);
}

function insert(sent: Sent): Value {
  const { statement, scope, send } = sent;
  const rows = statement.values ?? scope.context.values.unknown;
  const given = insertedColumns(rows, scope);
  const isUpsert = statement.onConflict === "update";
  const spec = send.access(tableOf(statement), {
    cardinality: statement.returning ? "rows" : "none",
    operation: isUpsert ? "upsert" : "insert",
    onConflict: statement.onConflict,
    ...(isUpsert ? upserted(given, isList(rows), sent) : { written: given.written, opaquePatch: given.opaque }),
  });
  return returned(spec, sent);
}

/** The row that is updated is the one with the key that was given, under the condition of `setWhere`. */
function upserted(given: Patch, several: boolean, { statement, scope }: Sent): Pick<AccessSpec, "filter" | "written" | "opaquePatch"> {
  const { context } = scope;
  const conflict = statement.conflict ?? context.values.undefined;
  const target = context.property(conflict, "target");
  const targets = (target.kind === "list" ? target.elements : [target]).map((t) => propertyColumn(t, context)?.name);
  const keys = given.written.filter((w) => targets.includes(w.column) && w.how === "set");
  const rows: Filter = {
    predicates: keys.map((w) => predicate(w.column, several ? "in" : "=", w.value)),
    opaque: keys.length < targets.length || keys.length === 0,
  };
  const conditions = ["setWhere", "where"].map((name) => conditionOf(context.property(conflict, name), readScope(scope)));
  return { filter: every([rows, ...conditions]), ...patched(context.property(conflict, "set"), scope) };
}

function patched(set: Value | undefined, scope: Scope): Pick<AccessSpec, "written" | "opaquePatch"> {
  if (set === undefined) return { written: [], opaquePatch: true };
  const { written, opaque } = columnsOf(set, scope, patchOf);
  return { written, opaquePatch: opaque };
}

function insertedColumns(rows: Value, scope: Scope): Patch {
  return isUndefined(rows) ? { written: [], opaque: true } : columnsOf(rows, scope, patchOfEach);
}

function columnsOf(given: Value, scope: Scope, read: typeof patchOf): Patch {
  const { context } = scope;
  return read(given, context, ({ name, value }) => {
    const operator = operatorOf(value);
    if (operator !== "sql" && value.kind !== "handle" && columnOf(value, context, scope.tables) === undefined)
      return [setColumn(name, boundValue(value, scope))];
    const assigned = operator === "sql" ? assignmentInSql(name, value, scope) : undefined;
    return [assigned ?? { column: name, value: context.values.unknown, how: "raw" }];
  });
}

/** Without `returning` a write resolves to what the driver says: an object that is always truthy. */
function returned(spec: AccessSpec, { handle, statement, scope }: Sent): Value {
  const { context } = scope;
  const { values } = context;
  if (statement.returning) return values.result(spec.id, selectionOf(statement.fields, statement.main, [], context).names);
  const count = values.affected(spec.id);
  const header = values.fields({
    rowCount: count,
    count,
    affectedRows: count,
    rowsAffected: count,
    changes: count,
    numUpdatedRows: count,
    meta: values.fields({ changes: count }),
    rows: values.list([]),
  });
  return isDriver(handle, "mysql") ? values.list([header, values.unknown]) : header;
}

function tableOf({ main }: Statement): { readonly entity: Value } | undefined {
  return main === undefined ? undefined : { entity: main };
}
