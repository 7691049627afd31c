/** Reads SQL texts as a model would, and says in few words what they mean. */
import { meaningOf, type SqlMeaning } from "../../../src/models/sql/statement.js";
import { plainSplice, statementPieces } from "../../../src/models/sql/pieces.js";
import { readText } from "../../../src/models/sql/text.js";
import type { AccessSpec, EntitySchema } from "../../../src/models/model.js";
import { set, show, TestContext, where, type Given } from "../context.js";

const handle = (context: TestContext) => ({
  model: "pg",
  type: "pool",
  entity: undefined,
  connection: context.values.make({ kind: "global", key: "pg:outer", name: "pg:outer" }),
  steps: [],
});

/** `$1` is given parameter 0 of the function, and so on. */
export function read(text: Given, context = new TestContext()): SqlMeaning | undefined {
  const pieces = statementPieces(context.value(text), plainSplice(context.values));
  const read = pieces && readText(pieces, plainSplice(context.values));
  const parameter = (n: number) => context.parameter(n - 1);
  return read && meaningOf(read, { handle: handle(context), method: "query", context: context.call([]), parameter });
}

export function accesses(text: Given, context?: TestContext): readonly AccessSpec[] {
  const meaning = read(text, context);
  if (meaning?.kind !== "access") throw new Error(`${meaning?.kind ?? "unknown"} is no access`);
  return meaning.accesses;
}

export function outcome(text: Given, context?: TestContext): string {
  const meaning = read(text, context);
  if (meaning === undefined || !("rows" in meaning)) throw new Error(`${meaning?.kind ?? "unknown"} has no result`);
  return `${show(meaning.rows)}; ${show(meaning.count)}`;
}

/** `update jobs set status = "running" where id = $0`. */
export function said(text: Given, context?: TestContext): string {
  return accesses(text, context).map(describe).join("; ");
}

function describe(spec: AccessSpec): string {
  const entity = spec.entity?.kind === "class" ? ` ${spec.entity.name}` : "";
  const patch = set(spec);
  const filter = where(spec);
  const lock = spec.lock === undefined ? "" : ` for ${spec.lock.strength}${spec.lock.wait === "block" ? "" : ` ${spec.lock.wait}`}`;
  return `${spec.operation}${entity}${patch === "" ? "" : ` set ${patch}`}${filter === "" ? "" : ` where ${filter}`}${lock}`;
}

/** A context in which the table `jobs` is the entity Job, with other names of columns. */
export function withJob(): TestContext {
  const context = new TestContext();
  const job = context.entity("Job");
  context.tables.set("jobs", job);
  const column = (name: string) => [name, { name, type: "string", nullable: false }] as const;
  const schema: EntitySchema = {
    id: "/app.ts#Job",
    name: "Job",
    columns: new Map(["id", "status", "lockedBy", "ownerId"].map(column)),
    primaryKey: ["id"],
    uniques: [],
    relations: new Map(),
    columnNames: new Map([
      ["locked_by", "lockedBy"],
      ["state", "status"],
    ]),
  };
  context.schemas.set("/app.ts#Job", schema);
  return context;
}
