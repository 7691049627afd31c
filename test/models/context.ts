/** What the models' tests need of an engine: values, assignments, and a program that is a table. */
import { ValueFactory, type Handle, type Value } from "../../src/ir/value.js";
import { entityNamed } from "../../src/models/entity.js";
import type { AccessSpec, CallContext, EntitySchema, Meaning, Model, Predicate } from "../../src/models/model.js";
import type { ClassInfo, ClassMember, DecoratorArgument, DecoratorUse, Origin, ProgramFacts, TypeRef } from "../../src/program/facts.js";

export interface Program {
  readonly classes?: readonly ClassInfo[];
  readonly schemas?: readonly { readonly path: string; readonly text: string }[];
  /** By `file#node`. */
  readonly types?: Readonly<Record<string, TypeRef>>;
  readonly origins?: Readonly<Record<string, Origin>>;
}

export function factsOf(program: Program = {}): ProgramFacts {
  const classes = new Map((program.classes ?? []).map((c) => [c.id, c]));
  const facts: Partial<ProgramFacts> = {
    files: [],
    function: () => undefined,
    classInfo: (id) => classes.get(id),
    method: (id, member) => classes.get(id)?.members.find((m) => m.name === member && m.kind === "method")?.function,
    typeOf: ({ file, node }) => program.types?.[`${file}#${String(node)}`],
    origin: ({ file, node }) => program.origins?.[`${file}#${String(node)}`],
    companions: () => program.schemas ?? [],
  };
  return facts as ProgramFacts;
}

/** A plain description of a value's parts, given as JavaScript. */
export type Given = Value | string | number | boolean | null | undefined | readonly Given[] | { readonly [name: string]: Given };

function isValue(given: object): given is Value {
  return "kind" in given && "uid" in given;
}

function isArray(given: object): given is readonly Given[] {
  return Array.isArray(given);
}

export class TestContext {
  readonly values = new ValueFactory();
  readonly assigned = new Map<Value, { readonly name: string; readonly value: Value }[]>();
  /** Properties that the flow has read. */
  readonly mentioned = new Map<Value, readonly string[]>();
  /** Entities by the names of their tables. */
  readonly tables = new Map<string, Value>();
  readonly schemas = new Map<string, EntitySchema>();

  constructor(readonly facts: ProgramFacts = factsOf()) {}

  /** A value for JavaScript data; values inside stay what they are. */
  value(given: Given): Value {
    if (typeof given !== "object" || given === null) return this.values.constant(given);
    if (isValue(given)) return given;
    if (isArray(given)) return this.values.list(given.map((g) => this.value(g)));
    return this.values.fields(Object.fromEntries(Object.entries(given).map(([name, g]) => [name, this.value(g)])));
  }

  parameter(index: number): Value {
    return this.values.make({ kind: "parameter", function: "f", index });
  }

  member(base: Value, name: string): Value {
    return this.values.make({ kind: "member", base, name });
  }

  entity(name: string): Value {
    return entityNamed(`/app.ts#${name}`, name, this.values);
  }

  assign(base: Value, name: string, given: Given): void {
    this.assigned.set(base, [...(this.assigned.get(base) ?? []), { name, value: this.value(given) }]);
  }

  choice(...given: readonly Given[]): Value {
    return this.values.join(given.map((g) => ({ value: this.value(g), when: [] })));
  }

  property(base: Value, name: string): Value {
    const assigned = this.assigned.get(base)?.findLast((a) => a.name === name);
    if (assigned !== undefined) return assigned.value;
    if (base.kind === "const") return this.values.undefined;
    if (base.kind === "join") {
      return this.values.join(base.alternatives.map((a) => ({ value: this.property(a.value, name), when: a.when })));
    }
    return base.kind === "object" ? this.field(base.parts, name) : this.member(base, name);
  }

  private field(parts: (Value & { kind: "object" })["parts"], name: string): Value {
    const part = parts.findLast((p) => p.kind === "spread" || p.name === name);
    if (part === undefined) return this.values.undefined;
    return part.kind === "field" ? part.value : this.property(part.value, name);
  }

