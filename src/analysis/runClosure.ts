/** Runs a closure where it is called: its captured variables are the variables of the flow around it. */
import type { Value, ValueOf } from "../ir/value.js";
import type { Call } from "./call.js";
import { withGuards, type Frame } from "./frame.js";
import { topLevelOf } from "./functionsOf.js";
import { interpret, type Interpreter } from "./interpreter.js";
import { State } from "./state.js";
import { bounds, type Guard, type Scope } from "./summary.js";

export interface Invocation {
  readonly arguments: readonly Value[];
  /** Further arguments are unknown rather than `undefined`. */
  readonly openEnded: boolean;
  readonly scopes: readonly Scope[];
  /** Hold only inside. */
  readonly guards: readonly Guard[];
  /** The closure may not run at all, or more than once. */
  readonly maybe: boolean;
}

/** The call that runs a closure; a model that only asks what one returns has none. */
type Caller = Pick<Call, "id"> & Partial<Pick<Call, "site" | "above">>;

/**
 * A closure that was written in another function (a method of what a factory returned) is run by a call like any function: check and act meet
 * where it is called, and not in its body, which its own evaluation reports.
 */
function callsAbove(run: Interpreter, { site, above = [] }: Caller, { function: id }: ValueOf<"closure">): Frame["above"] {
  const { environment, frame } = run;
  const written = topLevelOf(environment, id);
  if (written === topLevelOf(environment, frame.root)) return [];
  return site === undefined || written === topLevelOf(environment, run.id) ? frame.above : [...above, site];
}

/** What the closure returns. The caller's state afterwards is the closure's. */
export function runClosure(run: Interpreter, made: Caller, closure: ValueOf<"closure">, invocation: Invocation): Value {
  const { environment } = run;
  const { values, facts, counters } = environment;
  const fn = facts.function(closure.function);
  const file = facts.ir(closure.function.slice(0, closure.function.lastIndexOf("#")));
  const frame = run.frame;
  if (
    fn === undefined ||
    file === undefined ||
    frame.budget.closures-- <= 0 ||
    frame.depth >= bounds.closures ||
    frame.running.has(closure.function)
  ) {
    counters.count("bound: nested closures");
    return values.unknown;
  }
  run.recorder.run(closure.function);
  const inner: Frame = {
    ...frame,
    guards: withGuards(frame.guards, invocation.guards),
    scopes: invocation.scopes,
    prefix: made.id,
    above: callsAbove(run, made, closure),
    depth: frame.depth + 1,
    running: new Set([...frame.running, closure.function]),
  };
  const state = withBindings(run.state, closure);
  const receiver = closure.bindings.find((b) => b.variable === "this")?.value ?? values.unknown;
  const entry = {
    parameters: invocation.arguments,
    openEnded: invocation.openEnded,
    receiver: fn.kind === "arrow" ? receiver : values.unknown,
    state,
  };
  const outcome = interpret(inner, { file, function: fn }, entry);
  if (outcome.exit !== undefined) {
    const exits = invocation.maybe ? [run.state.copy(), outcome.exit] : [outcome.exit];
    run.state.become(
      State.join(
        values,
        exits.map((s) => ({ state: s, when: [] })),
        (base, name) => values.make({ kind: "member", base, name }),
      ),
    );
  }
  if (!invocation.maybe) run.imply(outcome.postconditions.filter((g) => !invocation.guards.includes(g)));
  return outcome.returned;
}

/** Captured variables that are not the current flow's own have the value they had when the closure was created. */
function withBindings(state: State, closure: ValueOf<"closure">): State {
  const inner = state.copy();
  for (const { variable, value } of closure.bindings) {
    if (!inner.variables.has(variable) && variable !== "this") inner.variables.set(variable, value);
  }
  return inner;
}
