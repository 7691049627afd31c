/** JavaScript's own functions on symbolic values: lists, promises, and the functions of `Object`, `Promise`, `Date` and the like. */
import type { Value } from "../ir/value.js";
import type { Call } from "./call.js";
import { flattened } from "./flattened.js";
import { setProperty } from "./instructions.js";
import { mapEntries, mapGet, mapSet, mapValues, newMap } from "./maps.js";
import { looksLikeList } from "./operations.js";
import { concat, push } from "./push.js";
import { runClosure } from "./runClosure.js";
import { settleEach } from "./settle.js";
import type { Guard } from "./summary.js";

type Method = (made: Call, receiver: Value) => Value | undefined;

/** Calls whose callee is a property of a global name or a global name itself: `Promise.all(..)`, `Number(x)`, `new Date()`. */
export function namespaceCall(made: Call): Value | undefined {
  const { receiver, callee, method, instruction } = made;
  const base = receiver ?? callee;
  if (base?.kind !== "global" || !base.key.startsWith("builtin:")) return undefined;
  const name = method === undefined ? base.name : `${base.name}.${method}`;
  return functions.get(instruction.new ? `new ${name}` : name)?.(made, base);
}

/** Methods of lists, sets, maps and promises, by name: the receiver's type is often not known. */
export function builtin(made: Call): Value | undefined {
  const { receiver, method } = made;
  if (receiver === undefined || method === undefined || receiver.kind === "this" || receiver.kind === "handle") return undefined;
  return methods.get(method)?.(made, receiver);
}

const functions = new Map<string, Method>([
  ["Promise.all", (made) => made.arguments[0] && settleEach(made.run, made.arguments[0])],
  ...["Promise.race", "Promise.any"].map((name) => [name, (made: Call) => anyOf(made)] as const),
  ["Promise.resolve", (made) => made.arguments[0] ?? made.run.environment.values.undefined],
  ["Promise.allSettled", (made) => settled(made)],
  ["Object.assign", (made) => assign(made)],
  ["Object.freeze", (made) => made.arguments[0]],
  ["Object.values", (made) => computed(made, "values")],
  ["Object.keys", (made) => computed(made, "keys")],
  ["Object.entries", (made) => computed(made, "entries")],
  ["Array.from", (made) => arrayFrom(made)],
  ["new Set", (made) => made.arguments[0] ?? made.run.environment.values.list([])],
  ["new Map", (made) => newMap(made)],
  ["new Date", (made) => (made.arguments.length === 0 ? made.run.environment.values.clock : computed(made, "Date"))],
  ["Date.now", (made) => made.run.environment.values.clock],
  ["structuredClone", (made) => made.arguments[0]],
  ["Boolean", (made) => computed(made, "Boolean")],
  ...[
    "Number",
    "String",
    "BigInt",
    "parseInt",
    "parseFloat",
    "Math.min",
    "Math.max",
    "Math.floor",
    "Math.ceil",
    "Math.round",
    "Math.abs",
    "JSON.stringify",
    "JSON.parse",
    "Number.isNaN",
    "isNaN",
    "Array.isArray",
    "Number.parseInt",
    "Number.parseFloat",
    "Number.isInteger",
  ].map((name) => [name, (made: Call) => computed(made, name)] as const),
]);

const methods = new Map<string, Method>([
  ["map", (made, list) => map(made, list)],
  ["flatMap", (made, list) => flattened(made, map(made, list))],
  ["filter", (made, list) => filter(made, list)],
  ["find", (made, list) => elementWhere(made, list)],
  ["findLast", (made, list) => elementWhere(made, list)],
  ["some", (made, list) => some(made, list)],
  ["every", (made, list) => every(made, list)],
  ["forEach", (made, list) => forEach(made, list)],
  ["reduce", (made, list) => reduce(made, list)],
  ["at", (made, list) => (looksLikeList(list) ? made.run.environment.operations.element(list, made.arguments[0]) : undefined)],
  ...["pop", "shift"].map(
    (name) =>
      [name, (made: Call, list: Value) => (looksLikeList(list) ? made.run.environment.operations.element(list) : undefined)] as const,
  ),
  ...["slice", "sort", "toSorted", "reverse", "toReversed", "values"].map(
    (name) =>
      [name, (made: Call, list: Value) => (looksLikeList(list) ? list : name === "values" ? mapValues(made, list) : undefined)] as const,
  ),
  ["entries", (_made, map) => mapEntries(map)],
  ["get", (made, map) => mapGet(made, map)],
  ["set", (made) => mapSet(made)],
  ["push", (made, list) => push(made, list)],
  ["add", (made, list) => push(made, list)],
  ["concat", (made, list) => concat(made, list)],
  ...["includes", "has"].map((name) => [name, (made: Call, list: Value) => includes(made, list)] as const),
  ["then", (made, value) => then(made, value)],
  ["catch", (made, value) => recover(made, value)],
  ["finally", (made, value) => recover(made, value)],
  ...["call", "apply"].map((name) => [name, () => undefined] as const),
]);

function computed(made: Call, operation: string): Value {
  return made.run.environment.values.computed(operation, made.arguments, made.at);
}

function anyOf(made: Call): Value | undefined {
  const [list] = made.arguments;
  return list === undefined ? undefined : made.run.environment.operations.element(list);
}

