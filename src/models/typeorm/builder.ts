/**
 * Query builders (https://typeorm.io/docs/query-builder/select-query-builder): each call adds a step to the handle, and the call that
 * sends the statement reads them all.
 */
import type { Handle, Value } from "../../ir/value.js";
import { access, accesses, furtherAccess, plain, type AccessParts } from "../access.js";
import { isUndefined, stringOf } from "../fields.js";
import type { CallContext, Cardinality, Meaning } from "../model.js";
import { meaningfulSteps, readSteps, type BuilderState } from "./builder-state.js";
import { asHandle } from "./handles.js";
import { siteOf } from "./interpret.js";
import { countAccess } from "./reads.js";
import { changed, inserted, write } from "./writes.js";

/** Steps that do not change which rows are touched or what is written. */
const neutralSteps = [
  ...[
    "addFrom",
    "addGroupBy",
    "addOrderBy",
    "addCommonTableExpression",
    "andHaving",
    "orHaving",
    "cache",
    "callListeners",
    "comment",
    "clone",
  ],
  ...[
    "disableEscaping",
    "distinct",
    "distinctOn",
    "from",
    "into",
    "leftJoin",
    "leftJoinAndMapMany",
    "leftJoinAndMapOne",
    "leftJoinAndSelect",
  ],
  ...[
    "limit",
    "loadAllRelationIds",
    "loadRelationIdAndMap",
    "loadRelationCountAndMap",
    "maxExecutionTime",
    "offset",
    "orderBy",
    "setOption",
  ],
  ...["setParameter", "setParameters", "setQueryRunner", "skip", "take", "timeTravelQuery", "updateEntity", "useIndex", "useTransaction"],
  ...["whereEntity", "withDeleted"],
];

export const builderSteps: ReadonlySet<string> = new Set([...meaningfulSteps, ...neutralSteps]);

/** The calls that send a SELECT, and what it resolves to. */
const sendingReads: Readonly<Record<string, { readonly cardinality: Cardinality; readonly missThrows?: true; readonly counted?: true }>> = {
  getOne: { cardinality: "row" },
  getOneOrFail: { cardinality: "row", missThrows: true },
  getMany: { cardinality: "rows" },
  getManyAndCount: { cardinality: "rows", counted: true },
  getRawOne: { cardinality: "row" },
  getRawMany: { cardinality: "rows" },
  getCount: { cardinality: "count" },
  getExists: { cardinality: "exists" },
  stream: { cardinality: "rows" },
};

export const builderEnds: ReadonlySet<string> = new Set([...Object.keys(sendingReads), "execute", "getRawAndEntities"]);

export function callBuilder(handle: Handle, method: string, context: CallContext): Meaning | undefined {
  if (builderSteps.has(method)) return plain(withStep(handle, method, context));
  if (!builderEnds.has(method)) return undefined;
  const state = readSteps(handle, method, context);
  return state.verb === "read" ? sendRead(state, handle, method, context) : sendWrite(state, handle, method, context);
}

function withStep(handle: Handle, method: string, context: CallContext): Value {
  const [first, second] = context.arguments;
  const next = {
    ...handle,
    entity: steppedEntity(handle, method, first, context),
    connection: method === "setQueryRunner" && first !== undefined ? (asHandle(first, context)?.connection ?? first) : handle.connection,
    steps: [...handle.steps, { name: method, arguments: context.arguments }],
  };
  const patch = method === "update" && first?.kind !== "object" && second !== undefined ? [{ name: "set", arguments: [second] }] : [];
  return context.values.handle({ ...next, steps: [...next.steps, ...patch] });
}

const naming = new Set(["from", "into", "update"]);

/** `from(Entity, alias)`, `into(Entity)`, `update(Entity)` name the table. */
function steppedEntity(handle: Handle, method: string, first: Value | undefined, context: CallContext): Value | undefined {
  if (!naming.has(method) || first === undefined || first.kind === "object" || first.kind === "closure") return handle.entity;
  return context.entity(first) ?? (isUndefined(first) || stringOf(first) !== undefined ? undefined : first);
}

function sendRead(state: BuilderState, handle: Handle, method: string, context: CallContext): Meaning {
  const { values } = context;
  const { cardinality = "rows", missThrows = false, counted = false } = sendingReads[method] ?? {};
  const rowless = state.aggregates && (cardinality === "row" || cardinality === "rows") && method.startsWith("getRaw");
  const rows = access(handle, method, context, {
    operation: "read",
    filter: state.filter,
    lock: state.lock,
    cardinality: rowless ? "scalar" : cardinality,
    missThrows,
  });
  const result = values.result(rows.id);
  if (method === "getRawAndEntities") return accesses([rows], values.fields({ entities: result, raw: result }));
  if (!counted) return accesses([rows], result);
  const count = countAccess(rows, furtherAccess(context, 1));
  return accesses([rows, count], values.list([result, values.result(count.id)]));
}

function sendWrite(state: BuilderState, handle: Handle, method: string, context: CallContext): Meaning {
  const { verb, filter, onConflict, returning } = state;
  const site = siteOf(handle, verbName(handle) ?? method, context, { arguments: [] });
  const isInsert = verb === "insert";
  const parts: AccessParts = {
    operation: isInsert && onConflict === "update" ? "upsert" : verb === "read" ? "update" : verb,
    filter,
    onConflict,
    cardinality: returning || isInsert ? "rows" : "none",
  };
  const spec = write(site, parts, state.patch);
  return isInsert ? inserted(spec, site) : changed(spec, site);
}

const verbs = new Set(["update", "insert", "delete", "softDelete", "restore"]);

/** The step that a message names: the writing verb of the chain rather than `execute`. */
function verbName(handle: Handle): string | undefined {
  return handle.steps.findLast((s) => verbs.has(s.name))?.name;
}
