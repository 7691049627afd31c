/**
 * Whether the callers let a flow get to its write at all: an option that no caller sets keeps its branch closed, whatever the function
 * could do. What is exported may have callers outside the program, but an option that a program never uses is no race of this program.
 */
import type { FunctionId } from "../ir/ir.js";
import type { Condition, Value } from "../ir/value.js";
import type { CallerInstance } from "./callers.js";
import type { Environment } from "./environment.js";
import type { Pair } from "./pair.js";
import { Substituter } from "./substitute.js";

interface CallersOf {
  of(id: FunctionId): readonly CallerInstance[];
}

/** Every known call gives the function something with which it does not get to the pair's write. Frameworks call what is decorated. */
export function isClosed(pair: Pair, callers: CallersOf, environment: Environment, height: number): boolean {
  if (pair.unit.evaluation.outer !== undefined) return false;
  const conditions = [...pair.write.guards, ...pair.read.guards].filter((g) => g.certain && g.value.open);
  return conditions.length > 0 && areClosed(conditions, pair.unit.evaluation.function, callers, environment, height);
}

function areClosed(
  conditions: readonly Condition[],
  id: FunctionId,
  callers: CallersOf,
  environment: Environment,
  height: number,
): boolean {
  if (height === 0 || environment.facts.decoratorsOf(id).length > 0) return false;
  const instances = callers.of(id).filter((c) => c.caller !== id);
  return (
    instances.length > 0 &&
    instances.every((instance) => {
      const here = inTermsOf(instance, id, conditions, environment);
      if (here.some((c) => environment.operations.decide(c) === false)) return true;
      const open = here.filter((c) => c.value.open);
      return open.length > 0 && areClosed(open, instance.caller, callers, environment, height - 1);
    })
  );
}

/** The conditions of a function in terms of one call of it. Nothing is known of what was assigned to objects before the call. */
function inTermsOf(
  { record }: CallerInstance,
  id: FunctionId,
  conditions: readonly Condition[],
  { values, operations, facts }: Environment,
): readonly Condition[] {
  const isRest = (index: number) => facts.function(id)?.parameters[index]?.rest === true;
  const missing = record.openEnded ? values.unknown : values.undefined;
  const argument = (index: number): Value => (isRest(index) ? values.unknown : (record.arguments[index] ?? missing));
  const to = new Substituter(values, operations, {
    function: id,
    receiver: record.receiver,
    argument,
    prefix: record.prefix,
    typeArgument: () => undefined,
    connection: (value) => value,
    source: { assigned: () => undefined, ofHandle: () => undefined },
  });
  return conditions.map((c) => to.condition(c));
}
