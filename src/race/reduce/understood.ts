/** The nodes of a syntax tree whose whole effect is that of what they contain, and those that `Reading` looks into. */
export const understood: ReadonlySet<string> = new Set(
  (
    "SelectStmt InsertStmt UpdateStmt DeleteStmt CommonTableExpr ResTarget RangeVar RangeSubselect RangeFunction JoinExpr SortBy WindowDef " +
    "GroupingSet GroupingFunc IndexElem List A_Const A_Expr A_Star A_ArrayExpr A_Indirection A_Indices BoolExpr NullTest BooleanTest SubLink " +
    "CaseExpr CaseWhen CoalesceExpr MinMaxExpr RowExpr ColumnRef ParamRef TypeCast TypeName CollateClause FuncCall NamedArgExpr SetToDefault " +
    "MultiAssignRef SQLValueFunction String Integer Float Boolean"
  ).split(" "),
);

/** Fields that hold a clause without its node's name around it. */
export const notUnderstood: ReadonlySet<string> = new Set(["lockingClause", "intoClause"]);

/** Where a row lies and who wrote it last tell of transactions that touched other tables. */
export const systemColumns: ReadonlySet<string> = new Set(["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"]);

/**
 * Functions of the server that depend on more than their arguments, but not on what another worker does: on the clock, the session's
 * settings, random numbers. What reads tables, statistics, transaction ids or locks is not among them.
 * https://www.postgresql.org/docs/current/functions-datetime.html, .../functions-string.html, .../functions-json.html
 */
export const undisturbed: ReadonlySet<string> = new Set(
  (
    "now transaction_timestamp statement_timestamp clock_timestamp timeofday age date_trunc date_part to_char to_date to_timestamp " +
    "random random_normal gen_random_uuid uuidv4 uuidv7 version concat concat_ws format array_to_string to_json to_jsonb row_to_json " +
    "json_agg jsonb_agg json_object_agg jsonb_object_agg json_build_object jsonb_build_object json_build_array jsonb_build_array " +
    "array_to_json to_tsvector to_tsquery plainto_tsquery websearch_to_tsquery phraseto_tsquery current_database current_schema"
  ).split(" "),
);

/** Statements that leave the schema as it is. After any other the catalogue that was read is not to be trusted. */
export const keepsSchema: ReadonlySet<string> = new Set(
  (
    "SelectStmt InsertStmt UpdateStmt DeleteStmt MergeStmt LockStmt TruncateStmt CopyStmt VariableSetStmt VariableShowStmt TransactionStmt " +
    "ConstraintsSetStmt DeclareCursorStmt FetchStmt ClosePortalStmt PrepareStmt ExecuteStmt DeallocateStmt NotifyStmt ListenStmt UnlistenStmt " +
    "ExplainStmt VacuumStmt CallStmt"
  ).split(" "),
);
