import type { ProgramContext } from "./context.js";
import type { TypeRef } from "./facts.js";
import type { Bindings } from "./shape.js";
import { parameterOwner, parameterRef, typeRefOf } from "./typeRef.js";

/** Bindings as plain data, by `<owner>.<name>`; a type parameter bound to itself or to nothing known is left out. */
export function typeArgumentsOf(context: ProgramContext, bindings: Bindings): Readonly<Record<string, TypeRef>> {
  const found: Record<string, TypeRef> = {};
  for (const [parameter, shape] of bindings) {
    const owner = parameterOwner(context, parameter.parent);
    const value = typeRefOf(context, shape);
    if (owner === undefined || value.kind === "unknown") continue;
    const self = parameterRef(context, parameter);
    const isSelf = value.kind === "parameter" && self.kind === "parameter" && self.owner === value.owner && self.name === value.name;
    if (!isSelf) found[`${owner}.${parameter.name.text}`] = value;
  }
  return found;
}
