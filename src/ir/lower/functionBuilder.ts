import type ts from "typescript";

import type { IrFunction, Instruction, NodeId, Temp, Terminator, VariableId } from "../ir.js";
import { functionId } from "../ir.js";
import type { FileContext } from "./fileContext.js";
import { closeBlocks } from "./closeBlocks.js";
import type { Scope } from "./scopes.js";

/** A block under construction. Ids are provisional: `closeBlocks` numbers the blocks that can be reached in the order they were started. */
export interface OpenBlock {
  readonly id: number;
  readonly instructions: Instruction[];
  terminator: Terminator | undefined;
  handler: OpenBlock | undefined;
}

/** A statement that `break` or `continue` can leave. */
export interface Jump {
  readonly labels: readonly string[];
  readonly breakTo: OpenBlock;
  /** Absent for a `switch` and for a labelled block. */
  readonly continueTo: OpenBlock | undefined;
  /** Whether a `break` without label means this statement: loops and `switch`. */
  readonly plain: boolean;
  readonly outer: Jump | undefined;
  readonly cleanup: Cleanup | undefined;
}

/** A `finally` block that control must pass when it leaves the `try`. */
export interface Cleanup {
  readonly body: ts.Block;
  /** Where the `try` statement stands. */
  readonly region: Region;
  readonly outer: Cleanup | undefined;
}

/** What the place of a statement decides. */
export interface Region {
  readonly scope: Scope | undefined;
  readonly jump: Jump | undefined;
  readonly cleanup: Cleanup | undefined;
  readonly handler: OpenBlock | undefined;
}

export interface FunctionHead extends Pick<IrFunction, "name" | "kind" | "async" | "generator" | "parameters"> {
  readonly index: number;
  readonly node: ts.Node;
  readonly class?: number | undefined;
}

type Draft<T> = T extends unknown ? Omit<T, "dest" | "node"> : never;

/** Builds one function: hands out temporaries, keeps the current block and the region it stands in. */
export class FunctionBuilder {
  readonly captures = new Set<VariableId>();
  region: Region;
  readonly #blocks: OpenBlock[] = [];
  #blockCount = 0;
  #tempCount = 0;
  #current: OpenBlock;

  constructor(
    readonly file: FileContext,
    readonly head: FunctionHead,
    readonly parent: FunctionBuilder | undefined,
    scope: Scope | undefined,
  ) {
    this.region = { scope, jump: undefined, cleanup: undefined, handler: undefined };
    this.#current = this.block();
    this.start(this.#current);
  }

  get index(): number {
    return this.head.index;
  }

  /** Code of the module itself: what it declares at its top level is `global`. */
  get atModuleLevel(): boolean {
    return this.head.kind === "module" || (this.head.kind === "initialiser" && this.head.class === undefined);
  }

  block(): OpenBlock {
    return { id: this.#blockCount++, instructions: [], terminator: undefined, handler: undefined };
  }

  /** Goes on in `block`. */
  start(block: OpenBlock): void {
    block.handler = this.region.handler;
    this.#blocks.push(block);
    this.#current = block;
  }

  emit(node: ts.Node, draft: Draft<Instruction>): Temp {
    const dest = this.#tempCount++;
    this.#current.instructions.push({ dest, node: this.file.id(node), ...draft });
    return dest;
  }

  /** Inside a `try` what follows an instruction that can throw gets a block of its own. */
  splitAfterCall(): void {
    if (this.region.handler === undefined) return;
    const next = this.block();
    this.goto(next);
    this.start(next);
  }

  goto(target: OpenBlock): void {
    this.#end({ kind: "goto", target: target.id });
  }

  branch(node: ts.Node, condition: Temp, whenTrue: OpenBlock, whenFalse: OpenBlock): void {
    this.#end({ kind: "branch", condition, whenTrue: whenTrue.id, whenFalse: whenFalse.id, node: this.file.id(node) });
  }

  return(node: ts.Node, value: Temp | undefined): void {
    const id = this.file.id(node);
    this.#end(value === undefined ? { kind: "return", node: id } : { kind: "return", value, node: id });
  }

  throw(node: ts.Node, value: Temp): void {
    const id: NodeId = this.file.id(node);
    const { handler } = this.region;
    this.#end(handler === undefined ? { kind: "throw", value, node: id } : { kind: "throw", value, handler: handler.id, node: id });
  }

  within(change: Partial<Region>, body: () => void): void {
    const outer = this.region;
    this.region = { ...outer, ...change };
    body();
    this.region = outer;
  }

  synthetic(): VariableId {
    return this.file.addVariable({ name: "", declaredIn: this.index, kind: "synthetic" });
  }

  finish(): IrFunction {
    const { file, head, parent } = this;
    this.return(head.node, undefined);
    const finished: IrFunction = {
      id: functionId(file.path, head.index),
      index: head.index,
      name: head.name,
      kind: head.kind,
      async: head.async,
      generator: head.generator,
      node: file.id(head.node),
      ...(parent === undefined ? {} : { parent: parent.index }),
      ...(head.class === undefined ? {} : { class: head.class }),
      parameters: head.parameters,
      captures: [...this.captures].sort((a, b) => a - b),
      blocks: closeBlocks(this.#blocks),
    };
    file.functions[head.index] = finished;
    return finished;
  }

  /** Starts over with one block, for a body that could not be lowered. */
  reset(): void {
    this.#blocks.length = 0;
    this.region = { ...this.region, jump: undefined, cleanup: undefined, handler: undefined };
    this.start(this.block());
  }

  /** What follows a terminator is dead code, collected in a block that nothing leads to. */
  #end(terminator: Terminator): void {
    this.#current.terminator = terminator;
    this.#current = this.block();
  }
}
