/** The functions of a file that are evaluated by themselves; closures inside them are evaluated with them. */
import type { FunctionId, IrFunction } from "../ir/ir.js";
import type { Environment } from "./environment.js";
import { fileOf } from "./evaluate.js";

export function functionsOf(environment: Environment, file: string): readonly FunctionId[] {
  return (environment.facts.ir(file)?.functions ?? []).filter(isTopLevel).map((fn) => fn.id);
}

/** The top-level function around a function. */
export function topLevelOf(environment: Environment, id: FunctionId): FunctionId | undefined {
  const file = environment.facts.ir(fileOf(id));
  let fn = environment.facts.function(id);
  while (fn !== undefined && !isTopLevel(fn)) fn = fn.parent === undefined ? undefined : file?.functions[fn.parent];
  return fn?.id;
}

/** The module itself counts: scripts have their flow there. A variable's initialiser is part of it, a field's (`start = async () => ..`) is not. */
function isTopLevel(fn: IrFunction): boolean {
  if (fn.kind === "initialiser") return fn.class !== undefined;
  return fn.parent === undefined || fn.parent === 0 || fn.class !== undefined;
}
