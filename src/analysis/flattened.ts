/** What `flatMap` makes of the lists that its callback returns. */
import type { Value } from "../ir/value.js";
import type { Call } from "./call.js";

/** `flatMap((job) => (job.status === "pending" ? [job.id] : []))`: some of the elements, each as what its list holds. */
export function flattened(made: Call, mapped: Value | undefined): Value | undefined {
  const { values, operations } = made.run.environment;
  if (mapped?.kind !== "mapped") return mapped;
  const { item } = mapped;
  if (item.kind === "list" && item.elements.length > 0) return values.make({ ...mapped, item: operations.element(item) });
  if (item.kind !== "join" || !item.alternatives.every((a) => a.value.kind === "list")) return mapped;
  const [filled, ...others] = item.alternatives.filter((a) => a.value.kind === "list" && a.value.elements.length > 0);
  const [condition, ...further] = filled?.when ?? [];
  if (filled === undefined || condition === undefined || others.length + further.length > 0) return mapped;
  const test = condition.polarity ? condition.value : operations.not(condition.value);
  const some = values.make({ kind: "filtered", list: mapped.list, test }, made.at);
  return values.make({ kind: "mapped", list: some, item: operations.element(filled.value) });
}
