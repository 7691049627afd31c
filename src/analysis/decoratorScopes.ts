/** What the decorators of a method put around its body. */
import type { FunctionId } from "../ir/ir.js";
import { decorationOf } from "../models/ambient.js";
import type { Environment } from "./environment.js";
import type { Scope } from "./summary.js";

export function decoratorScopes(id: FunctionId, { facts, settings }: Environment): readonly Scope[] {
  return facts.decoratorsOf(id).flatMap((use): readonly Scope[] => {
    const base = { name: use.name, site: `${id}@${use.name}` };
    const isNamed = (f: { readonly name: string; readonly package?: string | undefined }) =>
      f.name === use.name && (f.package === undefined || f.package === use.package);
    if (settings.lockFunctions.some(isNamed)) return [{ ...base, kind: "lock", reach: "everyone" }];
    if (settings.transactionDecorators.some(isNamed)) return [{ kind: "ambient transaction", site: base.site, isolation: undefined }];
    const decoration = decorationOf(use);
    if (decoration === undefined) return [];
    return decoration.kind === "lock"
      ? [{ ...base, kind: "unknown wrapper" }]
      : [{ kind: "ambient transaction", site: base.site, isolation: decoration.isolation }];
  });
}
