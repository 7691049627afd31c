/** What makes two values one: the key under which a factory keeps a shape. */
import type { Condition, Value, ValueShape } from "./value.js";

/** A string that two shapes share exactly if they are equal. Children are values of the same factory, named by `uid`. */
export function keyOf(shape: ValueShape): string {
  switch (shape.kind) {
    case "unknown":
    case "clock":
      return shape.kind;
    case "const":
      return `c:${typeof shape.value}:${String(shape.value)}`;
    case "symbol":
      return `s:${shape.name}`;
    case "class":
      return `k:${shape.id}`;
    case "type-parameter":
      return `T:${shape.owner}.${shape.name}`;
    case "closure":
      return `f:${shape.function}:${shape.bindings.map((b) => `${b.variable}=${ids([b.value])}`).join(";")}`;
    case "parameter":
      return `p:${shape.function}:${String(shape.index)}`;
    case "this":
      return `t:${shape.function}`;
    case "capture":
      return `v:${shape.variable}`;
    case "global":
      return `g:${shape.key}`;
    case "member":
      return `m:${ids([shape.base])}.${shape.name}`;
    case "element":
      return `e:${ids([shape.list])}`;
    case "result":
      return `r:${shape.access}`;
    case "affected":
      return `n:${shape.access}`;
    case "object":
      return `o:${shape.parts.map((p) => (p.kind === "field" ? `${JSON.stringify(p.name)}=${ids([p.value])}` : `...${ids([p.value])}`)).join(",")}`;
    case "list":
      return `l:${ids(shape.elements)}`;
    case "mapped":
      return `M:${ids([shape.list, shape.item])}`;
    case "filtered":
      return `F:${ids([shape.list, shape.test])}`;
    case "exists":
      return `E:${ids(shape.test === undefined ? [shape.list] : [shape.list, shape.test])}`;
    case "binary":
      return `b:${shape.operator}:${ids([shape.left, shape.right])}`;
    case "not":
      return `!:${ids([shape.operand])}`;
    case "computed":
      return `x:${JSON.stringify(shape.operation)}:${ids(shape.inputs)}`;
    case "call":
      return `C:${shape.site}:${ids(shape.inputs)}`;
    case "join":
      return `j:${shape.alternatives.map((a) => `${ids([a.value])}?${a.when.map(conditionKey).join("&")}`).join("|")}`;
    case "handle":
      return `h:${shape.model}:${shape.type}:${shape.entity === undefined ? "" : ids([shape.entity])}:${ids([shape.connection])}:${shape.steps
        .map((s) => `${s.name}(${ids(s.arguments)})`)
        .join(".")}`;
    case "transaction":
      return `X:${shape.site}`;
  }
}

/** Identifies a condition among the conditions of one factory. */
function conditionKey(condition: Condition): string {
  return `${condition.polarity ? "" : "!"}${String(condition.value.uid)}`;
}

function ids(values: readonly Value[]): string {
  let key = "";
  for (const { uid } of values) key += `${String(uid)},`;
  return key;
}
