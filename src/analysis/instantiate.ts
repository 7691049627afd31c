/** A call of functions of the program: what their evaluations say, in terms of this call site. */
import type { Alternative, Value } from "../ir/value.js";
import { levelOf } from "../models/access.js";
import type { Target } from "../program/facts.js";
import { invoke, pathTo, type Call } from "./call.js";
import { reinterpret, reread } from "./deferredCall.js";
import { withGuards } from "./frame.js";
import { mean } from "./mean.js";
import { Substituter } from "./substitute.js";
import {
  bounds,
  type AccessEvent,
  type Evaluation,
  type InvokeEvent,
  type Event,
  type Guard,
  type RawEvent,
  type Scope,
} from "./summary.js";

export function instantiate(made: Call, targets: readonly Target[]): Value {
  const { run } = made;
  const { values } = run.environment;
  const several = targets.length > 1;
  const results: Alternative[] = [];
  for (const [i, target] of targets.entries()) {
    const prefix = several ? `${made.id}:${String(i)}` : made.id;
    recordCall(made, prefix);
    const evaluation = run.environment.evaluation(target.function);
    results.push({
      value: evaluation === undefined ? opaque(made, target) : new Instance(made, target, evaluation, prefix, several).result(),
      when: [],
    });
  }
  return values.join(results);
}

function recordCall(made: Call, prefix: string): void {
  const { run } = made;
  run.recorder.calls.push({
    call: made.at,
    site: made.site,
    receiver: made.receiver ?? run.environment.values.undefined,
    arguments: made.arguments,
    openEnded: made.openEnded,
    guards: run.guards,
    scopes: run.scopes,
    position: run.recorder.events.length,
    prefix,
  });
}

/** A function whose body is being evaluated further up (recursion). */
function opaque(made: Call, target: Target): Value {
  made.run.environment.counters.count("bound: recursion");
  return made.run.environment.values.make({ kind: "call", site: made.id, name: target.function, inputs: made.arguments }, made.at);
}

/** Conditions tested deeper below are no longer anybody's check here: callers are looked at as far up as that. */
const maxLevel = 3;

/** Effects of a callee matter in that there are some: those under the fewest conditions stand for all. */
const maxEffects = 2;

function representative(events: readonly Event[]): readonly Event[] {
  const effects = events.filter((e) => e.kind === "effect");
  if (effects.length <= maxEffects) return events;
  const kept = new Set<Event>(effects.toSorted((a, b) => a.guards.length - b.guards.length).slice(0, maxEffects));
  return events.filter((e) => e.kind !== "effect" || kept.has(e));
}

class Instance {
  readonly #to: Substituter;

