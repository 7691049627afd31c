/** Lists that get longer: `push`, `add`, `concat`. */
import type { Value, ValueOf } from "../ir/value.js";
import type { Call } from "./call.js";
import { setEntry } from "./maps.js";
import { looksLikeList } from "./operations.js";
import { rootOf } from "./rows.js";

/** Lists are values, so the variable or the map that holds the list gets a longer one. */
export function push(made: Call, list: Value): Value | undefined {
  const { run, instruction } = made;
  if (list.kind === "member") return pushToColumn(made, list);
  if (instruction.callee.kind !== "method" || (list.kind !== "list" && !isJoinOfLists(list))) return undefined;
  const { object } = instruction.callee;
  const [variable, got] = [run.loadedFrom.get(object), run.gotFrom.get(object)];
  if (variable !== undefined) run.state.variables.set(variable, longer(made, list));
  else if (got === undefined || setEntry(run, got.map, got.key, longer(made, list)) === undefined) return undefined;
  return run.environment.values.undefined;
}

/** A row's list is changed in place: it is another value from here on, wherever it is read from. */
function pushToColumn(made: Call, list: ValueOf<"member">): Value | undefined {
  const { run, instruction, method } = made;
  if (instruction.callee.kind !== "method" || method !== "push" || rootOf(list)?.kind !== "result") return undefined;
  const longer = run.environment.values.computed("push", [list, ...made.arguments]);
  const variable = run.loadedFrom.get(instruction.callee.object);
  if (variable !== undefined) run.state.variables.set(variable, longer);
  run.state.assign(list.base, list.name, longer);
  return run.environment.values.undefined;
}

function isJoinOfLists(value: Value): boolean {
  return value.kind === "join" && value.alternatives.some((a) => a.value.kind === "list");
}

function longer(made: Call, list: Value): Value {
  const { values } = made.run.environment;
  if (list.kind === "join") return values.join(list.alternatives.map((a) => ({ value: longer(made, a.value), when: a.when })));
  if (list.kind === "member" && rootOf(list)?.kind === "result") return values.computed("push", [list, ...made.arguments]);
  return list.kind === "list" ? values.list([...new Set([...list.elements, ...made.arguments])]) : list;
}

export function concat(made: Call, list: Value): Value | undefined {
  const [other] = made.arguments;
  if (list.kind !== "list") return looksLikeList(list) ? list : undefined;
  return other?.kind === "list"
    ? made.run.environment.values.list([...list.elements, ...other.elements])
    : list.elements.length === 0
      ? other
      : list;
}
