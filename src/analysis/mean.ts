/** What a call of a data layer does in the flow, as its model says. */
import type { Handle, Value } from "../ir/value.js";
import type { AccessSpec, Meaning } from "../models/model.js";
import { invoke, pathTo, type Call } from "./call.js";
import { defer, deferRaw } from "./deferredCall.js";

export function mean(made: Call, meaning: Meaning, handle: Handle | undefined): Value {
  const { run } = made;
  const result = meant(made, meaning, handle);
  const { done } = meaning;
  const callback = done === undefined ? undefined : made.arguments[done.argument];
  if (done === undefined || callback === undefined) return result;
  invoke(made, callback, done.passes, undefined);
  return run.environment.values.undefined;
}

function meant(made: Call, meaning: Meaning, handle: Handle | undefined): Value {
  const { run } = made;
  const base = { path: pathTo(made), guards: run.guards, scopes: run.scopes };
  switch (meaning.kind) {
    case "value":
      rememberBuilder(made, handle, meaning.value);
      return meaning.value;
    case "nothing":
      return meaning.result;
    case "access":
      recordAccesses(made, meaning.accesses, handle === undefined ? undefined : run.environment.values.handle(handle));
      return meaning.result;
    case "raw": {
      const { values } = run.environment;
      const call = deferRaw(made, handle === undefined ? undefined : values.handle(handle));
      const connection = handle?.connection ?? values.unknown;
      run.recorder.event({ ...base, kind: "raw", id: made.id, connection, call, result: meaning.result });
      return meaning.result;
    }
    case "lock":
      run.recorder.event({ ...base, kind: "lock", id: made.id, reach: "everyone" });
      return meaning.result;
    case "begin":
    case "commit":
    case "rollback":
      run.recorder.event({
        ...base,
        kind: meaning.kind,
        id: made.id,
        connection: handle?.connection ?? run.environment.values.unknown,
        isolation: meaning.kind === "begin" ? meaning.isolation : undefined,
      });
      return run.environment.values.undefined;
    case "transaction":
      return transaction(made, meaning);
  }
}

function recordAccesses(made: Call, accesses: readonly AccessSpec[], handle: Value | undefined): void {
  const { run } = made;
  const deferred = defer(made, handle, accesses);
  for (const [index, access] of accesses.entries()) {
    const call = deferred === undefined ? undefined : { ...deferred, index };
    run.recorder.event({ kind: "access", id: access.id, path: pathTo(made), guards: run.guards, scopes: run.scopes, access, call });
  }
}

/** Query builders change in place: `qb.andWhere(..)` as a statement of its own adds to what `qb` is. */
function rememberBuilder(made: Call, before: Handle | undefined, after: Value): void {
  const { run, instruction } = made;
  if (before === undefined || after.kind !== "handle" || instruction.callee.kind !== "method") return;
  const variable = run.loadedFrom.get(instruction.callee.object);
  if (variable !== undefined && before.type === after.type && after.steps.length > before.steps.length)
    run.state.variables.set(variable, after);
}

function transaction(made: Call, meaning: Extract<Meaning, { kind: "transaction" }>): Value {
  const { run } = made;
  const connection = run.environment.values.make({ kind: "transaction", site: made.id });
  const callback = made.arguments[meaning.callback] ?? run.environment.values.unknown;
  const { isolation, level } = meaning;
  return invoke(made, callback, meaning.passes, { kind: "transaction", connection, isolation, level });
}
