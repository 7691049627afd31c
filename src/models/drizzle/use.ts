/**
 * Databases that nothing says to be one: `ctx.db` of a router whose types are not there, `this.db` that a factory typed `any`. What they are
 * called with tells: tables, `sql` templates, and in a file that imports the package the shapes of its builders.
 */
import type { Handle, Value } from "../../ir/value.js";
import { connectionOf } from "../connection.js";
import type { CallContext } from "../model.js";
import { entityOf, tableCalled } from "./columns.js";
import { makeHandle, modelName } from "./handles.js";
import { operatorOf } from "./operators.js";
import { packageName, tableNamed } from "./tables.js";

const writes: ReadonlySet<string> = new Set(["insert", "update", "delete", "$count"]);
const selects: ReadonlySet<string> = new Set(["select", "selectDistinct"]);
const texts: ReadonlySet<string> = new Set(["execute", "run", "all", "get", "values"]);
const finds: ReadonlySet<string> = new Set(["findFirst", "findMany"]);

/** The handle that `receiver` must be for this call to make sense. */
export function usedAs(receiver: Value, method: string, context: CallContext): Handle | undefined {
  if (finds.has(method)) return relationalUse(receiver, context);
  return isDatabaseUse(method, context) ? database(receiver, context) : undefined;
}

function database(receiver: Value, { values }: CallContext): Handle {
  return makeHandle("database", { connection: connectionOf(receiver, modelName, values) });
}

/** `db.query.jobs.findFirst(..)`. */
function relationalUse(receiver: Value, context: CallContext): Handle | undefined {
  if (receiver.kind !== "member" || receiver.base.kind !== "member" || receiver.base.name !== "query") return undefined;
  if (tableNamed("name", receiver.name, context.facts) === undefined && !importsPackage(context)) return undefined;
  return { ...database(receiver.base.base, context), type: "relational", entity: tableCalled(receiver.name, context) };
}

function isDatabaseUse(method: string, context: CallContext): boolean {
  const [first, second] = context.arguments;
  if (writes.has(method)) return isTable(first, context) && (method === "$count" || second === undefined);
  if (selects.has(method)) return (first === undefined || first.kind === "object") && importsPackage(context);
  if (texts.has(method)) return operatorOf(first) === "sql" || operatorOf(first) === "raw";
  return method === "transaction" && first?.kind === "closure" && importsPackage(context);
}

/** A table that is defined in the program; elsewhere a name in a table's place is taken for one. */
function isTable(value: Value | undefined, context: CallContext): boolean {
  if (value?.kind === "handle") return value.model === modelName && value.type === "table";
  const isName = value?.kind === "global" || value?.kind === "symbol" || value?.kind === "member";
  return isName && entityOf(value, context)?.kind === "class" && importsPackage(context);
}

function importsPackage({ at, facts }: CallContext): boolean {
  return at !== undefined && facts.mentions(at.file, packageName);
}
