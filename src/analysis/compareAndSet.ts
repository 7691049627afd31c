/** Compare-and-set: the write's own WHERE asks again, on the row as others have committed it. */
import { childrenOf, type Condition, type Value } from "../ir/value.js";
import type { Predicate } from "../models/model.js";
import { constraintOf, isConstant, predicateAdmits, type Constraint } from "./constraint.js";
import type { Drop, Pair } from "./pair.js";
import type { ProtectionContext } from "./protection.js";

/** The write's WHERE tests a checked column, or a column against the value that was read. */
export function compareAndSet(pair: Pair, context: ProtectionContext): Drop | undefined {
  const { filter } = pair.write.access;
  const outer = filter.predicates.filter((p) => p.outer);
  if (pair.columns.some((c) => answers(ofColumn(outer, c), c, pair, context))) return "compare-and-set";
  if (outer.some((p) => comparesWithRead(p, pair, context))) return "compare-and-set";
  return filter.opaque ? "unreadable filter" : undefined;
}

function ofColumn(predicates: readonly Predicate[], column: string): readonly Predicate[] {
  return predicates.filter((p) => p.column === column);
}

/** The predicates of the column let nothing through that the check forbids, as far as it is known. */
function answers(predicates: readonly Predicate[], column: string, pair: Pair, context: ProtectionContext): boolean {
  if (predicates.length === 0) return false;
  const check = checkedConstraint(pair, column, context);
  return check === undefined || !isWeaker(predicatesConstraint(predicates), check, valuesAtStake(predicates, column, pair, context));
}

/** The first lets a value through that the second certainly forbids. */
export function isWeaker(first: Constraint, second: Constraint, values: readonly Value[]): boolean {
  return values.some((v) => first.admits(v) === true && second.admits(v) === false);
}

/** What the check of the pair says of a column; for a check by the read's filter, what the filter says. */
export function checkedConstraint(pair: Pair, column: string, context: ProtectionContext): Constraint | undefined {
  return pair.byFilter
    ? predicatesConstraint(ofColumn(pair.read.access.filter.predicates, column))
    : columnConstraint(pair, column, pair.check, context);
}

function columnConstraint(pair: Pair, column: string, condition: Condition, { uses }: ProtectionContext) {
  return constraintOf(condition, (v) => v.kind === "member" && v.name === column && uses.normal(v.base) === pair.row);
}

function predicatesConstraint(predicates: readonly Predicate[]): Constraint {
  return {
    admits(value) {
      const admitted = predicates.map((p) => predicateAdmits(p, value));
      return admitted.includes(false) ? false : admitted.includes(undefined) ? undefined : true;
    },
  };
}

/**
 * Values that the column is known to have at some time: those that are compared with and those that the write itself sets. That it has no
 * others is not known, so a filter is weaker than a check only by one of these.
 */
export function valuesAtStake(
  predicates: readonly Predicate[],
  column: string,
  pair: Pair,
  { environment: { values } }: ProtectionContext,
): readonly Value[] {
  const compared = [...predicates, ...(pair.byFilter ? ofColumn(pair.read.access.filter.predicates, column) : [])];
  const written = pair.write.access.written.filter((w) => w.column === column && w.how === "set");
  return [
    ...compared.flatMap((p) => (p.value === undefined ? [] : constantsIn(p.value))),
    // The clock stands for everything that is not nothing.
    ...(compared.some(isNullTest) ? [values.constant(null), values.clock] : []),
    ...(pair.byFilter ? [] : constantsIn(pair.check.value)),
    ...written.flatMap((w) => constantsIn(w.value, 2)),
  ];
}

function isNullTest({ operator }: Predicate): boolean {
  return operator === "is null" || operator === "is not null";
}

function constantsIn(value: Value, depth = 4): readonly Value[] {
  if (isConstant(value)) return [value];
  return depth === 0 ? [] : childrenOf(value).flatMap((v) => constantsIn(v, depth - 1));
}

/** `version = row.version`, `status = row.status`: fails if somebody changed it meanwhile. Comparing the key proves nothing. */
function comparesWithRead(p: Predicate, pair: Pair, { uses, sameRow, environment }: ProtectionContext): boolean {
  if (p.operator !== "=" || p.value === undefined) return false;
  const schema = environment.schema(pair.write.access.entity);
  if (sameRow.isKey(p.column, schema)) return false;
  return alternatives(p.value).some(
    (v) => v.kind === "member" && v.name === p.column && uses.normal(v.base) === pair.row && changes(p.column, pair, schema?.relations),
  );
}

/** A foreign key that nobody writes here says only which rows are meant. */
function changes(
  column: string,
  pair: Pair,
  relations: ReadonlyMap<string, { readonly foreignKey: readonly string[] }> | undefined,
): boolean {
  if (pair.columns.includes(column) || pair.write.access.written.some((w) => w.column === column)) return true;
  const foreign = [...(relations?.values() ?? [])].flatMap((r) => r.foreignKey);
  return !foreign.includes(column) && !/Id$|_id$/.test(column);
}

function alternatives(value: Value): readonly Value[] {
  return value.kind === "join" ? value.alternatives.map((a) => a.value) : [value];
}
