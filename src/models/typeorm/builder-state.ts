/** What the steps of a query builder add up to. */
import type { Handle, Value } from "../../ir/value.js";
import { isNull, isUndefined, stringOf } from "../fields.js";
import { allRows, every, unknownRows, weakened } from "../filter.js";
import type { CallContext, Filter, RowLock } from "../model.js";
import { nothingWritten, type Patch } from "../patch.js";
import { conditionIn } from "../sql/fragments.js";
import { columnNamer } from "./builder-names.js";
import { entityColumns, patchColumns } from "./columns.js";
import { keyFilter, optionsFilter, whereFilter } from "./conditions.js";
import { siteOf } from "./interpret.js";
import { lockOf, optionsLock } from "./locks.js";
import type { Site } from "./site.js";
import { deleteMark } from "./writes.js";

export interface BuilderState {
  readonly verb: "read" | "update" | "insert" | "delete";
  readonly filter: Filter;
  readonly patch: Patch;
  readonly lock: RowLock | undefined;
  readonly onConflict: "error" | "ignore" | "update";
  readonly returning: boolean;
  /** Selects an expression instead of rows. */
  readonly aggregates: boolean;
  /** Something besides the conditions drops rows: an inner join, `HAVING`. */
  readonly restricted: boolean;
}

const initial: BuilderState = {
  verb: "read",
  filter: allRows,
  patch: nothingWritten,
  lock: undefined,
  onConflict: "error",
  returning: false,
  aggregates: false,
  restricted: false,
};

type StepReader = (state: BuilderState, args: readonly Value[], builder: Builder) => BuilderState;

/** A builder whose steps are being read. */
interface Builder {
  readonly site: Site;
  /** Objects with parameter values, in the order in which they were given. */
  readonly parameters: readonly Value[];
  readonly column: (path: readonly string[]) => string;
}

/** Name of the step that stands for all that was done to a builder before it came here. */
export const unknownSteps = "unknown steps";

/** Steps that change what the statement means. All others (`orderBy`, `take`) choose among the rows or describe the result. */
const stepReaders: Readonly<Record<string, StepReader>> = {
  select: (state, args) => ({ ...state, aggregates: args.some(isExpression) }),
  addSelect: (state, args) => ({ ...state, aggregates: state.aggregates || args.some(isExpression) }),
  groupBy: (state) => ({ ...state, aggregates: true }),
  update: (state, args, { site }) => ({
    ...state,
    verb: "update",
    patch: setPatch(
      state.patch,
      args.find((a) => a.kind === "object"),
      site,
    ),
  }),
  set: (state, [patch], { site }) => ({ ...state, patch: setPatch(state.patch, patch, site) }),
  insert: (state) => ({ ...state, verb: "insert" }),
  values: (state, [entities], { site }) => ({ ...state, patch: entities === undefined ? state.patch : entityColumns(entities, site) }),
  valuesFromSelect: (state) => ({ ...state, patch: { written: [], opaque: true } }),
  delete: (state) => ({ ...state, verb: "delete" }),
  softDelete: (state, _args, { site }) => ({ ...state, verb: "update", patch: { written: [deleteMark(true, site)], opaque: false } }),
  restore: (state, _args, { site }) => ({ ...state, verb: "update", patch: { written: [deleteMark(false, site)], opaque: false } }),
  orIgnore: (state, [on]) => (on?.kind === "const" && on.value === false ? state : { ...state, onConflict: "ignore" }),
  orUpdate: (state) => ({ ...state, onConflict: "update" }),
  onConflict: (state) => ({ ...state, onConflict: "update" }),
  returning: (state) => ({ ...state, returning: true }),
  output: (state) => ({ ...state, returning: true }),
  setLock: (state, [mode]) => ({ ...state, lock: lockOf(mode, undefined) }),
  setOnLocked: (state, [wait]) => ({ ...state, lock: state.lock && { ...state.lock, wait: waitOf(wait) } }),
  setFindOptions: (state, [options], { site }) =>
    options === undefined
      ? state
      : { ...state, filter: every([state.filter, optionsFilter(options, site)]), lock: optionsLock(options, site.context) },
  where: (state, args, builder) => ({ ...state, filter: condition(args[0], builder) }),
  andWhere: (state, args, builder) => ({ ...state, filter: every([state.filter, condition(args[0], builder)]) }),
  orWhere: (state) => ({ ...state, filter: weakened(state.filter) }),
  whereInIds: (state, [ids], { site }) => ({ ...state, filter: idsFilter(ids, site) }),
  andWhereInIds: (state, [ids], { site }) => ({ ...state, filter: every([state.filter, idsFilter(ids, site)]) }),
  orWhereInIds: (state) => ({ ...state, filter: weakened(state.filter) }),
  whereExists: (state) => ({ ...state, filter: unknownRows }),
  andWhereExists: (state) => ({ ...state, filter: every([state.filter, unknownRows]) }),
  orWhereExists: (state) => ({ ...state, filter: weakened(state.filter) }),
  having: restricted,
  innerJoin: restricted,
  innerJoinAndSelect: restricted,
  innerJoinAndMapOne: restricted,
  innerJoinAndMapMany: restricted,
  [unknownSteps]: restricted,
};

