/** Transfer function of calls: a data layer's call, a built-in, a function of the program, a callback, or something nobody can see into. */
import type { CallInstruction, NodeRef } from "../ir/ir.js";
import type { Value, ValueOf } from "../ir/value.js";
import type { CallContext } from "../models/model.js";
import { isReport } from "../models/effects.js";
import { builtin, namespaceCall } from "./builtins.js";
import { argumentsOf } from "./callArguments.js";
import { contextOf as modelContext } from "./deferredCall.js";
import { handleByUse } from "./handleByUse.js";
import { instantiate } from "./instantiate.js";
import type { Interpreter } from "./interpreter.js";
import { callOfLock } from "./lockCall.js";
import { mean } from "./mean.js";
import { methodOfRow } from "./rowMethod.js";
import { runClosure } from "./runClosure.js";
import { promiseMethods, rememberStatement, settle } from "./settle.js";
import type { Scope, Site } from "./summary.js";
import { callOfUnknown } from "./unknownCall.js";

/** One call being interpreted. */
export interface Call {
  readonly run: Interpreter;
  readonly instruction: CallInstruction;
  readonly at: NodeRef;
  readonly site: Site;
  /** Calls above `site`, see `Frame`. */
  readonly above: readonly Site[];
  /** Calls below `site` that lead to what is being interpreted, where a callee's call is read again. */
  readonly below?: readonly Site[];
  /** Id of what this call does, unique in the evaluation. */
  readonly id: string;
  /** The object of a method call, `this` for `super.m()`; `undefined` for a plain call. */
  readonly receiver: Value | undefined;
  /** The called value of a plain call. */
  readonly callee: Value | undefined;
  readonly method: string | undefined;
  readonly arguments: readonly Value[];
  /** There is a spread among the arguments: from there on they are unknown. */
  readonly openEnded: boolean;
}

/** The calls that lead from the evaluated function to what the call does. */
export function pathTo({ above, site, below = [] }: Pick<Call, "above" | "site" | "below">): readonly Site[] {
  return [...above, site, ...below];
}

export function call(run: Interpreter, instruction: CallInstruction): Value {
  const made = makeCall(run, instruction);
  const result = resultOf(made);
  rememberStatement(made, result);
  return result;
}

function resultOf(made: Call): Value {
  if (isReport(made.site.text)) return callOfUnknown(made);
  return (
    callOfHandle(made) ??
    callOfLock(made) ??
    callOfFunctionValue(made) ??
    namespaceCall(made) ??
    builtin(made) ??
    callOfProgram(made) ??
    callOfUnknown(made)
  );
}

function makeCall(run: Interpreter, instruction: CallInstruction): Call {
  const { callee } = instruction;
  const at = run.at(instruction.node);
  const given = argumentsOf(run, instruction);
  const receiver =
    callee.kind === "method" || callee.kind === "computed"
      ? run.value(callee.object)
      : callee.kind === "super"
        ? run.entry.receiver
        : undefined;
  const key = callee.kind === "computed" ? run.value(callee.key) : undefined;
  const method = callee.kind === "method" ? callee.name : key?.kind === "const" && typeof key.value === "string" ? key.value : undefined;
  const text = textOf(run, instruction, method);
  return {
    run,
    instruction,
    at,
    site: { function: run.id, call: at, name: run.at(instruction.nameNode), text },
    above: run.above,
    id: run.prefix === "" ? idOf(at) : `${run.prefix}/${idOf(at)}`,
    receiver,
    callee:
      callee.kind === "value"
        ? run.value(callee.value)
        : callee.kind === "computed" && receiver !== undefined
          ? computedCallee(run, receiver, callee.key)
          : undefined,
    method,
    ...given,
  };
}

/** Handler maps: `handlers[type](job)` may run any of the literal's functions. */
function computedCallee(run: Interpreter, receiver: Value, key: number): Value | undefined {
  if (receiver.kind !== "object") return undefined;
  const { values, operations } = run.environment;
  const name = run.value(key);
  if (name.kind === "const" && typeof name.value === "string") return operations.get(receiver, name.value, run.source);
  return values.join(receiver.parts.flatMap((p) => (p.kind === "field" ? [{ value: p.value, when: [] }] : [])));
}

/** Short and stable: a node of a file. Files are told apart by their full path. */
function idOf(at: NodeRef): string {
  return `${at.file}#${String(at.node)}`;
}

/** The callee as written, shortened to its last two names: `mailer.send`. */
function textOf(run: Interpreter, { callee }: CallInstruction, method: string | undefined): string {
  switch (callee.kind) {
    case "value":
      return run.nameOf(callee.value);
    case "super":
      return "super";
    default: {
      const object = run.nameOf(callee.object);
      return object === "" ? (method ?? "") : `${object}.${method ?? "[..]"}`;
    }
  }
}

