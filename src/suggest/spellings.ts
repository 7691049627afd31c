import type { Condition, Editing, Spelling } from "../models/editing.js";

/** Each condition as a property of one filter; `undefined` if the layer has no words for one of them, or two need the same name. */
export function propertiesOf(conditions: readonly Condition[], editing: Editing): readonly Spelling[] | undefined {
  const properties = conditions.flatMap((c) => editing.property?.(c) ?? []);
  const isComplete = properties.length === conditions.length && new Set(properties.map((p) => p.name)).size === properties.length;
  return isComplete ? properties : undefined;
}
