/** Code that nobody runs. */
import type { FunctionId } from "../ir/ir.js";
import type { Environment } from "./environment.js";
import { fileOf } from "./evaluate.js";

/** Decorators that only say that a container makes the instances: what they decorate is called by name or not at all. */
const containers = new Set(["Injectable", "Service", "injectable", "singleton"]);

/**
 * A method that nobody calls and no other file names, of a class that other files do name: a class that none does is used from outside the
 * program. Functions are not judged, they may be what a framework runs by where they stand; nor
 * are methods of a class that extends another, or with decorators: a framework knows their names.
 */
export function isUnused(id: FunctionId, { facts, settings }: Environment): boolean {
  const fn = facts.function(id);
  const file = fileOf(id);
  const owner = fn?.class === undefined ? undefined : facts.ir(file)?.classes[fn.class];
  if (fn?.kind !== "method" || owner?.name === undefined) return false;
  const info = facts.classInfo(`${file}#${owner.name}`);
  const name = fn.name.split(".").at(-1) ?? fn.name;
  if (info === undefined || info.extends !== undefined || !info.decorators.every((d) => containers.has(d.name))) return false;
  if (facts.decoratorsOf(id).length > 0) return false;
  const others = facts.files.filter((f) => f !== file && !settings.ignored(f));
  const { name: className } = owner;
  if (!others.some((f) => facts.mentions(f, className))) return false;
  const isCalled = facts.callers(id).some((c) => !settings.ignored(c.call.file));
  return !isCalled && !others.some((f) => facts.mentions(f, name));
}
