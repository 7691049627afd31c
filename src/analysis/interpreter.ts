/** Runs one function body on symbolic values: forward over its flow graph, joining states where flows meet. */
import { flowGraph, type FlowGraph, type Guard as BranchGuard } from "../ir/graph.js";
import type { Block, BlockId, FunctionId, Instruction, NodeRef, Temp } from "../ir/ir.js";
import type { Condition, Value } from "../ir/value.js";
import { call } from "./call.js";
import { ref, sourceOf, withGuards, type Body, type Entry, type Frame } from "./frame.js";
import { handedOut } from "./generators.js";
import { nameWritten } from "./nameWritten.js";
import { transfer } from "./instructions.js";
import type { PropertySource } from "./operations.js";
import { Recorder } from "./recorder.js";
import { settleReturned } from "./settle.js";
import { State, type Incoming } from "./state.js";
import { bounds, type Guard, type ReturnPoint, type Scope } from "./summary.js";

export interface Outcome {
  readonly returned: Value;
  readonly returns: readonly ReturnPoint[];
  /** Hold whenever the body ends normally. */
  readonly postconditions: readonly Guard[];
  /** The state at the normal end; `undefined` if there is none (it always throws). */
  readonly exit: State | undefined;
}

export function interpret(frame: Frame, body: Body, entry: Entry): Outcome {
  return new Interpreter(frame, body, entry).run();
}

export class Interpreter {
  readonly #graph: FlowGraph;
  readonly #out = new Map<BlockId, State>();
  readonly #temps: Value[] = [];
  /** What made a temporary, for questions about the expression's type and name. */
  readonly #makers: Instruction[] = [];
  /** The variable a temporary was loaded from: assigning to a property of an object literal changes what the variable holds. */
  readonly loadedFrom = new Map<Temp, string>();
  /** The map and the key that a temporary was got by: adding to what it holds changes the map. */
  readonly gotFrom = new Map<Temp, { readonly map: Temp; readonly key: Value }>();
  /** Conditions that hold behind a call, by the block that contains it. */
  readonly #implied = new Map<BlockId, Guard[]>();
  #guards: readonly Guard[] = [];
  #scopes: readonly Scope[];
  #block: BlockId = 0;
  #recording = true;
  state = State.of();
  /** Properties as seen where the current instruction stands. */
  readonly source: PropertySource;

  constructor(
    private readonly outer: Frame,
    readonly body: Body,
    readonly entry: Entry,
  ) {
    this.#graph = flowGraph(body.function);
    this.#scopes = outer.scopes;
    this.source = sourceOf(outer.environment, this);
  }

