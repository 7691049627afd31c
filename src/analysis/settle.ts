/**
 * Statements that are sent when somebody asks for their result. A query builder that is a promise of its own kind (a handle with a method
 * `then`) touches nothing until it is awaited, whichever way; a builder that nobody awaits is never sent.
 */
import type { Callee, Instruction, Terminator } from "../ir/ir.js";
import type { Handle, Value } from "../ir/value.js";
import type { Call } from "./call.js";
import { contextOf } from "./deferredCall.js";
import type { Environment } from "./environment.js";
import type { Interpreter } from "./interpreter.js";
import { mean } from "./mean.js";

/** What is called of a promise to get at its result. */
export const promiseMethods: ReadonlySet<string> = new Set(["then", "catch", "finally"]);

/** The call that made a statement is where it is sent as far as reports go, named by the step that says what it does. */
export function rememberStatement(made: Call, result: Value): void {
  const { run, receiver } = made;
  if (result.kind !== "handle" || modelOf(result, run.environment) === undefined) return;
  const before = receiver?.kind === "handle" && receiver.type === result.type ? run.statements.get(receiver) : undefined;
  run.statements.set(result, before === undefined ? made : { ...made, site: { ...made.site, name: before.site.name } });
}

/** What awaiting the value gives: of a statement that is not sent yet its result, of anything else itself. */
export function settle(run: Interpreter, value: Value): Value {
  if (value.kind === "join" && value.alternatives.some((a) => a.value.kind === "handle"))
    return run.environment.values.join(value.alternatives.map((a) => ({ value: settle(run, a.value), when: a.when })));
  const made = run.statements.get(value);
  if (value.kind !== "handle" || made === undefined) return value;
  const sent: Call = { ...made, run, method: "then", arguments: [] };
  const context = contextOf(run, run.environment.handles, { arguments: [], id: sent.id, assignments: [], at: sent.at });
  const meaning = modelOf(value, run.environment)?.call(value, "then", context);
  return meaning === undefined ? value : mean(sent, meaning, value);
}

/** `Promise.all` awaits each. */
export function settleEach(run: Interpreter, list: Value): Value {
  return list.kind === "list" ? run.environment.values.list(list.elements.map((e) => settle(run, e))) : list;
}

/** Whoever returns a statement has it sent, unless somebody who calls the function goes on building. What is returned is then the result. */
export function settleReturned(run: Interpreter, end: Terminator, temps: Value[]): void {
  const { kind } = run.body.function;
  if (end.kind !== "return" || end.value === undefined || !["function", "arrow", "method"].includes(kind)) return;
  const value = run.value(end.value);
  if (isStatement(run, value) && !isContinued(run)) temps[end.value] = settle(run, value);
}

function isStatement(run: Interpreter, value: Value): boolean {
  if (value.kind === "join") return value.alternatives.some((a) => isStatement(run, a.value));
  return value.kind === "handle" && modelOf(value, run.environment) !== undefined && run.statements.has(value);
}

function isContinued({ id, environment }: Interpreter): boolean {
  const { facts, methods } = environment;
  return facts.callers(id).some(({ caller, call: at }) => {
    const instructions = facts.function(caller)?.blocks.flatMap((b) => b.instructions) ?? [];
    const calls = instructions.filter((i) => i.op === "call");
    const made = calls.find((c) => c.node === at.node);
    return calls.some(
      ({ callee, arguments: given }) =>
        (callee.kind === "method" && callee.object === made?.dest && methods.has(callee.name) && !promiseMethods.has(callee.name)) ||
        (given.some((a) => a.value === made?.dest) && methods.has(nameOf(callee, instructions))),
    );
  });
}

/** What a layer's function is given without waiting for it becomes part of another statement: `inArray(jobs.id, waiting())`. */
function nameOf(callee: Callee, instructions: readonly Instruction[]): string {
  if (callee.kind === "method") return callee.name;
  const made = callee.kind === "value" ? instructions.find((i) => i.dest === callee.value) : undefined;
  return made?.op === "global" || made?.op === "get" ? made.name : "";
}

function modelOf(handle: Handle, { models }: Environment) {
  return models.find((m) => m.name === handle.model && m.methods.has("then"));
}
