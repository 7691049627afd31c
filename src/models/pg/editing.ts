/** How a statement sent through node-postgres is made conditional: in its text; `rowCount` says whether a row changed. */
import type { Editing } from "../editing.js";
import { conditionEdit, equatedValue, lockEdit } from "../sql/statementEdits.js";

export const pgEditing: Editing = {
  package: "pg",
  writes: { query: { kind: "statement" } },
  count: "rowCount",
  locks: { query: { kind: "statement" } },
  queues: { query: { kind: "statement" } },
  statement: { condition: conditionEdit, lock: lockEdit, equated: equatedValue },
};