  run(): Outcome {
    const passes = this.#graph.hasLoop ? bounds.passes : 1;
    for (let pass = 1; pass <= passes; pass++) {
      this.#recording = pass === passes;
      this.#implied.clear();
      this.#scratch = new Recorder();
      for (const id of this.#graph.reversePostorder) this.runBlock(id);
    }
    return this.outcome();
  }
  #scratch = new Recorder();

  get environment() {
    return this.outer.environment;
  }

  /** The frame for what is run from the current instruction. */
  get frame(): Frame {
    return { ...this.outer, guards: this.guards, scopes: this.scopes, recorder: this.recorder };
  }

  get recorder(): Recorder {
    return this.#recording ? this.outer.recorder : this.#scratch;
  }

  /** What is known where the current instruction stands. */
  get guards(): readonly Guard[] {
    return this.#guards;
  }

  value(temp: Temp): Value {
    return this.#temps[temp] ?? this.environment.values.unknown;
  }

  at(node: number): NodeRef {
    return ref(this.body.file.file, node);
  }

  /** The name of the expression that a temporary comes from; empty if it has none. */
  nameOf(temp: Temp): string {
    const maker = this.#makers[temp];
    return maker === undefined ? "" : nameWritten(maker, this);
  }

  /** The expression that a temporary comes from. */
  expression(temp: Temp): NodeRef | undefined {
    const maker = this.#makers[temp];
    return maker === undefined ? undefined : this.at(maker.node);
  }

  /** Runs `body` as if it stood under these guards and scopes; what it implies holds afterwards too. */
  under<T>(guards: readonly Guard[], scopes: readonly Scope[], body: () => T): T {
    const before = { guards: this.#guards, scopes: this.#scopes };
    const implied = this.#implied.get(this.#block)?.length ?? 0;
    this.#guards = guards;
    this.#scopes = scopes;
    const result = body();
    this.#scopes = before.scopes;
    this.#guards = withGuards(before.guards, (this.#implied.get(this.#block) ?? []).slice(implied));
    return result;
  }

  /** From here on the guards hold: a call has returned that returns normally only then. */
  imply(guards: readonly Guard[]): void {
    const added = guards.flatMap((g) => this.expand(g)).filter((g) => this.environment.operations.truth(g.value) === undefined);
    if (added.length === 0) return;
    this.#implied.set(this.#block, [...(this.#implied.get(this.#block) ?? []), ...added]);
    this.#guards = withGuards(this.#guards, added);
  }

  private runBlock(id: BlockId): void {
    const block = this.body.function.blocks[id];
    const state = this.stateBefore(id);
    if (block === undefined || state === undefined) return;
    if (this.outer.budget.made() > bounds.values) throw new TooLarge();
    this.state = state;
    this.#block = id;
    this.#guards = this.guardsOf(id);
    const recorded = this.recorder.events.length;
    for (const instruction of block.instructions) {
      this.#makers[instruction.dest] = instruction;
      this.#temps[instruction.dest] = instruction.op === "call" ? call(this, instruction) : transfer(this, instruction);
    }
    settleReturned(this, block.terminator, this.#temps);
    if (this.recorder.events.length > recorded && !this.#graph.returns(id)) this.recorder.leave(recorded);
    this.#out.set(id, this.state);
  }

  /** `undefined`: control cannot come here, as far as it is known. */
  private stateBefore(id: BlockId): State | undefined {
    if (id === 0) return this.entry.state.copy();
    const here = this.#graph.guards(id);
    const incoming: Incoming[] = [];
    for (const from of this.#graph.predecessors(id)) {
      const state = this.#out.get(from);
      if (state !== undefined && this.isFeasible(from, id))
        incoming.push(new Way(state, () => this.conditions(decisive(this.#graph.edgeGuards(from, id), here))));
    }
    for (const block of this.raisersOf(id)) {
      const state = this.#out.get(block);
      if (state !== undefined) incoming.push({ state, when: [] });
    }
    if (incoming.length === 0) return undefined;
    return State.join(this.environment.values, incoming, (base, name) => this.environment.values.make({ kind: "member", base, name }));
  }

  /** Blocks in which an exception may be raised that this block handles. */
  private raisersOf(handler: BlockId): readonly BlockId[] {
    if (this.#raisers === undefined) {
      this.#raisers = new Map<BlockId, readonly BlockId[]>();
      for (const block of this.body.function.blocks) {
        if (block.handler === undefined) continue;
        this.#raisers.set(block.handler, [...(this.#raisers.get(block.handler) ?? []), block.id]);
      }
    }
    return this.#raisers.get(handler) ?? [];
  }
  #raisers: Map<BlockId, readonly BlockId[]> | undefined;

  private isFeasible(from: BlockId, to: BlockId): boolean {
    const end = this.body.function.blocks[from]?.terminator;
    if (end?.kind !== "branch" || end.whenTrue === end.whenFalse) return true;
    const truth = this.environment.operations.truth(this.value(end.condition));
    return truth === undefined || (truth ? end.whenTrue : end.whenFalse) === to;
  }

  private guardsOf(id: BlockId): readonly Guard[] {
    const branches: Guard[] = [];
    for (const branch of this.#graph.guards(id)) {
      for (const { value, polarity, at } of this.conditions([branch]))
        branches.push({ value, polarity, at, level: 0, certain: branch.dominates, source: "branch" });
    }
    const implied: Guard[] = [];
    for (const [block, guards] of this.#implied) implied.push(...this.impliedAt(id, block, guards));
    return withGuards(withGuards(this.outer.guards, branches), implied);
  }

  /** What a call has checked on the only way here holds; what it has checked on one of several ways decides as a branch there would. */
  private impliedAt(id: BlockId, block: BlockId, guards: readonly Guard[]): readonly Guard[] {
    if (block === id) return [];
    if (this.#graph.dominates(block, id)) return guards;
    const handler = this.body.function.blocks[block]?.handler;
    const isCaught = handler !== undefined && (handler === id || this.#graph.precedes(handler, id));
    return !isCaught && this.#graph.precedes(block, id) ? guards.map((g) => ({ ...g, certain: false })) : [];
  }

  private expand(guard: Guard): readonly Guard[] {
    return this.environment.operations.expand(guard).map((c) => ({ ...guard, ...c }));
  }

  /** The conditions that branches stand for; that a loop has ended says nothing. */
  private conditions(guards: readonly BranchGuard[]): readonly Condition[] {
    const conditions: Condition[] = [];
    for (const { block, polarity } of guards) {
      const end = this.body.function.blocks[block]?.terminator;
      if (end?.kind !== "branch") continue;
      const value = this.value(end.condition);
      if (value.kind === "unknown" || (value.kind === "exists" && value.test === undefined && !polarity)) continue;
      conditions.push(...this.environment.operations.expand({ value, polarity, at: this.at(end.node) }));
    }
    return conditions;
  }

  private outcome(): Outcome {
    const { values, operations } = this.environment;
    const ends = this.returnBlocks().flatMap(({ block, state }) => this.returnPoint(block, state));
    const common = ends[0]?.point.guards.filter((g) => ends.every((e) => e.point.guards.some((h) => same(g, h) && h.certain))) ?? [];
    const chosen = ends.map((e) => ({ value: e.point.value, when: e.point.guards.filter((g) => !common.some((c) => same(c, g))) }));
    return {
      returned: handedOut(this) ?? (ends.length === 0 ? values.unknown : operations.choose(chosen)),
      returns: ends.map((e) => e.point),
      postconditions: common.filter((g) => !this.outer.guards.some((o) => same(o, g))).map((g) => ({ ...g, source: "callee returns" })),
      exit:
        ends.length === 0
          ? undefined
          : State.join(
              values,
              ends.map((e, i) => ({ state: e.state, when: chosen[i]?.when ?? [] })),
              (base, name) => values.make({ kind: "member", base, name }),
            ),
    };
  }

  private returnBlocks(): readonly { block: Block; state: State }[] {
    return this.#graph.reversePostorder.flatMap((id) => {
      const block = this.body.function.blocks[id];
      const state = this.#out.get(id);
      return block?.terminator.kind === "return" && state !== undefined ? [{ block, state }] : [];
    });
  }

  private returnPoint(block: Block, state: State): { point: ReturnPoint; state: State }[] {
    if (block.terminator.kind !== "return") return [];
    const { value, node } = block.terminator;
    const guards = withGuards(this.guardsOf(block.id), this.#implied.get(block.id) ?? []);
    return [
      { point: { value: value === undefined ? this.environment.values.undefined : this.value(value), guards, at: this.at(node) }, state },
    ];
  }

  /** The function's own id. */
  get id(): FunctionId {
    return this.body.function.id;
  }

  get prefix(): string {
    return this.outer.prefix;
  }

  get above(): Frame["above"] {
    return this.outer.above;
  }

  get statements(): Frame["statements"] {
    return this.outer.statements;
  }

  get scopes(): readonly Scope[] {
    return this.#scopes;
  }
}

/** A state that comes in under conditions which only a join of different values asks for. */
class Way implements Incoming {
  #when: readonly Condition[] | undefined;

  constructor(
    readonly state: State,
    private readonly conditions: () => readonly Condition[],
  ) {}

  get when(): readonly Condition[] {
    return (this.#when ??= this.conditions());
  }
}

/** The evaluation has made more values than any function needs; nothing is known of what it does. */
export class TooLarge extends Error {}

/** What distinguishes coming this way: not what holds at the join anyway, and no branch of which both ways lead here. */
function decisive(guards: readonly BranchGuard[], here: readonly BranchGuard[]): readonly BranchGuard[] {
  return guards.filter(
    (g) =>
      !here.some((r) => r.dominates && r.block === g.block && r.polarity === g.polarity) &&
      !guards.some((o) => o.block === g.block && o.polarity !== g.polarity),
  );
}

function same(a: Guard, b: Guard): boolean {
  return a.value === b.value && a.polarity === b.polarity;
}
