/**
 * What a data layer's calls mean. A model is knowledge only: it sees symbolic values and answers with plain data; whether something is a
 * race is decided in `analysis/`. Adding a data layer adds one model and one line in the registry.
 */
import type { NodeRef } from "../ir/ir.js";
import type { AccessId, EntityId, Handle, Value, ValueFactory } from "../ir/value.js";
import type { Origin, ProgramFacts } from "../program/facts.js";
import type { Editing } from "./editing.js";

export interface Model {
  /** `typeorm`, `prisma`. */
  readonly name: string;
  /** Exact names of the packages whose import makes a file part of a data layer. */
  readonly packages: readonly string[];
  /** The layer throws rather than send a row lock outside a transaction. */
  readonly refusesLockOutsideTransaction?: true;
  /** Every method name that `call` may give a meaning to on some handle; the engine asks about receivers of such calls only. */
  readonly methods: ReadonlySet<string>;
  /** The handle that a value with this origin is, if it is one. `receiver` is the value itself (the connection's identity, the row of an active record). */
  handle(origin: Origin, receiver: Value, context: ModelContext): Handle | undefined;
  /**
   * The handle that an object must be which is called with this layer's own things, where neither its origin nor a function of the program
   * says what the call does (`ctx.db.update(jobs)` with nothing known of `ctx`).
   */
  usedAs?(receiver: Value, method: string, context: CallContext): Handle | undefined;
  /** A property of a handle that is a handle or value again (`client.job`, `queryRunner.manager`); `undefined`: not one of this layer's. */
  property(handle: Handle, name: string, context: ModelContext): Value | undefined;
  /** A method call on a handle. `undefined`: no method of this layer (the engine then looks for a function of the program). */
  call(handle: Handle, method: string, context: CallContext): Meaning | undefined;
  /** A call of an exported function of the layer that is no method (`getRepository(Job)`, `new PrismaClient()`). */
  callExport?(path: readonly string[], context: CallContext): Meaning | undefined;
  /** What is known of an entity's table; `undefined` when its definition is not in the program. Called once per entity and program. */
  schema(entity: EntityId, facts: ProgramFacts): EntitySchema | undefined;
  /** The entity of the program that has this name; `undefined` if there is none, or more than one. */
  entityNamed?(name: string, facts: ProgramFacts): EntityId | undefined;
  /** The entity of the program whose rows are in the table of this name, for statements that name tables; `undefined` if there is none, or more than one. */
  entityOfTable?(table: string, facts: ProgramFacts): EntityId | undefined;
  /** How the layer spells what a suggestion writes; absent: nothing is suggested. */
  readonly editing?: Editing;
}

export interface ModelContext {
  readonly values: ValueFactory;
  readonly facts: ProgramFacts;
  /** Property of a value, through object literals, joins, and assignments made so far; `values.undefined` if certainly absent. */
  property(value: Value, name: string): Value;
  /** The `class` (or `type-parameter`) value that an entity argument denotes: a class value, an entity name string, an `EntitySchema` object. */
  entity(value: Value): Value | undefined;
  /** The entity that a layer of the program keeps in this table of the database. */
  table(name: string): Value | undefined;
  schema(entity: Value): EntitySchema | undefined;
}

export interface CallContext extends ModelContext {
  /** The call expression. */
  readonly at: NodeRef | undefined;
  readonly arguments: readonly Value[];
  /** For `result` and `affected` values of the call's own access; further accesses of one call append `:1`, `:2`. */
  readonly access: AccessId;
  /** The `transaction` value for a transaction that this call opens. */
  readonly transaction: Value;
  /** Assignments made to a value since it was created or read, in order (`job.status = "running"` before `save(job)`), also through `Object.assign`. */
  assignments(value: Value): readonly { readonly name: string; readonly value: Value }[];
  /**
   * Properties of an object of which nothing else is known that the flow has read so far: it looks at what the object may have
   * (`if (dto.status) check(dto.status); update(id, dto)`).
   */
  mentioned(value: Value): readonly string[];
  /** What a function among the arguments returns when it is called with these values (`where: (job, { eq }) => eq(job.id, id)`). */
  returned(fn: Value, passes: readonly Value[]): Value;
  /** The type argument or entity that TypeScript gives the result, for generic wrappers. */
  readonly origin: Origin | undefined;
}

export type Meaning = CallMeaning & {
  /** A function among the arguments that is called when the call is done, with these values. */
  readonly done?: { readonly argument: number; readonly passes: readonly Value[] };
};

type CallMeaning =
  /** Returns another handle or plain value and touches nothing (`getRepository`, a builder step, `repo.create(dto)`). */
  | { readonly kind: "value"; readonly value: Value }
  /** One or more accesses, in the order the database sees them; `result` is what the call resolves to. */
  | { readonly kind: "access"; readonly accesses: readonly AccessSpec[]; readonly result: Value }
  /** Runs the callback (argument `callback`) in a transaction, passing `passes`; resolves to the callback's result. */
  | {
      readonly kind: "transaction";
      readonly callback: number;
      readonly passes: readonly Value[];
      readonly isolation: Isolation | undefined;
      /** What the level is read from, where it is not known yet: a caller may know it. */
      readonly level?: Value;
    }
  /**
   * `queryRunner.startTransaction()`, `commitTransaction()`, `rollbackTransaction()` on the handle's connection, or statements that say so.
   * A second `begin` sets the isolation of the transaction that is open.
   */
  | { readonly kind: "begin"; readonly isolation: Isolation | undefined }
  | { readonly kind: "commit" }
  | { readonly kind: "rollback" }
  /** A statement of unknown content on the handle's connection (raw SQL): it may read, write or lock anything. */
  | { readonly kind: "raw"; readonly result: Value }
  /** A lock of the caller's own choice that lasts from here on, whatever the transaction (a session's advisory lock). */
  | { readonly kind: "lock"; readonly result: Value }
  /** Certainly no data access (`$connect`, `getMetadata`). */
  | { readonly kind: "nothing"; readonly result: Value };

