/** What generators hand out, wherever their results are looped over. */
import type { Value } from "../ir/value.js";
import type { Interpreter } from "./interpreter.js";

const yielded = new WeakMap<Interpreter, Set<Value>>();

export function handOut(run: Interpreter, value: Value): void {
  yielded.set(run, (yielded.get(run) ?? new Set()).add(value));
}

/** A generator's result is the list of what it yields; under which conditions it yields them is left out. `undefined`: no generator. */
export function handedOut(run: Interpreter): Value | undefined {
  if (!run.body.function.generator) return undefined;
  const { values } = run.environment;
  const found = yielded.get(run);
  return found === undefined ? values.unknown : values.list([...found]);
}
