/** Which values are Prisma clients and delegates, and the connection they use. */
import type { Handle, Value } from "../../ir/value.js";
import type { Origin, ProgramFacts } from "../../program/facts.js";
import { connectionOf, declaringClasses, outerConnection, withClasses } from "../connection.js";
import { entityNamed } from "../entity.js";
import type { ModelContext } from "../model.js";
import { entityId, prismaSchemas } from "./schema-file.js";
import { emptyFragment } from "./sql.js";

export const modelName = "prisma";

/** The client's own package, and the one it re-exports when the client is generated into `node_modules`. */
const packages = new Set(["@prisma/client", ".prisma/client", ".prisma"]);

/** Types of a client: `PrismaClient`, and in a transaction `Prisma.TransactionClient`. */
const clientTypes = new Set(["PrismaClient", "DefaultPrismaClient", "TransactionClient"]);

const delegateSuffix = "Delegate";

export function handleOf(origin: Origin, receiver: Value, context: ModelContext): Handle | undefined {
  if (!isPrisma(origin.package, context.facts)) return undefined;
  const name = origin.path.at(-1) ?? "";
  if (origin.role === "export") return name === "Prisma" ? namespace(context) : undefined;
  const connection = connectionOf(receiver, modelName, context.values);
  if (clientTypes.has(name)) return withClasses(clientHandle(connection), origin.via, context.facts, context.values);
  if (!name.endsWith(delegateSuffix)) return undefined;
  return delegate(name.slice(0, -delegateSuffix.length), connectionOf(delegateOwner(receiver), modelName, context.values), context);
}

/** `tx.job` has the connection of `tx`. */
function delegateOwner(receiver: Value): Value {
  return receiver.kind === "member" ? receiver.base : receiver;
}

/** The exported object `Prisma`, whose functions put statements together. */
function namespace({ values }: ModelContext): Handle {
  return { model: modelName, type: "namespace", entity: undefined, connection: outerConnection(modelName, values), steps: [] };
}

export function clientHandle(connection: Value): Handle {
  return { model: modelName, type: "client", entity: undefined, connection, steps: [] };
}

function delegate(model: string, connection: Value, context: ModelContext): Handle {
  const entity = entityNamed(entityId(model), model, context.values);
  return { model: modelName, type: "delegate", entity, connection, steps: [] };
}

/** A generated client is imported from where a generator of the schema puts it. */
function isPrisma(name: string, facts: ProgramFacts): boolean {
  if (packages.has(name)) return true;
  const path = name.replaceAll("\\", "/");
  if (!path.startsWith("/") && path.charAt(1) !== ":") return false;
  return prismaSchemas(facts).outputs.some((output) => path === output || path.startsWith(`${output}/`));
}

/** `client.job`: the delegate of model `Job`. With a schema at hand nothing else is one. */
export function propertyOf(handle: Handle, name: string, context: ModelContext): Value | undefined {
  if (handle.type === "namespace") return name === "empty" ? emptyFragment(context.values) : undefined;
  if (handle.type !== "client" || name.startsWith("$") || name.startsWith("_")) return undefined;
  const model = modelNamed(name, context.facts);
  if (model === undefined || isDeclared(handle, name, context.facts)) return undefined;
  return context.values.handle(delegate(model, handle.connection, context));
}

/** Prisma lowers the first letter of a model's name for its delegate. */
function modelNamed(property: string, facts: ProgramFacts): string | undefined {
  const { models } = prismaSchemas(facts);
  const upper = property.charAt(0).toUpperCase() + property.slice(1);
  if (models.size === 0) return upper;
  return [upper, property].find((n) => models.has(n));
}

/** A property that the program's own class declares (`PrismaService`'s logger) is no delegate. */
function isDeclared(handle: Handle, name: string, facts: ProgramFacts): boolean {
  return declaringClasses(handle).some((id) => facts.classInfo(id)?.members.some((m) => m.name === name) === true);
}
