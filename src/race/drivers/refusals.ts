/**
 * What PostgreSQL answers to a statement that manages transactions itself (VACUUM, CREATE DATABASE, a procedure that commits) inside
 * a transaction block: active_sql_transaction, invalid_transaction_termination.
 */
export const refusals: ReadonlySet<string> = new Set(["25001", "2D000"]);
