/**
 * The other writer of a checked column: a write in the program that sets it to what the check forbids. If it runs between check and write,
 * the write overwrites it unseen.
 *
 * No partner is what cannot meet the row in the state that the check let through: an insert, a write of a row that its own flow has just
 * inserted, one whose own filter or check asks for another state, one in code that nobody calls, and what the flow itself does.
 */
import type { FunctionId } from "../ir/ir.js";
import type { Condition, Value } from "../ir/value.js";
import { writesOf, type ColumnWrite } from "./census.js";
import { choiceGuards } from "./choiceGuards.js";
import type { ConsequenceContext } from "./consequence.js";
import { admitsOnlyNull, constraintOf, equalConstants, isConstant, isNothing, predicateAdmits } from "./constraint.js";
import { topLevelOf } from "./functionsOf.js";
import type { Consequence } from "./issue.js";
import { isOfNewRow } from "./newRow.js";
import type { Pair } from "./pair.js";
import { rootOf } from "./rows.js";
import { areDisjoint, statesOfCondition, statesOfPredicate } from "./states.js";
import type { AccessEvent } from "./summary.js";
import { isUnused } from "./unused.js";
import { alternatives } from "./rowAfterWrite.js";
import { isColumnOf, truthWith } from "./usedUp.js";

/** Names of columns and states that say that a row is put away: a soft delete. */
const putAway = /^(?:is_?)?(?:deleted|archived|removed|trashed|discarded)(?:_?(?:at|on|date|time))?$/i;

const namesStates: ReadonlySet<string> = new Set(["=", "in", "is null"]);

/** Calls above a function that are asked what they pass. */
const maxHeight = 2;

