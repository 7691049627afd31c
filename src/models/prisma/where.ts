/** Reads Prisma's `where` (https://www.prisma.io/docs/orm/reference/prisma-client-reference#filter-conditions-and-operators). */
import type { Value } from "../../ir/value.js";
import { fieldsOf, isNull, isUndefined, mayBeUndefined, type Field } from "../fields.js";
import { allRows, either, every, filterOf, inner, negated, predicate, unknownOf, unknownRows, weakened } from "../filter.js";
import type { CallContext, Filter, Predicate } from "../model.js";
import { prismaSchemas, type PrismaModel } from "./schema-file.js";

export interface WhereScope {
  readonly context: CallContext;
  /** `undefined` without a schema. */
  readonly model: PrismaModel | undefined;
}

const comparisons: Readonly<Record<string, Predicate["operator"]>> = {
  equals: "=",
  in: "in",
  notIn: "not in",
  lt: "<",
  lte: "<=",
  gt: ">",
  gte: ">=",
};

/** Operators that constrain the column in a way that is not expressed. */
const inexpressible = new Set([
  ...["contains", "startsWith", "endsWith", "search", "has", "hasEvery", "hasSome", "isEmpty", "isSet"],
  ...["path", "string_contains", "string_starts_with", "string_ends_with", "array_contains", "array_starts_with", "array_ends_with"],
]);

/** Says how a string operator compares, and is no condition. */
const modifiers = new Set(["mode"]);

const relationOperators = new Set(["is", "isNot", "some", "none", "every"]);

type Combine = (value: Value, scope: WhereScope) => Filter;

const connectives: Readonly<Record<string, Combine>> = {
  AND: (value, scope) => (value.kind === "list" ? every(value.elements.map((e) => whereFilter(e, scope))) : whereFilter(value, scope)),
  OR: (value, scope) => (value.kind === "list" ? either(value.elements.map((e) => whereFilter(e, scope))) : unknownRows),
  NOT: (value, scope) =>
    value.kind === "list" ? every(value.elements.map((e) => negated(whereFilter(e, scope)))) : negated(whereFilter(value, scope)),
};

/** A condition whose value is `undefined` is dropped (facts S11); one that may be is no certain condition. */
export function whereFilter(where: Value, scope: WhereScope): Filter {
  if (isUndefined(where)) return allRows;
  if (where.kind === "join") return either(where.alternatives.map((a) => whereFilter(a.value, scope)));
  const { fields, complete } = fieldsOf(where, scope.context);
  return every([...fields.map((f) => fieldFilter(f, scope)), { predicates: [], opaque: !complete }]);
}

function fieldFilter(field: Field, scope: WhereScope): Filter {
  const { name, value, certain } = field;
  const connective = Object.hasOwn(connectives, name) ? connectives[name] : undefined;
  if (connective !== undefined) return certain ? connective(value, scope) : weakened(connective(value, scope));
  if (!certain) return unknownOf([name]);
  if (scope.model?.schema.relations.has(name) === true) return relationFilter(name, value, scope);
  if (value.kind === "join" && value.alternatives.some((a) => a.value.kind === "object")) return unknownOf([name]);
  return value.kind === "object" ? objectFilter(name, value, scope) : filterOf(equality(name, value));
}

function equality(column: string, value: Value): Predicate {
  return isNull(value) ? predicate(column, "is null") : predicate(column, "=", value);
}

/** An object is a set of operators, a compound key, or, where no schema tells, a condition on a relation. */
function objectFilter(column: string, value: Value, scope: WhereScope): Filter {
  const { fields, complete } = fieldsOf(value, scope.context);
  const names = fields.map((f) => f.name);
  const key = scope.model?.compoundKeys.get(column) ?? (names.join("_") === column ? names : undefined);
  if (key !== undefined) return whereFilter(value, { ...scope, model: undefined });
  if (scope.model !== undefined || names.every((n) => isOperator(n))) {
    return every([...fields.map((f) => operatorFilter(column, f, scope)), { predicates: [], opaque: !complete }]);
  }
  return relationFilter(column, value, scope);
}

function isOperator(name: string): boolean {
  return Object.hasOwn(comparisons, name) || name === "not" || inexpressible.has(name) || modifiers.has(name);
}

function operatorFilter(column: string, { name, value, certain }: Field, scope: WhereScope): Filter {
  if (modifiers.has(name)) return allRows;
  if (!certain || mayBeUndefined(value)) return unknownOf([column]);
  if (name === "not") return notFilter(column, value, scope);
  const operator = Object.hasOwn(comparisons, name) ? comparisons[name] : undefined;
  if (operator === undefined) return filterOf(predicate(column, "unknown"));
  return filterOf(operator === "=" ? equality(column, value) : predicate(column, operator, value));
}

function notFilter(column: string, value: Value, scope: WhereScope): Filter {
  return negated(value.kind === "object" ? objectFilter(column, value, scope) : filterOf(equality(column, value)));
}

/** Conditions on related rows are evaluated in a sub-select or join and guard no write of this row. */
function relationFilter(relation: string, value: Value, scope: WhereScope): Filter {
  if (isNull(value) || isNull(scope.context.property(value, "is"))) return relationNull(relation, scope);
  const related = relatedModel(relation, scope);
  const { fields, complete } = fieldsOf(value, scope.context);
  const direct = fields.filter((f) => !relationOperators.has(f.name));
  const conditions = fields.map((f) => {
    if (!relationOperators.has(f.name)) return fieldFilter(f, { ...scope, model: related });
    if (isNull(f.value)) return unknownRows;
    const nested = whereFilter(f.value, { ...scope, model: related });
    return f.name === "is" ? nested : weakened(nested);
  });
  const dotted = every([...conditions, { predicates: [], opaque: !complete && direct.length > 0 }]);
  return inner({ ...dotted, predicates: dotted.predicates.map((p) => ({ ...p, column: relatedColumn(relation, p.column, scope) })) });
}

function relationNull(relation: string, scope: WhereScope): Filter {
  const [foreignKey, ...more] = scope.model?.schema.relations.get(relation)?.foreignKey ?? [];
  return foreignKey === undefined || more.length > 0 ? unknownOf([relation]) : filterOf(predicate(foreignKey, "is null"));
}

/** `owner: { id }` constrains the foreign key column. */
function relatedColumn(relation: string, column: string, scope: WhereScope): string {
  const index = scope.model?.references.get(relation)?.indexOf(column) ?? -1;
  const foreignKey = scope.model?.schema.relations.get(relation)?.foreignKey[index];
  return foreignKey ?? `${relation}.${column}`;
}

export function relatedModel(relation: string, scope: WhereScope): PrismaModel | undefined {
  const id = scope.model?.schema.relations.get(relation)?.entity;
  if (id === undefined) return undefined;
  return [...prismaSchemas(scope.context.facts).models.values()].find((m) => m.schema.id === id);
}
