/** The conditions in the joins of what a write writes, which row, or which object: what chose it is a check like one in front of the write. */
import type { Alternative, Condition, Value } from "../ir/value.js";
import { isNothing } from "./constraint.js";
import type { AccessEvent, Guard } from "./summary.js";

/**
 * A choice of nothing is none: in `let id = null; if (bad) id = row.id` the condition of the `null` decides nothing. Nor is a value that was
 * chosen because it is there (`row.limit ?? 30`): it stays what it was, and only what stands in for it was chosen.
 */
export function choiceGuards({ access, guards }: AccessEvent): readonly Guard[] {
  const onTheWay = guards.filter((g) => g.certain);
  const ofColumns = access.written.flatMap((w) =>
    conditionsIn(w.value, onTheWay, 3)
      .filter((g) => !isColumn(g.chooses?.value, w.column))
      .map((g) => ofColumn(g, w.column)),
  );
  const ofRow = [...access.filter.predicates.map((p) => p.value), access.target].flatMap((v) =>
    v === undefined ? [] : conditionsIn(v, onTheWay, 3),
  );
  return [...ofColumns, ...ofRow].filter((g, i, all) => all.findIndex((h) => isSame(g, h)) === i);
}

/** To leave a column as it is is no choice of its value; the same condition chose the new one. */
function isColumn(value: Value | undefined, column: string): boolean {
  return value?.kind === "member" && value.name === column;
}

/** The condition decides what this column becomes, and nothing about the write's other columns. */
function ofColumn(guard: Guard, column: string): Guard {
  return { ...guard, chooses: { column, value: guard.chooses?.value } };
}

function isSame(a: Guard, b: Guard): boolean {
  return (
    a.value === b.value && a.polarity === b.polarity && a.chooses?.column === b.chooses?.column && a.chooses?.value === b.chooses?.value
  );
}

/** `onTheWay`: what holds whenever the write happens. */
function conditionsIn(value: Value, onTheWay: readonly Condition[], depth: number): readonly Guard[] {
  if (depth === 0) return [];
  const inside = (v: Value) => conditionsIn(v, onTheWay, depth - 1);
  switch (value.kind) {
    case "join":
      return choicesOf(value.alternatives.filter((a) => !isExcluded(a, onTheWay)));
    case "member":
      return inside(value.base).map(withoutValue);
    case "element":
      return inside(value.list).map(withoutValue);
    case "filtered": {
      const at = value.test.at ?? value.at;
      const inner = inside(value.list);
      return at === undefined ? inner : [{ value: value.test, polarity: true, at, level: 0, certain: true, source: "choice" }, ...inner];
    }
    case "mapped":
      return [...inside(value.list), ...inside(value.item)].map(withoutValue);
    case "object":
      return value.parts.flatMap((p) => (isDefault(p.value) ? [] : inside(p.value))).map(withoutValue);
    default:
      return [];
  }
}

/** Where the way to the write leaves one alternative only, nothing was chosen. */
function choicesOf(alternatives: readonly Alternative[]): readonly Guard[] {
  if (alternatives.length < 2) return [];
  return alternatives
    .filter((a) => !isNothing(a.value))
    .flatMap((a) => a.when.filter((c) => !asksForItself(a, c)).map((c) => choice(c, a.value)));
}

/** It was chosen under the opposite of what leads to the write. A condition that is named both ways decided nothing. */
function isExcluded({ when }: Alternative, onTheWay: readonly Condition[]): boolean {
  const names = (c: Condition, polarity: boolean) => when.some((d) => d.value === c.value && d.polarity === polarity);
  return onTheWay.some((g) => names(g, !g.polarity) && !names(g, g.polarity));
}

function choice(condition: Condition, value: Value): Guard {
  return { ...condition, level: 0, certain: false, source: "choice", chooses: { column: undefined, value } };
}

/** Chosen was a part of what is written. */
function withoutValue({ chooses: _, ...guard }: Guard): Guard {
  return guard;
}

/** `row.meta ?? {}` inside of what is written: there the column's presence chooses nothing but what is added to. */
function isDefault(value: Value): boolean {
  if (value.kind !== "join") return false;
  return value.alternatives.some((a) => value.alternatives.every((b) => b.when.every((c) => isPresenceOf(a.value, c))));
}

/** Chosen because it is there. */
function asksForItself({ value }: Alternative, condition: Condition): boolean {
  return isPresenceOf(value, condition) && condition.polarity === (condition.value === value);
}

function isPresenceOf(value: Value, condition: Condition): boolean {
  return (
    condition.value === value || (condition.value.kind === "binary" && condition.value.left === value && isNothing(condition.value.right))
  );
}
