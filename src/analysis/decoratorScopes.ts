/** What the decorators of a method put around its body. */
import type { FunctionId } from "../ir/ir.js";
import { decorationOf } from "../models/ambient.js";
import type { Environment } from "./environment.js";
import type { Scope } from "./summary.js";

export function decoratorScopes(id: FunctionId, { facts, settings }: Environment): readonly Scope[] {
  return facts.decoratorsOf(id).flatMap((use): readonly Scope[] => {
    const base = { name: use.name, site: `${id}@${use.name}` };
    if (settings.lockFunctions.some((f) => f.name === use.name && (f.package === undefined || f.package === use.package)))
      return [{ ...base, kind: "lock", reach: "everyone" }];
    if (settings.transactionDecorators.some((d) => d.name === use.name && (d.package === undefined || d.package === use.package)))
      return [{ kind: "ambient transaction", site: base.site, isolation: undefined }];
    const decoration = decorationOf(use);
    if (decoration === undefined) return [];
    return decoration.kind === "lock"
      ? [{ ...base, kind: "unknown wrapper" }]
      : [{ kind: "ambient transaction", site: base.site, isolation: decoration.isolation }];
  });
}
