/** Calls of a data layer whose meaning depends on what the caller passes (`find(where)`, `save(entity)`): read again where that is known. */
import type { Value, ValueOf } from "../ir/value.js";
import type { AccessSpec, CallContext, Meaning } from "../models/model.js";
import type { Call } from "./call.js";
import type { Handles } from "./handles.js";
import type { Interpreter } from "./interpreter.js";
import type { PropertySource } from "./operations.js";
import { rootOf } from "./rows.js";
import { runClosure } from "./runClosure.js";
import type { Substituter } from "./substitute.js";
import type { DeferredCall, HeapEffect } from "./summary.js";

/** What to keep of a call for its callers; `undefined` if nothing about it is open. */
export function defer(made: Call, handle: Value | undefined, accesses: readonly AccessSpec[]): Omit<DeferredCall, "index"> | undefined {
  // An option that the caller passes may choose the lock (`lock: forUpdate ? .. : undefined`).
  const isChosen = accesses.some((a) => a.lock !== undefined) && made.arguments.some((a) => a.open);
  return isChosen || accesses.some(isOpen) ? keep(made, handle) : undefined;
}

/** A statement that could not be read because its text, or its connection, comes from the caller. */
export function deferRaw(made: Call, handle: Value | undefined): Omit<DeferredCall, "index"> | undefined {
  return made.arguments.some((a) => a.open) || handle?.open === true ? keep(made, handle) : undefined;
}

function keep(made: Call, handle: Value | undefined): Omit<DeferredCall, "index"> | undefined {
  if (handle === undefined || made.method === undefined) return undefined;
  const given = made.receiver === undefined ? made.arguments : [...made.arguments, made.receiver];
  const assignments = given.flatMap((base) => assignmentsTo(made.run, base));
  return { handle, method: made.method, arguments: made.arguments, assignments, at: made.at };
}

function isOpen(access: AccessSpec): boolean {
  if (access.filter.opaque || access.opaquePatch || access.entity?.kind !== "class") return true;
  return access.target !== undefined && isInput(access.target);
}

function isInput(value: Value): boolean {
  const kind = rootOf(value)?.kind;
  return (
    kind === "parameter" ||
    kind === "this" ||
    kind === "capture" ||
    (value.kind === "object" && value.parts.some((p) => p.kind === "spread" && isInput(p.value)))
  );
}

function assignmentsTo(run: Interpreter, base: Value): readonly HeapEffect[] {
  return [...(run.state.heap.get(base) ?? [])].map(([name, value]) => ({ base, name, value }));
}

/** What a call means with the caller's values. */
interface Reread {
  readonly handle: ValueOf<"handle">;
  readonly method: string;
  readonly arguments: readonly Value[];
  readonly assignments: readonly HeapEffect[];
  readonly meaning: Meaning;
}

export function reread(run: Interpreter, deferred: Omit<DeferredCall, "index">, to: Substituter, id: string): Reread | undefined {
  const handle = to.apply(deferred.handle);
  if (handle.kind !== "handle") return undefined;
  const { method, at } = deferred;
  const args = deferred.arguments.map((a) => to.apply(a));
  const assignments = deferred.assignments.map((a) => ({ base: to.apply(a.base), name: a.name, value: to.apply(a.value) }));
  const model = run.environment.models.find((m) => m.name === handle.model);
  const meaning = model?.call(handle, method, contextOf(run, run.environment.handles, { arguments: args, id, assignments, at }));
  return meaning && { handle, method, arguments: args, assignments, meaning };
}

/** The access as the caller's values make it; `undefined` if reading the call again gives nothing better. */
export function reinterpret(
  run: Interpreter,
  deferred: DeferredCall,
  to: Substituter,
  id: string,
): { readonly access: AccessSpec; readonly call: DeferredCall } | undefined {
  const again = reread(run, deferred, to, idOfCall(id, deferred.index));
  const access = again?.meaning.kind === "access" ? again.meaning.accesses[deferred.index] : undefined;
  if (again === undefined || access === undefined) return undefined;
  const all = [...again.arguments.flatMap((a) => assignmentsTo(run, a)), ...again.assignments];
  const call = { ...deferred, handle: again.handle, arguments: again.arguments, assignments: all };
  return { access: { ...access, id }, call };
}

/** A call's second access is named `<call>:1`. */
function idOfCall(id: string, index: number): string {
  return index === 0 ? id : id.slice(0, id.lastIndexOf(":"));
}

/** What a model is told of a call; assignments made in the flow and, for a deferred call, in the callee before it. */
export function contextOf(
  run: Interpreter,
  handles: Handles,
  call: {
    readonly arguments: readonly Value[];
    readonly id: string;
    readonly assignments: readonly HeapEffect[];
    readonly at?: Call["at"];
  },
): CallContext {
  const { values, facts } = run.environment;
  return {
    ...handles.context(withAssignments(run.source, call.assignments)),
    arguments: call.arguments,
    access: call.id,
    transaction: values.make({ kind: "transaction", site: call.id }),
    assignments: (base) => [...assignmentsTo(run, base), ...call.assignments.filter((a) => a.base === base)],
    mentioned: (base) => run.recorder.mentioned(base),
    at: call.at,
    returned: (fn, passes) =>
      fn.kind === "closure"
        ? runClosure(run, call, fn, { arguments: passes, openEnded: false, scopes: run.scopes, guards: [], maybe: true })
        : values.unknown,
    get origin() {
      return call.at === undefined ? undefined : facts.origin(call.at);
    },
  };
}

/** Properties as they were where the callee made the call. */
function withAssignments(source: PropertySource, assignments: readonly HeapEffect[]): PropertySource {
  if (assignments.length === 0) return source;
  const assigned = (base: Value, name: string) => assignments.findLast((a) => a.base === base && a.name === name)?.value;
  return { ...source, assigned: (base, name) => assigned(base, name) ?? source.assigned(base, name) };
}
