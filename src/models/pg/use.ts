/** Pools that nothing says to be one (`app.pg`, `req.db`, one that an own package exports): what has a method `query` that is given SQL. */
import type { Handle, Value } from "../../ir/value.js";
import { connectionOf } from "../connection.js";
import type { CallContext } from "../model.js";
import { plainSplice, statementPieces } from "../sql/pieces.js";
import { makeHandle, modelName } from "./handles.js";

/** What sends SQL by the same method and is no PostgreSQL, or is another layer. */
const others =
  /^(?:mysql2?|promise-mysql|mariadb|mssql|tedious|oracledb|sqlite3?|better-sqlite3|@libsql\/.*|typeorm|sequelize|knex|kysely|slonik|duckdb)$/;

const statement = /^\s*(?:select|insert|update|delete|with|begin|commit|rollback|start\s+transaction)\b/i;
/** Placeholders of MySQL and SQLite. */
const questionMark = /[=(,]\s*\?(?![?|&])/;

export function usedAs(receiver: Value, method: string, context: CallContext): Handle | undefined {
  const [given = context.values.undefined] = context.arguments;
  if (method !== "query" || !isStatement(given, context)) return undefined;
  const origin = receiver.at === undefined ? undefined : context.facts.origin(receiver.at);
  if (origin !== undefined && others.test(origin.package)) return undefined;
  return makeHandle("pool", connectionOf(receiver, modelName, context.values));
}

function isStatement(given: Value, context: CallContext): boolean {
  const text = given.kind === "object" ? context.property(given, "text") : given;
  const pieces = statementPieces(text, plainSplice(context.values));
  const [first] = pieces ?? [];
  return (
    first?.kind === "text" && statement.test(first.text) && pieces?.some((p) => p.kind === "text" && questionMark.test(p.text)) !== true
  );
}
