/** Short ways to write values by hand, and values in few words. */
import { Operations, type PropertySource } from "../../src/analysis/operations.js";
import type { Alternative, Condition, Value } from "../../src/ir/value.js";
import { ValueFactory } from "../../src/ir/value.js";

type Given = Value | string | number | boolean | null | undefined;

const nowhere = { file: "/app/file.ts", node: 0 };

export class Builder {
  readonly values = new ValueFactory();
  readonly operations = new Operations(this.values);
  /** Nothing has been assigned. */
  readonly source: PropertySource = { assigned: () => undefined, ofHandle: () => undefined };

  of(given: Given): Value {
    return typeof given === "object" && given !== null ? given : this.values.constant(given);
  }

  parameter(index: number, fn = "f"): Value {
    return this.values.make({ kind: "parameter", function: fn, index });
  }

  self(fn = "f"): Value {
    return this.values.make({ kind: "this", function: fn });
  }

  row(access = "read"): Value {
    return this.values.result(access);
  }

  member(base: Value, name: string): Value {
    return this.values.make({ kind: "member", base, name });
  }

  element(list: Value): Value {
    return this.values.make({ kind: "element", list });
  }

  filtered(list: Value, test: Value): Value {
    return this.values.make({ kind: "filtered", list, test });
  }

  mapped(list: Value, item: Value): Value {
    return this.values.make({ kind: "mapped", list, item });
  }

  exists(list: Value, test?: Value): Value {
    return this.values.make({ kind: "exists", list, test });
  }

  list(...elements: readonly Given[]): Value {
    return this.values.list(elements.map((e) => this.of(e)));
  }

  fields(fields: Readonly<Record<string, Given>>): Value {
    return this.values.fields(Object.fromEntries(Object.entries(fields).map(([name, v]) => [name, this.of(v)])));
  }

  symbol(name: string): Value {
    return this.values.make({ kind: "symbol", name });
  }

  equals(left: Given, right: Given): Value {
    return this.operations.binary("===", this.of(left), this.of(right));
  }

  get(base: Value, name: string): Value {
    return this.operations.get(base, name, this.source);
  }

  condition(value: Value, polarity = true): Condition {
    return { value, polarity, at: nowhere };
  }

  /** An alternative that was chosen when all of `when` held; a plain value stands for itself being truthy. */
  option(value: Given, ...when: readonly (Condition | Value)[]): Alternative {
    return { value: this.of(value), when: when.map((c) => ("polarity" in c ? c : this.condition(c))) };
  }

  join(...alternatives: readonly Alternative[]): Value {
    return this.values.join(alternatives);
  }
}

export function show(value: Value): string {
  switch (value.kind) {
    case "unknown":
    case "clock":
      return `<${value.kind}>`;
    case "const":
      return value.value === undefined ? "undefined" : JSON.stringify(value.value);
    case "symbol":
      return value.name;
    case "class":
      return value.name;
    case "type-parameter":
      return `<${value.name}>`;
    case "closure":
      return "closure";
    case "parameter":
      return `$${String(value.index)}`;
    case "this":
      return "this";
    case "capture":
      return "captured";
    case "global":
      return value.name;
    case "member":
      return `${show(value.base)}.${value.name}`;
    case "element":
      return `${show(value.list)}[]`;
    case "result":
      return `row(${value.access})`;
    case "affected":
      return `count(${value.access})`;
    case "object":
      return `{${value.parts.map((p) => (p.kind === "field" ? `${p.name}: ${show(p.value)}` : `...${show(p.value)}`)).join(", ")}}`;
    case "list":
      return `[${value.elements.map(show).join(", ")}]`;
    case "mapped":
      return `${show(value.list)}.map(${show(value.item)})`;
    case "filtered":
      return `${show(value.list)}.filter(${show(value.test)})`;
    case "exists":
      return `exists(${show(value.list)}${value.test === undefined ? "" : `, ${show(value.test)}`})`;
    case "binary":
      return `${show(value.left)} ${value.operator} ${show(value.right)}`;
    case "not":
      return `!(${show(value.operand)})`;
    case "computed":
      return `${value.operation}(${value.inputs.map(show).join(", ")})`;
    case "call":
      return `${value.name}(..)`;
    case "join":
      return value.alternatives
        .map((a) => `${show(a.value)}${a.when.length === 0 ? "" : ` if ${a.when.map(showCondition).join(" and ")}`}`)
        .join(" | ");
    case "handle":
      return `<${value.type}${value.entity === undefined ? "" : ` ${show(value.entity)}`} on ${show(value.connection)}>`;
    case "transaction":
      return `transaction(${value.site})`;
  }
}

export function showCondition({ value, polarity }: Condition): string {
  return polarity ? show(value) : `not ${show(value)}`;
}