  constructor(
    private readonly made: Call,
    private readonly target: Target,
    private readonly evaluation: Evaluation,
    prefix: string,
    /** One of several implementations: what it does happens only if it is the one. */
    private readonly uncertain: boolean,
  ) {
    const { run } = made;
    const { environment } = run;
    const { values } = environment;
    this.#to = new Substituter(values, environment.operations, {
      function: target.function,
      receiver: made.instruction.new
        ? values.make({ kind: "call", site: made.id, name: "new", inputs: [] }, made.at)
        : (made.receiver ?? values.undefined),
      argument: (index) => this.argument(index),
      prefix,
      typeArgument: (owner, name) => {
        const type = target.typeArguments[`${owner}.${name}`];
        return type === undefined ? undefined : environment.handles.typeValue(type);
      },
      connection: (value) => environment.handles.connection(value, run.source),
      source: run.source,
    });
  }

  result(): Value {
    for (const event of this.withCallbacksMerged(representative(this.evaluation.events))) this.replay(event);
    const { run } = this.made;
    // All of these speak of properties as they were before the callee's assignments, which are made last.
    const postconditions = this.guards(this.evaluation.postconditions);
    const returned = this.#to.apply(this.evaluation.returned);
    const assignments = this.evaluation.heap.map(({ base, name, value }) => ({
      to: this.#to.apply(base),
      name,
      value: this.#to.apply(value),
    }));
    for (const { to, name, value } of assignments) if (to.kind !== "unknown" && to.kind !== "const") run.state.assign(to, name, value);
    // Check and act meet in the function that calls the checking helper, so what the helper guarantees counts as tested here.
    if (!this.uncertain) run.imply(postconditions.map((g) => ({ ...g, level: 0 })));
    return this.made.instruction.new
      ? this.#to.apply(run.environment.values.make({ kind: "this", function: this.target.function }))
      : returned;
  }

  /**
   * A wrapper that runs its callback on several ways (in the transaction that is open, or in one of its own) runs it once: the callback is
   * evaluated once, with what it is passed on either way, under what all ways have in common.
   */
  private withCallbacksMerged(events: readonly Event[]): readonly Event[] {
    const { values } = this.made.run.environment;
    const groups = new Map<Value, InvokeEvent[]>();
    for (const e of events) if (e.kind === "invoke") groups.set(e.callee, [...(groups.get(e.callee) ?? []), e]);
    return events.flatMap((e) => {
      const group = e.kind === "invoke" ? (groups.get(e.callee) ?? []) : [];
      const [first, ...others] = group;
      if (e.kind !== "invoke" || first === undefined || others.length === 0) return [e];
      if (e !== first) return [];
      for (const other of others) this.#same.set(other.result, first.result);
      const longest = Math.max(...group.map((g) => g.arguments.length));
      const args = Array.from({ length: longest }, (_, i) =>
        values.join(group.map((g) => ({ value: g.arguments[i] ?? values.undefined, when: [] }))),
      );
      const guards = first.guards.filter((g) =>
        others.every((o) => o.guards.some((h) => h.value === g.value && h.polarity === g.polarity)),
      );
      return [{ ...first, arguments: args, guards, scopes: first.scopes.filter((s) => others.every((o) => o.scopes.includes(s))) }];
    });
  }
  readonly #same = new Map<Value, Value>();

  private argument(index: number): Value {
    const { made } = this;
    const { values, facts } = made.run.environment;
    if (facts.function(this.target.function)?.parameters[index]?.rest === true)
      return made.openEnded ? values.unknown : values.list(made.arguments.slice(index));
    return made.arguments[index] ?? (made.openEnded ? values.unknown : values.undefined);
  }

  private guards(guards: readonly Guard[]): readonly Guard[] {
    const mapped: Guard[] = [];
    for (const g of guards) if (g.level < maxLevel) mapped.push(...this.guard(g));
    return mapped;
  }

  /** The events of a callee share most of their guards. */
  private guard(guard: Guard): readonly Guard[] {
    const known = this.#guards.get(guard);
    if (known !== undefined) return known;
    const mapped = this.#to.condition(guard);
    const expanded = this.made.run.environment.operations
      .expand(mapped)
      .map((c) => ({ ...mapped, ...c, level: guard.level + 1, certain: guard.certain && !this.uncertain }));
    this.#guards.set(guard, expanded);
    return expanded;
  }
  readonly #guards = new Map<Guard, readonly Guard[]>();

  private scopes(scopes: readonly Scope[]): readonly Scope[] {
    const mapped = scopes.map((s) => (s.kind === "transaction" ? this.transaction(s) : { ...s, site: this.#to.id(s.site) }));
    return [...this.made.run.scopes, ...mapped];
  }

  private transaction(scope: Extract<Scope, { kind: "transaction" }>): Scope {
    const connection = this.#to.apply(scope.connection);
    return { ...scope, connection, ...(scope.level === undefined ? {} : levelOf(this.#to.apply(scope.level))) };
  }

  private replay(event: Event): void {
    const { run } = this.made;
    const { operations, counters, handles } = run.environment;
    if (event.path.length >= bounds.depth) {
      counters.count("bound: call depth");
      return;
    }
    const own = this.guards(event.guards);
    if (own.some((g) => g.certain && operations.decide(g) === false)) return;
    const guards = withGuards(
      run.guards,
      own.filter((g) => operations.truth(g.value) === undefined),
    );
    const base = {
      id: this.#to.id(event.id),
      path: [...pathTo(this.made), ...event.path],
      guards,
      scopes: this.scopes(event.scopes),
      leaves: event.leaves ?? false,
    };
    switch (event.kind) {
      case "access":
        run.recorder.event({ ...base, kind: "access", ...this.access(event, base.id) });
        return;
      case "effect":
        run.recorder.event({ ...base, kind: "effect", inputs: event.inputs.map((v) => this.#to.apply(v)) });
        return;
      case "lock":
        run.recorder.event({ ...base, kind: "lock", reach: event.reach });
        return;
      case "raw":
        this.raw(event, base);
        return;
      case "invoke":
        this.callBack(event, base);
        return;
      default:
        run.recorder.event({
          ...base,
          kind: event.kind,
          isolation: event.isolation,
          connection: handles.connection(this.#to.apply(event.connection), run.source),
        });
    }
  }

  private access(event: AccessEvent, id: string): Pick<AccessEvent, "access" | "call"> {
    const again = event.call === undefined ? undefined : reinterpret(this.made.run, event.call, this.#to, id);
    return again ?? { access: this.#to.access(event.access), call: undefined };
  }

  /**
   * A statement whose text or connection the callee was given: read again here, where these are known. Where the text is read there the
   * statement stands, and how many functions pass it on to the layer is nobody's business.
   */
  private raw(event: RawEvent, base: Pick<Event, "id" | "path" | "guards" | "scopes">): void {
    const { run, site } = this.made;
    const again = event.call === undefined ? undefined : reread(run, { ...event.call, at: this.made.at }, this.#to, base.id);
    if (again === undefined) {
      const connection = run.environment.handles.connection(this.#to.apply(event.connection), run.source);
      run.recorder.event({ ...base, kind: "raw", connection, call: undefined, result: this.#to.apply(event.result) });
      return;
    }
    const { handle, method, meaning } = again;
    const below = meaning.kind === "raw" ? event.path : [];
    const made: Call = { ...this.made, method, arguments: again.arguments, id: base.id, site, below };
    this.replace(
      event.result,
      run.under(base.guards, base.scopes, () => mean(made, meaning, handle)),
    );
  }

  /** The callee calls something it was given: run it here, where its variables are known. */
  private callBack(event: Extract<Event, { kind: "invoke" }>, base: Pick<Event, "id" | "path" | "guards" | "scopes">): void {
    const { run } = this.made;
    const callee = this.#to.apply(event.callee);
    const args = event.arguments.map((a) => this.#to.apply(a));
    const made: Call = { ...this.made, id: base.id, callee, receiver: undefined, method: undefined, arguments: args, openEnded: false };
    const isNamed = callee.kind === "closure" && !this.isLocal(callee.function);
    const result = run.under(base.guards, base.scopes, () =>
      isNamed ? instantiate(made, [{ function: callee.function, typeArguments: {} }]) : invoke(made, callee, args, undefined),
    );
    for (const value of [event.result, ...[...this.#same].filter(([, first]) => first === event.result).map(([other]) => other)])
      this.replace(value, result);
  }

  private replace(value: Value, by: Value): void {
    this.#guards.clear();
    this.#to.replace(value, by);
  }

  private isLocal(id: string): boolean {
    const parent = this.made.run.environment.facts.function(id)?.parent;
    return parent !== undefined && parent !== 0;
  }
}
