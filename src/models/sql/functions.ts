/**
 * What the functions that a statement calls may do besides computing. A function that is not known here may be anybody's and do anything,
 * so a statement with one is unknown. Reference: https://www.postgresql.org/docs/current/functions.html.
 */
import type { FuncCall, Node } from "libpg-query";
import { nodesIn, stringIn } from "./tree.js";

/** https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADVISORY-LOCKS */
const advisoryLocks: ReadonlyMap<string, "transaction" | "session"> = new Map(
  ["lock", "lock_shared"].flatMap((lock) => [
    ...["pg_advisory_xact_", "pg_try_advisory_xact_"].map((prefix) => [prefix + lock, "transaction"] as const),
    ...["pg_advisory_", "pg_try_advisory_"].map((prefix) => [prefix + lock, "session"] as const),
  ]),
);

/** Functions of PostgreSQL that neither write rows nor lock them. */
const harmless = new Set(
  [
    "count sum avg min max array_agg string_agg json_agg jsonb_agg json_object_agg jsonb_object_agg bool_and bool_or every bit_and bit_or",
    "percentile_cont percentile_disc mode stddev variance corr row_number rank dense_rank ntile lag lead first_value last_value nth_value",
    "now clock_timestamp statement_timestamp transaction_timestamp timeofday age date_part date_trunc date_bin extract make_date make_time",
    "make_timestamp make_timestamptz make_interval to_char to_date to_timestamp to_number timezone justify_hours justify_days isfinite",
    "lower upper initcap length char_length character_length octet_length trim btrim ltrim rtrim lpad rpad left right substr substring",
    "position strpos replace translate reverse repeat split_part concat concat_ws format quote_ident quote_literal quote_nullable md5 sha224",
    "sha256 sha384 sha512 encode decode ascii chr regexp_replace regexp_match regexp_matches regexp_split_to_array regexp_split_to_table",
    "regexp_like regexp_count string_to_array string_to_table array_to_string starts_with overlay unaccent similarity word_similarity",
    "abs ceil ceiling floor round trunc mod power pow sqrt exp ln log sign random setseed div gcd lcm width_bucket degrees radians pi",
    "array_length array_append array_prepend array_cat array_remove array_replace array_position array_positions cardinality unnest",
    "array_upper array_lower array_dims array_fill generate_series generate_subscripts hashtext hashtextextended",
    "json_build_object jsonb_build_object json_build_array jsonb_build_array to_json to_jsonb row_to_json jsonb_set jsonb_set_lax",
    "jsonb_insert jsonb_pretty jsonb_strip_nulls json_strip_nulls json_array_length jsonb_array_length json_array_elements",
    "jsonb_array_elements json_array_elements_text jsonb_array_elements_text json_each jsonb_each json_each_text jsonb_each_text",
    "json_extract_path jsonb_extract_path json_extract_path_text jsonb_extract_path_text json_object_keys jsonb_object_keys",
    "json_populate_record jsonb_populate_record json_populate_recordset jsonb_populate_recordset json_to_record jsonb_to_record",
    "json_to_recordset jsonb_to_recordset json_typeof jsonb_typeof jsonb_path_exists jsonb_path_match jsonb_path_query jsonb_path_query_array",
    "to_tsvector to_tsquery plainto_tsquery phraseto_tsquery websearch_to_tsquery ts_rank ts_rank_cd ts_headline setweight tsvector_concat",
    "gen_random_uuid uuid_generate_v4 uuidv4 uuidv7 nextval currval lastval setval coalesce nullif greatest least row num_nonnulls num_nulls",
    "lower_inc upper_inc lower_inf upper_inf isempty range_merge int4range int8range numrange tsrange tstzrange daterange",
    "st_distance st_dwithin st_makepoint st_setsrid st_within st_contains st_intersects st_transform st_x st_y st_astext st_asgeojson",
    "current_setting set_config current_database current_schema current_user version inet_client_addr pg_backend_pid pg_typeof pg_column_size",
    "txid_current pg_current_xact_id to_regclass format_type pg_get_serial_sequence pg_notify pg_sleep crypt gen_salt digest hmac",
    "pg_advisory_unlock pg_advisory_unlock_shared pg_advisory_unlock_all overlaps",
  ]
    .join(" ")
    .split(" "),
);

export interface Effects {
  /** Advisory locks, by how long they last. */
  readonly locks: ReadonlySet<"transaction" | "session">;
  /** A function is called that is not known. */
  readonly unknown: boolean;
}

export function effectsOf(statement: Node): Effects {
  const names = nodesIn(statement, "FuncCall").map(functionName);
  return {
    locks: new Set(names.flatMap((n) => (n === undefined ? [] : (advisoryLocks.get(n) ?? [])))),
    unknown: names.some((n) => n === undefined || (!harmless.has(n) && !advisoryLocks.has(n))),
  };
}

/** The name of a function of PostgreSQL's own; `undefined` for one of another schema. */
export function functionName({ funcname = [] }: FuncCall): string | undefined {
  const names = funcname.map(stringIn);
  return names.length === 1 || names[0] === "pg_catalog" ? names.at(-1) : undefined;
}