/** `unknown`: one is set, and which it is cannot be seen. */
export type Isolation = "read committed" | "repeatable read" | "serializable" | "unknown";

export interface AccessSpec {
  readonly id: AccessId;
  /** `lock`: a statement whose purpose is a lock (advisory locks; `lock(entity)`). An `upsert` updates or inserts. */
  readonly operation: "read" | "insert" | "update" | "delete" | "upsert" | "lock";
  /** The call's method name as written, for messages: `save`, `updateMany`. */
  readonly method: string;
  /** The layer and its own word for what the method was called on; absent: not known. */
  readonly through?: Pick<Handle, "model" | "type">;
  /** A `class` value; `type-parameter` or other values until the caller is known; `undefined`: not known. */
  readonly entity: Value | undefined;
  readonly connection: Value;
  readonly filter: Filter;
  /** The object that the access writes or reloads by its identity (`save(job)`, `job.remove()`), one or a list. */
  readonly target: Value | undefined;
  readonly written: readonly WrittenColumn[];
  /** The write also writes columns that cannot be read off the call (`data: dto`). */
  readonly opaquePatch: boolean;
  readonly cardinality: Cardinality;
  /** The row lock that a read takes. */
  readonly lock: RowLock | undefined;
  /** A miss (no row read, no row changed) throws: `findOneOrFail`, Prisma's `update`. The count is then decided without being looked at. */
  readonly missThrows: boolean;
  /** The layer compares a version or the old values in the statement, so that a stale write fails. */
  readonly optimistic: boolean;
  /** The database arbitrates duplicates without an error to the caller (`upsert`, `orIgnore`, `skipDuplicates`). */
  readonly onConflict: "error" | "ignore" | "update";
}

/**
 * What the read resolves to. `row`: one row or nothing (`null`, `undefined`); `rows`: a list; `count`: a number of rows; `exists`: whether
 * there is one; `scalar`: an aggregate. Writes: the shape of what they return.
 */
export type Cardinality = "row" | "rows" | "count" | "exists" | "scalar" | "none";

/** The WHERE of a statement, as a conjunction. */
export interface Filter {
  readonly predicates: readonly Predicate[];
  /** There may be further conditions that could not be read. */
  readonly opaque: boolean;
}

export interface Predicate {
  /** Column (property) name; a path through relations is dotted: `project.status`. */
  readonly column: string;
  /** `unknown`: the column is constrained in a way that is not expressed here. */
  readonly operator: "=" | "<>" | "in" | "not in" | "<" | "<=" | ">" | ">=" | "is null" | "is not null" | "unknown";
  /** The compared value; for `in` a list value; `undefined` for null tests and `unknown`. */
  readonly value: Value | undefined;
  /** False if the predicate stands in a sub-select or is evaluated before the row is locked: it does not guard a write. */
  readonly outer: boolean;
}

export interface WrittenColumn {
  readonly column: string;
  /** The new value (`set`), or the amount. */
  readonly value: Value;
  /** `increment`/`decrement`/`append`: computed by the database from the current value; `raw`: a database expression. */
  readonly how: "set" | "increment" | "decrement" | "append" | "raw";
}

export interface RowLock {
  readonly strength: "update" | "no key update" | "share" | "key share";
  readonly wait: "block" | "nowait" | "skip locked";
  /** It stands in SQL that the program wrote, which no layer refuses to send. */
  readonly inText?: true;
}

export interface EntitySchema {
  readonly id: EntityId;
  readonly name: string;
  readonly columns: ReadonlyMap<string, ColumnInfo>;
  /** Property names. */
  readonly primaryKey: readonly string[];
  /** Each unique constraint's property names, the primary key excluded. */
  readonly uniques: readonly (readonly string[])[];
  /** Property names of unique indexes that cover only some of the rows. */
  readonly partialUniques?: readonly (readonly string[])[];
  readonly relations: ReadonlyMap<string, RelationInfo>;
  /** The table's names of columns to the property names, where they differ. */
  readonly columnNames?: ReadonlyMap<string, string>;
  /** Methods of the entity run when one of its rows is saved. */
  readonly hasListeners?: true;
}

export interface ColumnInfo {
  readonly name: string;
  readonly type: "string" | "number" | "boolean" | "date" | "json" | "list" | "enum" | "unknown";
  readonly nullable: boolean;
  /**
   * What was read of the column equals it when it is sent back: no timestamps (finer than the milliseconds of a `Date`), no floats, no
   * JSON, nothing that the layer transforms. Absent: not known to be so.
   */
  readonly roundTrips?: true;
}

export interface RelationInfo {
  readonly entity: EntityId;
  /** The owning side's foreign key properties on this entity, if they are columns here. */
  readonly foreignKey: readonly string[];
  readonly many: boolean;
  /** Every read of the entity joins it. */
  readonly eager?: true;
}
