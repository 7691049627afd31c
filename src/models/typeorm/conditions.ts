/** Reads TypeORM's condition objects, find options and criteria into filters. */
import type { Value } from "../../ir/value.js";
import { fieldsOf, isList, isUndefined } from "../fields.js";
import { allRows, either, every, filterOf, predicate, unknownOf, unknownPredicate, unknownRows } from "../filter.js";
import type { CallContext, EntitySchema, Filter, RelationInfo } from "../model.js";
import { conditionOn } from "./operators.js";
import { argument, primaryKey, type Site } from "./site.js";

/** Where a method finds its condition. */
export type FilterSource =
  /** Find options: `{ where, lock, order }`. */
  | "options"
  /** A condition object, or an array of them. */
  | "where"
  /** An id, an array of ids, a condition object, or an array of them. */
  | "criteria"
  | "id"
  | "ids"
  /** The method touches rows that its arguments do not name. */
  | "unknown";

export function readFilter(source: FilterSource, index: number, site: Site): Filter {
  const value = argument(site, index);
  switch (source) {
    case "options":
      return isUndefined(value) ? allRows : optionsFilter(value, site);
    case "where":
      return isUndefined(value) ? allRows : whereFilter(value, site);
    case "criteria":
      return criteriaFilter(value, site);
    case "id":
      return keyFilter(value, site, "=");
    case "ids":
      return keyFilter(value, site, "in");
    case "unknown":
      return unknownRows;
  }
}

/** `{ where }`. Options that are no literal may have any condition. */
export function optionsFilter(options: Value, site: Site): Filter {
  const where = site.context.property(options, "where");
  const { complete } = fieldsOf(options, site.context);
  if (isUndefined(where)) return complete ? allRows : unknownRows;
  return whereFilter(where, site);
}

/** A condition object; an array of them is a disjunction. */
export function whereFilter(where: Value, site: Site): Filter {
  if (where.kind === "list") return either(where.elements.map((e) => whereFilter(e, site)));
  if (where.kind === "join") return either(where.alternatives.map((a) => whereFilter(a.value, site)));
  return objectFilter(where, site, "", site.schema);
}

function objectFilter(where: Value, site: Site, prefix: string, schema: EntitySchema | undefined): Filter {
  const { fields, complete } = fieldsOf(where, site.context);
  const conditions = fields.map((field) => {
    const column = prefix + field.name;
    if (!field.certain) return unknownOf([column]);
    const relation = prefix === "" ? schema?.relations.get(field.name) : undefined;
    return fieldFilter(column, field.value, relation, site);
  });
  return every([...conditions, { predicates: [], opaque: !complete }]);
}

/** A nested object is a condition on a relation or an embedded entity; a relation's key is the foreign key column. */
function fieldFilter(column: string, value: Value, relation: RelationInfo | undefined, site: Site): Filter {
  const [foreignKey, ...more] = relation?.foreignKey ?? [];
  const single = more.length === 0 ? foreignKey : undefined;
  if (value.kind === "object") {
    const nested = objectFilter(value, site, `${column}.`, undefined);
    if (single === undefined) return nested;
    return {
      ...nested,
      predicates: nested.predicates.map((p) => (p.column === `${column}.id` ? { ...p, column: single } : p)),
    };
  }
  if (relation !== undefined && value.kind !== "computed") {
    return filterOf(predicate(single ?? `${column}.id`, "=", site.context.property(value, "id")));
  }
  return conditionOn(single ?? column, value, site.context.values);
}

/** `update(criteria, ..)`: TypeORM takes anything that is no object for ids (`EntityManager.normalizeAndValidateWhereCriteria`). */
function criteriaFilter(value: Value, site: Site): Filter {
  if (value.kind === "list") {
    return value.elements.some((e) => e.kind === "object") ? whereFilter(value, site) : keyFilter(value, site, "in");
  }
  if (value.kind === "mapped" && value.item.kind === "object") return weakenedKeys(value.item, site.context);
  if (isList(value)) return keyFilter(value, site, "in");
  if (value.kind === "object") return whereFilter(value, site);
  if (value.kind === "join" && value.alternatives.some((a) => a.value.kind === "object")) return whereFilter(value, site);
  return isConditionTyped(value, site.context) ? objectFilter(value, site, "", site.schema) : keyFilter(value, site, "=");
}

function weakenedKeys(item: Value, context: CallContext): Filter {
  return unknownOf(fieldsOf(item, context).fields.map((f) => f.name));
}

/** Whether the value's type is an object type of the program or TypeORM's `FindOptionsWhere`, and so no id. */
function isConditionTyped(value: Value, context: CallContext): boolean {
  const type = value.at === undefined ? undefined : context.facts.typeOf(value.at);
  if (type?.kind === "class") return (context.facts.classInfo(type.id)?.members.length ?? 0) > 0;
  return type?.kind === "external" && type.package === "typeorm";
}

/** The rows with this primary key, or with one of these. */
export function keyFilter(value: Value, site: Site, operator: "=" | "in"): Filter {
  const key = primaryKey(site.schema);
  if (key !== undefined && value.kind !== "object") return filterOf(predicate(key, operator, value));
  if (value.kind === "object") return objectFilter(value, site, "", site.schema);
  return { predicates: (site.schema?.primaryKey ?? []).map(unknownPredicate), opaque: true };
}
