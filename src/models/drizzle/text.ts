/** `db.execute(sql`..`)`: statements that are written as SQL (https://orm.drizzle.team/docs/sql). */
import type { Handle, Value } from "../../ir/value.js";
import { entityNamed } from "../entity.js";
import type { CallContext, Meaning } from "../model.js";
import { sendText } from "../sql/send.js";
import type { Outcome } from "../sql/sender.js";
import { spliceOf } from "./fragments.js";
import { isDriver } from "./handles.js";
import { operatorOf } from "./operators.js";
import { tableNamed } from "./tables.js";

export function sendSql(handle: Handle, given: CallContext): Meaning {
  const context = withOwnTables(given);
  const { values } = context;
  const sent = handle.steps.at(-1);
  const [statement = values.undefined] = sent?.arguments ?? [];
  const scope = { context, main: undefined, tables: [], placeholders: undefined };
  const isTemplate = operatorOf(statement) === "sql" && statement.kind === "computed";
  const meaning = sendText({
    handle,
    method: sent?.name ?? "execute",
    context,
    text: isTemplate ? (statement.inputs[0] ?? statement) : statement,
    parameters: values.list([]),
    splice: spliceOf(scope),
    result: (outcome) => resultOf(outcome, handle, context),
  });
  const isBoundary = meaning.kind === "begin" || meaning.kind === "commit" || meaning.kind === "rollback";
  // On a pool such a text ends up on any connection and begins nothing.
  return isBoundary && handle.connection.kind === "global" ? { kind: "nothing", result: values.undefined } : meaning;
}

/** Where several layers have a table of the name, the statement means that of its own layer. */
function withOwnTables(context: CallContext): CallContext {
  const { facts, values } = context;
  const table = (name: string): Value | undefined => {
    const own = tableNamed("table", name, facts);
    return own === undefined ? context.table(name) : entityNamed(own.id, own.name, values);
  };
  return { ...context, table };
}

/** postgres.js returns the rows; node-postgres and the others an object that holds them. */
function resultOf({ rows, count }: Outcome, handle: Handle, { values }: CallContext): Value {
  if (isDriver(handle, "postgres.js")) return rows.kind === "list" && rows.elements.length === 0 ? values.fields({ count }) : rows;
  return values.fields({ rows, rowCount: count, affectedRows: count, rowsAffected: count, changes: count, count });
}
