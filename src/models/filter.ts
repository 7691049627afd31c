/** Builds the WHERE of a statement as a conjunction of predicates. */
import type { Value } from "../ir/value.js";
import type { Filter, Predicate } from "./model.js";

/** No condition: all rows. */
export const allRows: Filter = { predicates: [], opaque: false };

/** A condition of which nothing is known. */
export const unknownRows: Filter = { predicates: [], opaque: true };

export function predicate(column: string, operator: Predicate["operator"], value?: Value): Predicate {
  return { column, operator, value, outer: true };
}

export function unknownPredicate(column: string): Predicate {
  return predicate(column, "unknown");
}

export function filterOf(...predicates: readonly Predicate[]): Filter {
  return { predicates, opaque: false };
}

/** The columns are constrained, but how is not known. */
export function unknownOf(columns: Iterable<string>): Filter {
  return { predicates: [...new Set(columns)].map(unknownPredicate), opaque: true };
}

export function every(filters: readonly Filter[]): Filter {
  return { predicates: distinct(filters.flatMap((f) => f.predicates)), opaque: filters.some((f) => f.opaque) };
}

/**
 * Either of the filters. A conjunction can only say what all of them have in common; a column that each constrains in its own way is
 * constrained in a way that is not expressed.
 */
export function either(filters: readonly Filter[]): Filter {
  const [first, ...rest] = filters;
  if (first === undefined) return unknownRows;
  if (rest.length === 0) return first;
  const predicates = first.predicates.flatMap((p) => {
    if (rest.every((f) => f.predicates.some((q) => same(p, q)))) return [p];
    return rest.every((f) => f.predicates.some((q) => q.column === p.column)) ? [unknownPredicate(p.column)] : [];
  });
  return { predicates: distinct(predicates), opaque: true };
}

/** The filter as far as it names columns: used where its conditions do not hold as they are written. */
export function weakened(filter: Filter): Filter {
  return unknownOf(filter.predicates.map((p) => p.column));
}

/** The same conditions, evaluated in a sub-select or before the row is locked. */
export function inner(filter: Filter): Filter {
  return { ...filter, predicates: filter.predicates.map((p) => ({ ...p, outer: false })) };
}

const opposites: Readonly<Record<Predicate["operator"], Predicate["operator"]>> = {
  "=": "<>",
  "<>": "=",
  in: "not in",
  "not in": "in",
  "<": ">=",
  "<=": ">",
  ">": "<=",
  ">=": "<",
  "is null": "is not null",
  "is not null": "is null",
  unknown: "unknown",
};

/** `NOT filter`; a negated conjunction of several conditions is a disjunction and cannot be expressed. */
export function negated(filter: Filter): Filter {
  const [only] = filter.predicates;
  if (only === undefined || filter.predicates.length > 1 || filter.opaque) return weakened(filter);
  return filterOf({ ...only, operator: opposites[only.operator] });
}

function same(a: Predicate, b: Predicate): boolean {
  return a.column === b.column && a.operator === b.operator && a.value === b.value && a.outer === b.outer;
}

function distinct(predicates: readonly Predicate[]): readonly Predicate[] {
  return predicates.filter((p, i) => !predicates.slice(0, i).some((q) => same(p, q)));
}
