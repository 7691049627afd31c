/**
 * What evaluating a function yields: facts, never verdicts. Whether two events are a race is decided in `detect.ts` and nowhere else.
 */
import type { FunctionId, NodeRef } from "../ir/ir.js";
import type { AccessId, Condition, Value } from "../ir/value.js";
import type { LockReach } from "../models/locks.js";
import type { AccessSpec, Isolation } from "../models/model.js";

/** A condition under which an event happens. */
export interface Guard extends Condition {
  /** 0: tested in the evaluated function or a closure written inside it; n: tested n calls below. */
  readonly level: number;
  /** The condition holds on every way to the event; otherwise the event merely depends on it. */
  readonly certain: boolean;
  /**
   * How the condition is known: a branch of the flow, a callee that returns normally only if it holds, or the choice of a value
   * that the event uses.
   */
  readonly source: "branch" | "callee returns" | "choice";
  /** Of a choice: the column whose new value it chose (`undefined`: which row, hence every column), and that value, if it is all that is known. */
  readonly chooses?: { readonly column: string | undefined; readonly value: Value | undefined };
}

/** One call on the way from the evaluated function to an event. */
export interface Site {
  readonly function: FunctionId;
  readonly call: NodeRef;
  /** The callee's name, which a report underlines. */
  readonly name: NodeRef;
  /** The callee as written, shortened: `mailer.send`. */
  readonly text: string;
}

/** Something that encloses an event and was opened through a callback, a decorator or a statement before it. */
export type Scope =
  | {
      readonly kind: "transaction";
      readonly connection: Value;
      readonly isolation: Isolation | undefined;
      /** What the isolation is read from as soon as it is known. */
      readonly level?: Value | undefined;
    }
  /** A decorator or function opened a transaction that all shared handles use while it runs. `site`: as of a lock. */
  | { readonly kind: "ambient transaction"; readonly isolation: Isolation | undefined; readonly site: string }
  /** A function that holds a lock. `site`: the call (a path like an event's id); another call is another lock. */
  | { readonly kind: "lock"; readonly name: string; readonly site: string; readonly reach: LockReach }
  /** A function nobody can see into that receives the flow as a callback and is waited for: it may be a lock. */
  | { readonly kind: "unknown wrapper"; readonly name: string; readonly site: string };

interface EventBase {
  /** Unique in the evaluation: the call sites that lead to the event and its own call, joined by `/`. */
  readonly id: AccessId;
  /** From the evaluated function down to the call that makes the event. Never empty. */
  readonly path: readonly Site[];
  readonly guards: readonly Guard[];
  /** Outermost first. */
  readonly scopes: readonly Scope[];
  /** Its function throws afterwards in any case, so nothing comes after it that is not in a `catch`. */
  readonly leaves?: boolean;
}

export interface AccessEvent extends EventBase {
  readonly kind: "access";
  readonly access: AccessSpec;
  /** Kept while the access depends on inputs that the model could not read: a caller knows them and the call is read again there. */
  readonly call: DeferredCall | undefined;
}

export interface DeferredCall {
  readonly handle: Value;
  readonly method: string;
  readonly arguments: readonly Value[];
  /** Assignments made to the arguments before the call. */
  readonly assignments: readonly HeapEffect[];
  readonly at: NodeRef;
  /** Which of the call's accesses the event is. */
  readonly index: number;
}

export interface EffectEvent extends EventBase {
  /** A call that was not resolved and is not known to be harmless. */
  readonly kind: "effect";
  readonly inputs: readonly Value[];
}

export interface RawEvent extends EventBase {
  /** A statement of unknown content. */
  readonly kind: "raw";
  readonly connection: Value;
  /** Kept while a caller may know the content. */
  readonly call: Omit<DeferredCall, "index"> | undefined;
  readonly result: Value;
}

export interface LockEvent extends EventBase {
  /** A lock that lasts from here on: the function that takes it received no callback. */
  readonly kind: "lock";
  readonly reach: LockReach;
}

export interface BoundaryEvent extends EventBase {
  readonly kind: "begin" | "commit" | "rollback";
  readonly connection: Value;
  readonly isolation: Isolation | undefined;
}

export interface InvokeEvent extends EventBase {
  /** The function calls something it was given (a parameter or a property of one). */
  readonly kind: "invoke";
  readonly callee: Value;
  readonly arguments: readonly Value[];
  /** Stands for the callback's result in the function's other values. */
  readonly result: Value;
}

export type Event = AccessEvent | EffectEvent | RawEvent | LockEvent | BoundaryEvent | InvokeEvent;

/** A call of a function of the program, as evidence of what its parameters are. */
export interface CallRecord {
  readonly call: NodeRef;
  readonly site: Site;
  readonly receiver: Value;
  readonly arguments: readonly Value[];
  /** Behind the arguments there are others that are not known. */
  readonly openEnded: boolean;
  readonly guards: readonly Guard[];
  readonly scopes: readonly Scope[];
  /** Number of events before the call. */
  readonly position: number;
  /** Prefix of the ids of the callee's events in this evaluation. */
  readonly prefix: string;
}

/** `base.name = value` visible when the function returns; on ways that do not assign, `value` has `base.name` itself as an alternative. */
export interface HeapEffect {
  readonly base: Value;
  readonly name: string;
  readonly value: Value;
}

export interface ReturnPoint {
  readonly value: Value;
  readonly guards: readonly Guard[];
  readonly at: NodeRef;
}

export interface Evaluation {
  readonly function: FunctionId;
  /** In the order of the flow. */
  readonly events: readonly Event[];
  readonly calls: readonly CallRecord[];
  /** What the function returns (promises resolved), with the conditions that choose it. */
  readonly returned: Value;
  readonly returns: readonly ReturnPoint[];
  /** These hold whenever the function returns normally. */
  readonly postconditions: readonly Guard[];
  readonly heap: readonly HeapEffect[];
  /** Closures written in the function that nothing here runs: handlers, callbacks of registrars. Each is a flow of its own. */
  readonly detached: readonly Evaluation[];
  /** For a detached closure: the evaluation whose rows and handles it may have captured. */
  readonly outer: Evaluation | undefined;
}

/** Bounds of design 3.3; reaching one is counted. */
export const bounds = { events: 64, depth: 6, closures: 8, closureRuns: 400, passes: 2, values: 40_000 } as const;
