/** Rewrites a callee's values in terms of a call site: parameters become arguments, the callee's accesses get the call site as prefix. */
import type { FunctionId } from "../ir/ir.js";
import type { AccessId, Condition, Value, ValueFactory } from "../ir/value.js";
import type { AccessSpec, Filter } from "../models/model.js";
import type { Operations, PropertySource } from "./operations.js";

export interface Substitution {
  readonly function: FunctionId;
  readonly receiver: Value;
  /** The argument for a parameter; `undefined` if it is not known (behind a spread). */
  argument(index: number): Value;
  /** Put before the ids of the callee's accesses, calls and transactions. */
  readonly prefix: string;
  typeArgument(owner: string, name: string): Value | undefined;
  /** The connection that a value in a connection's place stands for. */
  connection(value: Value): Value;
  readonly source: PropertySource;
}

export class Substituter {
  readonly #memo = new Map<Value, Value>();

  constructor(
    private readonly values: ValueFactory,
    private readonly operations: Operations,
    private readonly to: Substitution,
  ) {}

  /** From now on `value` of the callee is `by` of the caller (the result of a callback that the callee invokes). */
  replace(value: Value, by: Value): void {
    this.#memo.clear();
    this.#replaced.set(value, by);
  }
  readonly #replaced = new Map<Value, Value>();

  apply(value: Value): Value {
    if (!value.open && !value.local) return value;
    const known = this.#replaced.get(value) ?? this.#memo.get(value);
    if (known !== undefined) return known;
    const rewritten = this.rewrite(value);
    this.#memo.set(value, rewritten);
    return rewritten;
  }

  id(access: AccessId): AccessId {
    return `${this.to.prefix}/${access}`;
  }

  condition<C extends Condition>(condition: C): C {
    if (!condition.value.open && !condition.value.local) return condition;
    return { ...condition, value: this.apply(condition.value) };
  }

  access(spec: AccessSpec): AccessSpec {
    return {
      ...spec,
      id: this.id(spec.id),
      entity: spec.entity === undefined ? undefined : this.apply(spec.entity),
      connection: this.to.connection(this.apply(spec.connection)),
      filter: this.filter(spec.filter),
      target: spec.target === undefined ? undefined : this.apply(spec.target),
      written: spec.written.map((w) => ({ ...w, value: this.apply(w.value) })),
    };
  }

  private filter(filter: Filter): Filter {
    return { ...filter, predicates: filter.predicates.map((p) => (p.value === undefined ? p : { ...p, value: this.apply(p.value) })) };
  }

  private rewrite(value: Value): Value {
    const { values, operations, to } = this;
    switch (value.kind) {
      case "parameter":
        return value.function === to.function ? to.argument(value.index) : value;
      case "this":
        return value.function === to.function ? to.receiver : value;
      case "type-parameter":
        return to.typeArgument(value.owner, value.name) ?? value;
      case "result":
        return values.renamed(value.access, this.id(value.access));
      case "affected":
        return values.affected(this.id(value.access));
      case "transaction":
        return values.make({ kind: "transaction", site: this.id(value.site) });
      case "call":
        return values.make({ ...shape(value), site: this.id(value.site), inputs: this.all(value.inputs) }, value.at);
      case "member":
        return operations.get(this.apply(value.base), value.name, to.source, value.at);
      case "element":
        return operations.element(this.apply(value.list));
      case "not":
        return operations.not(this.apply(value.operand));
      case "binary":
        return operations.binary(value.operator, this.apply(value.left), this.apply(value.right));
      case "join":
        return operations.choose(
          value.alternatives.map((a) => ({ value: this.apply(a.value), when: a.when.map((c) => this.condition(c)) })),
        );
      default:
        return this.rewriteStructure(value);
    }
  }

  private rewriteStructure(value: Value): Value {
    const { values, to } = this;
    switch (value.kind) {
      case "closure":
        return values.make(
          { ...shape(value), bindings: value.bindings.map((b) => ({ variable: b.variable, value: this.apply(b.value) })) },
          value.at,
        );
      case "object":
        return values.object(value.parts.map((p) => ({ ...p, value: this.apply(p.value) })));
      case "list":
        return values.list(this.all(value.elements));
      case "mapped":
        return values.make({ kind: "mapped", list: this.apply(value.list), item: this.apply(value.item) });
      case "filtered":
        return values.make({ kind: "filtered", list: this.apply(value.list), test: this.apply(value.test) }, value.at);
      case "exists":
        return values.make({
          kind: "exists",
          list: this.apply(value.list),
          test: value.test === undefined ? undefined : this.apply(value.test),
        });
      case "computed":
        return values.computed(value.operation, this.all(value.inputs), value.at);
      case "handle":
        return values.handle(
          {
            ...shape(value),
            entity: value.entity === undefined ? undefined : this.apply(value.entity),
            connection: to.connection(this.apply(value.connection)),
            steps: value.steps.map((s) => ({ name: s.name, arguments: this.all(s.arguments) })),
          },
          value.at,
        );
      default:
        return value;
    }
  }

  private all(list: readonly Value[]): readonly Value[] {
    return list.map((v) => this.apply(v));
  }
}

/** The value without what the factory adds. */
function shape<V extends Value>(value: V): Omit<V, "uid" | "depth" | "open" | "local" | "at"> {
  const { uid: _uid, depth: _depth, open: _open, local: _local, at: _at, ...rest } = value;
  return rest;
}
