/** Transfer functions of all instructions but calls: what each computes and how it changes the state. */
import type { CallInstruction, Instruction, ObjectPart } from "../ir/ir.js";
import { functionId } from "../ir/ir.js";
import type { Alternative, Value, ValuePart } from "../ir/value.js";
import { variableKey } from "./frame.js";
import { handOut } from "./generators.js";
import { getterValue } from "./getters.js";
import type { Interpreter } from "./interpreter.js";
import { hasOthersElements } from "./operations.js";
import { settle } from "./settle.js";

export type PlainInstruction = Exclude<Instruction, CallInstruction>;
type Of<Op extends PlainInstruction["op"]> = Extract<PlainInstruction, { op: Op }>;
type Transfers = { readonly [Op in PlainInstruction["op"]]: (run: Interpreter, instruction: Of<Op>) => Value };

const transfers: Transfers = {
  const: (run, { value }) => run.environment.values.constant(value),
  param: (run, { index }) => parameter(run, index),
  this: (run) => run.entry.receiver,
  load: (run, { dest, variable }) => load(run, dest, variable),
  store: (run, { variable, value }) => {
    run.state.variables.set(variableKey(run.body.file, variable), run.value(value));
    return run.value(value);
  },
  global: (run, { name, node }) => run.environment.global(run.at(node), name),
  "store-global": (run, { value }) => run.value(value),
  get: (run, { object, name, node }) => get(run, run.value(object), name, node),
  index: (run, { object, key, node }) => index(run, run.value(object), run.value(key), node),
  set: (run, { object, name, value }) => {
    setProperty(run, object, name, run.value(value));
    return run.value(value);
  },
  "set-index": (run, { object, key, value }) => {
    const name = run.value(key);
    if (name.kind === "const" && typeof name.value === "string") setProperty(run, object, name.value, run.value(value));
    else setSomeProperty(run, object);
    return run.value(value);
  },
  delete: (run, { object, name }) => {
    if (name !== undefined) setProperty(run, object, name, run.environment.values.undefined);
    return run.environment.values.true;
  },
  object: (run, { parts }) => object(run, parts),
  array: (run, { elements }) => array(run, elements),
  rest: (run, { object, excluded }) => run.environment.operations.rest(run.value(object), excluded),
  slice: (run, { array: list, from }) => slice(run, run.value(list), from),
  template: (run, { strings, values, node }) =>
    run.environment.values.computed(
      `template ${strings.join("${}")}`,
      values.map((v) => run.value(v)),
      run.at(node),
    ),
  closure: (run, { function: index, node }) => closure(run, index, node),
  class: (run, { class: index }) => classValue(run, index),
  unary: (run, { operator, operand }) => run.environment.operations.unary(operator, run.value(operand)),
  binary: (run, { operator, left, right }) => run.environment.operations.binary(operator, run.value(left), run.value(right)),
  await: (run, { value }) => settle(run, run.value(value)),
  yield: (run, { value, delegate }) => {
    if (value !== undefined) handOut(run, delegate ? run.environment.operations.element(run.value(value)) : run.value(value));
    return run.environment.values.unknown;
  },
  "has-next": (run, { iterable, over }) => hasNext(run, run.value(iterable), over),
  next: (run, { iterable, over }) =>
    over === "values"
      ? run.environment.operations.element(run.value(iterable))
      : run.environment.values.computed("key", [run.value(iterable)]),
  nondet: (run) => run.environment.values.unknown,
  caught: (run, { node }) =>
    run.environment.values.make({ kind: "call", site: `${run.prefix}/caught:${String(node)}`, name: "catch", inputs: [] }),
  unknown: (run, { syntax, operands, node }) =>
    run.environment.values.computed(
      syntax,
      operands.map((o) => run.value(o)),
      run.at(node),
    ),
};

/** Runs one instruction; the result is the value of its `dest`. */
export function transfer(run: Interpreter, instruction: PlainInstruction): Value {
  const apply = transfers[instruction.op] as (run: Interpreter, instruction: PlainInstruction) => Value;
  return apply(run, instruction);
}

function parameter(run: Interpreter, index: number): Value {
  const { values } = run.environment;
  if (run.body.function.parameters[index]?.rest === true) {
    if (!run.entry.openEnded) return values.list(run.entry.parameters.slice(index));
    // The function's own input is the list already.
    const own = run.entry.parameters[index];
    return own?.kind === "parameter" && own.function === run.id && own.index === index ? own : values.unknown;
  }
  return run.entry.parameters[index] ?? (run.entry.openEnded ? values.unknown : values.undefined);
}

