/** What a TypeORM column holds, from its decorator's type or its annotation (https://typeorm.io/docs/entity/entities/#column-types). */
import type { ColumnInfo } from "../model.js";

type ColumnType = ColumnInfo["type"];

const databaseTypes: Readonly<Record<Exclude<ColumnType, "unknown">, readonly string[]>> = {
  string: [
    "varchar",
    "character varying",
    "char",
    "character",
    "text",
    "citext",
    "uuid",
    "string",
    "tinytext",
    "mediumtext",
    "longtext",
    "inet",
  ],
  number: [
    ...["int", "int2", "int4", "int8", "integer", "smallint", "bigint", "tinyint", "mediumint", "number", "serial", "bigserial"],
    ...["float", "float4", "float8", "double", "double precision", "real", "decimal", "numeric", "money"],
  ],
  boolean: ["boolean", "bool"],
  date: [
    ...["timestamp", "timestamptz", "timestamp with time zone", "timestamp without time zone", "datetime", "date"],
    ...["time", "timetz", "time with time zone", "time without time zone"],
  ],
  json: ["json", "jsonb", "simple-json"],
  list: ["simple-array", "array"],
  enum: ["enum", "simple-enum"],
};

const byName: ReadonlyMap<string, ColumnType> = new Map(
  Object.entries(databaseTypes).flatMap(([type, names]) => names.map((name) => [name, type as ColumnType] as const)),
);

export function columnTypeNamed(name: string): ColumnType {
  return byName.get(name.toLowerCase()) ?? "unknown";
}

const annotations: Readonly<Record<string, ColumnType>> = {
  string: "string",
  number: "number",
  bigint: "number",
  boolean: "boolean",
  Date: "date",
};

/** `string | null` is a string; a union of string literals is an enumeration. */
export function columnTypeAnnotated(annotation: string | undefined): ColumnType {
  if (annotation === undefined) return "unknown";
  const members = annotation.split("|").map((m) => m.trim());
  const present = members.filter((m) => m !== "null" && m !== "undefined" && m !== "");
  if (present.length > 0 && present.every((m) => m.startsWith('"') || m.startsWith("'"))) return "enum";
  const [only, ...more] = present;
  if (only === undefined || more.length > 0) return "unknown";
  if (only.endsWith("[]") || only.startsWith("Array<")) return "list";
  return annotations[only] ?? "unknown";
}

export function isNullableAnnotation(annotation: string | undefined): boolean {
  return annotation?.split("|").some((m) => m.trim() === "null") ?? false;
}

const integers: ReadonlySet<string> = new Set(["int", "int2", "int4", "int8", "integer", "smallint", "bigint", "serial", "bigserial"]);

/** Whether a value read equals the stored one when it is compared with it. A `number` of which no more is said is an `integer` column. */
export function roundTrips(type: ColumnType, databaseType: string | undefined): boolean {
  if (type === "number") return databaseType === undefined || integers.has(databaseType.toLowerCase());
  return type === "string" || type === "enum" || type === "boolean";
}
