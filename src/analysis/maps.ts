/**
 * `Map`s of rows. A map is the computation `Map` from its entries, pairs of key and value. Whatever the key, `get` gives the value of some
 * entry: which row that is shows where the key is compared with the one that the row was selected by.
 */
import type { Value } from "../ir/value.js";
import type { Temp } from "../ir/ir.js";
import type { Call } from "./call.js";
import type { Interpreter } from "./interpreter.js";

/** `new Map(entries)`. */
export function newMap(made: Call): Value {
  const { values } = made.run.environment;
  return values.computed("Map", [made.arguments[0] ?? values.list([])], made.at);
}

/** `undefined`: no map that was made here. */
export function mapGet(made: Call, map: Value): Value | undefined {
  const { run, instruction } = made;
  const [key] = made.arguments;
  const value = valueOf(made, map);
  if (value !== undefined && key !== undefined && instruction.callee.kind === "method")
    run.gotFrom.set(instruction.dest, { map: instruction.callee.object, key });
  return value;
}

/** What a loop over the map goes through, too. */
export function mapEntries(map: Value): Value | undefined {
  const isMap = map.kind === "join" ? map.alternatives.every((a) => entriesOf(a.value) !== undefined) : entriesOf(map) !== undefined;
  return isMap ? map : undefined;
}

export function mapValues(made: Call, map: Value): Value | undefined {
  const entries = entriesOf(map);
  const value = valueOf(made, map);
  if (entries === undefined || value === undefined) return undefined;
  return made.run.environment.values.make({ kind: "mapped", list: entries.kind === "mapped" ? entries.list : entries, item: value });
}

/** The variable that holds the map gets one with another entry. */
export function mapSet(made: Call): Value | undefined {
  const { run, instruction } = made;
  const [key, value] = made.arguments;
  if (instruction.callee.kind !== "method" || key === undefined || value === undefined) return undefined;
  return setEntry(run, instruction.callee.object, key, value);
}

/** `undefined`: no variable holds a map that was made here. What the key had before may be what another key has now. */
export function setEntry(run: Interpreter, map: Temp, key: Value, value: Value): Value | undefined {
  const { values } = run.environment;
  const variable = run.loadedFrom.get(map);
  const held = variable === undefined ? undefined : (run.state.variables.get(variable) ?? run.value(map));
  const entries = held && knownEntries(run, held);
  if (variable === undefined || entries === undefined) return undefined;
  const entry = values.list([key, value]);
  const longer = values.computed("Map", [values.list(entries.includes(entry) ? entries : [...entries, entry])]);
  run.state.variables.set(variable, longer);
  return longer;
}

function knownEntries(run: Interpreter, map: Value): readonly Value[] | undefined {
  if (map.kind === "join") {
    const each = map.alternatives.map((a) => knownEntries(run, a.value));
    return each.includes(undefined) ? undefined : [...new Set(each.flatMap((e) => e ?? []))];
  }
  const entries = entriesOf(map);
  return entries?.kind === "list" ? entries.elements : entries && [run.environment.operations.element(entries)];
}

function entriesOf(map: Value): Value | undefined {
  return map.kind === "computed" && map.operation === "Map" ? map.inputs[0] : undefined;
}

/** What an empty map gives is not known: it may be filled where nobody looks. Beside others it is the one before the loop. */
function valueOf(made: Call, map: Value): Value | undefined {
  const { values, operations } = made.run.environment;
  if (map.kind === "join") {
    if (!map.alternatives.every((a) => entriesOf(a.value) !== undefined)) return undefined;
    const filled = map.alternatives.flatMap((a) => valueOf(made, a.value) ?? []);
    return filled.length === 0 ? undefined : values.join(filled.map((value) => ({ value, when: [] })));
  }
  const entries = entriesOf(map);
  if (entries === undefined || isEmpty(entries)) return undefined;
  const entry = operations.element(entries);
  return entry.kind === "list" || entry.kind === "join" ? operations.element(entry, values.constant(1)) : undefined;
}

function isEmpty(entries: Value): boolean {
  return entries.kind === "list" && entries.elements.length === 0;
}