function callOfHandle(made: Call): Value | undefined {
  const { run, method, receiver, callee, instruction } = made;
  const { environment } = run;
  const isAsked = receiver?.kind === "handle" && method !== undefined && promiseMethods.has(method);
  const settled = isAsked ? settle(run, receiver) : receiver;
  if (settled !== undefined && settled !== receiver) return builtin({ ...made, receiver: settled }) ?? settled;
  if (callee?.kind === "member" && callee.base.kind === "handle") return callOfHandle(asMethod(made, callee));
  if (callee?.kind === "handle") return callOfHandle({ ...made, receiver: callee, method: "()", callee: undefined });
  if (method === undefined || receiver === undefined) return callee === undefined ? undefined : callOfExport(made);
  if (!environment.methods.has(method)) return undefined;
  const object = instruction.callee.kind === "method" ? run.expression(instruction.callee.object) : undefined;
  const handle = environment.handles.of(receiver, run.source, object) ?? handleByUse(made, receiver, method, () => contextOf(made));
  if (handle === undefined || isOverridden(made)) return undefined;
  const model = environment.models.find((m) => m.name === handle.model);
  const meaning = model?.call(handle, method, contextOf(made));
  return meaning === undefined ? undefined : mean(made, meaning, handle);
}

/** A method that was taken off its handle: `const { eq } = operators`, then `eq(..)`. */
function asMethod(made: Call, { base, name }: ValueOf<"member">): Call {
  return { ...made, receiver: base, method: name, callee: undefined };
}

/** A class of the program that extends the layer's class and has a method of its own of this name. */
function isOverridden(made: Call): boolean {
  const { run, receiver, method } = made;
  if (receiver === undefined || method === undefined) return false;
  const kinds: readonly Value["kind"][] = ["member", "this", "global", "parameter", "capture", "call"];
  if (!kinds.includes(receiver.kind) && receiver.at === undefined) return false;
  const origin = receiver.at === undefined ? undefined : run.environment.facts.origin(receiver.at);
  return (
    origin?.via.some((c) => run.environment.facts.classInfo(c)?.members.some((m) => m.name === method && m.function !== undefined)) ?? false
  );
}

function callOfExport(made: Call): Value | undefined {
  const { run, callee, instruction } = made;
  if (callee?.kind !== "global" && callee?.kind !== "member" && callee?.kind !== "class") return undefined;
  if (callee.at === undefined || instruction.callee.kind !== "value") return undefined;
  const declaration = run.environment.facts.declaration(callee.at);
  if (declaration?.kind !== "import") return undefined;
  for (const model of run.environment.models) {
    if (!model.packages.includes(declaration.package)) continue;
    const meaning = model.callExport?.(declaration.path, contextOf(made));
    if (meaning !== undefined) return mean(made, meaning, undefined);
  }
  return undefined;
}

function contextOf(made: Call): CallContext {
  return modelContext(made.run, made.run.environment.handles, { arguments: made.arguments, id: made.id, assignments: [], at: made.at });
}

/** Runs a function value now: a closure in place, anything that the caller supplies as an event. */
export function invoke(made: Call, callee: Value, args: readonly Value[], scope: Scope | undefined): Value {
  const { run } = made;
  const { values } = run.environment;
  const scopes = scope === undefined ? run.scopes : [...run.scopes, scope];
  if (callee.kind === "closure")
    return runClosure(run, made, callee, { arguments: args, scopes, guards: [], maybe: false, openEnded: false });
  if (callee.kind === "join") {
    return values.join(
      callee.alternatives.map((a) => ({
        value:
          a.value.kind === "closure"
            ? runClosure(run, made, a.value, { arguments: args, scopes, guards: [], maybe: true, openEnded: false })
            : values.unknown,
        when: a.when,
      })),
    );
  }
  const result = values.make({ kind: "call", site: made.id, name: made.site.text, inputs: [callee, ...args] }, made.at);
  run.recorder.event({ kind: "invoke", id: made.id, path: pathTo(made), guards: run.guards, scopes, callee, arguments: args, result });
  return result;
}

function callOfFunctionValue(made: Call): Value | undefined {
  const callee = made.callee ?? closureProperty(made);
  if (callee === undefined) return undefined;
  if (callee.kind === "closure" && isWritten(made, callee.function)) return invoke(made, callee, made.arguments, undefined);
  if (callee.kind === "join" && callee.alternatives.some((a) => a.value.kind === "closure"))
    return invoke(made, callee, made.arguments, undefined);
  if (
    callee.kind === "parameter" ||
    callee.kind === "capture" ||
    (callee.kind === "member" && rootKind(callee) === "parameter" && made.method === undefined)
  ) {
    return invoke(made, callee, made.arguments, undefined);
  }
  return undefined;
}

/** A method of an object literal in hand: `{ run: async () => .. }.run()`. */
function closureProperty(made: Call): Value | undefined {
  const { receiver, method, run } = made;
  if (receiver?.kind !== "object" || method === undefined) return undefined;
  const value = run.environment.operations.get(receiver, method, run.source);
  return value.kind === "closure" ? value : undefined;
}

/** A closure written inside a function, as opposed to a function of the program that is named. */
function isWritten(made: Call, id: string): boolean {
  const fn = made.run.environment.facts.function(id);
  return fn?.parent !== undefined && fn.parent !== 0;
}

function rootKind(value: Value): Value["kind"] {
  return value.kind === "member" ? rootKind(value.base) : value.kind;
}

/** The functions of the program that the call may run. */
export function callOfProgram(made: Call): Value | undefined {
  const { run, callee } = made;
  const targets = run.environment.facts.targets(made.at);
  if (targets.kind === "functions" && targets.targets.length > 0) return instantiate(made, targets.targets);
  if (callee?.kind === "closure") return instantiate(made, [{ function: callee.function, typeArguments: {} }]);
  const method = methodOfRow(made);
  return method === undefined ? undefined : instantiate(made, [method]);
}
