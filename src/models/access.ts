/** Puts together the plain answers of a model. */
import type { AccessId, Handle, Value } from "../ir/value.js";
import { constantName } from "./fields.js";
import { allRows } from "./filter.js";
import type { AccessSpec, CallContext, Isolation, Meaning } from "./model.js";

/** What every access must say; the rest has the usual value of its kind. */
export type AccessParts = Pick<AccessSpec, "operation" | "cardinality"> & Partial<AccessSpec>;

export function access(handle: Handle, method: string, context: CallContext, parts: AccessParts): AccessSpec {
  return {
    id: context.access,
    method,
    through: { model: handle.model, type: handle.type },
    entity: handle.entity,
    connection: handle.connection,
    filter: allRows,
    target: undefined,
    written: [],
    opaquePatch: false,
    lock: undefined,
    missThrows: false,
    optimistic: false,
    onConflict: "error",
    ...parts,
  };
}

export function accesses(specs: readonly AccessSpec[], result: Value): Meaning {
  return { kind: "access", accesses: specs, result };
}

export function plain(value: Value): Meaning {
  return { kind: "value", value };
}

/** The result of a call of which only the place is known. */
export function opaqueResult(name: string, context: CallContext): Value {
  return context.values.make({ kind: "call", site: context.access, name, inputs: context.arguments });
}

export function raw(method: string, context: CallContext): Meaning {
  return { kind: "raw", result: opaqueResult(method, context) };
}

/** The id of the `index`th access of one call. */
export function furtherAccess(context: CallContext, index: number): AccessId {
  return `${context.access}:${String(index)}`;
}

/** On PostgreSQL `READ UNCOMMITTED` is `READ COMMITTED` (https://www.postgresql.org/docs/current/transaction-iso.html). */
const isolations: Readonly<Record<string, Isolation>> = {
  readuncommitted: "read committed",
  readcommitted: "read committed",
  repeatableread: "repeatable read",
  serializable: "serializable",
};

/** `SERIALIZABLE`, `REPEATABLE READ`, `REPEATABLE_READ`, `RepeatableRead`. */
export function isolationNamed(name: string | undefined): Isolation | undefined {
  return name === undefined ? undefined : isolations[name.replaceAll(/[ _]/g, "").toLowerCase()];
}

/** The level that an option is; `undefined` where it is left out. */
export function isolationOf(level: Value | undefined): Isolation | undefined {
  if (level === undefined || (level.kind === "const" && (level.value === undefined || level.value === null))) return undefined;
  const name = constantName(level);
  return name === undefined ? "unknown" : isolationNamed(name);
}

/** The isolation of a transaction whose level is this option; a caller may know more of one that was passed in. */
export function levelOf(level: Value | undefined): { readonly isolation: Isolation | undefined; readonly level?: Value } {
  return level?.open === true ? { isolation: "unknown", level } : { isolation: isolationOf(level) };
}
