/**
 * Methods that the program never runs: a race in one is nobody's. Stricter than `isUnused`, because here it silences: the class is made by a
 * container (a library's class may be called from outside), the name is no hook's, and the method is not handed on as a value.
 */
import type { FunctionId } from "../ir/ir.js";
import type { Environment } from "./environment.js";
import { fileOf } from "./evaluate.js";
import { isUnused } from "./unused.js";

/** What frameworks call by name, without a decorator: one word (`handle`, `execute`), or an occasion (`onModuleInit`, `canActivate`). */
const hook = /^(?:[a-z0-9]+|(?:on|before|after|can)[A-Z].*)$/;

export function isNeverRun(id: FunctionId, environment: Environment): boolean {
  const { facts } = environment;
  const file = facts.ir(fileOf(id));
  const fn = facts.function(id);
  const owner = fn?.class === undefined ? undefined : file?.classes[fn.class];
  const name = fn?.name.split(".").at(-1);
  if (file === undefined || owner?.name === undefined || name === undefined || hook.test(name)) return false;
  const isMadeByContainer = (facts.classInfo(`${file.file}#${owner.name}`)?.decorators.length ?? 0) > 0;
  if (!isMadeByContainer || !isUnused(id, environment)) return false;
  return !file.functions.some((f) => f.blocks.some((b) => b.instructions.some((i) => i.op === "get" && i.name === name)));
}
