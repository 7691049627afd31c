/** `job.isPending`, `this.job`: properties that a getter of the program computes. */
import type { FunctionId } from "../ir/ir.js";
import type { Value } from "../ir/value.js";
import type { Interpreter } from "./interpreter.js";
import { entityOfRow } from "./rowMethod.js";
import { Substituter } from "./substitute.js";

/** What the getter returns for this object; what else it does is left out. `undefined`: it is no getter of a row's entity or of the class itself. */
export function getterValue(run: Interpreter, base: Value, name: string): Value | undefined {
  const { environment } = run;
  const id = getter(run, base, name);
  const evaluation = id === undefined ? undefined : environment.evaluation(id);
  if (id === undefined || evaluation === undefined || evaluation.events.length > 0) return undefined;
  const { values, operations, handles } = environment;
  return new Substituter(values, operations, {
    function: id,
    receiver: base,
    argument: () => values.unknown,
    prefix: run.prefix,
    typeArgument: () => undefined,
    connection: (value) => handles.connection(value, run.source),
    source: run.source,
  }).apply(evaluation.returned);
}

function getter(run: Interpreter, base: Value, name: string): FunctionId | undefined {
  const { facts } = run.environment;
  const owner = base.kind === "this" ? ownClass(run) : entityOfRow(run, base);
  const member = owner === undefined ? undefined : facts.classInfo(owner)?.members.find((m) => m.name === name && m.kind === "accessor");
  const id = member?.function;
  return id !== undefined && facts.function(id)?.kind === "getter" ? id : undefined;
}

function ownClass({ body }: Interpreter): string | undefined {
  const { file, function: fn } = body;
  const name = fn.class === undefined ? undefined : file.classes[fn.class]?.name;
  return name === undefined ? undefined : `${file.file}#${name}`;
}
