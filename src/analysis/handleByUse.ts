/** Handles of which nothing is known but that they are called with a data layer's own things. */
import type { Value, ValueOf } from "../ir/value.js";
import type { CallContext } from "../models/model.js";
import type { Call } from "./call.js";

/** Objects that nothing is known of and whose methods no function of the program answers. */
const anonymous: ReadonlySet<Value["kind"]> = new Set(["parameter", "capture", "member", "global", "symbol", "call", "element"]);

export function handleByUse(made: Call, receiver: Value, method: string, contextOf: () => CallContext): ValueOf<"handle"> | undefined {
  const { facts, models, values } = made.run.environment;
  if (!anonymous.has(receiver.kind)) return undefined;
  const context = contextOf();
  for (const model of models) {
    const handle = model.usedAs?.(receiver, method, context);
    if (handle === undefined) continue;
    const targets = facts.targets(made.at);
    if (targets.kind === "functions" && targets.targets.length > 0) return undefined;
    return values.handle(handle) as ValueOf<"handle">;
  }
  return undefined;
}