function load(run: Interpreter, dest: number, variable: number): Value {
  const key = variableKey(run.body.file, variable);
  run.loadedFrom.set(dest, key);
  return run.state.variables.get(key) ?? run.environment.values.make({ kind: "capture", variable: key });
}

function get(run: Interpreter, base: Value, name: string, node: number): Value {
  const at = run.at(node);
  if (base.kind === "parameter" || base.kind === "call") run.recorder.mention(base, name);
  const value = run.environment.operations.get(base, name, run.source, at);
  const computed = value.kind === "member" ? getterValue(run, base, name) : undefined;
  if (computed !== undefined) return computed;
  if (value.kind !== "member" || (base.kind !== "global" && base.kind !== "class" && base.kind !== "member")) return value;
  return isNameChain(base) ? (run.environment.globalMember(at) ?? value) : value;
}

function isNameChain(value: Value): boolean {
  return value.kind === "member" ? isNameChain(value.base) : value.kind === "global" || value.kind === "class";
}

function index(run: Interpreter, object: Value, key: Value, node: number): Value {
  const { operations, values } = run.environment;
  if (key.kind === "const" && typeof key.value === "string") return operations.get(object, key.value, run.source);
  if (key.kind === "const" && typeof key.value === "number") return operations.element(object, key);
  if (object.kind === "object") {
    const is = (name: string) => ({ value: operations.binary("===", key, values.constant(name)), polarity: true, at: run.at(node) });
    const choice = values.join(object.parts.flatMap((p) => (p.kind === "field" ? [{ value: p.value, when: [is(p.name)] }] : [])));
    return choice.kind === "join" || choice.kind === "closure" ? choice : values.computed("[]", [choice, key]);
  }
  if (key.kind === "const" || key.kind === "computed" || isPosition(key)) return operations.element(object);
  return values.computed("[]", [object, key]);
}

/** A number that is counted up or down: the position of an element. */
function isPosition(key: Value): boolean {
  if (key.kind === "join") return key.alternatives.some((a) => isPosition(a.value));
  if (key.kind === "binary") return isPosition(key.left) || isPosition(key.right);
  return key.kind === "const" && typeof key.value === "number";
}

/** An object literal is a value, so the variable that holds it gets a new one; any other object's assignments are kept in the state. */
export function setProperty(run: Interpreter, object: number, name: string, value: Value): void {
  const base = run.value(object);
  const variable = run.loadedFrom.get(object);
  if (variable !== undefined && isLiteral(base)) run.state.variables.set(variable, withField(run, base, name, value));
  else if (base.kind !== "unknown") run.state.assign(base, name, value);
}

/** A computed key is taken for none of those that the literal names: it may have any other property from here on. */
function setSomeProperty(run: Interpreter, object: number): void {
  const base = run.value(object);
  const variable = run.loadedFrom.get(object);
  if (variable !== undefined && isLiteral(base)) run.state.variables.set(variable, withUnknown(run, base));
}

function withUnknown(run: Interpreter, base: Value): Value {
  const { values } = run.environment;
  if (base.kind === "join") return values.join(base.alternatives.map((a) => ({ value: withUnknown(run, a.value), when: a.when })));
  const unknown = { kind: "spread", value: values.unknown } as const;
  const isOpen = base.kind === "object" && base.parts.some((p) => p.kind === "spread" && p.value === values.unknown);
  return isOpen ? base : values.object([unknown, { kind: "spread", value: base }]);
}

function isLiteral(value: Value): boolean {
  return value.kind === "object" || (value.kind === "join" && value.alternatives.every((a) => a.value.kind === "object"));
}

function withField(run: Interpreter, base: Value, name: string, value: Value): Value {
  const { values } = run.environment;
  if (base.kind === "join")
    return values.join(base.alternatives.map((a) => ({ value: withField(run, a.value, name, value), when: a.when })));
  return values.object([
    { kind: "spread", value: base },
    { kind: "field", name, value },
  ]);
}

function object(run: Interpreter, parts: readonly ObjectPart[]): Value {
  const { values } = run.environment;
  const made: ValuePart[] = [];
  for (const p of parts) made.push(...part(run, p, made));
  return values.object(made);
}

