/** Where the program defines tables (https://orm.drizzle.team/docs/sql-schema-declaration): module-level constants. */
import type { NodeRef } from "../../ir/ir.js";
import type { EntityId } from "../../ir/value.js";
import type { ProgramFacts } from "../../program/facts.js";
import { resolved, returnedTerm, textOf, type CallTerm, type Term } from "./term.js";

export interface Table {
  readonly id: EntityId;
  /** The constant's name. */
  readonly name: string;
  /** The name in the database, as far as it is written. */
  readonly table: string | undefined;
  readonly definition: CallTerm;
  readonly isSqlite: boolean;
}

export interface Tables {
  readonly byId: ReadonlyMap<EntityId, Table>;
  /** The call that defines a table, as `<file>#<node>`. */
  readonly byCall: ReadonlyMap<string, Table>;
  /** `relations(table, ..)` calls. */
  readonly relations: readonly CallTerm[];
}

/** https://orm.drizzle.team/docs/table-introspect-api: one function a dialect. */
export const tableMakers: ReadonlySet<string> = new Set(["pgTable", "mysqlTable", "sqliteTable", "singlestoreTable"]);
/** Functions that make such functions, or objects with a method `table`. */
export const makerMakers: ReadonlySet<string> = new Set([
  ...["pgTableCreator", "mysqlTableCreator", "sqliteTableCreator", "singlestoreTableCreator"],
  ...["pgSchema", "mysqlSchema", "singlestoreSchema"],
]);

export const packageName = "drizzle-orm";

const known = new WeakMap<ProgramFacts, Tables>();

export function tablesOf(facts: ProgramFacts): Tables {
  const tables = known.get(facts) ?? findTables(facts);
  known.set(facts, tables);
  return tables;
}

/** The only table of the constant's name, or with the name in the database. */
export function tableNamed(by: "name" | "table", name: string, facts: ProgramFacts): Table | undefined {
  const [table, ...others] = [...tablesOf(facts).byId.values()].filter((t) => t[by] === name);
  return others.length === 0 ? table : undefined;
}

/** A table of which only the name is known: its definition is not in the program. */
export function unknownTable(name: string): EntityId {
  return `drizzle:${name}`;
}

function findTables(facts: ProgramFacts): Tables {
  const found: Table[] = [];
  const relations: CallTerm[] = [];
  for (const file of facts.files.filter((f) => mayDefine(f, facts))) {
    const ir = facts.ir(file);
    for (const [name, index] of Object.entries(ir?.initialisers ?? {})) {
      const fn = ir?.functions[index];
      if (ir === undefined || fn === undefined) continue;
      const definition = definitionIn(returnedTerm(ir, fn), facts);
      if (definition?.kind === "table") {
        const { call, isSqlite } = definition;
        found.push({ id: `drizzle:${file}#${name}`, name, table: textOf(call.arguments[0]), definition: call, isSqlite });
      }
      if (definition?.kind === "relations") relations.push(definition.call);
    }
  }
  return {
    byId: new Map(found.map((t) => [t.id, t])),
    byCall: new Map(found.map((t) => [callKey(t.definition.at), t])),
    relations,
  };
}

const words = [...tableMakers, ...makerMakers, "relations"];

/** Tables made by a function of another module are found by that module's word in their import. */
function mayDefine(file: string, facts: ProgramFacts): boolean {
  return words.some((w) => facts.mentions(file, w)) || facts.mentions(file, `${packageName}/pg-core`);
}

export function callKey({ file, node }: NodeRef): string {
  return `${file}#${String(node)}`;
}

type Definition =
  { readonly kind: "table"; readonly call: CallTerm; readonly isSqlite: boolean } | { readonly kind: "relations"; readonly call: CallTerm };

/** `pgTable(..)`, also under `.enableRLS()` and the like. */
function definitionIn(term: Term, facts: ProgramFacts): Definition | undefined {
  if (term.kind !== "call") return undefined;
  const { callee } = term;
  const name = exportedName(callee, facts);
  if (name === "relations") return { kind: "relations", call: term };
  if (name !== undefined && tableMakers.has(name)) return madeTable(term, name);
  const maker = callee.kind === "property" && callee.name === "table" ? callee.object : callee;
  const made = resolved(maker, facts);
  const madeBy = made.kind === "call" ? exportedName(made.callee, facts) : undefined;
  if (madeBy !== undefined && makerMakers.has(madeBy)) return madeTable(term, madeBy);
  return callee.kind === "property" ? definitionIn(callee.object, facts) : undefined;
}

function madeTable(call: CallTerm, madeBy: string): Definition {
  return { kind: "table", call, isSqlite: madeBy.startsWith("sqlite") };
}

/** The name under which the package exports what a term names. */
export function exportedName(term: Term, facts: ProgramFacts): string | undefined {
  if (term.kind !== "name" && term.kind !== "property") return undefined;
  const declaration = facts.declaration(term.at);
  return declaration?.kind === "import" && declaration.package === packageName ? declaration.path.at(-1) : undefined;
}
