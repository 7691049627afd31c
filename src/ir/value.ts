/**
 * Symbolic values: what an expression's result is in terms of the function's inputs and of the database accesses that happened.
 *
 * Values are hash-consed by a `ValueFactory`: structurally equal values of one factory are the same object, so equality is `===` and
 * results can be memoised by value. They hold ids and strings, never compiler objects.
 */
import type { FunctionId, Literal, NodeRef } from "./ir.js";
import { hashOf, isSameShape } from "./sameShape.js";

/** Names one database access of one evaluation: the call that makes it, preceded by the call sites that lead to it (`site/site/access`). */
export type AccessId = string;

/** `<absolute path>#<class name>` for a class of the program; for others whatever the model that made it says, unique among entities. */
export type EntityId = string;

/** A tested expression and the outcome under which control goes on. */
export interface Condition {
  readonly value: Value;
  readonly polarity: boolean;
  /** The tested expression. Not part of the condition's identity. */
  readonly at: NodeRef;
}

export interface Alternative {
  readonly value: Value;
  /** All of these held when this alternative was chosen. Empty: chosen by something unknown. */
  readonly when: readonly Condition[];
}

export type ValuePart =
  | { readonly kind: "field"; readonly name: string; readonly value: Value }
  /** All properties of `value`, which is no known object (a row, a parameter). */
  | { readonly kind: "spread"; readonly value: Value };

/** One call of a builder chain whose meaning is known only at its end: `.where("id = :id", { id })`. */
export interface Step {
  readonly name: string;
  readonly arguments: readonly Value[];
}

/** Something through which a data layer is used: a client, a repository, a query builder, a model class. */
export interface Handle {
  /** `Model.name`. */
  readonly model: string;
  /** The model's own word for what this is: `repository`, `client`, `delegate`. */
  readonly type: string;
  /** The entity it is bound to: a `class` value once known, otherwise what it will be computed from. */
  readonly entity: Value | undefined;
  /** What identifies the connection: equal values mean one connection or transaction. A `transaction` value inside a transaction. */
  readonly connection: Value;
  readonly steps: readonly Step[];
}

export type ValueShape =
  /** Nothing is known. */
  | { readonly kind: "unknown" }
  | { readonly kind: "const"; readonly value: Literal }
  /** A named constant whose literal is not visible (a member of an enum from a package that is not installed): equal names, equal values. */
  | { readonly kind: "symbol"; readonly name: string }
  /** A class itself, in particular an entity. */
  | { readonly kind: "class"; readonly id: EntityId; readonly name: string }
  /** A type parameter of a class or function of the program, used where an entity is needed. `owner` is its class id or function id. */
  | { readonly kind: "type-parameter"; readonly owner: string; readonly name: string }
  /** A function of the program as a value. Captured variables are `capture` values inside it; `bindings` gives their values at creation. */
  | { readonly kind: "closure"; readonly function: FunctionId; readonly bindings: readonly Binding[] }
  /** Parameter `index` of the function at entry. */
  | { readonly kind: "parameter"; readonly function: FunctionId; readonly index: number }
  /** The receiver of the function. */
  | { readonly kind: "this"; readonly function: FunctionId }
  /** Variable of an enclosing function (`<file>:<VariableId>`), inside the closure that captures it. */
  | { readonly kind: "capture"; readonly variable: string }
  /** A module-level, imported or built-in name that is no constant, class or function of the program. `key` identifies the declaration. */
  | { readonly kind: "global"; readonly key: string; readonly name: string }
  /** Property of a value that is no known object: a column of a row, a field of `this`. */
  | { readonly kind: "member"; readonly base: Value; readonly name: string }
  /** Some element of a list (an iteration, `find`, `at(0)`, a literal index). */
  | { readonly kind: "element"; readonly list: Value }
  /** What a read or a returning write resolves to: a row, a list of rows or `null`, according to the access. */
  | { readonly kind: "result"; readonly access: AccessId }
  /** The number of rows that a write changed. */
  | { readonly kind: "affected"; readonly access: AccessId }
  /** Object literal; later parts override earlier ones. Known spreads are already merged in. */
  | { readonly kind: "object"; readonly parts: readonly ValuePart[] }
  | { readonly kind: "list"; readonly elements: readonly Value[] }
  /** `list.map(..)`: `item` is written in terms of `element(list)`. */
  | { readonly kind: "mapped"; readonly list: Value; readonly item: Value }
  /** `list.filter(..)`: `test` is written in terms of `element(list)`. */
  | { readonly kind: "filtered"; readonly list: Value; readonly test: Value }
  /** Whether `list` has an element for which `test` holds (`some`; `every` is its negation; `test` absent: is not empty). */
  | { readonly kind: "exists"; readonly list: Value; readonly test: Value | undefined }
  | { readonly kind: "binary"; readonly operator: string; readonly left: Value; readonly right: Value }
  | { readonly kind: "not"; readonly operand: Value }
  /** A pure computation from `inputs`: `Number(x)`, a template, `a.getTime()`. */
  | { readonly kind: "computed"; readonly operation: string; readonly inputs: readonly Value[] }
  /** The clock: `new Date()`, `Date.now()`. */
  | { readonly kind: "clock" }
  /** Result of a call that was not resolved, one value per call site. */
  | { readonly kind: "call"; readonly site: string; readonly name: string; readonly inputs: readonly Value[] }
  /** One of several values, each with the conditions that chose it. */
  | { readonly kind: "join"; readonly alternatives: readonly Alternative[] }
  | ({ readonly kind: "handle" } & Handle)
  /** The connection of the transaction opened at `site` (a call-site path like an `AccessId`). */
  | { readonly kind: "transaction"; readonly site: string };

