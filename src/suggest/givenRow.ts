import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import { bare } from "./formula.js";
import { isPlainChain } from "./names.js";
import { nameOf } from "./properties.js";
import type { Row } from "./row.js";
import type { Node, Source } from "./source.js";

type Given =
  | { readonly kind: "row" }
  | { readonly kind: "column"; readonly name: string }
  /** An object whose fields are columns. */
  | { readonly kind: "fields"; readonly columns: ReadonlyMap<string, string> }
  /** Something else, said in one expression. */
  | { readonly kind: "other"; readonly node: Node };

/** The row as a function names it that is given the row, a column of it, or an object of columns. */
export class GivenRow implements Row {
  private constructor(
    readonly text: string,
    private readonly given: ReadonlyMap<string, Given>,
    private readonly texts: ReadonlyMap<string, string>,
  ) {}

  /** `undefined` if the call's arguments are not those of the parameters one by one. */
  static of(
    params: readonly TSESTree.Parameter[],
    args: readonly TSESTree.CallExpressionArgument[],
    row: Row,
    caller: Source,
  ): GivenRow | undefined {
    const given = new Map<string, Given>();
    const texts = new Map<string, string>();
    for (const [at, param] of params.entries()) {
      const arg = args[at];
      if (arg === undefined) continue;
      if (arg.type === AST_NODE_TYPES.SpreadElement) return undefined;
      if (param.type === AST_NODE_TYPES.Identifier) {
        given.set(param.name, givenBy(arg, row));
        if (isRepeatable(arg)) texts.set(param.name, caller.textOf(arg));
      } else if (param.type === AST_NODE_TYPES.ObjectPattern)
        for (const [name, one] of fieldsOf(param, givenBy(arg, row))) given.set(name, one);
      else return undefined;
    }
    return new GivenRow(row.text, given, texts);
  }

  isRow(node: Node): boolean {
    const inner = bare(node as TSESTree.Expression);
    return inner.type === AST_NODE_TYPES.Identifier && this.given.get(inner.name)?.kind === "row";
  }

  columnOf(node: Node): string | undefined {
    const inner = bare(node as TSESTree.Expression);
    if (inner.type === AST_NODE_TYPES.Identifier) {
      const given = this.given.get(inner.name);
      return given?.kind === "column" ? given.name : undefined;
    }
    if (inner.type !== AST_NODE_TYPES.MemberExpression || inner.computed || inner.property.type !== AST_NODE_TYPES.Identifier)
      return undefined;
    if (this.isRow(inner.object)) return inner.property.name;
    const object = inner.object.type === AST_NODE_TYPES.Identifier ? this.given.get(inner.object.name) : undefined;
    return object?.kind === "fields" ? object.columns.get(inner.property.name) : undefined;
  }

  /** The condition that the parameter of that name is given. */
  truth(name: string): Node | undefined {
    const given = this.given.get(name);
    return given?.kind === "other" && isCondition(given.node) ? given.node : undefined;
  }

  /** What the caller writes for the parameter; `undefined`: it cannot be written again. */
  argument(name: string): string | undefined {
    return this.texts.get(name);
  }

  isParameter(name: string): boolean {
    return this.given.has(name);
  }
}

function isRepeatable(arg: TSESTree.Expression): boolean {
  return isPlainChain(arg) || arg.type === AST_NODE_TYPES.Literal;
}

export function isCondition({ type }: Node): boolean {
  return type === AST_NODE_TYPES.BinaryExpression || type === AST_NODE_TYPES.LogicalExpression || type === AST_NODE_TYPES.UnaryExpression;
}

function givenBy(arg: TSESTree.Expression, row: Row): Given {
  if (row.isRow(arg)) return { kind: "row" };
  const name = row.columnOf(arg);
  if (name !== undefined) return { kind: "column", name };
  if (arg.type !== AST_NODE_TYPES.ObjectExpression) return { kind: "other", node: arg };
  const columns = arg.properties.flatMap((p): [string, string][] => {
    const [key, column] = [nameOf(p), p.type === AST_NODE_TYPES.Property ? row.columnOf(p.value) : undefined];
    return key === undefined || column === undefined ? [] : [[key, column]];
  });
  return { kind: "fields", columns: new Map(columns) };
}

function fieldsOf({ properties }: TSESTree.ObjectPattern, given: Given): readonly [string, Given][] {
  return properties.flatMap((p): [string, Given][] => {
    if (p.type !== AST_NODE_TYPES.Property || p.value.type !== AST_NODE_TYPES.Identifier) return [];
    const name = nameOf(p) ?? "";
    const column = given.kind === "row" ? name : given.kind === "fields" ? given.columns.get(name) : undefined;
    return [[p.value.name, column === undefined ? { kind: "other", node: p } : { kind: "column", name: column }]];
  });
}
