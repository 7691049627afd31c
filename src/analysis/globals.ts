/** What names declared at module level stand for. */
import type { NodeRef } from "../ir/ir.js";
import type { Value } from "../ir/value.js";
import type { Declaration } from "../program/facts.js";
import type { Environment } from "./environment.js";
import type { Evaluator } from "./evaluate.js";

/** Initialiser values that mean the same wherever the constant is used. */
const portable = new Set<Value["kind"]>(["const", "symbol", "list", "object", "handle", "class", "closure"]);

export class Globals {
  readonly #names = new Map<string, Value>();
  readonly #evaluating = new Set<string>();

  constructor(
    private readonly environment: Environment,
    private readonly evaluator: Evaluator,
  ) {}

  name(at: NodeRef, name: string): Value {
    const key = `${at.file}#${String(at.node)}`;
    const known = this.#names.get(key);
    if (known !== undefined) return known;
    const declaration = this.environment.facts.declaration(at);
    const value =
      this.of(declaration, at) ?? this.environment.values.make({ kind: "global", key: globalKey(declaration, at, name), name }, at);
    this.#names.set(key, value);
    return value;
  }

  member(at: NodeRef): Value | undefined {
    const declaration = this.environment.facts.declaration(at);
    return declaration === undefined || declaration.kind === "import" || declaration.kind === "builtin"
      ? undefined
      : this.of(declaration, at);
  }

  private of(declaration: Declaration | undefined, at: NodeRef): Value | undefined {
    const { values } = this.environment;
    switch (declaration?.kind) {
      case "constant":
        return values.constant(declaration.value);
      case "symbol":
        return values.make({ kind: "symbol", name: declaration.name });
      case "class":
        return values.make({ kind: "class", id: declaration.id, name: declaration.name }, at);
      case "function": {
        const [first, ...others] = declaration.functions;
        return first !== undefined && others.length === 0 ? values.make({ kind: "closure", function: first, bindings: [] }, at) : undefined;
      }
      case "variable":
        return declaration.constant && declaration.initialiser !== undefined ? this.initial(declaration.initialiser) : undefined;
      default:
        return undefined;
    }
  }

  private initial(initialiser: string): Value | undefined {
    if (this.#evaluating.has(initialiser)) return undefined;
    this.#evaluating.add(initialiser);
    const value = this.evaluator.initialiser(initialiser);
    this.#evaluating.delete(initialiser);
    return value !== undefined && portable.has(value.kind) ? value : undefined;
  }
}

function globalKey(declaration: Declaration | undefined, at: NodeRef, name: string): string {
  switch (declaration?.kind) {
    case "builtin":
      return `builtin:${declaration.name}`;
    case "import":
      return `${declaration.package}:${declaration.path.join(".")}`;
    case "variable":
      return declaration.key;
    default:
      return `${at.file}:${name}`;
  }
}