export interface Binding {
  readonly variable: string;
  readonly value: Value;
}

export type Value = ValueShape & {
  /** Unique in its factory, in order of creation. */
  readonly uid: number;
  /** Levels of values inside, this one included; at most `maxDepth`. */
  readonly depth: number;
  /** Something inside is an input of the function (a parameter, `this`, a captured variable): a caller may know more. */
  readonly open: boolean;
  /** Something inside came about in this evaluation (a row, a count, an unresolved call's result): another call of the function has its own. */
  readonly local: boolean;
  /** An expression that has this value, for questions about its type. Not part of the identity. */
  readonly at: NodeRef | undefined;
};

export type ValueOf<K extends Value["kind"]> = Extract<Value, { kind: K }>;

/** What a row calls itself: a property of this column is the row (`row.jobs` of a join whose rows are `{ jobs, owners }`). */
export const wholeRow = "";

/** Most alternatives that a join keeps (design 3.3). */
const maxAlternatives = 8;

const inputs: ReadonlySet<Value["kind"]> = new Set(["parameter", "this", "capture", "type-parameter"] as const);
const results: ReadonlySet<Value["kind"]> = new Set(["result", "affected", "call", "transaction"] as const);

/**
 * Deepest nesting of a value. What would be deeper is unknown: nobody compares such a value, and recursion would build it without end.
 * Computations are cut earlier than what merely holds values, so that an object survives a field that is too deep.
 */
const maxDepth = 24;
const maxComputation = 12;
const computations: ReadonlySet<Value["kind"]> = new Set(["computed", "call", "binary", "closure", "exists", "filtered"] as const);

/** Makes values, and makes equal ones only once. */
export class ValueFactory {
  /** By hash; values of one hash stand behind each other. */
  readonly #table = new Map<number, Value>();
  readonly #texts = new Map<string, number>();
  readonly #numberOf = (text: string): number => {
    const known = this.#texts.get(text) ?? this.#texts.size;
    if (known === this.#texts.size) this.#texts.set(text, known);
    return known;
  };
  readonly unknown: Value = this.make({ kind: "unknown" });
  readonly undefined: Value = this.make({ kind: "const", value: undefined });
  readonly null: Value = this.make({ kind: "const", value: null });
  readonly true: Value = this.make({ kind: "const", value: true });
  readonly false: Value = this.make({ kind: "const", value: false });
  readonly clock: Value = this.make({ kind: "clock" });

  /** How many values there are. */
  get size(): number {
    return this.#table.size;
  }

