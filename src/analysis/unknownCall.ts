/** Calls that nothing in the program answers: effects on the outside, wrappers that run the flow, lock functions. */
import type { Value } from "../ir/value.js";
import { ambientTransaction } from "../models/ambient.js";
import { isAssertion } from "../models/assertions.js";
import { isHarmless, isTransparentWrapper } from "../models/effects.js";
import type { LockReach } from "../models/locks.js";
import type { Targets } from "../program/facts.js";
import { invoke, pathTo, type Call } from "./call.js";
import { lockOfUnknown, lockScope, recordLock } from "./lockCall.js";
import { runClosure } from "./runClosure.js";
import type { Scope } from "./summary.js";

export function callOfUnknown(made: Call): Value {
  const { run, instruction } = made;
  const { values } = run.environment;
  const targets = run.environment.facts.targets(made.at);
  const closures = made.arguments.filter((a) => a.kind === "closure");
  const waited = instruction.use === "awaited" || instruction.use === "returned";
  if (isAssertion(made.site.text)) return asserted(made);
  const isTransparent = isTransparentWrapper(made.site.text, targets);
  const lock = lockOfUnknown(made, targets);
  const scope = scopeOf(made, targets, lock, isTransparent);
  if (closures.length > 0 && (waited || scope?.kind !== "unknown wrapper")) return wrapper(made, closures, scope);
  const callback = isTransparent ? made.arguments.at(-1) : undefined;
  if (callback?.kind === "parameter" && !(targets.kind === "builtin" && targets.owner === "")) return invoke(made, callback, [], undefined);
  if (lock !== undefined) recordLock(made, lock);
  else if (!instruction.new && instruction.callee.kind !== "super" && !isHarmless({ ...made, text: made.site.text, targets }))
    recordEffect(made);
  const inputs = [...(made.receiver === undefined ? [] : [made.receiver]), ...made.arguments];
  return values.make({ kind: "call", site: made.id, name: made.site.text, inputs }, made.at);
}

/** `assert(job.status === "pending")`: what comes behind it is reached only then. */
function asserted(made: Call): Value {
  const { run, at } = made;
  const [value] = made.arguments;
  if (value !== undefined) run.imply([{ value, polarity: true, at, level: 0, certain: true, source: "callee returns" }]);
  return run.environment.values.undefined;
}

function recordEffect(made: Call): void {
  const { run } = made;
  run.environment.counters.count("calls unresolved");
  run.recorder.event({ kind: "effect", id: made.id, path: pathTo(made), guards: run.guards, scopes: run.scopes, inputs: made.arguments });
}

/** What an unknown function is around the closures that it runs. It may be a lock, unless it is known not to be. */
function scopeOf(made: Call, targets: Targets, lock: LockReach | undefined, isTransparent: boolean): Scope | undefined {
  if (lock !== undefined) return lockScope(made, lock);
  const transaction = ambientTransaction(targets, made.arguments);
  if (transaction !== undefined) return { kind: "ambient transaction", site: made.id, ...transaction };
  return isTransparent ? undefined : { kind: "unknown wrapper", name: made.site.text, site: made.id };
}

function wrapper(made: Call, closures: readonly Value[], scope: Scope | undefined): Value {
  const { run } = made;
  const scopes = scope === undefined ? run.scopes : [...run.scopes, scope];
  const results = closures.flatMap((c) =>
    c.kind === "closure"
      ? [
          runClosure(run, made, c, {
            arguments: [],
            scopes,
            guards: [],
            maybe: scope === undefined || scope.kind === "unknown wrapper",
            openEnded: true,
          }),
        ]
      : [],
  );
  const [only] = results;
  return results.length === 1 && only !== undefined
    ? only
    : run.environment.values.make({ kind: "call", site: made.id, name: made.site.text, inputs: results }, made.at);
}
