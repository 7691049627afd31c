/**
 * `Map`s of rows. A map is the computation `Map` from its entries, pairs of key and value. Whatever the key, `get` gives the value of some
 * entry: which row that is shows where the key is compared with the one that the row was selected by.
 */
import type { Value } from "../ir/value.js";
import type { Call } from "./call.js";

/** `new Map(entries)`. */
export function newMap(made: Call): Value {
  const { values } = made.run.environment;
  return values.computed("Map", [made.arguments[0] ?? values.list([])], made.at);
}

/** `undefined`: no map that was made here. */
export function mapGet(made: Call, map: Value): Value | undefined {
  return valueOf(made, map);
}

export function mapValues(made: Call, map: Value): Value | undefined {
  const entries = entriesOf(map);
  const value = valueOf(made, map);
  if (entries === undefined || value === undefined) return undefined;
  return made.run.environment.values.make({ kind: "mapped", list: entries.kind === "mapped" ? entries.list : entries, item: value });
}

/** The variable that holds the map gets one with another entry. */
export function mapSet(made: Call, map: Value): Value | undefined {
  const { run, instruction } = made;
  const { values } = run.environment;
  const [key, value] = made.arguments;
  const variable = instruction.callee.kind === "method" ? run.loadedFrom.get(instruction.callee.object) : undefined;
  const entries = entriesOf(map);
  if (entries === undefined || key === undefined || value === undefined || variable === undefined) return undefined;
  const known = entries.kind === "list" ? entries.elements : [run.environment.operations.element(entries)];
  const entry = values.list([key, value]);
  const longer = values.computed("Map", [values.list(known.includes(entry) ? known : [...known, entry])], made.at);
  run.state.variables.set(variable, longer);
  return longer;
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
