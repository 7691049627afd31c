/**
 * Prisma 5 to 7. There are no locks and no versions in its API; raw SQL is all there is (facts 2). Reference:
 * https://www.prisma.io/docs/orm/reference/prisma-client-reference.
 */
import type { EntityId, Handle } from "../../ir/value.js";
import type { ProgramFacts } from "../../program/facts.js";
import { levelOf, plain, raw } from "../access.js";
import { innerConnection, isOverridden, outerConnection } from "../connection.js";
import { isList } from "../fields.js";
import type { CallContext, EntitySchema, Meaning, Model } from "../model.js";
import { clientHandle, handleOf, modelName, propertyOf } from "./client.js";
import { callDelegate, delegateMethods } from "./methods.js";
import { prismaEditing } from "./editing.js";
import { prismaSchemas } from "./schema-file.js";
import { fragment, fragmentMethods, sendRaw } from "./sql.js";

type MethodReader = (handle: Handle, method: string, context: CallContext) => Meaning;

const unknownStatement: MethodReader = (_handle, method, context) => raw(method, context);
const nothing: MethodReader = (_handle, _method, context) => ({ kind: "nothing", result: context.values.undefined });

/**
 * `$transaction(callback, options)`. The array form runs queries that were written, and are recorded, where they stand: it makes one
 * transaction of them, but their reads cannot be looked at before their writes, so it resolves to their results.
 */
const transaction: MethodReader = (handle, _method, context) => {
  const [work = context.values.undefined, options] = context.arguments;
  if (isList(work)) return { kind: "nothing", result: work };
  const level = options === undefined ? undefined : context.property(options, "isolationLevel");
  const client = clientHandle(innerConnection(handle, context.transaction));
  return { kind: "transaction", callback: 0, passes: [context.values.handle(client)], ...levelOf(level) };
};

export const clientMethods: Readonly<Record<string, MethodReader>> = {
  $transaction: transaction,
  $extends: (handle, _method, context) => plain(context.values.handle(handle)),
  $queryRaw: sendRaw,
  $queryRawUnsafe: sendRaw,
  $queryRawTyped: unknownStatement,
  $executeRaw: sendRaw,
  $executeRawUnsafe: sendRaw,
  $runCommandRaw: unknownStatement,
  $connect: nothing,
  $disconnect: nothing,
  $on: nothing,
  $use: nothing,
};

export const prisma: Model = {
  name: modelName,
  packages: ["@prisma/client", ".prisma/client"],
  methods: new Set([...Object.keys(clientMethods), ...Object.keys(delegateMethods), ...fragmentMethods]),
  handle: handleOf,
  property: propertyOf,
  call,
  callExport,
  schema,
  entityNamed: (name, facts) => prismaSchemas(facts).models.get(name)?.schema.id,
  editing: prismaEditing,
  entityOfTable: (table, facts) => prismaSchemas(facts).tables.get(table),
};

function call(handle: Handle, method: string, context: CallContext): Meaning | undefined {
  if (handle.type === "namespace") return fragmentMethods.has(method) ? fragment(method, context) : undefined;
  if (isOverridden(handle, method, context.facts)) return undefined;
  if (handle.type === "client") return Object.hasOwn(clientMethods, method) ? clientMethods[method]?.(handle, method, context) : undefined;
  const row = Object.hasOwn(delegateMethods, method) ? delegateMethods[method] : undefined;
  return row && callDelegate(row, handle, method, context);
}

function callExport(path: readonly string[], context: CallContext): Meaning | undefined {
  if (path.length !== 1 || path[0] !== "PrismaClient") return undefined;
  return plain(context.values.handle(clientHandle(outerConnection(modelName, context.values))));
}

function schema(entity: EntityId, facts: ProgramFacts): EntitySchema | undefined {
  const { models } = prismaSchemas(facts);
  return [...models.values()].find((m) => m.schema.id === entity)?.schema;
}
