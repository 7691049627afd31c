/** Where a body is evaluated: for which function, under which conditions, and who is told what happens. */
import type { FunctionId, IrFile, IrFunction, NodeRef } from "../ir/ir.js";
import type { Value } from "../ir/value.js";
import type { Call } from "./call.js";
import type { Environment } from "./environment.js";
import type { PropertySource } from "./operations.js";
import type { Recorder } from "./recorder.js";
import type { State } from "./state.js";
import type { Guard, Scope, Site } from "./summary.js";

export interface Frame {
  readonly environment: Environment;
  readonly recorder: Recorder;
  /** Conditions under which the body runs, for a closure that is run where it is written. */
  readonly guards: readonly Guard[];
  readonly scopes: readonly Scope[];
  /** Call sites that lead to this body, `""` for the evaluated function itself; keeps ids apart when a closure runs twice. */
  readonly prefix: string;
  /** The function that is evaluated. */
  readonly root: FunctionId;
  /** The calls that lead to this body, if it was written in another function: what happens in it happens at the first of them. */
  readonly above: readonly Site[];
  /** Nested bodies above this one. */
  readonly depth: number;
  /** Bodies being run, to stop recursion. */
  readonly running: ReadonlySet<FunctionId>;
  /** Closure runs that the evaluation may still spend; closures that make closures could go on for ever. */
  readonly budget: { closures: number };
  /** The calls that made the statements which are not sent yet. */
  readonly statements: Map<Value, Call>;
}

/** Values a body starts from. */
export interface Entry {
  readonly parameters: readonly Value[];
  /** Later parameters are unknown rather than `undefined`. */
  readonly openEnded: boolean;
  readonly receiver: Value;
  readonly state: State;
}

export interface Body {
  readonly file: IrFile;
  readonly function: IrFunction;
}

export function variableKey(file: string, variable: number): string {
  return `${file}:${String(variable)}`;
}

export function ref(file: string, node: number): NodeRef {
  return { file, node };
}

/** Properties as seen in `state`. */
export function sourceOf(environment: Environment, state: State): PropertySource {
  const source: PropertySource = {
    assigned: (base, name) => state.assigned(base, name),
    ofHandle: (handle, name) => environment.handles.property(handle, name, source),
  };
  return source;
}

/** Adds guards, leaving out those that are there already. One that is tested again further below is kept: the lowest place reports. */
export function withGuards(present: readonly Guard[], added: readonly Guard[]): readonly Guard[] {
  if (added.length === 0) return present;
  const fresh = added.filter(
    (g) => !present.some((p) => p.value === g.value && p.polarity === g.polarity && p.level >= g.level && (p.certain || !g.certain)),
  );
  return fresh.length === 0 ? present : [...present, ...fresh];
}
