/**
 * node-postgres 8 (https://node-postgres.com/apis/pool, https://node-postgres.com/apis/client). All it does is send SQL: what a call means is
 * in its text. Transactions are begun by text on a client; on a pool such a text ends up on any connection and begins nothing (facts 1).
 */
import type { Handle, Value } from "../../ir/value.js";
import { opaqueResult, plain } from "../access.js";
import { isOverridden, newSession, outerConnection } from "../connection.js";
import { isUndefined } from "../fields.js";
import type { CallContext, Meaning, Model } from "../model.js";
import { plainSplice, statementPieces } from "../sql/pieces.js";
import { sendText } from "../sql/send.js";
import type { Outcome } from "../sql/sender.js";
import { pgEditing } from "./editing.js";
import { handleOf, makeHandle, modelName, typeNamed } from "./handles.js";
import { usedAs } from "./use.js";

type MethodReader = (handle: Handle, method: string, context: CallContext) => Meaning;

const nothing: MethodReader = (_handle, _method, context) => ({ kind: "nothing", result: context.values.undefined });

/** `pool.connect()` checks a client out; a client's own `connect()` opens the connection that it is. */
const connect: MethodReader = (handle, _method, context) => {
  if (handle.type !== "pool") return nothing(handle, "connect", context);
  const client = context.values.handle(makeHandle("client", newSession(context)));
  const meaning = plain(client);
  return isCallback(context.arguments[0]) ? { ...meaning, done: { argument: 0, passes: [context.values.null, client] } } : meaning;
};

/** `query(text, values?, callback?)`, `query({ text, values, name }, values?, callback?)`. */
const query: MethodReader = (handle, method, context) => {
  const { values } = context;
  const argument = context.arguments.findIndex(isCallback);
  const [config = values.undefined, given = values.undefined] = argument < 0 ? context.arguments : context.arguments.slice(0, argument);
  const { text, parameters, isPositional } = statementIn(config, given, context);
  const result = (outcome: Outcome): Value => queryResult(isPositional ? unread(method, context) : outcome, context);
  const meaning = sendText({ handle, method, context, text, parameters, result });
  const sent = handle.type === "pool" && isBoundary(meaning) ? nothing(handle, method, context) : meaning;
  return argument < 0 ? sent : { ...sent, done: { argument, passes: [values.null, resultOf(sent, context)] } };
};

/** The name of a prepared statement changes nothing. */
function statementIn(config: Value, given: Value, context: CallContext) {
  const isText = statementPieces(config, plainSplice(context.values)) !== undefined;
  if (isText || config.kind !== "object") return { text: config, parameters: given, isPositional: false };
  const own = context.property(config, "values");
  return {
    text: context.property(config, "text"),
    parameters: isUndefined(own) ? given : own,
    // Rows as arrays of values (https://node-postgres.com/features/queries#row-mode).
    isPositional: !isUndefined(context.property(config, "rowMode")),
  };
}

function queryResult({ rows, count }: Outcome, { values }: CallContext): Value {
  return values.fields({ rows, rowCount: count, command: values.unknown, fields: values.unknown, oid: values.unknown });
}

function unread(method: string, context: CallContext): Outcome {
  const base = opaqueResult(method, context);
  return { rows: base, count: base };
}

function isBoundary({ kind }: Meaning): boolean {
  return kind === "begin" || kind === "commit" || kind === "rollback";
}

function resultOf(meaning: Meaning, { values }: CallContext): Value {
  return "result" in meaning ? meaning.result : values.unknown;
}

function isCallback(value: Value | undefined): boolean {
  return value?.kind === "closure";
}

export const methods: Readonly<Record<string, MethodReader>> = {
  query,
  connect,
  release: nothing,
  end: nothing,
  on: nothing,
  once: nothing,
  off: nothing,
  removeListener: nothing,
  removeAllListeners: nothing,
};

export const pg: Model = {
  name: modelName,
  packages: ["pg", "pg-pool"],
  methods: new Set(Object.keys(methods)),
  handle: handleOf,
  usedAs,
  editing: pgEditing,
  property: () => undefined,
  call(handle, method, context) {
    if (isOverridden(handle, method, context.facts) || !Object.hasOwn(methods, method)) return undefined;
    return methods[method]?.(handle, method, context);
  },
  /** `new Pool()`, `new pg.Client()`; the module `pg-pool` is the class itself. */
  callExport(path, context) {
    const isPoolModule = path.length === 1 && path[0] === "default";
    const type = isPoolModule ? "pool" : typeNamed(modelName, path);
    if (type === undefined) return undefined;
    const connection = type === "pool" ? outerConnection(modelName, context.values) : newSession(context);
    return plain(context.values.handle(makeHandle(type, connection)));
  },
  /** Tables that no other layer knows: nothing but their names is in the program. */
  schema: () => undefined,
};
