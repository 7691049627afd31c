/**
 * Methods that the program never runs: a race in one is nobody's. This silences, so nothing may suggest that somebody runs them: the class is
 * made by a container (a library's class may be called from outside), the name is no hook's, and wherever the name stands it is a call of
 * another method or of a method that is never run itself.
 */
import type { FunctionId, Instruction, IrFile } from "../ir/ir.js";
import type { Environment } from "./environment.js";
import { fileOf } from "./evaluate.js";
import { topLevelOf } from "./functionsOf.js";

/** What frameworks call by name, without a decorator: one word (`handle`, `execute`), or an occasion (`onModuleInit`, `canActivate`). */
const hook = /^(?:[a-z0-9]+|(?:on|before|after|can)[A-Z].*)$/;

/** Methods that hand the call on, one to the next, that are looked at. */
const maxHeight = 3;

export function isNeverRun(id: FunctionId, environment: Environment, height = maxHeight): boolean {
  if (height === 0) return false;
  const { facts, settings } = environment;
  const name = nameOfService(id, environment);
  if (name === undefined) return false;
  const callers = facts.callers(id).filter((c) => c.caller !== id && !settings.ignored(c.call.file));
  const isRun = callers.some(({ caller }) => {
    const top = topLevelOf(environment, caller);
    return top === undefined || !isNeverRun(top, environment, height - 1);
  });
  return !isRun && !facts.files.some((f) => !settings.ignored(f) && facts.mentions(f, name) && mayRun(f, name, environment));
}

/** The method's name, if the class is made by a container and extends nothing, and no decorator or convention makes the method an entry. */
function nameOfService(id: FunctionId, { facts }: Environment): string | undefined {
  const file = facts.ir(fileOf(id));
  const fn = facts.function(id);
  const owner = fn?.class === undefined ? undefined : file?.classes[fn.class];
  const info = owner?.name === undefined ? undefined : facts.classInfo(`${fileOf(id)}#${owner.name}`);
  const name = fn?.name.split(".").at(-1);
  if (fn?.kind !== "method" || info === undefined || name === undefined || hook.test(name)) return undefined;
  const isService = info.extends === undefined && info.decorators.length > 0 && info.decorators.every((d) => containers.has(d.name));
  return isService && facts.decoratorsOf(id).length === 0 ? name : undefined;
}

/** Decorators that only say that a container makes the instances: what they decorate is called by name or not at all. */
const containers = new Set(["Injectable", "Service", "injectable", "singleton"]);

/** The file takes the method as a value, names it in a string, or calls a method of that name of which it is not known whose it is. */
function mayRun(path: string, name: string, { facts }: Environment): boolean {
  const file = facts.ir(path);
  const names = (i: Instruction) => {
    if (i.op === "get") return i.name === name;
    if (i.op === "const") return i.value === name;
    if (i.op !== "call" || i.callee.kind !== "method" || i.callee.name !== name) return false;
    return facts.targets({ file: path, node: i.node }).kind !== "functions";
  };
  return instructionsOf(file).some(names);
}

function instructionsOf(file: IrFile | undefined): readonly Instruction[] {
  return (file?.functions ?? []).flatMap((f) => f.blocks.flatMap((b) => b.instructions));
}
