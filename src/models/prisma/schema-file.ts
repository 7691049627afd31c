/** The models of the program's Prisma schema files (https://www.prisma.io/docs/orm/reference/prisma-schema-reference). */
import { createRequire } from "node:module";
import { dirname, posix } from "node:path";
import type * as PrismaAst from "@mrleebo/prisma-ast";
import type { AttributeArgument, Attr, Block, Field, Model as ModelBlock, Value, View } from "@mrleebo/prisma-ast";
import type { ProgramFacts } from "../../program/facts.js";
import type { EntityId } from "../../ir/value.js";
import type { ColumnInfo, EntitySchema } from "../model.js";

export interface PrismaModel {
  readonly schema: EntitySchema;
  /** Relation name to the fields of the related model that its foreign key refers to. */
  readonly references: ReadonlyMap<string, readonly string[]>;
  /** Name under which `where` takes a compound key (`orgId_userId`, or its own name) to its fields. */
  readonly compoundKeys: ReadonlyMap<string, readonly string[]>;
}

export interface PrismaSchemas {
  /** By model name. */
  readonly models: ReadonlyMap<string, PrismaModel>;
  /** By the name of the table, to the model. */
  readonly tables: ReadonlyMap<string, EntityId>;
  /** Absolute directories, or files, that the generators write the client to. */
  readonly outputs: readonly string[];
}

export function entityId(model: string): string {
  return `prisma:${model}`;
}

const memo = new WeakMap<ProgramFacts, PrismaSchemas>();

let loaded: Pick<typeof PrismaAst, "getSchema"> | undefined;

/** Loading the parser takes a third of what loading the whole plugin does, so programs without a schema do not. */
function library(): Pick<typeof PrismaAst, "getSchema"> {
  loaded ??= createRequire(import.meta.url)("@mrleebo/prisma-ast") as typeof PrismaAst;
  return loaded;
}

export function prismaSchemas(facts: ProgramFacts): PrismaSchemas {
  const known = memo.get(facts) ?? readSchemas(facts);
  memo.set(facts, known);
  return known;
}

function readSchemas(facts: ProgramFacts): PrismaSchemas {
  const files = facts.companions("prisma-schema").map(({ path, text }) => ({ path, blocks: blocksOf(text) }));
  const blocks = files.flatMap((f) => f.blocks);
  const tables = blocks.filter((b) => b.type === "model" || b.type === "view");
  const names = new Set(tables.map((t) => t.name));
  const enums = new Set(blocks.flatMap((b) => (b.type === "enum" ? [b.name] : [])));
  return {
    models: new Map(tables.map((t) => [t.name, readModel(t, names, enums)])),
    tables: new Map(
      tables.map((t) => [mappedName(t.properties.flatMap((p) => (p.type === "attribute" ? [p] : []))) ?? t.name, entityId(t.name)]),
    ),
    outputs: files.flatMap((f) => f.blocks.flatMap((b) => outputOf(b, f.path))),
  };
}

