/** Locks that code takes outside the database by calling something: known by package, otherwise taken for one by name. */
import type { Value } from "../ir/value.js";
import type { Targets } from "../program/facts.js";

/** Who is kept out: every process that takes the same lock, or only callers in the same one. */
export type LockReach = "everyone" | "process";

/** Packages whose locks live in the memory of one process. */
const inProcess = new Set(["async-mutex", "async-lock", "async-sema", "await-lock", "await-semaphore", "semaphore-async-await", "p-limit"]);

/** What takes such a lock: a method of it, or (`p-limit`) its call. */
const taking = /^(?:(?:try)?acquire\w*|(?:try)?lock|runExclusive|run|use|execute|wait|take|down|default)$/i;

/** Names that say that a lock is taken or held: `withLock`, `acquireLock`, `tryAcquire`. */
const lockNames = new RegExp(
  "^(?:acquire|tryAcquire|lock|tryLock|runExclusive|exclusively|setnx|" +
    "(?:try|with|using|acquire|tryAcquire|obtain|get|take|hold|run|execute|do)(?:With|In|Under|To)?\\w*(?:Lock|Mutex|Semaphore|Lease)(?:ed)?)$",
);

/** Things whose methods take locks whatever these are called: `redlock.using(..)`. */
const lockObjects = /^(?:redlock|\w*(?:locks?|locker|mutex|semaphore)|lockService|lockManager)$/i;

const lockMethods = /^(?:using|use|run|with|wrap|execute|take|get|obtain|hold)$/;

/** Whether the call, as written, takes a lock. */
export function isNamedLock(text: string): boolean {
  const names = text.split(".");
  const method = names.at(-1) ?? "";
  return lockNames.test(method) || (lockMethods.test(method) && lockObjects.test(names.at(-2) ?? ""));
}

/** The lock that a call takes which no function of the program answers. In doubt it keeps everyone out. */
export function lockOf(text: string, targets: Targets, given: readonly Value[]): LockReach | undefined {
  if (targets.kind === "builtin" && targets.owner !== "") return undefined;
  if (targets.kind === "external" && inProcess.has(targets.package)) return taking.test(targets.path.at(-1) ?? "") ? "process" : undefined;
  return isNamedLock(text) || isSetIfAbsent(text, given) ? "everyone" : undefined;
}

/** `redis.set(key, token, "PX", 5000, "NX")`, `set(key, token, { NX: true })`: of all who ask for it one sets the key. */
function isSetIfAbsent(text: string, given: readonly Value[]): boolean {
  return (
    text.endsWith(".set") && given.some((v) => isNx(v) || (v.kind === "object" && v.parts.some((p) => p.kind === "field" && isOption(p))))
  );
}

function isNx(value: Value): boolean {
  return value.kind === "const" && typeof value.value === "string" && value.value.toUpperCase() === "NX";
}

function isOption({ name, value }: { readonly name: string; readonly value: Value }): boolean {
  return isNx(value) || (name.toUpperCase() === "NX" && value.kind === "const" && value.value === true);
}
