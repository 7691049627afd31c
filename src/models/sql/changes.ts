/** Reads INSERT, UPDATE and DELETE statements. */
import type { DeleteStmt, InsertStmt, Node, ReturningClause, UpdateStmt } from "libpg-query";
import { every, filterOf, predicate } from "../filter.js";
import type { AccessSpec, Filter, WrittenColumn } from "../model.js";
import { claimReader } from "./claims.js";
import { conditionOf } from "./conditions.js";
import { insertedColumns, setColumns } from "./patches.js";
import { rowNames } from "./rows.js";
import { fromItems, propertyOf, tableOf, type Reading, type Scope, type Table } from "./scope.js";
import { readSelect, readerOf, scopeOf } from "./select.js";
import type { Outcome, Sender } from "./sender.js";
import { as } from "./tree.js";

export function readUpdate(statement: UpdateStmt, reading: Reading, send: Sender): Outcome {
  if (statement.relation === undefined) return send.unread();
  const main = tableOf(statement.relation, reading);
  const scope = scopeOf(statement.fromClause, statement.withClause, reading, main);
  const patch = setColumns(statement.targetList ?? [], scope);
  const filter = changedRows(statement.whereClause, statement.fromClause, scope, send);
  return changed(send.access(main, { operation: "update", cardinality: cardinality(statement), filter, ...patch }), statement, scope);
}

export function readDelete(statement: DeleteStmt, reading: Reading, send: Sender): Outcome {
  if (statement.relation === undefined) return send.unread();
  const main = tableOf(statement.relation, reading);
  const scope = scopeOf(statement.usingClause, statement.withClause, reading, main);
  const filter = changedRows(statement.whereClause, statement.usingClause, scope, send);
  return changed(send.access(main, { operation: "delete", cardinality: cardinality(statement), filter }), statement, scope);
}

function changedRows(where: Node | undefined, from: readonly Node[] | undefined, scope: Scope, send: Sender): Filter {
  const reader = claimReader(scope, send);
  return every([where, ...fromItems(from).conditions].map((n) => conditionOf(n, reader)));
}

interface Returning {
  readonly returningClause?: ReturningClause;
}

function cardinality({ returningClause }: Returning): "rows" | "none" {
  return returningClause === undefined ? "none" : "rows";
}

function changed(spec: AccessSpec, { returningClause }: Returning, scope: Scope): Outcome {
  const { values } = scope.reading.context;
  const count = values.affected(spec.id);
  if (returningClause === undefined) return { rows: values.list([]), count };
  const names = rowNames(returningClause.exprs ?? [], { ...scope, others: [], queries: new Map() });
  return { rows: values.result(spec.id, names), count };
}

export function readInsert(statement: InsertStmt, reading: Reading, send: Sender): Outcome {
  if (statement.relation === undefined) return send.unread();
  const main = tableOf(statement.relation, reading);
  const scope = scopeOf(undefined, statement.withClause, reading, main);
  const inserted = insertedColumns(statement, scope);
  const conflict = statement.onConflictClause;
  const isUpsert = conflict?.action === "ONCONFLICT_UPDATE";
  if (inserted.source?.fromClause !== undefined) readSelect(inserted.source, scope.reading, send);
  const spec = send.access(main, {
    cardinality: cardinality(statement),
    operation: isUpsert ? "upsert" : "insert",
    onConflict: conflict === undefined ? "error" : isUpsert ? "update" : "ignore",
    ...(isUpsert
      ? {
          ...setColumns(conflict.targetList ?? [], scope, inserted.written),
          filter: conflictingRow(statement, main, inserted.written, scope),
        }
      : { written: inserted.written, opaquePatch: inserted.opaquePatch }),
  });
  return changed(spec, statement, scope);
}

/** The row that an upsert updates: the one with the key that was given, under the conditions of `DO UPDATE .. WHERE`. */
function conflictingRow({ onConflictClause: conflict }: InsertStmt, main: Table, written: readonly WrittenColumn[], scope: Scope): Filter {
  const keys = conflict?.infer?.indexElems?.map((e) => propertyOf(as(e, "IndexElem")?.name ?? "", main.schema)) ?? [];
  const given = keys.flatMap((k) => written.filter((w) => w.column === k && w.how === "set"));
  const rows = filterOf(...given.map((w) => predicate(w.column, "=", w.value)));
  const isWhole = keys.length > 0 && given.length === keys.length;
  return every([{ ...rows, opaque: !isWhole }, conditionOf(conflict?.whereClause, readerOf(scope))]);
}
