/** What makes two values one: a hash under which a factory keeps a shape, and the equality that decides. */
import type { Alternative, Binding, Condition, Handle, Step, Value, ValuePart, ValueShape } from "./value.js";

type Same = { readonly [K in ValueShape["kind"]]: (a: Of<K>, b: Of<K>) => boolean };
type Of<K extends ValueShape["kind"]> = Extract<ValueShape, { kind: K }>;

const same: Same = {
  unknown: () => true,
  clock: () => true,
  const: (a, b) => a.value === b.value || (Number.isNaN(a.value) && Number.isNaN(b.value)),
  symbol: (a, b) => a.name === b.name,
  class: (a, b) => a.id === b.id,
  "type-parameter": (a, b) => a.owner === b.owner && a.name === b.name,
  closure: (a, b) => a.function === b.function && areSame(a.bindings, b.bindings, isSameBinding),
  parameter: (a, b) => a.index === b.index && a.function === b.function,
  this: (a, b) => a.function === b.function,
  capture: (a, b) => a.variable === b.variable,
  global: (a, b) => a.key === b.key,
  member: (a, b) => a.base === b.base && a.name === b.name,
  element: (a, b) => a.list === b.list,
  result: (a, b) => a.access === b.access,
  affected: (a, b) => a.access === b.access,
  object: (a, b) => areSame(a.parts, b.parts, isSamePart),
  list: (a, b) => areSame(a.elements, b.elements, isOne),
  mapped: (a, b) => a.list === b.list && a.item === b.item,
  filtered: (a, b) => a.list === b.list && a.test === b.test,
  exists: (a, b) => a.list === b.list && a.test === b.test,
  binary: (a, b) => a.left === b.left && a.right === b.right && a.operator === b.operator,
  not: (a, b) => a.operand === b.operand,
  computed: (a, b) => a.operation === b.operation && areSame(a.inputs, b.inputs, isOne),
  call: (a, b) => areSame(a.inputs, b.inputs, isOne) && a.site === b.site,
  join: (a, b) => areSame(a.alternatives, b.alternatives, isSameAlternative),
  handle: isSameHandle,
  transaction: (a, b) => a.site === b.site,
};

/** Children are values of the same factory, so equal ones are one. Where something was seen first and what a call is named tell nothing apart. */
export function isSameShape(a: ValueShape, b: ValueShape): boolean {
  const compare = same[a.kind] as (a: ValueShape, b: ValueShape) => boolean;
  return a.kind === b.kind && compare(a, b);
}

function areSame<T>(a: readonly T[], b: readonly T[], isSame: (a: T, b: T) => boolean): boolean {
  if (a.length !== b.length) return false;
  return a.every((one, at) => {
    const other = b[at];
    return other !== undefined && isSame(one, other);
  });
}

function isOne(a: Value, b: Value): boolean {
  return a === b;
}

function isSameBinding(a: Binding, b: Binding): boolean {
  return a.value === b.value && a.variable === b.variable;
}

function isSamePart(a: ValuePart, b: ValuePart): boolean {
  return a.value === b.value && (a.kind === "field" ? b.kind === "field" && a.name === b.name : b.kind === "spread");
}

function isSameAlternative(a: Alternative, b: Alternative): boolean {
  return a.value === b.value && areSame(a.when, b.when, isSameCondition);
}

function isSameCondition(a: Condition, b: Condition): boolean {
  return a.value === b.value && a.polarity === b.polarity;
}

function isSameHandle(a: Handle, b: Handle): boolean {
  return (
    a.type === b.type &&
    a.model === b.model &&
    a.entity === b.entity &&
    a.connection === b.connection &&
    areSame(a.steps, b.steps, isSameStep)
  );
}

function isSameStep(a: Step, b: Step): boolean {
  return a.name === b.name && areSame(a.arguments, b.arguments, isOne);
}

/** A number for each text, the same for the same one. */
export type NumberOf = (text: string) => number;

/** Equal shapes have equal hashes. Children are values of the same factory, told apart by `uid`. */
export function hashOf(shape: ValueShape, numberOf: NumberOf): number {
  switch (shape.kind) {
    case "unknown":
      return 0;
    case "clock":
      return 1;
    case "const":
      return mix(2, numberOf(String(shape.value)));
    case "symbol":
      return mix(3, numberOf(shape.name));
    case "class":
      return mix(4, numberOf(shape.id));
    case "type-parameter":
      return mix(mix(5, numberOf(shape.owner)), numberOf(shape.name));
    case "closure":
      return hashValues(mix(6, numberOf(shape.function)), shape.bindings.map(valueOf));
    case "parameter":
      return mix(mix(7, numberOf(shape.function)), shape.index);
    case "this":
      return mix(8, numberOf(shape.function));
    case "capture":
      return mix(9, numberOf(shape.variable));
    case "global":
      return mix(10, numberOf(shape.key));
    case "member":
      return mix(mix(11, shape.base.uid), numberOf(shape.name));
    case "element":
      return mix(12, shape.list.uid);
    case "result":
      return mix(13, numberOf(shape.access));
    case "affected":
      return mix(14, numberOf(shape.access));
    case "object":
      return hashValues(15, shape.parts.map(valueOf));
    case "list":
      return hashValues(16, shape.elements);
    case "mapped":
      return mix(mix(17, shape.list.uid), shape.item.uid);
    case "filtered":
      return mix(mix(18, shape.list.uid), shape.test.uid);
    case "exists":
      return mix(mix(19, shape.list.uid), shape.test?.uid ?? -1);
    case "binary":
      return mix(mix(mix(20, numberOf(shape.operator)), shape.left.uid), shape.right.uid);
    case "not":
      return mix(21, shape.operand.uid);
    case "computed":
      return hashValues(mix(22, numberOf(shape.operation)), shape.inputs);
    case "call":
      return hashValues(mix(23, numberOf(shape.site)), shape.inputs);
    case "join":
      return hashValues(24, shape.alternatives.map(valueOf));
    case "handle":
      return mix(mix(mix(25, numberOf(shape.type)), shape.entity?.uid ?? -1), mix(shape.connection.uid, shape.steps.length));
    case "transaction":
      return mix(26, numberOf(shape.site));
  }
}

function valueOf({ value }: { readonly value: Value }): Value {
  return value;
}

/** Numbers that follow each other, as those of values do, end up far apart. */
function mix(hash: number, by: number): number {
  const mixed = Math.imul(hash ^ Math.imul(by, 0x9e3779b1), 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

function hashValues(hash: number, values: readonly Value[]): number {
  let all = hash;
  for (const { uid } of values) all = mix(all, uid);
  return all;
}