/** A computed key may be any name, which a spread of an unknown says. `before` holds the parts so far. */
function part(run: Interpreter, p: ObjectPart, before: readonly ValuePart[]): readonly ValuePart[] {
  const { values, operations } = run.environment;
  switch (p.kind) {
    case "field":
      return [{ kind: "field", name: p.name, value: run.value(p.value) }];
    case "computed": {
      const key = run.value(p.key);
      return key.kind === "const"
        ? [{ kind: "field", name: String(key.value), value: run.value(p.value) }]
        : [{ kind: "spread", value: values.unknown }];
    }
    case "spread": {
      const value = run.value(p.value);
      return operations.truth(value) === false ? [] : spread(run, value, before);
    }
  }
}

/**
 * `...(cond && { a })`, `...(given && { a: given.a })`: a conditional spread gives fields that have what they had before unless the condition
 * holds. What was chosen because it is falsy has no properties.
 */
function spread(run: Interpreter, value: Value, soFar: readonly ValuePart[]): readonly ValuePart[] {
  const { values, operations } = run.environment;
  const isNothing = (a: Alternative) => operations.truth(a.value) === false || a.when.some((c) => c.value === a.value && !c.polarity);
  if (value.kind !== "join" || !value.alternatives.every((a) => a.value.kind === "object" || isNothing(a))) {
    return withAssignments(run, value);
  }
  const parts = value.alternatives.flatMap((a) => (a.value.kind === "object" ? a.value.parts : []));
  if (parts.some((p) => p.kind === "spread")) return [{ kind: "spread", value }];
  const names = new Set(parts.flatMap((p) => (p.kind === "field" ? [p.name] : [])));
  const before = values.object(soFar);
  const has = (v: Value, name: string) => v.kind === "object" && v.parts.some((p) => p.kind === "field" && p.name === name);
  return [...names].map((name) => ({
    kind: "field",
    name,
    value: values.join(
      value.alternatives.map((a) => ({ value: operations.get(has(a.value, name) ? a.value : before, name, run.source), when: a.when })),
    ),
  }));
}

/** A copy of a row takes the assignments along that were made to it before. */
function withAssignments(run: Interpreter, value: Value): readonly ValuePart[] {
  const assigned = [...(run.state.heap.get(value) ?? [])].map(([name, v]) => ({ kind: "field", name, value: v }) as const);
  return [{ kind: "spread", value }, ...assigned];
}

function array(run: Interpreter, elements: readonly { readonly value: number; readonly spread: boolean }[]): Value {
  const { values } = run.environment;
  const [first] = elements;
  if (elements.length === 1 && first?.spread === true) return run.value(first.value);
  const flat = elements.flatMap((e) => {
    const value = run.value(e.value);
    if (!e.spread) return [value];
    return value.kind === "list" ? value.elements : [run.environment.operations.element(value)];
  });
  return values.list(flat);
}

function slice(run: Interpreter, list: Value, from: number): Value {
  return list.kind === "list" ? run.environment.values.list(list.elements.slice(from)) : list;
}

function closure(run: Interpreter, index: number, node: number): Value {
  const { values, facts } = run.environment;
  const { file } = run.body;
  const id = functionId(file.file, index);
  const fn = facts.function(id);
  const bindings = (fn?.captures ?? []).map((c) => {
    const variable = variableKey(file, c);
    return { variable, value: run.state.variables.get(variable) ?? values.make({ kind: "capture", variable }) };
  });
  const value = values.make(
    { kind: "closure", function: id, bindings: [...bindings, { variable: "this", value: run.entry.receiver }] },
    run.at(node),
  );
  // What is written at module level is a function of its own, evaluated by itself.
  if (value.kind === "closure" && fn?.parent !== undefined && fn.parent !== 0)
    run.recorder.created({ closure: value, state: run.state.copy(), receiver: run.entry.receiver });
  return value;
}

function classValue(run: Interpreter, index: number): Value {
  const type = run.body.file.classes[index];
  const { values } = run.environment;
  const id = `${run.body.file.file}#${type?.name ?? String(type?.node)}`;
  return values.make({ kind: "class", id, name: type?.name ?? "<anonymous>" });
}

/** Whether there is something to loop over: known for a literal list, otherwise the question whether the list is empty. */
function hasNext(run: Interpreter, iterable: Value, over: "values" | "keys"): Value {
  const { values } = run.environment;
  if (over === "keys") return values.unknown;
  const list = iterable.kind === "mapped" ? iterable.list : iterable;
  // Elements of other lists are there only if those have any.
  if (list.kind === "list" && hasOthersElements(list)) return values.make({ kind: "exists", list, test: undefined });
  return list.kind === "list" || list.kind === "unknown" || list.kind === "parameter"
    ? values.unknown
    : values.make({ kind: "exists", list, test: undefined });
}