function settled(made: Call): Value | undefined {
  const { values } = made.run.environment;
  const [given] = made.arguments;
  const list = given && settleEach(made.run, given);
  if (list?.kind !== "list") return undefined;
  return values.list(
    list.elements.map((value) => values.fields({ status: values.computed("status", [value]), value, reason: values.unknown })),
  );
}

/** `Object.assign(target, ...sources)` assigns the sources' known fields one by one; of others those that the flow has looked at. */
function assign(made: Call): Value | undefined {
  const { run, instruction } = made;
  const [target] = instruction.arguments;
  if (target === undefined) return undefined;
  for (const source of made.arguments.slice(1)) {
    if (source.kind === "object") for (const p of source.parts) if (p.kind === "field") setProperty(run, target.value, p.name, p.value);
    for (const name of run.recorder.mentioned(source))
      setProperty(run, target.value, name, run.environment.operations.get(source, name, run.source));
  }
  const variable = run.loadedFrom.get(target.value);
  const [first] = made.arguments;
  if (first?.kind === "object" && variable === undefined) {
    return run.environment.values.object(made.arguments.map((value) => ({ kind: "spread", value })));
  }
  return (variable === undefined ? undefined : run.state.variables.get(variable)) ?? first;
}

function arrayFrom(made: Call): Value | undefined {
  const [list] = made.arguments;
  return made.arguments.length > 1 ? undefined : list;
}

function guardOf(made: Call, value: Value, polarity: boolean): Guard {
  return { value, polarity, at: made.at, level: 0, certain: true, source: "branch" };
}

/** Runs the callback on an element of the list, under the condition that there is one. */
function runOnElement(made: Call, list: Value, extra: readonly Value[] = []): Value | undefined {
  const { run, arguments: args } = made;
  const { values, operations } = run.environment;
  const callback = args.find((a) => a.kind === "closure");
  if (callback?.kind !== "closure") return undefined;
  const element = operations.element(list);
  const guards =
    list.kind === "list" || list.kind === "parameter" || list.kind === "unknown"
      ? []
      : [guardOf(made, values.make({ kind: "exists", list: underlying(list), test: undefined }), true)];
  return runClosure(run, made, callback, { arguments: [...extra, element], openEnded: true, scopes: run.scopes, guards, maybe: true });
}

function underlying(list: Value): Value {
  return list.kind === "mapped" ? list.list : list;
}

function map(made: Call, list: Value): Value | undefined {
  const item = runOnElement(made, list);
  if (item === undefined) return undefined;
  const { values, operations } = made.run.environment;
  if (list.kind === "list" && list.elements.length === 1) return values.list([item]);
  if (item === operations.element(list)) return list;
  return values.make({ kind: "mapped", list: underlying(list), item });
}

function filter(made: Call, list: Value): Value | undefined {
  const { values, operations } = made.run.environment;
  const [callback] = made.arguments;
  if (callback?.kind === "global") return list;
  const test = runOnElement(made, list);
  if (test === undefined) return undefined;
  return operations.truth(test) === true ? list : values.make({ kind: "filtered", list, test }, made.at);
}

function elementWhere(made: Call, list: Value): Value | undefined {
  const filtered = made.arguments[0]?.kind === "closure" ? filter(made, list) : undefined;
  return filtered === undefined ? undefined : made.run.environment.operations.element(filtered);
}

function some(made: Call, list: Value): Value | undefined {
  const test = runOnElement(made, list);
  return test === undefined ? undefined : made.run.environment.values.make({ kind: "exists", list, test });
}

function every(made: Call, list: Value): Value | undefined {
  const test = runOnElement(made, list);
  if (test === undefined) return undefined;
  const { values, operations } = made.run.environment;
  return operations.not(values.make({ kind: "exists", list, test: operations.not(test) }));
}

function forEach(made: Call, list: Value): Value | undefined {
  return runOnElement(made, list) === undefined ? undefined : made.run.environment.values.undefined;
}

function reduce(made: Call, list: Value): Value | undefined {
  const { values } = made.run.environment;
  const start = made.arguments.slice(1);
  const step = runOnElement(made, list, [values.computed("reduced", [list, ...start])]);
  return step === undefined ? undefined : values.computed("reduce", [list, step, ...start]);
}

function includes(made: Call, list: Value): Value | undefined {
  const [item] = made.arguments;
  if (item === undefined || list.kind === "global")
    return item === undefined ? undefined : made.run.environment.operations.binary("includes", list, item);
  return made.run.environment.operations.binary("includes", list, item);
}

function then(made: Call, value: Value): Value | undefined {
  const { run } = made;
  const [onFulfilled] = made.arguments;
  if (onFulfilled?.kind !== "closure") return undefined;
  return runClosure(run, made, onFulfilled, { arguments: [value], openEnded: false, scopes: run.scopes, guards: [], maybe: false });
}

/** `promise.catch(f)`, `promise.finally(f)`: the value, or what the handler makes of a failure. */
function recover(made: Call, value: Value): Value | undefined {
  const { run } = made;
  const [handler] = made.arguments;
  if (handler?.kind !== "closure") return handler === undefined ? undefined : value;
  const recovered = runClosure(run, made, handler, {
    arguments: [run.environment.values.unknown],
    openEnded: false,
    scopes: run.scopes,
    guards: [],
    maybe: true,
  });
  if (made.method === "finally" || run.environment.operations.truth(recovered) === false) return value;
  return run.environment.values.join([
    { value, when: [] },
    { value: recovered, when: [] },
  ]);
}