  /** The one value of this shape. `at` is kept only when the value is new. */
  make(shape: ValueShape, at?: NodeRef): Value {
    let hash = hashOf(shape, this.#numberOf);
    for (let known = this.#table.get(hash); known !== undefined; known = this.#table.get(hash)) {
      if (isSameShape(known, shape)) return known;
      hash = (hash + 1) | 0;
    }
    let depth = 1;
    let open = inputs.has(shape.kind);
    let local = results.has(shape.kind);
    for (const child of childrenOf(shape)) {
      depth = Math.max(depth, child.depth + 1);
      open ||= child.open;
      local ||= child.local;
    }
    if (depth > (computations.has(shape.kind) ? maxComputation : maxDepth)) return this.unknown;
    const value = { ...shape, uid: this.#table.size, depth, open, local, at } as Value;
    this.#table.set(hash, value);
    return value;
  }

  constant(value: Literal): Value {
    return this.make({ kind: "const", value });
  }

  /** `columns`: what the rows' own names of columns mean, where these are other ones than the entity's (an alias in a statement). */
  result(access: AccessId, columns?: ReadonlyMap<string, string>): Value {
    if (columns !== undefined && columns.size > 0) this.#columns.set(access, columns);
    return this.make({ kind: "result", access });
  }
  readonly #columns = new Map<AccessId, ReadonlyMap<string, string>>();

  /** The same result under another name. */
  renamed(access: AccessId, to: AccessId): Value {
    return this.result(to, this.#columns.get(access));
  }

  /** The column that a property of a value is, if the value is a row of a result. */
  columnNamed(base: Value, name: string): string {
    if (this.#columns.size === 0) return name;
    const row = base.kind === "element" ? base.list : base;
    const result = row.kind === "filtered" ? row.list : row;
    return (result.kind === "result" ? this.#columns.get(result.access)?.get(name) : undefined) ?? name;
  }

  affected(access: AccessId): Value {
    return this.make({ kind: "affected", access });
  }

  computed(operation: string, inputs: readonly Value[], at?: NodeRef): Value {
    return this.make({ kind: "computed", operation, inputs }, at);
  }

  handle(handle: Handle, at?: NodeRef): Value {
    return this.make({ kind: "handle", ...handle }, at);
  }

  list(elements: readonly Value[]): Value {
    return this.make({ kind: "list", elements });
  }

  /** An object literal. Spreads of known objects are merged; a field that is overridden later is dropped. */
  object(parts: readonly ValuePart[]): Value {
    const flat = parts.flatMap((p) => (p.kind === "spread" && p.value.kind === "object" ? p.value.parts : [p]));
    const kept = flat.filter((p, i) => p.kind === "spread" || !flat.slice(i + 1).some((q) => q.kind === "field" && q.name === p.name));
    return this.make({ kind: "object", parts: kept });
  }

  fields(fields: Readonly<Record<string, Value>>): Value {
    return this.object(Object.entries(fields).map(([name, value]) => ({ kind: "field", name, value })));
  }

  /** One of `alternatives`: nested joins are flattened, equal values merged (their conditions are then no longer known to matter). */
  join(alternatives: readonly Alternative[]): Value {
    const flat = flattened(alternatives);
    const [first] = flat;
    if (first === undefined) return this.unknown;
    if (flat.every((a) => a.value === first.value)) return first.value;
    if (flat.length > maxAlternatives) return this.widen(flat);
    return this.make({ kind: "join", alternatives: flat });
  }

  /** Too many alternatives: the value is unknown, but what it and its choice were computed from is kept. */
  private widen(alternatives: readonly Alternative[]): Value {
    const inputs = new Set(parts(alternatives));
    return inputs.size > 2 * maxAlternatives ? this.unknown : this.computed("one of many", [...inputs]);
  }
}

function flattened(alternatives: readonly Alternative[]): readonly Alternative[] {
  if (!alternatives.some((a) => a.value.kind === "join")) return alternatives;
  const flat: Alternative[] = [];
  for (const a of alternatives) {
    if (a.value.kind !== "join") flat.push(a);
    else for (const b of a.value.alternatives) flat.push({ value: b.value, when: [...a.when, ...b.when] });
  }
  return flat;
}

/** Each alternative's value, followed by the conditions that chose it. */
function parts(alternatives: readonly Alternative[]): readonly Value[] {
  const found: Value[] = [];
  for (const { value, when } of alternatives) {
    found.push(value);
    for (const condition of when) found.push(condition.value);
  }
  return found;
}

/** The values directly inside. */
export function childrenOf(shape: ValueShape): readonly Value[] {
  switch (shape.kind) {
    case "closure":
      return shape.bindings.map((b) => b.value);
    case "member":
      return [shape.base];
    case "element":
      return [shape.list];
    case "object":
      return shape.parts.map((p) => p.value);
    case "list":
      return shape.elements;
    case "mapped":
      return [shape.list, shape.item];
    case "filtered":
      return [shape.list, shape.test];
    case "exists":
      return shape.test === undefined ? [shape.list] : [shape.list, shape.test];
    case "binary":
      return [shape.left, shape.right];
    case "not":
      return [shape.operand];
    case "computed":
    case "call":
      return shape.inputs;
    case "join":
      return parts(shape.alternatives);
    case "handle":
      return [...(shape.entity === undefined ? [] : [shape.entity]), shape.connection, ...shape.steps.flatMap((s) => s.arguments)];
    default:
      return [];
  }
}
