/** The functions that conditions and expressions are written with (https://orm.drizzle.team/docs/operators), kept as values until a statement is read. */
import type { Value, ValueOf } from "../../ir/value.js";
import { plain } from "../access.js";
import type { CallContext, Meaning, Predicate } from "../model.js";

export const comparisons: Readonly<Record<string, Predicate["operator"]>> = {
  eq: "=",
  ne: "<>",
  gt: ">",
  gte: ">=",
  lt: "<",
  lte: "<=",
  inArray: "in",
  notInArray: "not in",
};

export const nullTests: Readonly<Record<string, Predicate["operator"]>> = { isNull: "is null", isNotNull: "is not null" };

/** Conditions on their first argument that are not expressed. */
const inexpressible = [
  ...["notBetween", "like", "notLike", "ilike", "notIlike", "arrayContains", "arrayContained", "arrayOverlaps"],
  ...["cosineDistance", "l2Distance", "innerProduct", "hammingDistance", "jaccardDistance"],
];

/** https://orm.drizzle.team/docs/select#aggregations-helpers */
export const aggregates: ReadonlySet<string> = new Set([
  ...["count", "countDistinct", "avg", "avgDistinct", "sum", "sumDistinct", "max", "min"],
]);

/** Members of `sql` (https://orm.drizzle.team/docs/sql). */
export const sqlMembers: ReadonlySet<string> = new Set(["raw", "join", "identifier", "placeholder", "param", "fromList"]);

export const operators: ReadonlySet<string> = new Set([
  ...Object.keys(comparisons),
  ...Object.keys(nullTests),
  ...["and", "or", "not", "between", "exists", "notExists", "sql", "asc", "desc", "placeholder"],
  ...inexpressible,
  ...aggregates,
]);

const prefix = "drizzle.";

export type Operation = ValueOf<"computed">;

export function operation(name: string, { values, arguments: given }: CallContext): Meaning {
  return plain(values.computed(prefix + name, given));
}

/** The operator that a value was made with. */
export function operatorOf(value: Value | undefined): string | undefined {
  return value?.kind === "computed" && value.operation.startsWith(prefix) ? value.operation.slice(prefix.length) : undefined;
}
