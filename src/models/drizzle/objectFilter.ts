/** The objects that the relational API takes as conditions (https://orm.drizzle.team/docs/rqb-v2#select-filters). */
import type { Value } from "../../ir/value.js";
import { fieldsOf, isNull, mayBeUndefined, type Field } from "../fields.js";
import { either, every, filterOf, inner, negated, predicate, unknownOf, unknownPredicate, unknownRows, weakened } from "../filter.js";
import type { Filter } from "../model.js";
import { boundValue, type Scope } from "./fragments.js";
import { comparisons, nullTests, operatorOf } from "./operators.js";

const operatorNames: Readonly<Record<string, string>> = { in: "inArray", notIn: "notInArray" };

/** `raw` reads what stands under `RAW`. A field that is `undefined` is dropped. */
export function objectFilter(where: Value, scope: Scope, raw: (condition: Value) => Filter): Filter {
  const { fields, complete } = fieldsOf(where, scope.context);
  return every([...fields.map((f) => fieldFilter(f, scope, raw)), { predicates: [], opaque: !complete }]);
}

function fieldFilter(field: Field, scope: Scope, raw: (condition: Value) => Filter): Filter {
  const { name, value, certain } = field;
  const nested = (v: Value): Filter => objectFilter(v, scope, raw);
  const several = value.kind === "list" ? value.elements.map(nested) : undefined;
  switch (name) {
    case "AND":
      return several === undefined ? unknownRows : every(several);
    case "OR":
      return several === undefined ? unknownRows : either(several);
    case "NOT":
      return negated(nested(value));
    case "RAW":
      return raw(value);
    default:
      return certain ? columnFilter(name, value, scope) : unknownOf([name]);
  }
}

function columnFilter(column: string, value: Value, scope: Scope): Filter {
  if (isRelation(column, scope)) return inner(unknownRows);
  if (value.kind !== "object") return filterOf(equality(column, boundValue(value, scope)));
  const { fields, complete } = fieldsOf(value, scope.context);
  return every([...fields.map((f) => operatorFilter(column, f, scope)), { predicates: [], opaque: !complete }]);
}

function isRelation(name: string, { context, main }: Scope): boolean {
  const schema = main === undefined ? undefined : context.schema(main);
  return schema !== undefined && !schema.columns.has(name);
}

function equality(column: string, value: Value) {
  return isNull(value) ? predicate(column, "is null") : predicate(column, "=", value);
}

function operatorFilter(column: string, { name, value, certain }: Field, scope: Scope): Filter {
  if (!certain || mayBeUndefined(value) || operatorOf(value) === "sql") return unknownOf([column]);
  const operator = operatorNames[name] ?? name;
  const test = nullTests[operator];
  if (test !== undefined) return filterOf(predicate(column, test));
  const comparison = comparisons[operator];
  if (comparison === undefined) return name === "OR" || name === "NOT" ? weakened(unknownOf([column])) : filterOf(unknownPredicate(column));
  return filterOf(predicate(column, comparison, boundValue(value, scope)));
}
