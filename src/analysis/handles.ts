/** Which values are handles of a data layer: by the flow of values first, by the origin of the expression otherwise. */
import type { NodeRef } from "../ir/ir.js";
import type { Handle, Value, ValueOf } from "../ir/value.js";
import type { ModelContext } from "../models/model.js";
import type { TypeRef } from "../program/facts.js";
import type { Environment } from "./environment.js";
import type { PropertySource } from "./operations.js";

export type HandleValue = ValueOf<"handle">;

/** Kinds whose value can be a handle by its type. Rows are among them: an active record is a handle of its own row. */
const typed = new Set<Value["kind"]>(["member", "global", "this", "parameter", "capture", "call", "element", "result", "class", "object"]);

export class Handles {
  readonly #known = new Map<Value, HandleValue | undefined>();
  readonly #byExpression = new Map<string, HandleValue | undefined>();

  constructor(private readonly environment: Environment) {}

  /** The handle that `value` is. `at` is the expression it comes from here. */
  of(value: Value, source: PropertySource, at: NodeRef | undefined): HandleValue | undefined {
    if (value.kind === "handle") return value;
    if (value.kind === "join") return this.ofJoin(value, source);
    if (!typed.has(value.kind)) return undefined;
    if (!this.#known.has(value)) {
      this.#known.set(value, undefined);
      this.#known.set(value, this.find(value, source, value.at));
    }
    return this.#known.get(value) ?? this.ofExpression(value, source, at);
  }

  /** The connection that a value in a connection's place stands for: that of a handle, otherwise the value itself. */
  connection(value: Value, source: PropertySource): Value {
    if (value.kind === "transaction" || value.kind === "global") return value;
    return this.of(value, source, value.at)?.connection ?? value;
  }

  context(source: PropertySource): ModelContext {
    const { values, facts, operations } = this.environment;
    return {
      values,
      facts,
      property: (value, name) => operations.get(value, name, source),
      entity: (value) => this.entity(value),
      table: (name) => this.table(name),
      schema: (entity) => this.environment.schema(entity),
    };
  }

  private table(name: string): Value | undefined {
    const { models, facts, values } = this.environment;
    for (const model of models) {
      const id = model.entityOfTable?.(name, facts);
      if (id !== undefined) return values.make({ kind: "class", id, name: model.schema(id, facts)?.name ?? name });
    }
    return undefined;
  }

  /** The class value that a type is, as an entity. */
  typeValue(type: TypeRef): Value | undefined {
    const { values } = this.environment;
    switch (type.kind) {
      case "class":
        return values.make({ kind: "class", id: type.id, name: type.name });
      case "external":
        return values.make({ kind: "class", id: `${type.package}#${type.name}`, name: type.name });
      case "parameter":
        return values.make({ kind: "type-parameter", owner: type.owner, name: type.name });
      case "unknown":
        return undefined;
    }
  }

  private entity(value: Value): Value | undefined {
    if (value.kind === "class" || value.kind === "type-parameter" || value.kind === "parameter" || value.kind === "capture") return value;
    if (value.kind === "join") {
      const entities = new Set(value.alternatives.map((a) => this.entity(a.value)).filter((e) => e !== undefined));
      const [only] = entities;
      return entities.size === 1 ? only : undefined;
    }
    if (value.at === undefined || (value.kind !== "member" && value.kind !== "global")) return undefined;
    const type = this.environment.facts.typeOf(value.at);
    return type === undefined ? undefined : this.typeValue(type);
  }

  private ofJoin(join: ValueOf<"join">, source: PropertySource): HandleValue | undefined {
    const { values, operations } = this.environment;
    const present = join.alternatives.filter((a) => operations.truth(a.value) !== false);
    const handles = present.map((a) => this.of(a.value, source, a.value.at));
    // What is not known to be a handle is used as one here, so it is one of the same kind.
    const first = handles.find((h) => h !== undefined);
    if (first === undefined || !handles.every((h) => h === undefined || isAlike(h, first))) return undefined;
    const connection = values.join(present.map((a, i) => ({ value: handles[i]?.connection ?? a.value, when: a.when })));
    const entity =
      handles.map((h) => h?.entity).find((e) => e !== undefined && (e.kind === "class" || e.kind === "type-parameter")) ?? first.entity;
    return values.handle({ model: first.model, type: first.type, entity, connection, steps: first.steps }) as HandleValue;
  }

  private find(value: Value, source: PropertySource, at: NodeRef | undefined): HandleValue | undefined {
    if (value.kind === "member") {
      const base = this.of(value.base, source, value.base.at);
      const property = base === undefined ? undefined : this.property(base, value.name, source);
      if (property?.kind === "handle") return property;
    }
    return at === undefined ? undefined : this.byOrigin(value, source, at);
  }

  property(handle: Handle, name: string, source: PropertySource): Value | undefined {
    const model = this.environment.models.find((m) => m.name === handle.model);
    return model?.property(handle, name, this.context(source));
  }

  private ofExpression(value: Value, source: PropertySource, at: NodeRef | undefined): HandleValue | undefined {
    if (at === undefined || (value.at?.node === at.node && value.at.file === at.file)) return undefined;
    const key = `${String(value.uid)}@${at.file}#${String(at.node)}`;
    if (!this.#byExpression.has(key)) this.#byExpression.set(key, this.byOrigin(value, source, at));
    return this.#byExpression.get(key);
  }

  private byOrigin(value: Value, source: PropertySource, at: NodeRef): HandleValue | undefined {
    const origin = this.environment.facts.origin(at);
    if (origin === undefined) return undefined;
    for (const model of this.environment.models) {
      const handle = model.handle(origin, value, this.context(source));
      if (handle !== undefined) return this.environment.values.handle(handle, at) as HandleValue;
    }
    return undefined;
  }
}

function isAlike(a: Handle, b: Handle): boolean {
  return a.model === b.model && a.type === b.type && a.steps.length === b.steps.length;
}
