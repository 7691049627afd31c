/**
 * The conditions that concurrent statements meet, and those that a half-built test meets first, by the names of
 * https://www.postgresql.org/docs/current/errcodes-appendix.html.
 */
const names: Readonly<Record<string, string>> = {
  "08003": "connection_does_not_exist",
  "08006": "connection_failure",
  "0A000": "feature_not_supported",
  "22001": "string_data_right_truncation",
  "22003": "numeric_value_out_of_range",
  "22P02": "invalid_text_representation",
  "23000": "integrity_constraint_violation",
  "23001": "restrict_violation",
  "23502": "not_null_violation",
  "23503": "foreign_key_violation",
  "23505": "unique_violation",
  "23514": "check_violation",
  "23P01": "exclusion_violation",
  "25001": "active_sql_transaction",
  "25006": "read_only_sql_transaction",
  "25P02": "in_failed_sql_transaction",
  "25P03": "idle_in_transaction_session_timeout",
  "3D000": "invalid_catalog_name",
  "3F000": "invalid_schema_name",
  "40000": "transaction_rollback",
  "40001": "serialization_failure",
  "40002": "transaction_integrity_constraint_violation",
  "40003": "statement_completion_unknown",
  "40P01": "deadlock_detected",
  "42501": "insufficient_privilege",
  "42601": "syntax_error",
  "42703": "undefined_column",
  "42804": "datatype_mismatch",
  "42883": "undefined_function",
  "42P01": "undefined_table",
  "42P07": "duplicate_table",
  "42P10": "invalid_column_reference",
  "53300": "too_many_connections",
  "55000": "object_not_in_prerequisite_state",
  "55006": "object_in_use",
  "55P03": "lock_not_available",
  "57014": "query_canceled",
  "57P01": "admin_shutdown",
  "57P05": "idle_session_timeout",
  P0001: "raise_exception",
};

/** `40001 serialization_failure`; the code alone where the condition has nothing to do with concurrency. */
export function nameSqlState(code: string): string {
  const name = names[code];
  return name === undefined ? code : `${code} ${name}`;
}