  call(args: readonly Given[]): CallContext {
    return {
      values: this.values,
      facts: this.facts,
      property: (value, name) => this.property(value, name),
      entity: (value) => (value.kind === "class" || value.kind === "parameter" ? value : undefined),
      table: (name) => this.tables.get(name),
      schema: (entity) => (entity.kind === "class" ? this.schemas.get(entity.id) : undefined),
      arguments: args.map((a) => this.value(a)),
      at: { file: "/app.ts", node: 1 },
      access: "site",
      transaction: this.values.make({ kind: "transaction", site: "site" }),
      assignments: (value) => this.assigned.get(value) ?? [],
      mentioned: (value) => this.mentioned.get(value) ?? [],
      returned: () => this.values.unknown,
      origin: undefined,
    };
  }

  /** The meaning of a call, which must have one. */
  meaning(model: Model, handle: Handle, method: string, ...args: readonly Given[]): Meaning {
    const meaning = model.call(handle, method, this.call(args));
    if (meaning === undefined) throw new Error(`${method} has no meaning`);
    return meaning;
  }

  accesses(model: Model, handle: Handle, method: string, ...args: readonly Given[]): readonly AccessSpec[] {
    const meaning = this.meaning(model, handle, method, ...args);
    if (meaning.kind !== "access") throw new Error(`${method} is no access but ${meaning.kind}`);
    return meaning.accesses;
  }

  access(model: Model, handle: Handle, method: string, ...args: readonly Given[]): AccessSpec {
    const [access] = this.accesses(model, handle, method, ...args);
    if (access === undefined) throw new Error(`${method} makes no access`);
    return access;
  }

  handle(model: Model, handle: Handle, method: string, ...args: readonly Given[]): Handle {
    return handleIn(this.meaning(model, handle, method, ...args));
  }
}

export function handleIn(meaning: Meaning | undefined): Handle {
  if (meaning?.kind !== "value" || meaning.value.kind !== "handle") throw new Error("no handle");
  return meaning.value;
}

/** A value in few words. */
export function show(value: Value | undefined): string {
  if (value === undefined) return "";
  switch (value.kind) {
    case "const":
      return value.value === undefined ? "undefined" : JSON.stringify(value.value);
    case "parameter":
      return `$${String(value.index)}`;
    case "member":
      return `${show(value.base)}.${value.name}`;
    case "element":
      return `${show(value.list)}[]`;
    case "result":
    case "affected":
      return `${value.kind}(${value.access})`;
    case "list":
      return `[${value.elements.map(show).join(", ")}]`;
    case "object":
      return `{${value.parts.map((p) => (p.kind === "field" ? `${p.name}: ${show(p.value)}` : `...${show(p.value)}`)).join(", ")}}`;
    case "join":
      return value.alternatives.map((a) => show(a.value)).join(" | ");
    case "mapped":
      return `${show(value.list)}.map(${show(value.item)})`;
    default:
      return value.kind;
  }
}

function showPredicate(p: Predicate): string {
  return `${p.outer ? "" : "inner "}${[p.column, p.operator, show(p.value)].filter((s) => s !== "").join(" ")}`;
}

/** The WHERE in few words, `…` for what is not known. */
export function where(spec: AccessSpec): string {
  return [...spec.filter.predicates.map(showPredicate), ...(spec.filter.opaque ? ["…"] : [])].join(" and ");
}

/** The SET in few words. */
export function set(spec: AccessSpec): string {
  const columns = spec.written.map((w) => `${w.column} ${w.how === "set" ? "=" : w.how} ${show(w.value)}`);
  return [...columns, ...(spec.opaquePatch ? ["…"] : [])].join(", ");
}

export function decorator(name: string, ...args: readonly DecoratorArgument[]): DecoratorUse {
  return { package: "typeorm", name, arguments: args };
}

export function literal(value: string | boolean): DecoratorArgument {
  return { kind: "literal", value };
}

export function options(properties: Readonly<Record<string, DecoratorArgument>>): DecoratorArgument {
  return { kind: "object", properties };
}

export function field(name: string, type: string | undefined, ...decorators: readonly DecoratorUse[]): ClassMember {
  return { name, kind: "field", static: false, type, optional: false, decorators, function: undefined };
}

export function classInfo(name: string, members: readonly ClassMember[], parts: Partial<ClassInfo> = {}): ClassInfo {
  const loc = { line: 1, column: 0, endLine: 1, endColumn: 0 };
  return { id: `/app.ts#${name}`, name, decorators: [decorator("Entity")], members, extends: undefined, loc, ...parts };
}

export function origin(packageName: string, path: readonly string[], parts: Partial<Origin> = {}): Origin {
  return { package: packageName, subpath: "", path, role: "instance", typeArguments: [], via: [], ...parts };
}