export const meaningfulSteps: ReadonlySet<string> = new Set(Object.keys(stepReaders).filter((s) => s !== unknownSteps));

export function readSteps(handle: Handle, method: string, context: CallContext): BuilderState {
  const site = siteOf(handle, method, context, { arguments: [] });
  const parameters = handle.steps.flatMap((s) => parametersOf(s.name, s.arguments, context));
  const builder: Builder = { site, parameters, column: columnNamer(handle, site.schema) };
  const state = handle.steps.reduce((s, step) => stepReaders[step.name]?.(s, step.arguments, builder) ?? s, initial);
  return state.restricted ? { ...state, filter: every([state.filter, unknownRows]) } : state;
}

/** `where(text, { id })`, `setParameter("id", id)`, `setParameters({ id })`. */
function parametersOf(step: string, args: readonly Value[], context: CallContext): readonly Value[] {
  if (step === "setParameters") return args.slice(0, 1);
  if (step === "setParameter") {
    const name = stringOf(args[0]);
    return name === undefined || args[1] === undefined ? [] : [context.values.fields({ [name]: args[1] })];
  }
  return step.toLowerCase().includes("where") && args[1] !== undefined ? [args[1]] : [];
}

function condition(where: Value | undefined, builder: Builder): Filter {
  if (where === undefined || where.kind === "closure") return unknownRows;
  if (where.kind === "object" || where.kind === "list") return whereFilter(where, builder.site);
  return conditionIn(where, { context: builder.site.context, column: builder.column, parameter: (name) => parameter(name, builder) });
}

/** TypeORM keeps one set of parameters a builder: the last value given to a name counts. */
function parameter(name: string, builder: Builder): Value {
  const { context } = builder.site;
  const found = builder.parameters.map((p) => context.property(p, name)).filter((v) => !isUndefined(v));
  return found.at(-1) ?? context.values.unknown;
}

function idsFilter(ids: Value | undefined, site: Site): Filter {
  if (ids === undefined) return unknownRows;
  const several = ids.kind === "list" || ids.kind === "mapped" || ids.kind === "filtered";
  return keyFilter(ids, site, several ? "in" : "=");
}

/** `set` replaces what an earlier `set` or `update(patch)` gave. */
function setPatch(present: Patch, patch: Value | undefined, site: Site): Patch {
  return patch === undefined || isUndefined(patch) || isNull(patch) ? present : patchColumns(patch, site);
}

function restricted(state: BuilderState): BuilderState {
  return { ...state, restricted: true };
}

function isExpression(selection: Value): boolean {
  return stringOf(selection)?.includes("(") ?? false;
}

function waitOf(onLocked: Value | undefined): RowLock["wait"] {
  const name = stringOf(onLocked);
  if (name === "nowait") return "nowait";
  return name === "skip_locked" ? "skip locked" : "block";
}
