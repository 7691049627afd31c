/**
 * How Drizzle spells a conditional write: operators in `where` (https://orm.drizzle.team/docs/operators), and `returning`, whose list of rows
 * has the same meaning with every driver of PostgreSQL and SQLite (https://orm.drizzle.team/docs/update#returning).
 */
import type { Admitted, ComparisonOperator, Condition, Editing, WriteForm } from "../editing.js";

const comparisons: Readonly<Record<ComparisonOperator, string>> = { "<": "lt", "<=": "lte", ">": "gt", ">=": "gte" };

const write: WriteForm = {
  kind: "chain",
  filter: "where",
  add: { kind: "argument", all: "and" },
  without: [],
  returning: "returning",
  count: { kind: "rows" },
};

export const drizzleEditing: Editing = {
  package: "drizzle-orm",
  writes: { update: write, delete: write },
  term({ column, admitted }: Condition, table: string) {
    const terms = termsOf(admitted, `${table}.${column}`);
    const [only, ...more] = terms;
    const word = (t: Term): string => `${t.operator}(${t.arguments.join(", ")})`;
    if (only === undefined) return undefined;
    if (more.length === 0) return { text: word(only), imports: [only.operator] };
    return { text: `or(${terms.map(word).join(", ")})`, imports: ["or", ...terms.map((t) => t.operator)] };
  },
  equality: { filter: "where", all: "and", equal: "eq", null: "isNull" },
  // `for` is not there on the relational queries (https://orm.drizzle.team/docs/select#for-update).
  locks: { select: { kind: "call", text: `.for("update")`, without: unlockable() } },
  queues: { select: { kind: "call", text: `.for("update", { skipLocked: true })`, without: unlockable() } },
  increments: { update: { kind: "template", setter: "set", tag: "sql" } },
};

/** PostgreSQL locks no rows of joins' nullable sides, of groups and of distinct rows. */
function unlockable(): readonly string[] {
  return ["for", "leftJoin", "rightJoin", "fullJoin", "groupBy", "having", "selectDistinct", "union", "unionAll", "intersect", "except"];
}

interface Term {
  readonly operator: string;
  readonly arguments: readonly string[];
}

function termsOf(admitted: Admitted, column: string): readonly Term[] {
  const isNull: Term = { operator: "isNull", arguments: [column] };
  switch (admitted.kind) {
    case "comparison":
      return [{ operator: comparisons[admitted.operator], arguments: [column, admitted.value] }];
    case "values":
      return [...oneOf(column, admitted.values, "eq", "inArray"), ...(admitted.null ? [isNull] : [])];
    case "except":
      if (admitted.values.length === 0) return admitted.null ? [] : [{ operator: "isNotNull", arguments: [column] }];
      // `<> 'a'` is not true where the column is NULL.
      return [...oneOf(column, admitted.values, "ne", "notInArray"), ...(admitted.null ? [isNull] : [])];
  }
}

function oneOf(column: string, values: readonly string[], single: string, several: string): readonly Term[] {
  const [only, ...more] = values;
  if (only === undefined) return [];
  return [
    more.length === 0
      ? { operator: single, arguments: [column, only] }
      : { operator: several, arguments: [column, `[${values.join(", ")}]`] },
  ];
}
