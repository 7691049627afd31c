/**
 * Which connection a handle uses. Whatever is injected or lives in a module shares one pool, so all of it is one `outer` value. A handle
 * that comes in from a caller may be a transaction's: its own value is the connection, and linking the call replaces it.
 */
import type { Handle, Value, ValueFactory } from "../ir/value.js";
import type { ClassId, ProgramFacts } from "../program/facts.js";
import { entityIdOf, entityNamed } from "./entity.js";
import type { CallContext } from "./model.js";

export function outerConnection(model: string, values: ValueFactory): Value {
  return values.make({ kind: "global", key: `${model}:outer`, name: `${model}:outer` });
}

export function connectionOf(receiver: Value, model: string, values: ValueFactory): Value {
  if (receiver.kind === "handle") return receiver.connection;
  if (receiver.kind === "join") {
    return values.join(receiver.alternatives.map((a) => ({ value: connectionOf(a.value, model, values), when: a.when })));
  }
  if (receiver.kind === "this") return receiver;
  const root = rootOf(receiver);
  return isShared(root) ? outerConnection(model, values) : receiver;
}

function rootOf(value: Value): Value {
  return value.kind === "member" ? rootOf(value.base) : value;
}

function isShared(root: Value): boolean {
  return root.kind === "this" || root.kind === "global" || root.kind === "class" || root.kind === "symbol" || root.kind === "const";
}

const session = "session";

/** A connection that the call opens or takes out of a pool: no transaction before one is begun on it. */
export function newSession({ values, access }: CallContext): Value {
  return values.make({ kind: "call", site: access, name: session, inputs: [] });
}

export function isSession(connection: Value): boolean {
  return connection.kind === "call" && connection.name === session;
}

/** A transaction inside a transaction is a savepoint on the same connection. */
export function innerConnection(handle: Handle, transaction: Value): Value {
  return handle.connection.kind === "transaction" ? handle.connection : transaction;
}

const declaringClass = "declared by";

/** Notes the program's classes between a handle and the package's class, whose own methods come first. */
export function withClasses(handle: Handle, via: readonly ClassId[], facts: ProgramFacts, values: ValueFactory): Handle {
  const [nearest] = via;
  if (nearest === undefined) return handle;
  const step = { name: declaringClass, arguments: [classValue(nearest, facts, values)] };
  return { ...handle, steps: [...handle.steps, step] };
}

/** Whether the program's own class overrides the method, so that the model has nothing to say about it. */
export function isOverridden(handle: Handle, method: string, facts: ProgramFacts): boolean {
  return declaringClasses(handle).some((id) => facts.method(id, method) !== undefined);
}

export function declaringClasses(handle: Handle): readonly ClassId[] {
  return handle.steps.filter((s) => s.name === declaringClass).flatMap((s) => s.arguments.flatMap((a) => entityIdOf(a) ?? []));
}

export function classValue(id: ClassId, facts: ProgramFacts, values: ValueFactory): Value {
  return entityNamed(id, facts.classInfo(id)?.name ?? id.slice(id.lastIndexOf("#") + 1), values);
}
