/** Methods of data sources, managers and query runners that are no access to one entity: transactions, repositories, builders, raw SQL. */
import type { Handle, Value } from "../../ir/value.js";
import { isolationOf, levelOf, opaqueResult, plain, raw } from "../access.js";
import { innerConnection, outerConnection, withClasses } from "../connection.js";
import { entityIdOf, entityOfType } from "../entity.js";
import { isUndefined, stringOf } from "../fields.js";
import type { CallContext, Meaning } from "../model.js";
import { boundSplice, plainSplice } from "../sql/pieces.js";
import { sendText } from "../sql/send.js";
import type { Outcome } from "../sql/sender.js";
import type { Command } from "../sql/statement.js";
import { asHandle, makeHandle, modelName, type HandleType } from "./handles.js";

type MethodReader = (handle: Handle, method: string, context: CallContext) => Meaning | undefined;

const repositoryOf: MethodReader = (handle, _method, context) => {
  const [target] = context.arguments;
  if (target === undefined) return plain(context.values.handle(makeHandle("repository", handle.connection, handle.entity)));
  return plain(context.values.handle(makeHandle("repository", handle.connection, context.entity(target) ?? target)));
};

/** A transaction in a transaction is a savepoint (facts 2). `transaction(isolation, callback)`, `transaction(callback)`. */
const transaction: MethodReader = (handle, _method, context) => {
  const callback = context.arguments.length > 1 ? 1 : 0;
  const connection = innerConnection(handle, context.transaction);
  const passes = [context.values.handle(makeHandle("manager", connection))];
  return { kind: "transaction", callback, passes, ...levelOf(callback === 1 ? context.arguments[0] : undefined) };
};

const begin: MethodReader = (_handle, _method, context) => ({ kind: "begin", isolation: isolationOf(context.arguments[0]) });

/** A query runner has a connection of its own; it is in a transaction from `startTransaction()` on. */
const createQueryRunner: MethodReader = (_handle, method, context) => {
  const connection = opaqueResult(method, { ...context, arguments: [] });
  return plain(context.values.handle(makeHandle("query-runner", connection)));
};

/** `createQueryBuilder(Entity, alias, queryRunner?)` and `createQueryBuilder(queryRunner?)`. */
const createEntityBuilder: MethodReader = (handle, _method, context) => {
  const [target, alias, runner] = context.arguments;
  if (alias === undefined) return plain(builder(handle, undefined, [], target, context));
  return plain(builder(handle, target === undefined ? undefined : (context.entity(target) ?? target), [alias], runner, context));
};

/** `createQueryBuilder(alias?, queryRunner?)`. */
const createBuilder: MethodReader = (handle, _method, context) => {
  const [alias, runner] = context.arguments;
  return plain(builder(handle, handle.entity, alias === undefined ? [] : [alias], runner, context));
};

function builder(
  handle: Handle,
  entity: Value | undefined,
  args: readonly Value[],
  runner: Value | undefined,
  context: CallContext,
): Value {
  const own =
    runner === undefined || isUndefined(runner) || stringOf(runner) !== undefined
      ? undefined
      : (asHandle(runner, context)?.connection ?? runner);
  const made = makeHandle("builder", own ?? handle.connection, entity);
  return context.values.handle({ ...made, steps: [{ name: "createQueryBuilder", arguments: args }] });
}

/** `manager.withRepository(repository)`: the same repository, custom methods included, on the manager's connection. */
const withRepository: MethodReader = (handle, _method, context) => {
  const [repository] = context.arguments;
  const bound = repository === undefined ? undefined : asHandle(repository, context);
  return bound && plain(context.values.handle({ ...bound, connection: handle.connection }));
};

