/** Where a body is evaluated: for which function, under which conditions, and who is told what happens. */
import type { FunctionId, IrFile, IrFunction, NodeRef, VariableId } from "../ir/ir.js";
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
  /**
   * Closure runs that the evaluation may still spend (closures that make closures could go on for ever), and how many values it has made:
   * in generated parsers conditions of conditions grow without end.
   */
  readonly budget: { closures: number; made(): number };
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

/** By file and variable: what is asked for at every load is made once. */
const variableKeys = new WeakMap<IrFile, string[]>();

export function variableKey(file: IrFile, variable: VariableId): string {
  const keys = variableKeys.get(file) ?? [];
  variableKeys.set(file, keys);
  return (keys[variable] ??= `${file.file}:${String(variable)}`);
}

export function ref(file: string, node: number): NodeRef {
  return { file, node };
}

/** Properties as seen in the state that `holder` has at the time. */
export function sourceOf(environment: Environment, holder: { readonly state: State }): PropertySource {
  const source: PropertySource = {
    assigned: (base, name) => holder.state.assigned(base, name),
    ofHandle: (handle, name) => environment.handles.property(handle, name, source),
  };
  return source;
}

/** Adds guards, leaving out those that are there already. One that is tested again further below is kept: the lowest place reports. */
export function withGuards(present: readonly Guard[], added: readonly Guard[]): readonly Guard[] {
  const fresh = present.length === 0 ? added : added.filter((g) => !present.some((p) => implies(p, g)));
  return fresh.length === 0 ? present : [...present, ...fresh];
}

function implies(present: Guard, added: Guard): boolean {
  return (
    present.value === added.value &&
    present.polarity === added.polarity &&
    present.level >= added.level &&
    (present.certain || !added.certain)
  );
}
