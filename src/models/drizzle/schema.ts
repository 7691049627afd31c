/** Reads the definition of a table (https://orm.drizzle.team/docs/column-types/pg, https://orm.drizzle.team/docs/indexes-constraints). */
import type { EntityId } from "../../ir/value.js";
import type { ProgramFacts } from "../../program/facts.js";
import type { ColumnInfo, EntitySchema, RelationInfo } from "../model.js";
import { exportedName, tablesOf, type Table } from "./tables.js";
import { chainOf, elementsOf, partsOf, resolved, textOf, type CallTerm, type Term } from "./term.js";

export function schemaOf(id: EntityId, facts: ProgramFacts): EntitySchema | undefined {
  const table = tablesOf(facts).byId.get(id);
  return table && readTable(table, facts);
}

type Chain = ReturnType<typeof chainOf>;

function readTable(table: Table, facts: ProgramFacts): EntitySchema {
  const [, columns, extra] = table.definition.arguments;
  const chains = [...partsOf(columns === undefined ? { kind: "unknown" } : calledTerm(columns), facts)].map(
    ([name, term]) => [name, chainOf(resolved(term, facts))] as const,
  );
  const constraints = elementsOf(extra === undefined ? undefined : calledTerm(extra)).map((t) => chainOf(t));
  const own = (step: string) => chains.filter(([, chain]) => has(chain, step)).map(([name]) => [name]);
  const primaryKeys = constraints.filter((c) => firstName(c, facts) === "primaryKey").map((c) => primaryKeyColumns(c));
  const uniques = constraints.filter((c) => isUnique(c, facts));
  return {
    id: table.id,
    name: table.name,
    columns: new Map(chains.map(([name, chain]) => [name, columnOf(name, chain, facts)])),
    primaryKey: primaryKeys[0] ?? own("primaryKey").flat(),
    uniques: [...own("unique"), ...uniques.filter((c) => !has(c, "where")).map((c) => indexedColumns(c))],
    partialUniques: uniques.filter((c) => has(c, "where")).map((c) => indexedColumns(c)),
    relations: relationsOf(table, facts),
    columnNames: new Map(chains.map(([name, chain]) => [textOf(chain[0]?.call.arguments[0]) ?? name, name])),
  };
}

/** Columns may be made by a function that is passed the column types. */
function calledTerm(term: Term): Term {
  return term.kind === "function" ? term.returned() : term;
}

function has(chain: Chain, step: string): boolean {
  return chain.slice(1).some((c) => c.name === step);
}

/** The function at the start of a chain: `uuid` of `uuid("id").primaryKey()`, also as `t.uuid("id")`. */
function firstName(chain: Chain, facts: ProgramFacts): string | undefined {
  const [first] = chain;
  if (first === undefined) return undefined;
  return first.name === "" ? exportedName(first.call.callee, facts) : first.name;
}

const types: readonly (readonly [RegExp, ColumnInfo["type"]])[] = [
  [/^(?:text|varchar|char|uuid|tinytext|mediumtext|longtext|citext)$/, "string"],
  [/^(?:.*int|integer|.*serial|numeric|decimal|real|double|doublePrecision|float)$/i, "number"],
  [/^boolean$/, "boolean"],
  [/^(?:timestamp|date|datetime|time)$/, "date"],
  [/^jsonb?$/, "json"],
  [/^\w*Enum$/, "enum"],
];

function columnOf(name: string, chain: Chain, facts: ProgramFacts): ColumnInfo {
  const nullable = !has(chain, "notNull") && !has(chain, "primaryKey");
  const type = has(chain, "array") ? "list" : typeOf(chain, facts);
  return { name, type, nullable, ...(roundTrips(type, firstName(chain, facts)) && { roundTrips: true }) };
}

/** Whole numbers only: `numeric` comes as text, and what is finer than the column is rounded. */
function roundTrips(type: ColumnInfo["type"], named = ""): boolean {
  return type === "number" ? /int|^integer$|serial/i.test(named) && named !== "point" : ["string", "boolean", "enum"].includes(type);
}

function typeOf(chain: Chain, facts: ProgramFacts): ColumnInfo["type"] {
  const [first] = chain;
  const options = first?.call.arguments.find((a) => a.kind === "object");
  const parts = options === undefined ? new Map<string, Term>() : partsOf(options, facts);
  if (parts.has("enum") || first?.call === undefined || isEnum(first.call, facts)) return first === undefined ? "unknown" : "enum";
  const mode = textOf(parts.get("mode"));
  if (mode === "boolean" || mode === "json") return mode;
  if (mode === "timestamp" || mode === "timestamp_ms") return "date";
  const named = firstName(chain, facts) ?? "";
  return types.find(([pattern]) => pattern.test(named))?.[1] ?? "unknown";
}

/** `jobStatus("status")` of `const jobStatus = pgEnum(..)`. */
function isEnum({ callee }: CallTerm, facts: ProgramFacts): boolean {
  const made = resolved(callee, facts);
  return made.kind === "call" && exportedName(made.callee, facts) === "pgEnum";
}

function isUnique(chain: Chain, facts: ProgramFacts): boolean {
  const name = firstName(chain, facts);
  return name === "uniqueIndex" || name === "unique";
}

/** `uniqueIndex("name").on(t.a, t.b)`. */
function indexedColumns(chain: Chain): readonly string[] {
  return chain.find((c) => c.name === "on")?.call.arguments.flatMap(propertyNames) ?? [];
}

/** `primaryKey({ columns: [t.a, t.b] })`, formerly `primaryKey(t.a, t.b)`. */
function primaryKeyColumns(chain: Chain): readonly string[] {
  const given = chain[0]?.call.arguments ?? [];
  const [options] = given;
  const columns = options?.kind === "object" ? options.parts.find((p) => p.name === "columns")?.value : undefined;
  return (columns === undefined ? given : elementsOf(columns)).flatMap(propertyNames);
}

/** The property that `t.status` is; one in an expression (`lower(t.email)`) is none. */
function propertyNames(term: Term): readonly string[] {
  return term.kind === "property" ? [term.name] : [];
}

/** `relations(jobs, ({ one }) => ({ owner: one(users, { fields: [jobs.ownerId], references: [users.id] }) }))`. */
function relationsOf(table: Table, facts: ProgramFacts): ReadonlyMap<string, RelationInfo> {
  const calls = tablesOf(facts).relations.filter((c) => tableIn(c.arguments[0], facts) === table.id);
  return new Map(
    calls
      .flatMap((c) => [...partsOf(c.arguments[1] === undefined ? { kind: "unknown" } : calledTerm(c.arguments[1]), facts)])
      .flatMap(([name, term]): readonly (readonly [string, RelationInfo])[] => {
        const entity = term.kind === "call" ? tableIn(term.arguments[0], facts) : undefined;
        if (term.kind !== "call" || entity === undefined) return [];
        const options = term.arguments[1] === undefined ? new Map<string, Term>() : partsOf(term.arguments[1], facts);
        const foreignKey = elementsOf(options.get("fields")).flatMap(propertyNames);
        return [[name, { entity, foreignKey, many: calledName(term) === "many" }]];
      }),
  );
}

function calledName({ callee }: CallTerm): string | undefined {
  return callee.kind === "property" ? callee.name : undefined;
}

function tableIn(term: Term | undefined, facts: ProgramFacts): EntityId | undefined {
  const definition = term === undefined ? undefined : resolved(term, facts);
  if (definition?.kind !== "call") return undefined;
  return [...tablesOf(facts).byId.values()].find(
    (t) => t.definition.at.file === definition.at.file && t.definition.at.node === definition.at.node,
  )?.id;
}
