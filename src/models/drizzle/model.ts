/**
 * Drizzle 0.2x to 1.0 (https://orm.drizzle.team). Statements are built step by step and sent when they are awaited. Locks are not refused outside
 * a transaction (facts 1).
 */
import type { Handle, Value } from "../../ir/value.js";
import { levelOf, opaqueResult, plain, raw } from "../access.js";
import { innerConnection, isOverridden, outerConnection } from "../connection.js";
import { entityNamed } from "../entity.js";
import { stringOf } from "../fields.js";
import type { CallContext, Meaning, Model, ModelContext } from "../model.js";
import { entityOf, tableCalled } from "./columns.js";
import { drizzleEditing } from "./editing.js";
import { driverSteps, handleOf, isDriver, makeHandle, modelName, plainHandle } from "./handles.js";
import { aggregates, operation, operators, sqlMembers } from "./operators.js";
import { schemaOf } from "./schema.js";
import { sendStatement } from "./send.js";
import { statementStarts, statementSteps, textStarts } from "./statement.js";
import { callKey, makerMakers, packageName, tableMakers, tableNamed, tablesOf, unknownTable } from "./tables.js";
import { sendSql } from "./text.js";
import { usedAs } from "./use.js";

type MethodReader = (handle: Handle, method: string, context: CallContext) => Meaning | undefined;

const databaseMethods: Readonly<Record<string, MethodReader>> = {
  transaction: (handle, _method, context) => {
    const [, config] = context.arguments;
    const level = config === undefined ? undefined : context.property(config, "isolationLevel");
    const inner = makeHandle("database", { connection: innerConnection(handle, context.transaction), steps: handle.steps });
    return { kind: "transaction", callback: 0, passes: [context.values.handle(inner)], ...isolationIn(handle, level) };
  },
  $with: (handle, _method, { values }) => plain(values.handle(makeHandle("subquery", { connection: handle.connection }))),
  with: (handle, _method, { values }) => plain(values.handle(handle)),
  batch: (_handle, method, context) => raw(method, context),
  rollback: (_handle, _method, { values }) => ({ kind: "nothing", result: values.undefined }),
  $cache: (_handle, _method, { values }) => ({ kind: "nothing", result: values.undefined }),
};

/** MySQL's REPEATABLE READ reads the old value and writes over the new one. */
function isolationIn(handle: Handle, level: Value | undefined): ReturnType<typeof levelOf> {
  const found = levelOf(level);
  return found.isolation === "repeatable read" && isDriver(handle, "mysql") ? { isolation: undefined } : found;
}

function callDatabase(handle: Handle, method: string, context: CallContext): Meaning | undefined {
  if (statementStarts.has(method) || textStarts.has(method)) return plain(withStep(handle, "statement", method, context));
  return Object.hasOwn(databaseMethods, method) ? databaseMethods[method]?.(handle, method, context) : undefined;
}

function withStep(handle: Handle, type: "statement" | "subquery", name: string, context: CallContext): Value {
  return context.values.handle({ ...handle, type, steps: [...handle.steps, { name, arguments: context.arguments }] });
}

/** The calls that send a statement: awaiting it, `execute` (with values for the placeholders), and SQLite's, which say what is wanted. */
const ends = new Set(["then", "execute", "all", "get", "run", "iterator"]);

function callStatement(handle: Handle, method: string, context: CallContext): Meaning | undefined {
  const isText = handle.steps.some((s) => s.name === "execute" || textStarts.has(s.name)) && !handle.steps.some((s) => isStart(s.name));
  if (isText) return method === "then" || method === "execute" ? sendSql(handle, context) : undefined;
  if (method === "as") return plain(subquery(handle, handle, context));
  if (method === "prepare") return plain(withStep(handle, "statement", method, context));
  if (!ends.has(method)) return statementSteps.has(method) ? plain(withStep(handle, "statement", method, context)) : undefined;
  // A prepared statement is no promise.
  if (method === "then" && handle.steps.some((s) => s.name === "prepare")) return undefined;
  const sent = sendStatement(handle, context.arguments[0], context);
  return method === "get" && sent.kind === "access" ? { ...sent, result: firstOf(sent.result, context) } : sent;
}

