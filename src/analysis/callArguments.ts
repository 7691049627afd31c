/** The arguments of a call as values. */
import type { CallInstruction } from "../ir/ir.js";
import type { Value } from "../ir/value.js";
import type { Call } from "./call.js";
import type { Interpreter } from "./interpreter.js";

/** Arguments up to the first spread of something whose elements are not known. */
export function argumentsOf(run: Interpreter, instruction: CallInstruction): Pick<Call, "arguments" | "openEnded"> {
  const known: Value[] = [];
  for (const { value, spread } of instruction.arguments) {
    const elements = spread ? elementsOf(run, run.value(value)) : [run.value(value)];
    if (elements === undefined) return { arguments: known, openEnded: true };
    known.push(...elements);
  }
  return { arguments: known, openEnded: false };
}

/** The elements of a list that is written out; of several lists (`if (x) list.push(y)`) those that may stand at each place. */
function elementsOf({ environment: { values } }: Interpreter, list: Value): readonly Value[] | undefined {
  if (list.kind === "list") return list.elements.some((e) => e.kind === "element") ? undefined : list.elements;
  if (list.kind !== "join") return undefined;
  const lists = list.alternatives.map((a) => (a.value.kind === "list" ? { elements: a.value.elements, when: a.when } : undefined));
  const written = lists.filter((l) => l !== undefined);
  if (written.length < lists.length || written.some((l) => l.elements.some((e) => e.kind === "element"))) return undefined;
  const length = Math.max(...written.map((l) => l.elements.length));
  return Array.from({ length }, (_, i) => values.join(written.map((l) => ({ value: l.elements[i] ?? values.undefined, when: l.when }))));
}
