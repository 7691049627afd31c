/** Evaluates functions of the program with symbolic inputs, each at most once (twice if it is recursive). */
import type { FunctionId, IrFile, IrFunction } from "../ir/ir.js";
import type { Value } from "../ir/value.js";
import { decoratorScopes } from "./decoratorScopes.js";
import type { Environment } from "./environment.js";
import type { Frame } from "./frame.js";
import { interpret, TooLarge, type Outcome } from "./interpreter.js";
import { Recorder, type Pending } from "./recorder.js";
import { State } from "./state.js";
import { bounds, type Evaluation, type Event, type HeapEffect } from "./summary.js";

export class Evaluator {
  readonly #done = new Map<FunctionId, Evaluation | undefined>();
  readonly #running = new Set<FunctionId>();
  /** Functions that were asked for while they were running. */
  readonly #recursive = new Set<FunctionId>();

  /** Values that finished evaluations have made. */
  #elsewhere = 0;
  /** How many values the running evaluation has made, without those of other functions that were evaluated meanwhile. */
  #made = () => 0;

  constructor(private readonly environment: Environment) {}

  /** `undefined`: no body, an internal error, or (inside a recursion) not known yet. */
  evaluation(id: FunctionId): Evaluation | undefined {
    if (this.#done.has(id)) return this.#done.get(id);
    if (this.#running.has(id)) {
      this.#recursive.add(id);
      return undefined;
    }
    if (this.#running.size >= maxStack) {
      this.environment.counters.count("bound: evaluation depth");
      return undefined;
    }
    this.#running.add(id);
    this.#done.set(id, this.guarded(id));
    this.#running.delete(id);
    if (this.#recursive.delete(id)) this.#done.set(id, this.guarded(id));
    return this.#done.get(id);
  }

  /** The value of an initialiser: evaluated without inputs. */
  initialiser(id: FunctionId): Value | undefined {
    return this.evaluation(id)?.returned;
  }

  private guarded(id: FunctionId): Evaluation | undefined {
    const { facts, counters } = this.environment;
    const file = facts.ir(fileOf(id));
    const fn = facts.function(id);
    if (file === undefined || fn === undefined) return undefined;
    try {
      counters.count("functions evaluated");
      return this.evaluate(file, fn);
    } catch (error) {
      if (error instanceof TooLarge) counters.count("bound: values of a function");
      else counters.internalError(file.file, fn.name, error);
      return undefined;
    }
  }

  private evaluate(file: IrFile, fn: IrFunction): Evaluation {
    const { values } = this.environment;
    const [before, elsewhere, outer] = [values.size, this.#elsewhere, this.#made];
    this.#made = () => values.size - before - (this.#elsewhere - elsewhere);
    try {
      return this.evaluateAnew(file, fn);
    } finally {
      this.#elsewhere += this.#made();
      this.#made = outer;
    }
  }

  private evaluateAnew(file: IrFile, fn: IrFunction): Evaluation {
    const { values } = this.environment;
    const at = { file: file.file, node: fn.node };
    const entry = {
      parameters: fn.parameters.map((p, index) =>
        values.make({ kind: "parameter", function: fn.id, index }, { file: file.file, node: p.node }),
      ),
      openEnded: true,
      receiver: values.make({ kind: "this", function: fn.id }, at),
      state: State.of(),
    };
    const recorder = new Recorder();
    const frame = { ...this.frame(recorder, "", fn.id), scopes: fn.kind === "method" ? decoratorScopes(fn.id, this.environment) : [] };
    return this.finish(fn.id, recorder, interpret(frame, { file, function: fn }, entry), undefined, new Set());
  }

  private frame(recorder: Recorder, prefix: string, id: FunctionId): Frame {
    return {
      environment: this.environment,
      recorder,
      guards: [],
      scopes: [],
      prefix,
      root: id,
      above: [],
      depth: 0,
      running: new Set([id]),
      budget: { closures: bounds.closureRuns, made: this.#made },
      statements: new Map(),
    };
  }

  /** `detached`: closures that are flows of their own already; one that creates itself again is not evaluated again. */
  private finish(
    id: FunctionId,
    recorder: Recorder,
    outcome: Outcome,
    outer: Evaluation | undefined,
    detached: Set<FunctionId>,
  ): Evaluation {
    if (recorder.dropped > 0) this.environment.counters.count("bound: events of a function", recorder.dropped);
    const evaluation = {
      function: id,
      events: keep(recorder.events).map(withoutPlainGuards),
      calls: recorder.calls,
      returned: outcome.returned,
      returns: outcome.returns,
      postconditions: outcome.postconditions,
      heap: heapEffects(outcome.exit),
      detached: [] as Evaluation[],
      outer,
    };
    for (const pending of recorder.waiting()) {
      if (detached.has(pending.closure.function)) continue;
      detached.add(pending.closure.function);
      const flow = this.detached(pending, evaluation, detached);
      if (flow !== undefined) evaluation.detached.push(flow);
    }
    return evaluation;
  }

  /** A closure that is handed to somebody who runs it later: a flow of its own that starts from what it captured. */
  private detached({ closure, state, receiver }: Pending, outer: Evaluation, seen: Set<FunctionId>): Evaluation | undefined {
    const { facts, values } = this.environment;
    const file = facts.ir(fileOf(closure.function));
    const fn = facts.function(closure.function);
    if (file === undefined || fn === undefined || this.#running.size >= maxStack) return undefined;
    const recorder = new Recorder();
    const parameters = fn.parameters.map((p, index) =>
      values.make({ kind: "parameter", function: fn.id, index }, { file: file.file, node: p.node }),
    );
    const entry = {
      parameters,
      openEnded: true,
      receiver: fn.kind === "arrow" ? receiver : values.make({ kind: "this", function: fn.id }, { file: file.file, node: fn.node }),
      state: state.copy(),
    };
    return this.finish(
      fn.id,
      recorder,
      interpret(this.frame(recorder, closure.function, fn.id), { file, function: fn }, entry),
      outer,
      seen,
    );
  }
}

/** Deepest chain of functions that wait for each other's evaluation. */
const maxStack = 60;

export function fileOf(id: FunctionId): string {
  return id.slice(0, id.lastIndexOf("#"));
}

/** Too many events: what touches data matters more than other effects, and what happens near more than what happens far below. */
function keep(events: readonly Event[]): readonly Event[] {
  if (events.length <= bounds.events) return events;
  const weight = (e: Event) => e.path.length + (e.kind === "effect" ? 2 * bounds.depth : 0);
  const kept = new Set(events.toSorted((a, b) => weight(a) - weight(b)).slice(0, bounds.events));
  return events.filter((e) => kept.has(e));
}

/** Conditions on neither rows nor inputs (the environment, a caught error) decide no race, wherever the event ends up. */
function withoutPlainGuards(event: Event): Event {
  const guards = event.guards.filter((g) => g.value.open || g.value.local);
  return guards.length === event.guards.length ? event : { ...event, guards };
}

function heapEffects(exit: State | undefined): readonly HeapEffect[] {
  if (exit === undefined) return [];
  return [...exit.heap].flatMap(([base, fields]) => [...fields].map(([name, value]) => ({ base, name, value })));
}