export function partnerOf(pair: Pair, context: ConsequenceContext): Consequence | undefined {
  const { entity } = pair.write.access;
  if (entity?.kind !== "class") return undefined;
  for (const column of pair.columns) {
    const writes = context.census.writes(entity, column).filter((w) => isOfAnotherFlow(w, pair, context));
    const found = new Partners(pair, column, context).find(writes);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Another call of the same flow is no partner: that is what the other consequences are about. */
function isOfAnotherFlow({ access }: ColumnWrite, pair: Pair, { environment }: ConsequenceContext): boolean {
  if (access.access.operation === "insert") return false;
  const own = new Set([...pair.write.path.slice(pair.level).map((s) => s.function), pair.unit.evaluation.function]);
  const functions = new Set([...own].map((f) => topLevelOf(environment, f)));
  const writer = access.path.at(0)?.function;
  const last = pair.write.path.at(-1)?.call;
  const isSameCall = access.path.at(-1)?.call.node === last?.node && access.path.at(-1)?.call.file === last?.file;
  return isSameCall ? access.path.length > 1 || isGiven(access) : writer !== undefined && !functions.has(topLevelOf(environment, writer));
}

/** The function writes what it is given: each of its callers is a writer of its own. */
function isGiven({ access }: AccessEvent): boolean {
  return access.written.some((w) => w.value.open);
}

class Partners {
  readonly #mine: ReadonlySet<Value>;
  readonly #own: string | undefined;
  readonly #namesStates: boolean;

  constructor(
    private readonly pair: Pair,
    private readonly column: string,
    private readonly context: ConsequenceContext,
  ) {
    const written = pair.write.access.written.flatMap((w) => (w.column === column ? alternatives(w.value) : []));
    const changed = written.filter((v) => !isColumnOf(v, column, pair, context));
    this.#mine = new Set(changed);
    this.#own = this.#mine.size === 1 ? textOf(changed[0]) : undefined;
    const isNamed = statesAtCheck(pair, column, context).some((s) => s.kind === "named");
    this.#namesStates = isNamed || isOfDefaulted(pair, column, context) || isNullTest(pair, column);
  }

  /** Writes of constants come first: they say most. */
  find(writes: readonly ColumnWrite[]): Consequence | undefined {
    for (const write of writes) {
      const value = this.canMeet(write) ? this.forbidden(write.value) : undefined;
      if (value !== undefined) return this.consequence(write, value);
    }
    for (const write of writes.filter((w) => w.value.open).flatMap((w) => this.instances(w, maxHeight))) {
      if (!this.canMeet(write)) continue;
      const value = this.forbidden(write.value);
      if (value !== undefined || this.isAnything(write.value)) return this.consequence(write, value);
    }
    return undefined;
  }

  private consequence({ at }: ColumnWrite, value: Value | undefined): Consequence {
    const { column, pair, context } = this;
    const deletes = pair.write.access.operation === "delete";
    return { kind: "partner", column, value: textOf(value), own: this.#own, deletes, at: context.place(at) };
  }

  /** What the write sets that the check does not let through. */
  private forbidden(value: Value): Value | undefined {
    const known = alternatives(value).filter((v) => isDefined(v) && (isConstant(v) || v.kind === "clock"));
    return known.find((v) => !this.isMine(v) && !this.isLetThrough(v) && !this.isSpared(v) && this.forbids(v));
  }

  /** Both write the same: nothing is lost. */
  private isMine(value: Value): boolean {
    return [...this.#mine].some((v) => equalConstants(v, value) === true);
  }

  /** The write asks for another state, or for this very one, or it deletes what the other one puts away: either way it is gone. */
  private isSpared(value: Value): boolean {
    const { pair, column } = this;
    const { predicates } = pair.write.access.filter;
    const own = predicates.filter((p) => p.column === column && p.outer);
    // A filter that names the states it replaces means just these.
    if (own.some((p) => namesStates.has(p.operator) || predicateAdmits(p, value) === false)) return true;
    if (pair.write.access.operation !== "delete") return false;
    const says = value.kind === "clock" || (value.kind === "const" && value.value === true) ? column : textOf(value);
    return says !== undefined && putAway.test(says);
  }

  private forbids(value: Value): boolean {
    const { pair, column, context } = this;
    if (pair.byFilter) return pair.read.access.filter.predicates.some((p) => p.column === column && predicateAdmits(p, value) === false);
    const truth = truthWith(pair.check.value, pair.row, (name) => (name === column ? value : undefined), context);
    // What a table or an unknown function makes of the value is not known: then it may be forbidden.
    return truth === undefined ? statesOfCondition(pair.check, column, pair.row, context)?.kind !== "named" : truth !== pair.check.polarity;
  }

  /** What the flow found there itself, since another of the conditions on its way lets nothing else through: setting it again changes nothing. */
  private isLetThrough(value: Value): boolean {
    const { pair, column, context } = this;
    const conditions = [pair.check, ...pair.write.guards.filter((g) => g.certain), ...siblingsOf(pair, context)];
    const isColumn = (v: Value) => isColumnOf(v, column, pair, context);
    return isNothing(value) && conditions.some((c) => admitsOnlyNull(constraintOf(c, isColumn), context.environment.values));
  }

  /**
   * What a caller passes that nobody in the program calls (a request's body) may be anything: where the check tells named states apart, also
   * what it forbids. Of an owner or a date that is compared with another value this says nothing.
   */
  private isAnything(value: Value): boolean {
    return rootOf(value)?.kind === "parameter" && !this.isMine(value) && this.#namesStates;
  }

  /** The write as each of its callers makes it. */
  private instances(write: ColumnWrite, height: number): readonly ColumnWrite[] {
    const { callers, environment } = this.context;
    const writer = topOf(write, this.context);
    if (!write.value.open || height === 0 || writer === undefined) return [write];
    const above = callers.of(writer).filter((c) => c.caller !== writer);
    if (above.length === 0) return isUnused(writer, environment) ? [] : [write];
    return above.flatMap(({ caller, unit, record }) => {
      const access = unit.access(`${record.prefix}/${write.access.id}`);
      if (access === undefined || this.isOwnFlow(caller)) return [];
      return writesOf(unit, access, this.column).flatMap((w) => this.instances({ ...w, at: record.site.name }, height - 1));
    });
  }

  private isOwnFlow(caller: FunctionId): boolean {
    const { pair, context } = this;
    const own = [pair.unit.evaluation.function, ...pair.write.path.slice(pair.level).map((s) => s.function)];
    return own.some((f) => topLevelOf(context.environment, f) === caller);
  }

  private canMeet(write: ColumnWrite): boolean {
    const { pair, column, context } = this;
    const writer = topOf(write, context);
    if (isOfNewRow(write, context) || (writer !== undefined && isUnused(writer, context.environment))) return false;
    const mine = statesAtCheck(pair, column, context);
    return !statesOfWriter(write, column, context).some((theirs) => mine.some((s) => areDisjoint(s, theirs)));
  }
}

/** What chose the same value for the same column as the check did. */
function siblingsOf({ check, write }: Pair, { environment }: ConsequenceContext): readonly Condition[] {
  const { chooses } = check;
  if (chooses?.value === undefined) return [];
  const together = choiceGuards(write).filter((g) => g.chooses?.column === chooses.column && g.chooses?.value === chooses.value);
  return together.flatMap((g) => environment.operations.expand(g));
}

/** `(job.status ?? "new") !== "paid"`: the column, or what stands for it where it has no value, is compared with a constant. */
function isOfDefaulted({ check, row }: Pair, column: string, context: ConsequenceContext): boolean {
  if (check.value.kind !== "join") return false;
  const rest = check.value.alternatives.filter((a) => !isConstant(a.value));
  return rest.length > 0 && rest.every(({ value }) => statesOfCondition({ ...check, value }, column, row, context)?.kind === "named");
}

function isNullTest({ read, byFilter }: Pair, column: string): boolean {
  return byFilter && read.access.filter.predicates.some((p) => p.column === column && p.operator === "is null");
}

function topOf({ access }: ColumnWrite, { environment }: ConsequenceContext): FunctionId | undefined {
  const writer = access.path.at(0)?.function;
  return writer === undefined ? undefined : topLevelOf(environment, writer);
}

/** What the column can be when this flow checks it. */
function statesAtCheck({ check, read, write, row, byFilter }: Pair, column: string, context: ConsequenceContext) {
  const guards = byFilter ? [] : [check, ...write.guards.filter((g) => g.certain)];
  return [
    ...guards.flatMap((g) => statesOfCondition(g, column, row, context) ?? []),
    ...read.access.filter.predicates.flatMap((p) => (p.column === column ? (statesOfPredicate(p) ?? []) : [])),
  ];
}

/** What the column must be for the writer to write: by its filter, by what it read the row by, by its own checks. */
function statesOfWriter({ unit, access }: ColumnWrite, column: string, context: ConsequenceContext) {
  const guards = access.guards.filter((g) => g.certain);
  const rows = guards.flatMap((g) => context.uses.of(g.value)).filter((u) => u.column === column);
  const reads = rows.flatMap((u) => unit.readOf(u.row) ?? []);
  const meant = rows.filter((u) => context.sameRow.holds(access.access, u.row, unit.readOf(u.row)?.access));
  const filters = [access, ...reads].flatMap((a) => a.access.filter.predicates.filter((p) => p.column === column && p.outer));
  return [
    ...filters.flatMap((p) => statesOfPredicate(p) ?? []),
    ...meant.flatMap((u) => guards.flatMap((g) => statesOfCondition(g, column, u.row, context) ?? [])),
  ];
}

function isDefined(value: Value): boolean {
  return value.kind !== "const" || value.value !== undefined;
}

function textOf(value: Value | undefined): string | undefined {
  if (value?.kind === "const") return String(value.value);
  return value?.kind === "symbol" ? (value.name.split(":").at(-1) ?? value.name) : undefined;
}
