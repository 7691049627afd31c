/** Calls that nothing in the program answers: effects on the outside, wrappers that run the flow, lock functions. */
import type { Value } from "../ir/value.js";
import { isHarmless, isTransparentWrapper } from "../models/effects.js";
import type { Targets } from "../program/facts.js";
import { invoke, pathTo, type Call } from "./call.js";
import { runClosure } from "./runClosure.js";
import type { Scope } from "./summary.js";

export function callOfUnknown(made: Call): Value {
  const { run, instruction } = made;
  const { values } = run.environment;
  const targets = run.environment.facts.targets(made.at);
  const closures = made.arguments.filter((a) => a.kind === "closure");
  const waited = instruction.use === "awaited" || instruction.use === "returned";
  const isTransparent = isTransparentWrapper(made.site.text, targets);
  if (closures.length > 0 && (waited || isTransparent)) return wrapper(made, closures, targets);
  const callback = isTransparent ? made.arguments.at(-1) : undefined;
  if (callback?.kind === "parameter" && !(targets.kind === "builtin" && targets.owner === "")) return invoke(made, callback, [], undefined);
  if (isLockFunction(made)) run.recorder.event({ kind: "lock", id: made.id, path: pathTo(made), guards: run.guards, scopes: run.scopes });
  else if (!instruction.new && instruction.callee.kind !== "super" && !isHarmless({ ...made, text: made.site.text, targets }))
    recordEffect(made);
  const inputs = [...(made.receiver === undefined ? [] : [made.receiver]), ...made.arguments];
  return values.make({ kind: "call", site: made.id, name: made.site.text, inputs }, made.at);
}

function recordEffect(made: Call): void {
  const { run } = made;
  run.environment.counters.count("calls unresolved");
  run.recorder.event({ kind: "effect", id: made.id, path: pathTo(made), guards: run.guards, scopes: run.scopes, inputs: made.arguments });
}

/** Something unknown runs the closures and is waited for. It may be a lock, unless it is known not to be. */
function wrapper(made: Call, closures: readonly Value[], targets: Targets): Value {
  const { run } = made;
  const name = made.site.text;
  const scope: Scope | undefined = isLockFunction(made)
    ? { kind: "lock", name, site: made.id }
    : isTransparentWrapper(name, targets)
      ? undefined
      : { kind: "unknown wrapper", name, site: made.id };
  const scopes = scope === undefined ? run.scopes : [...run.scopes, scope];
  const results = closures.flatMap((c) =>
    c.kind === "closure"
      ? [runClosure(run, made, c, { arguments: [], scopes, guards: [], maybe: scope?.kind !== "lock", openEnded: true })]
      : [],
  );
  const [only] = results;
  return results.length === 1 && only !== undefined
    ? only
    : run.environment.values.make({ kind: "call", site: made.id, name, inputs: results }, made.at);
}

/** Whether the settings name the function as one that holds a lock. */
export function isLockFunction(made: Call): boolean {
  const { settings, facts } = made.run.environment;
  const name = made.method ?? made.site.text;
  return settings.lockFunctions.some((f) => {
    if (f.name !== name) return false;
    if (f.package === undefined) return true;
    const targets = facts.targets(made.at);
    return targets.kind === "external" && targets.package === f.package;
  });
}