function isStart(step: string): boolean {
  return step !== "execute" && (statementStarts.has(step) || step === "findFirst" || step === "findMany");
}

function firstOf(rows: Value, { values }: CallContext): Value {
  if (rows.kind === "list") return rows.elements[0] ?? values.undefined;
  return values.make({ kind: "element", list: rows });
}

/** `query.as("name")`, `db.$with("name").as(query)`. */
function subquery(at: Handle, query: Handle, context: CallContext): Value {
  const from = query.steps.find((s) => s.name === "from")?.arguments[0];
  return context.values.handle(
    makeHandle("subquery", { connection: at.connection, entity: entityOf(from, context) ?? query.entity, steps: query.steps }),
  );
}

function callSubquery(handle: Handle, method: string, context: CallContext): Meaning | undefined {
  const [query] = context.arguments;
  if (method !== "as" || query === undefined) return undefined;
  const built =
    query.kind === "closure" ? context.returned(query, [context.values.handle({ ...handle, type: "database", steps: [] })]) : query;
  return plain(built.kind === "handle" && built.type === "statement" ? subquery(handle, built, context) : context.values.handle(handle));
}

/** The only table of that name in the program; `undefined` if its definition is elsewhere. */
function relational(handle: Handle, name: string, context: ModelContext): Handle {
  return { ...handle, type: "relational", entity: tableCalled(name, context) };
}

function makeTable(context: CallContext): Meaning {
  const { at, facts, values } = context;
  const table = at === undefined ? undefined : tablesOf(facts).byCall.get(callKey(at));
  const named = stringOf(context.arguments[0]) ?? "table";
  return plain(plainHandle("table", values, entityNamed(table?.id ?? unknownTable(named), table?.name ?? named, values)));
}

const callsOfType: Readonly<Record<string, MethodReader>> = {
  database: callDatabase,
  statement: callStatement,
  subquery: callSubquery,
  relational: (handle, method, context) =>
    method === "findFirst" || method === "findMany" ? plain(withStep(handle, "statement", method, context)) : undefined,
  operators: (_handle, method, context) => (operators.has(method) || sqlMembers.has(method) ? operation(method, context) : undefined),
  maker: (_handle, method, context) => (method === "()" || method === "table" ? makeTable(context) : undefined),
};

export const drizzle: Model = {
  name: modelName,
  packages: [packageName],
  methods: new Set([
    ...Object.keys(databaseMethods),
    ...statementStarts,
    ...statementSteps,
    ...textStarts,
    ...ends,
    ...operators,
    ...sqlMembers,
    ...["as", "prepare", "findFirst", "findMany", "table", "()"],
  ]),
  handle: handleOf,
  usedAs,
  property(handle, name, context) {
    if (handle.type === "database" && name === "query") return context.values.handle({ ...handle, type: "query" });
    if (handle.type === "query") return context.values.handle(relational(handle, name, context));
    return undefined;
  },
  call(handle, method, context) {
    if (isOverridden(handle, method, context.facts)) return undefined;
    return Object.hasOwn(callsOfType, handle.type) ? callsOfType[handle.type]?.(handle, method, context) : undefined;
  },
  callExport(path, context) {
    const name = path.at(-1) ?? "";
    const { values } = context;
    if (name === "drizzle") {
      const steps = driverSteps(context.origin?.subpath ?? "");
      return plain(values.handle(makeHandle("database", { connection: outerConnection(modelName, values), steps })));
    }
    if (tableMakers.has(name)) return makeTable(context);
    if (makerMakers.has(name)) return plain(plainHandle("maker", values));
    if (name === "alias" || name === "withReplicas" || name === "getTableColumns") return plain(context.arguments[0] ?? values.unknown);
    if (operators.has(name) || aggregates.has(name)) return operation(name, context);
    return name === "relations" ? plain(opaqueResult(name, context)) : undefined;
  },
  schema: schemaOf,
  editing: drizzleEditing,
  entityNamed: (name, facts) => tableNamed("name", name, facts)?.id,
  entityOfTable: (name, facts) => tableNamed("table", name, facts)?.id,
};
