/** What every stage of one program's analysis shares. */
import type { FunctionId, NodeRef } from "../ir/ir.js";
import type { Value, ValueFactory } from "../ir/value.js";
import type { EntitySchema, Model } from "../models/model.js";
import type { ProgramFacts } from "../program/facts.js";
import type { Evaluation } from "./summary.js";
import type { Handles } from "./handles.js";
import type { Operations } from "./operations.js";

/** Settings that change what the engine concludes. */
export interface AnalysisSettings {
  /** Functions that hold a lock around a callback or from their call on. `package` absent: a function of the program or of any package. */
  readonly lockFunctions: readonly { readonly name: string; readonly package?: string | undefined }[];
  /** Decorators that run the method in a transaction which all shared handles use. */
  readonly transactionDecorators: readonly { readonly name: string; readonly package?: string | undefined }[];
  readonly singleProcess: boolean;
  readonly dialect: string;
  /** Files whose functions are no callers and no partners (tests, seeds, migrations). */
  ignored(file: string): boolean;
}

export interface Counters {
  count(name: string, by?: number): void;
  internalError(file: string, functionName: string, error: unknown): void;
}

export interface Environment {
  readonly facts: ProgramFacts;
  readonly values: ValueFactory;
  readonly operations: Operations;
  readonly handles: Handles;
  readonly models: readonly Model[];
  /** Every method name that some model knows. */
  readonly methods: ReadonlySet<string>;
  readonly settings: AnalysisSettings;
  readonly counters: Counters;
  /** The function evaluated with symbolic inputs; memoised. `undefined` while it is being evaluated (recursion) or if it has no body. */
  evaluation(id: FunctionId): Evaluation | undefined;
  /** The value of a name declared at module level, imported or built in. */
  global(at: NodeRef, name: string): Value;
  /** The constant, function or class that a property chain on such a name denotes. */
  globalMember(at: NodeRef): Value | undefined;
  schema(entity: Value | undefined): EntitySchema | undefined;
}
