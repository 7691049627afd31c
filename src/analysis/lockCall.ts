/** Calls of functions that take or hold a lock. */
import type { Value } from "../ir/value.js";
import { isNamedLock, lockOf, type LockReach } from "../models/locks.js";
import type { Targets } from "../program/facts.js";
import { callOfProgram, pathTo, type Call } from "./call.js";
import type { Scope } from "./summary.js";

/** A lock function of the program: what its body runs is inside the lock; one that gets no callback holds it from here on. */
export function callOfLock(made: Call): Value | undefined {
  const { run } = made;
  if (!isLockOfProgram(made)) return undefined;
  if (made.arguments.some((a) => a.kind === "closure")) {
    return run.under(run.guards, [...run.scopes, lockScope(made, "everyone")], () => callOfProgram(made));
  }
  const result = callOfProgram(made);
  if (result !== undefined) recordLock(made, "everyone");
  return result;
}

/** The lock that a call takes which nothing in the program answers. */
export function lockOfUnknown(made: Call, targets: Targets): LockReach | undefined {
  return isInSettings(made) ? "everyone" : lockOf(made.site.text, madeBy(made, targets), made.arguments);
}

/** A function that a package's function made (`pLimit(1)`) is called by the name of a variable. */
function madeBy({ run, site, callee, arguments: given }: Call, targets: Targets): Targets {
  if (targets.kind !== "unknown" || callee === undefined || !given.some((a) => a.kind === "closure")) return targets;
  const origin = run.environment.facts.origin(site.name);
  return origin === undefined ? targets : { kind: "external", package: origin.package, path: origin.path };
}

export function lockScope(made: Call, reach: LockReach): Scope {
  return { kind: "lock", name: made.site.text, site: made.id, reach };
}

export function recordLock(made: Call, reach: LockReach): void {
  const { run } = made;
  run.recorder.event({ kind: "lock", id: made.id, path: pathTo(made), guards: run.guards, scopes: run.scopes, reach });
}

/** Named in the settings; or named like a lock, and what it does is not all in the program: that may be the lock. */
function isLockOfProgram(made: Call): boolean {
  if (isInSettings(made)) return true;
  if (!isNamedLock(made.site.text)) return false;
  const targets = made.run.environment.facts.targets(made.at);
  return targets.kind === "functions" && targets.targets.some((t) => reachesOut(made, t.function));
}

function reachesOut({ run }: Call, id: string): boolean {
  return run.environment.evaluation(id)?.events.some((e) => e.kind === "effect") ?? false;
}

function isInSettings(made: Call): boolean {
  const { settings, facts } = made.run.environment;
  const name = made.method ?? made.site.text;
  return settings.lockFunctions.some((f) => {
    if (f.name !== name) return false;
    if (f.package === undefined) return true;
    const targets = facts.targets(made.at);
    return targets.kind === "external" && targets.package === f.package;
  });
}
