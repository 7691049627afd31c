/** How a statement sent through node-postgres is made conditional: in its text; `rowCount` says whether a row changed. */
import type { Editing } from "../editing.js";
import { conditionEdit, equatedValue, lockEdit, writesColumn } from "../sql/statementEdits.js";

export const pgEditing: Editing = {
  package: "pg",
  writes: { query: { kind: "statement", count: { kind: "property", name: "rowCount" } } },
  locks: { query: { kind: "statement" } },
  queues: { query: { kind: "statement" } },
  statement: { names: writesColumn, condition: conditionEdit, lock: lockEdit, equated: equatedValue },
};