/** 0.3: `getCustomRepository(JobRepository)`, of a class with `@EntityRepository(Job)` or one that extends `Repository<Job>`. */
const getCustomRepository: MethodReader = (handle, _method, context) => {
  const [repository] = context.arguments;
  const id = entityIdOf(repository);
  if (id === undefined) return undefined;
  const info = context.facts.classInfo(id);
  const use = info?.decorators.find((d) => d.package === "typeorm" && d.name === "EntityRepository")?.arguments[0];
  const entity = use?.kind === "class" ? entityOfType(use.type, context.values) : undefined;
  const made = makeHandle("repository", handle.connection, entity);
  return plain(context.values.handle(withClasses(made, [id], context.facts, context.values)));
};

const same: MethodReader = (handle, _method, context) => plain(context.values.handle(handle));
const sendRaw: MethodReader = (_handle, method, context) => raw(method, context);

/**
 * `query(text, parameters)`, and the tag `sql`, whose values are parameters. On PostgreSQL an UPDATE and a DELETE resolve to the rows and
 * their number; a query runner's `query(text, parameters, true)` to an object (facts 2).
 */
const query: MethodReader = (handle, method, context) => {
  const { values } = context;
  const [text = values.undefined, parameters = values.undefined, structured = values.undefined] = context.arguments;
  const result = ({ rows, count }: Outcome, command: Command): Value => {
    if (!isUndefined(structured)) return values.fields({ records: rows, affected: count, raw: rows });
    return command === "update" || command === "delete" ? values.list([rows, count]) : rows;
  };
  const splice = method === "sql" ? boundSplice(values) : plainSplice(values);
  return sendText({ handle: { ...handle, entity: undefined }, method, context, text, parameters, splice, result });
};

const nothing: MethodReader = (_handle, _method, context) => ({ kind: "nothing", result: context.values.undefined });
/** MongoDB only: what it returns is no handle. */
const foreign: MethodReader = (_handle, method, context) => plain(opaqueResult(method, context));

const common: Readonly<Record<string, MethodReader>> = { query, sql: query };

const shared: Readonly<Record<string, MethodReader>> = {
  ...common,
  transaction,
  getRepository: repositoryOf,
  getTreeRepository: repositoryOf,
  getMongoRepository: foreign,
  getCustomRepository,
  createQueryBuilder: createEntityBuilder,
};

export const connectionMethods: Readonly<Partial<Record<HandleType, Readonly<Record<string, MethodReader>>>>> = {
  "data-source": {
    ...shared,
    createQueryRunner,
    createEntityManager: (handle, _method, context) => plain(context.values.handle(makeHandle("manager", handle.connection))),
    initialize: same,
    connect: same,
    destroy: nothing,
    close: nothing,
  },
  manager: { ...shared, withRepository, release: nothing },
  "query-runner": {
    ...common,
    connect: nothing,
    release: nothing,
    stream: sendRaw,
    startTransaction: begin,
    commitTransaction: () => ({ kind: "commit" }),
    rollbackTransaction: () => ({ kind: "rollback" }),
  },
  repository: { ...common, createQueryBuilder: createBuilder, extend: same, getRepository: repositoryOf },
  "abstract-repository": {
    createQueryBuilder: createBuilder,
    createQueryBuilderFor: createEntityBuilder,
    getRepositoryFor: repositoryOf,
  },
};

/** Functions of 0.3 that use the default connection, and `new DataSource(..)`. */
export function callFunction(name: string, context: CallContext): Meaning | undefined {
  const source = makeHandle("data-source", outerConnection(modelName, context.values));
  switch (name) {
    case "DataSource":
    case "Connection":
    case "getConnection":
    case "createConnection":
      return plain(context.values.handle(source));
    case "getManager":
      return plain(context.values.handle(makeHandle("manager", source.connection)));
    case "getRepository":
    case "getTreeRepository":
    case "getCustomRepository":
      return connectionMethods["data-source"]?.[name]?.(source, name, context);
    case "createQueryBuilder":
      return createEntityBuilder(source, name, context);
    default:
      return undefined;
  }
}