/** White space and a comment between a block's brace and the end of its line, which Prisma takes and the parser does not. */
const afterBrace = /\{[ \t]*(?:\/\/.*)?$/gm;

/** A file that the parser refuses says nothing, as if it were not there. */
function blocksOf(text: string): readonly Block[] {
  try {
    return library().getSchema(text.replaceAll(afterBrace, "{")).list;
  } catch {
    return [];
  }
}

function outputOf(block: Block, path: string): readonly string[] {
  if (block.type !== "generator") return [];
  const assignment = block.assignments.find((a) => a.type === "assignment" && a.key === "output");
  const output = assignment?.type === "assignment" ? unquoted(assignment.value) : undefined;
  return output === undefined ? [] : [posix.resolve(dirname(path.replaceAll("\\", "/")), output)];
}

function readModel(block: ModelBlock | View, names: ReadonlySet<string>, enums: ReadonlySet<string>): PrismaModel {
  const fields = block.properties.filter((p) => p.type === "field");
  const scalars = fields.filter((f) => !names.has(typeName(f)));
  const blockKeys = block.properties.flatMap((p) => (p.type === "attribute" ? [p] : []));
  const primaryKey = [...fields.filter((f) => attribute(f, "id") !== undefined).map((f) => [f.name]), ...keysNamed("id", blockKeys)];
  const uniques = [...fields.filter((f) => attribute(f, "unique") !== undefined).map((f) => [f.name]), ...keysNamed("unique", blockKeys)];
  const schema: EntitySchema = {
    id: entityId(block.name),
    name: block.name,
    columns: new Map(scalars.map((f) => [f.name, columnOf(f, enums)])),
    primaryKey: primaryKey[0] ?? [],
    uniques,
    relations: new Map(fields.filter((f) => names.has(typeName(f))).map((f) => [f.name, relationOf(f)])),
    columnNames: new Map(scalars.map((f) => [mappedName(f.attributes ?? []) ?? f.name, f.name])),
  };
  return { schema, references: referencesOf(fields), compoundKeys: compoundKeysOf(blockKeys) };
}

const scalarTypes: Readonly<Record<string, ColumnInfo["type"]>> = {
  String: "string",
  Int: "number",
  BigInt: "number",
  Float: "number",
  Decimal: "number",
  Boolean: "boolean",
  DateTime: "date",
  Json: "json",
};

/** Scalars of which a value that was read equals the stored one; a `DateTime` may be finer than a `Date`. */
const exactTypes: ReadonlySet<string> = new Set(["String", "Int", "BigInt", "Boolean"]);

function columnOf(field: Field, enums: ReadonlySet<string>): ColumnInfo {
  const name = typeName(field);
  const scalar = enums.has(name) ? "enum" : (scalarTypes[name] ?? "unknown");
  const type = field.array === true ? "list" : scalar;
  const isExact = type === "enum" || (type !== "list" && exactTypes.has(name));
  return { name: field.name, type, nullable: field.optional === true, ...(isExact && { roundTrips: true }) };
}

function relationOf(field: Field) {
  const relation = attribute(field, "relation");
  const many = field.array === true;
  return {
    entity: entityId(typeName(field)),
    foreignKey: relation === undefined ? [] : (listOf(argumentNamed("fields", relation)) ?? []),
    many,
  };
}

function referencesOf(fields: readonly Field[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    fields.map((f) => {
      const relation = attribute(f, "relation");
      return [f.name, relation === undefined ? [] : (listOf(argumentNamed("references", relation)) ?? [])] as const;
    }),
  );
}

/** The name in the database that `@map` or `@@map` gives. */
function mappedName(attributes: readonly Attr[]): string | undefined {
  const map = attributes.find((a) => a.name === "map" && a.group === undefined);
  return map === undefined ? undefined : unquoted(argumentNamed("name", map) ?? firstArgument(map));
}

function keysNamed(name: string, attributes: readonly Attr[]): readonly (readonly string[])[] {
  return attributes.filter((a) => a.name === name).flatMap((a) => keyFields(a) ?? []);
}

function keyFields(attr: Attr): readonly (readonly string[])[] | undefined {
  const fields = listOf(argumentNamed("fields", attr) ?? firstArgument(attr));
  return fields === undefined ? undefined : [fields];
}

function compoundKeysOf(attributes: readonly Attr[]): ReadonlyMap<string, readonly string[]> {
  const keys = attributes.filter((a) => a.name === "id" || a.name === "unique");
  return new Map(
    keys.flatMap((a) => (keyFields(a) ?? []).map((fields) => [unquoted(argumentNamed("name", a)) ?? fields.join("_"), fields] as const)),
  );
}

function typeName(field: Field): string {
  return typeof field.fieldType === "string" ? field.fieldType : field.fieldType.name;
}

function attribute(field: Field, name: string): Attr | undefined {
  return field.attributes?.find((a) => a.name === name && a.group === undefined);
}

function argumentNamed(name: string, attr: Attr): Value | undefined {
  return attr.args?.map((a) => keyValue(a)).find((a) => a?.key === name)?.value;
}

function keyValue(argument: AttributeArgument): { readonly key: string; readonly value: Value } | undefined {
  const { value } = argument;
  return typeof value === "object" && value !== null && "type" in value && value.type === "keyValue" ? value : undefined;
}

function firstArgument(attr: Attr): Value | undefined {
  const first = attr.args?.[0];
  return first === undefined || keyValue(first) !== undefined ? undefined : (first.value as Value);
}

/** The names in `[a, b(sort: Desc)]`. */
function listOf(value: Value | undefined): readonly string[] | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value.type !== "array") return undefined;
  const names = value.args.map((e) => {
    if (typeof e === "string") return e;
    return typeof e === "object" && e !== null && !Array.isArray(e) && e.type === "function" ? e.name : undefined;
  });
  return names.every((n) => n !== undefined) ? names : undefined;
}

/** The parser keeps the quotes of strings. */
function unquoted(value: Value | undefined): string | undefined {
  return typeof value === "string" && value.startsWith('"') ? value.slice(1, -1) : undefined;
}
