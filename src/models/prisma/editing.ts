/** How Prisma spells a conditional write: `updateMany`, whose `count` decides (https://www.prisma.io/docs/orm/reference/prisma-client-reference#updatemany). */
import type { Admitted, ComparisonOperator, Count, Editing } from "../editing.js";
import { conditionEdit, equatedValue, lockEdit, writesColumn } from "../sql/statementEdits.js";

const comparisons: Readonly<Record<ComparisonOperator, string>> = { "<": "lt", "<=": "lte", ">": "gt", ">=": "gte" };

const count: Count = { kind: "property", name: "count" };

export const prismaEditing: Editing = {
  package: "@prisma/client",
  writes: {
    update: { kind: "options", method: "updateMany", reread: "findUniqueOrThrow", count },
    updateMany: { kind: "options", method: "updateMany", count },
    delete: { kind: "options", method: "deleteMany", count },
    deleteMany: { kind: "options", method: "deleteMany", count },
  },
  statement: { names: writesColumn, condition: conditionEdit, lock: lockEdit, equated: equatedValue },
  property({ column, admitted }) {
    const [first, ...more] = alternativesOf(admitted).map((value) => `${column}: ${value}`);
    if (first === undefined) return undefined;
    if (more.length === 0) return { name: column, text: first, imports: [] };
    return { name: "OR", text: `OR: [${[first, ...more].map((f) => `{ ${f} }`).join(", ")}]`, imports: [] };
  },
  isNull: (text) => text === "null",
  increments: {
    update: { kind: "value", increment: "increment", decrement: "decrement" },
    updateMany: { kind: "value", increment: "increment", decrement: "decrement" },
  },
};

function alternativesOf(admitted: Admitted): readonly string[] {
  switch (admitted.kind) {
    case "comparison":
      return [`{ ${comparisons[admitted.operator]}: ${admitted.value} }`];
    case "values":
      return [...(admitted.null ? ["null"] : []), ...(admitted.values.length > 0 ? [oneOf(admitted.values)] : [])];
    case "except":
      if (admitted.values.length === 0) return admitted.null ? [] : ["{ not: null }"];
      // `not: "a"` is `<> 'a'`, which is not true where the column is NULL.
      return [...(admitted.null ? ["null"] : []), noneOf(admitted.values)];
  }
}

function oneOf(values: readonly string[]): string {
  return values.length === 1 ? (values[0] ?? "") : `{ in: [${values.join(", ")}] }`;
}

function noneOf(values: readonly string[]): string {
  return values.length === 1 ? `{ not: ${values[0] ?? ""} }` : `{ notIn: [${values.join(", ")}] }`;
}
