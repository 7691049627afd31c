/** Which values are TypeORM handles, and what is reached from them. */
import type { Handle, Value } from "../../ir/value.js";
import type { Origin } from "../../program/facts.js";
import { classValue, connectionOf, outerConnection, withClasses } from "../connection.js";
import { entityOfType } from "../entity.js";
import type { ModelContext } from "../model.js";
import { unknownSteps } from "./builder-state.js";

export const modelName = "typeorm";

export type HandleType =
  | "data-source"
  | "manager"
  | "query-runner"
  | "repository"
  /** 0.2's `AbstractRepository`: has a manager and a repository and no methods of its own. */
  | "abstract-repository"
  | "builder"
  /** An object whose class extends `BaseEntity`; the step `row` holds it. */
  | "entity";

const types: Readonly<Record<string, HandleType>> = {
  DataSource: "data-source",
  Connection: "data-source",
  EntityManager: "manager",
  QueryRunner: "query-runner",
  Repository: "repository",
  TreeRepository: "repository",
  AbstractRepository: "abstract-repository",
  QueryBuilder: "builder",
  SelectQueryBuilder: "builder",
  UpdateQueryBuilder: "builder",
  DeleteQueryBuilder: "builder",
  InsertQueryBuilder: "builder",
  SoftDeleteQueryBuilder: "builder",
};

export function makeHandle(type: HandleType, connection: Value, entity?: Value): Handle {
  return { model: modelName, type, entity, connection, steps: [] };
}

/** MongoDB's repositories and managers are no handles: nothing here is true of them. */
export function handleOf(origin: Origin, receiver: Value, context: ModelContext): Handle | undefined {
  if (origin.package !== "typeorm") return undefined;
  const name = origin.path.at(-1) ?? "";
  if (name === "BaseEntity") return activeRecord(origin, receiver, context);
  const type = types[name];
  if (type === undefined || origin.role !== "instance") return undefined;
  const entity = entityOfType(origin.typeArguments[0], context.values);
  const handle = makeHandle(type, connectionOf(receiver, modelName, context.values), type === "manager" ? undefined : entity);
  if (type === "builder") return { ...handle, steps: [{ name: unknownSteps, arguments: [] }] };
  return withClasses(handle, origin.via, context.facts, context.values);
}

/** A class with `BaseEntity` above it is a repository of itself; its instances save themselves, always on the outer connection. */
function activeRecord(origin: Origin, receiver: Value, context: ModelContext): Handle | undefined {
  const { values, facts } = context;
  const [own] = origin.via;
  if (own === undefined) return undefined;
  const isClass = origin.role === "export";
  const handle = makeHandle(isClass ? "repository" : "entity", outerConnection(modelName, values), classValue(own, facts, values));
  const bound = isClass ? handle : { ...handle, steps: [{ name: "row", arguments: [receiver] }] };
  return withClasses(bound, origin.via, facts, values);
}

const properties: Readonly<Partial<Record<HandleType, Readonly<Record<string, HandleType>>>>> = {
  "data-source": { manager: "manager" },
  manager: { connection: "data-source", dataSource: "data-source", queryRunner: "query-runner" },
  "query-runner": { manager: "manager", connection: "data-source", dataSource: "data-source" },
  repository: { manager: "manager", queryRunner: "query-runner" },
  "abstract-repository": { manager: "manager", repository: "repository" },
};

export function propertyOf(handle: Handle, name: string, context: ModelContext): Value | undefined {
  const type = properties[handle.type as HandleType]?.[name];
  if (type === undefined) return undefined;
  const connection = type === "data-source" ? outerConnection(modelName, context.values) : handle.connection;
  return context.values.handle(makeHandle(type, connection, type === "repository" ? handle.entity : undefined));
}

/** The handle that an argument is: by its value, otherwise by the origin of its expression. */
export function asHandle(value: Value, context: ModelContext): Handle | undefined {
  if (value.kind === "handle") return value;
  const origin = value.at === undefined ? undefined : context.facts.origin(value.at);
  return origin === undefined ? undefined : handleOf(origin, value, context);
}
