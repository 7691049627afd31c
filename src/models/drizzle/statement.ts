/**
 * What the steps of a statement add up to (https://orm.drizzle.team/docs/select, insert, update, delete, rqb). Of two conditions the last one
 * counts (facts S11).
 */
import type { Handle, Step, Value } from "../../ir/value.js";
import { stringOf } from "../fields.js";
import type { AccessSpec, CallContext, RowLock } from "../model.js";
import { entityOf } from "./columns.js";

export interface Statement {
  readonly verb: "select" | "insert" | "update" | "delete" | "findFirst" | "findMany" | "$count" | "execute";
  readonly main: Value | undefined;
  /** What is used as a table, as it was given. */
  readonly tables: readonly Value[];
  /** The statement whose rows it selects. */
  readonly source: Handle | undefined;
  readonly where: Value | undefined;
  readonly fields: Value | undefined;
  readonly values: Value | undefined;
  readonly set: Value | undefined;
  /** The settings of `onConflictDoUpdate`. */
  readonly conflict: Value | undefined;
  readonly onConflict: AccessSpec["onConflict"];
  readonly lock: RowLock | undefined;
  readonly joined: readonly (Value | undefined)[];
  /** Rows drop out for a reason besides the conditions. */
  readonly restricted: boolean;
  readonly grouped: boolean;
  readonly returning: boolean;
}

type StepReader = (state: Statement, args: readonly Value[], context: CallContext) => Statement;

/** A table that the statement uses, kept as given: its properties are columns. */
const using = (state: Statement, table: Value | undefined): Statement =>
  table === undefined ? state : { ...state, tables: [...state.tables, table] };

const join: StepReader = (state, [table], context) => ({ ...using(state, table), joined: [...state.joined, entityOf(table, context)] });
const restrict: StepReader = (state, args, context) => ({ ...join(state, args, context), restricted: true });

const change =
  (verb: "insert" | "update" | "delete"): StepReader =>
  (state, [table], context) => ({ ...using(state, table), verb, main: entityOf(table, context) });

const combine: StepReader = (state) => ({ ...state, restricted: true });
const group: StepReader = (state) => ({ ...state, grouped: true });
const returning: StepReader = (state, [fields]) => ({ ...state, returning: true, fields });

const stepReaders: Readonly<Record<string, StepReader>> = {
  select: (state, [fields]) => ({ ...state, verb: "select", fields }),
  selectDistinct: (state, [fields]) => ({ ...state, verb: "select", fields }),
  selectDistinctOn: (state, [, fields]) => ({ ...state, verb: "select", fields }),
  insert: change("insert"),
  update: change("update"),
  delete: change("delete"),
  findFirst: (state, [config]) => ({ ...state, verb: "findFirst", fields: config }),
  findMany: (state, [config]) => ({ ...state, verb: "findMany", fields: config }),
  $count: (state, [table, where], context) => ({ ...using(state, table), verb: "$count", main: entityOf(table, context), where }),
  from: (state, [table], context) =>
    state.verb === "select"
      ? {
          ...using(state, table),
          main: entityOf(table, context),
          source: table?.kind === "handle" && table.type === "subquery" ? table : undefined,
        }
      : restrict(state, [...(table === undefined ? [] : [table])], context),
  where: (state, [where]) => ({ ...state, where }),
  values: (state, [rows]) => ({ ...state, values: rows }),
  set: (state, [set]) => ({ ...state, set }),
  onConflictDoNothing: (state) => ({ ...state, onConflict: "ignore" }),
  ignore: (state) => ({ ...state, onConflict: "ignore" }),
  onConflictDoUpdate: (state, [conflict]) => ({ ...state, onConflict: "update", conflict }),
  onDuplicateKeyUpdate: (state, [conflict]) => ({ ...state, onConflict: "update", conflict }),
  returning,
  $returningId: returning,
  for: (state, [strength, config], context) => ({ ...state, lock: lockOf(strength, config, context) }),
  leftJoin: join,
  innerJoin: restrict,
  rightJoin: restrict,
  fullJoin: restrict,
  crossJoin: restrict,
  innerJoinLateral: restrict,
  crossJoinLateral: restrict,
  groupBy: group,
  having: (state) => ({ ...state, grouped: true, restricted: true }),
  ...Object.fromEntries(["union", "unionAll", "intersect", "intersectAll", "except", "exceptAll"].map((name) => [name, combine])),
};

/** Steps that choose among the rows or describe the result. */
const neutralSteps = ["limit", "offset", "orderBy", "$dynamic", "leftJoinLateral", "overridingSystemValue", "$withCache", "useIndex"];

export const statementSteps: ReadonlySet<string> = new Set([
  ...["from", "where", "values", "set", "onConflictDoNothing", "ignore", "onConflictDoUpdate", "onDuplicateKeyUpdate", "returning"],
  ...["$returningId", "for", "leftJoin", "innerJoin", "rightJoin", "fullJoin", "crossJoin", "innerJoinLateral", "crossJoinLateral"],
  ...["groupBy", "having", "union", "unionAll", "intersect", "intersectAll", "except", "exceptAll", "select"],
  ...neutralSteps,
]);

/** Calls that start a statement on a database. */
export const statementStarts: ReadonlySet<string> = new Set([
  ...["select", "selectDistinct", "selectDistinctOn", "insert", "update", "delete", "$count", "execute"],
]);

/** SQLite's calls that send a text of its own. */
export const textStarts: ReadonlySet<string> = new Set(["run", "all", "get", "values"]);

const initial: Statement = {
  verb: "execute",
  main: undefined,
  tables: [],
  source: undefined,
  where: undefined,
  fields: undefined,
  values: undefined,
  set: undefined,
  conflict: undefined,
  onConflict: "error",
  lock: undefined,
  joined: [],
  restricted: false,
  grouped: false,
  returning: false,
};

export function readSteps(steps: readonly Step[], entity: Value | undefined, context: CallContext): Statement {
  const state = steps.reduce((s, step) => read(s, step, context), initial);
  return state.main === undefined ? { ...state, main: entity } : state;
}

/** `insert(t).select(query)` names the rows in another way than `select()` starts a statement. */
function read(state: Statement, { name, arguments: args }: Step, context: CallContext): Statement {
  if (name === "select" && state.verb === "insert") return { ...state, values: context.values.unknown };
  return Object.hasOwn(stepReaders, name) ? (stepReaders[name]?.(state, args, context) ?? state) : state;
}

const strengths: Readonly<Record<string, RowLock["strength"]>> = {
  update: "update",
  "no key update": "no key update",
  share: "share",
  "key share": "key share",
};

/** `of` another table locks none of the rows. */
function lockOf(strength: Value | undefined, config: Value | undefined, context: CallContext): RowLock | undefined {
  const named = strengths[stringOf(strength) ?? ""];
  if (named === undefined) return undefined;
  const is = (name: string): boolean => {
    const value = config === undefined ? context.values.undefined : context.property(config, name);
    return value.kind === "const" && value.value === true;
  };
  return { strength: named, wait: is("skipLocked") ? "skip locked" : is("noWait") ? "nowait" : "block" };
}
