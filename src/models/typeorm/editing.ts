/** How TypeORM spells a conditional write: find operators in the criteria (https://typeorm.io/docs/working-with-entity-manager/find-options#advanced-options). */
import type { Admitted, ComparisonOperator, Count, Editing, WriteForm } from "../editing.js";
import { conditionEdit, equatedValue, lockEdit, writesColumn } from "../sql/statementEdits.js";

interface Text {
  readonly text: string;
  readonly imports: readonly string[];
}

const comparisons: Readonly<Record<ComparisonOperator, string>> = {
  "<": "LessThan",
  "<=": "LessThanOrEqual",
  ">": "MoreThan",
  ">=": "MoreThanOrEqual",
};

const affected: Count = { kind: "property", name: "affected" };

/** `andWhere` takes find options too (https://typeorm.io/docs/query-builder/update-query-builder). */
const builder: WriteForm = {
  kind: "chain",
  filter: "where",
  add: { kind: "call", method: "andWhere" },
  without: ["orWhere"],
  count: affected,
};

const lock = `lock: { mode: "pessimistic_write" }`;
const queue = `lock: { mode: "pessimistic_write", onLocked: "skip_locked" }`;

export const typeormEditing: Editing = {
  package: "typeorm",
  writes: {
    update: { kind: "criteria", arguments: 2, count: affected },
    delete: { kind: "criteria", arguments: 1, count: affected },
    softDelete: { kind: "criteria", arguments: 1, count: affected },
    restore: { kind: "criteria", arguments: 1, count: affected },
    save: { kind: "row", method: "update", count: affected },
    "builder.update": builder,
    "builder.delete": builder,
    // `[rows, count]`: https://github.com/typeorm/typeorm/blob/master/src/driver/postgres/PostgresQueryRunner.ts
    query: { kind: "statement", count: { kind: "element", index: 1 } },
  },
  statement: { names: writesColumn, condition: conditionEdit, lock: lockEdit, equated: equatedValue },
  property({ column, admitted }) {
    const alternatives = alternativesOf(admitted);
    const [only, ...more] = alternatives;
    const value = more.length === 0 ? only : operator("Or", alternatives);
    return value === undefined ? undefined : { name: column, text: `${column}: ${value.text}`, imports: value.imports };
  },
  isNull: (text) => /^IsNull\(\s*\)$/.test(text),
  // `findOne` with a relation loaded eagerly is an outer join, which PostgreSQL refuses to lock; the engine says which entities have one.
  locks: {
    findOne: { kind: "options", property: lock },
    findOneOrFail: { kind: "options", property: lock },
    findOneBy: { kind: "filter", method: "findOne", property: lock },
    findOneByOrFail: { kind: "filter", method: "findOneOrFail", property: lock },
  },
  queues: {
    find: { kind: "options", property: queue },
    findBy: { kind: "filter", method: "find", property: queue },
  },
  increments: {
    update: { kind: "method", increment: "increment", decrement: "decrement" },
    save: { kind: "saved", increment: "increment", decrement: "decrement" },
  },
};

function alternativesOf(admitted: Admitted): readonly Text[] {
  switch (admitted.kind) {
    case "comparison":
      return [operator(comparisons[admitted.operator], [plain(admitted.value)])];
    case "values":
      return [
        ...(admitted.values.length > 0 ? [oneOf(admitted.values, admitted.null)] : []),
        ...(admitted.null ? [operator("IsNull", [])] : []),
      ];
    case "except":
      if (admitted.values.length === 0) return admitted.null ? [] : [operator("Not", [operator("IsNull", [])])];
      // `NOT (x = 'a')` is not true where x is NULL, so that NULL is refused unless it is asked for.
      return [operator("Not", [oneOf(admitted.values, false)]), ...(admitted.null ? [operator("IsNull", [])] : [])];
  }
}

/** As an argument of an operator a single value is one too. */
function oneOf(values: readonly string[], asOperator: boolean): Text {
  const [only = "", ...more] = values;
  if (more.length > 0) return operator("In", [plain(`[${values.join(", ")}]`)]);
  return asOperator ? operator("Equal", [plain(only)]) : plain(only);
}

function plain(text: string): Text {
  return { text, imports: [] };
}

function operator(name: string, inner: readonly Text[]): Text {
  return { text: `${name}(${inner.map((i) => i.text).join(", ")})`, imports: [...inner.flatMap((i) => i.imports), name] };
}
