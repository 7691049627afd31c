/**
 * What a delegate's methods mean (https://www.prisma.io/docs/orm/reference/prisma-client-reference#model-queries; which statement each
 * sends: facts 2). All take one object.
 */
import type { Handle } from "../../ir/value.js";
import { access, accesses } from "../access.js";
import { fieldsOf, isUndefined } from "../fields.js";
import { inner } from "../filter.js";
import type { AccessSpec, CallContext, Cardinality, Filter, Meaning } from "../model.js";
import { nothingWritten, type Patch } from "../patch.js";
import { dataColumns, rowsColumns } from "./data.js";
import { nestedAccesses } from "./nested.js";
import { prismaSchemas } from "./schema-file.js";
import { whereFilter, type WhereScope } from "./where.js";

export interface DelegateRow {
  readonly operation: "read" | "insert" | "update" | "delete" | "upsert";
  /** `none`: resolves to `{ count }`. */
  readonly cardinality: Cardinality;
  /** A miss rejects with P2025. */
  readonly missThrows?: true;
  /** `data` is a row or a list of rows. */
  readonly bulk?: true;
}

export const delegateMethods: Readonly<Record<string, DelegateRow>> = {
  findUnique: { operation: "read", cardinality: "row" },
  findUniqueOrThrow: { operation: "read", cardinality: "row", missThrows: true },
  findFirst: { operation: "read", cardinality: "row" },
  findFirstOrThrow: { operation: "read", cardinality: "row", missThrows: true },
  findMany: { operation: "read", cardinality: "rows" },
  count: { operation: "read", cardinality: "count" },
  aggregate: { operation: "read", cardinality: "scalar" },
  groupBy: { operation: "read", cardinality: "scalar" },
  create: { operation: "insert", cardinality: "row" },
  createMany: { operation: "insert", cardinality: "none", bulk: true },
  createManyAndReturn: { operation: "insert", cardinality: "rows", bulk: true },
  update: { operation: "update", cardinality: "row", missThrows: true },
  updateMany: { operation: "update", cardinality: "none" },
  updateManyAndReturn: { operation: "update", cardinality: "rows" },
  upsert: { operation: "upsert", cardinality: "row" },
  delete: { operation: "delete", cardinality: "row", missThrows: true },
  deleteMany: { operation: "delete", cardinality: "none" },
};

export function callDelegate(row: DelegateRow, handle: Handle, method: string, context: CallContext): Meaning {
  const scope = scopeOf(handle, context);
  const options = context.arguments[0] ?? context.values.undefined;
  const patch = patchOf(row, scope);
  const own = access(handle, method, context, {
    operation: row.operation,
    cardinality: row.cardinality,
    missThrows: row.missThrows ?? false,
    filter: filterOf(scope),
    written: patch.written,
    opaquePatch: patch.opaque,
    onConflict: conflictOf(row, scope),
  });
  const written = row.bulk === true || row.operation === "read" ? undefined : context.property(options, "data");
  const further =
    written === undefined || isUndefined(written) ? [] : nestedAccesses(handle, method, written, scope, context.values.result(own.id));
  return resolved(row, [own, ...further], context);
}

function scopeOf(handle: Handle, context: CallContext): WhereScope {
  const name = handle.entity?.kind === "class" ? handle.entity.name : undefined;
  return { context, model: name === undefined ? undefined : prismaSchemas(context.facts).models.get(name) };
}

/** `updateMany({ limit })` looks for the rows in a sub-select, which does not guard the write (facts S3). */
function filterOf(scope: WhereScope): Filter {
  const { context } = scope;
  const [options] = context.arguments;
  if (options === undefined) return { predicates: [], opaque: false };
  const filter = whereFilter(context.property(options, "where"), scope);
  const limited = fieldsOf(options, context).fields.some((f) => f.name === "limit");
  return limited ? inner(filter) : filter;
}

function patchOf(row: DelegateRow, scope: WhereScope): Patch {
  const { context } = scope;
  const [options] = context.arguments;
  if (options === undefined || row.operation === "read" || row.operation === "delete") return nothingWritten;
  if (row.operation === "upsert") return dataColumns(context.property(options, "update"), scope);
  const data = context.property(options, "data");
  return row.bulk === true ? rowsColumns(data, scope) : dataColumns(data, scope);
}

function conflictOf(row: DelegateRow, { context }: WhereScope): AccessSpec["onConflict"] {
  if (row.operation === "upsert") return "update";
  const [options] = context.arguments;
  const skip = options === undefined ? context.values.undefined : context.property(options, "skipDuplicates");
  return skip.kind === "const" && skip.value === true ? "ignore" : "error";
}

/** A write of many rows resolves to `{ count }`: an object that is always truthy (facts S10). */
function resolved(row: DelegateRow, specs: readonly AccessSpec[], context: CallContext): Meaning {
  const { values, access: id } = context;
  return accesses(specs, row.cardinality === "none" ? values.fields({ count: values.affected(id) }) : values.result(id));
}
