/** One file's syntax as ESLint's parser gives it, with the questions that edits ask of it. */
import type { TSESTree } from "@typescript-eslint/utils";
import { AST_NODE_TYPES } from "@typescript-eslint/utils";
import type { Place } from "../analysis/issue.js";

export type Node = TSESTree.Node;
export type FunctionNode = TSESTree.FunctionDeclaration | TSESTree.FunctionExpression | TSESTree.ArrowFunctionExpression;

const functions: ReadonlySet<AST_NODE_TYPES> = new Set([
  AST_NODE_TYPES.FunctionDeclaration,
  AST_NODE_TYPES.FunctionExpression,
  AST_NODE_TYPES.ArrowFunctionExpression,
]);

export class Source {
  readonly #parents = new Map<Node, Node>();
  readonly #comments: readonly TSESTree.Comment[];

  constructor(
    readonly file: string,
    readonly text: string,
    readonly program: TSESTree.Program,
  ) {
    this.#comments = program.comments ?? [];
    this.adopt(program);
  }

  private adopt(node: Node): void {
    for (const child of childrenOf(node)) {
      this.#parents.set(child, node);
      this.adopt(child);
    }
  }

  textOf(node: Node): string {
    return this.text.slice(node.range[0], node.range[1]);
  }

  parent(node: Node): Node | undefined {
    return this.#parents.get(node);
  }

  /** The node's ancestors, nearest first. */
  ancestors(node: Node): readonly Node[] {
    const found: Node[] = [];
    for (let up = this.parent(node); up !== undefined; up = this.parent(up)) found.push(up);
    return found;
  }

  /** The function around the node, not the node itself. */
  functionAround(node: Node): Node | undefined {
    return this.ancestors(node).find((a) => functions.has(a.type));
  }

  /** How a function is called: its own name, or that of the method, property or variable that holds it. */
  nameOfFunction(node: Node): string | undefined {
    if (node.type === AST_NODE_TYPES.FunctionDeclaration || node.type === AST_NODE_TYPES.FunctionExpression)
      if (node.id !== null) return node.id.name;
    const holder = this.parent(node);
    switch (holder?.type) {
      case AST_NODE_TYPES.MethodDefinition:
      case AST_NODE_TYPES.PropertyDefinition:
      case AST_NODE_TYPES.Property:
        return holder.computed ? undefined : this.textOf(holder.key);
      case AST_NODE_TYPES.VariableDeclarator:
        return holder.id.type === AST_NODE_TYPES.Identifier ? holder.id.name : undefined;
      default:
        return undefined;
    }
  }

  /** The call whose callee's name stands at the place. */
  callAt(place: Place): TSESTree.CallExpression | undefined {
    const start = this.offset(place.loc.line, place.loc.column);
    const end = this.offset(place.loc.endLine, place.loc.endColumn);
    const name = this.smallest(start, end);
    if (name === undefined) return undefined;
    const callee = this.parent(name)?.type === AST_NODE_TYPES.MemberExpression ? this.parent(name) : name;
    const call = callee === undefined ? undefined : this.parent(callee);
    return call?.type === AST_NODE_TYPES.CallExpression && call.callee === callee ? call : undefined;
  }

  /** The innermost node that covers the place. */
  nodeAt({ loc }: Place): Node | undefined {
    return this.smallest(this.offset(loc.line, loc.column), this.offset(loc.endLine, loc.endColumn));
  }

  private smallest(start: number, end: number): Node | undefined {
    let node: Node = this.program;
    for (;;) {
      const inner: Node | undefined = childrenOf(node).find((c) => c.range[0] <= start && end <= c.range[1]);
      if (inner === undefined) return node === this.program ? undefined : node;
      node = inner;
    }
  }

  private offset(line: number, column: number): number {
    let start = 0;
    for (let i = 1; i < line; i++) start = this.text.indexOf("\n", start) + 1;
    return start + column;
  }

  /** The white space in front of the node's line. */
  indentation(node: Node): string {
    const start = this.text.lastIndexOf("\n", node.range[0] - 1) + 1;
    return /^[\t ]*/.exec(this.text.slice(start, node.range[0]))?.[0] ?? "";
  }

  /** Behind the statement, and behind the comments that follow it in its line. */
  endOfLine(statement: Node): number {
    const newline = this.text.indexOf("\n", statement.range[1]);
    const end = newline < 0 ? this.text.length : newline;
    const between = this.#comments.filter((c) => c.range[0] >= statement.range[1] && c.range[1] <= end);
    const rest = between.reduceRight(
      (t, c) => t.slice(0, c.range[0] - statement.range[1]) + t.slice(c.range[1] - statement.range[1]),
      this.text.slice(statement.range[1], end),
    );
    return rest.trim() === "" ? end - (this.text[end - 1] === "\r" ? 1 : 0) : statement.range[1];
  }

  /** What ends a statement here: nothing in files without semicolons. */
  semicolon(statement: Node): string {
    return this.text[statement.range[1] - 1] === ";" ? ";" : "";
  }

  /** How the file ends its lines. */
  get lineBreak(): string {
    return this.text.includes("\r\n") ? "\r\n" : "\n";
  }

  /** What the constant of that name is given, by the nearest declaration around the name; `undefined`: it is no constant, or not of a function. */
  constant(name: TSESTree.Identifier): TSESTree.Expression | undefined {
    for (const scope of this.ancestors(name)) {
      const declared = childrenOf(scope).flatMap((c) => (c.type === AST_NODE_TYPES.VariableDeclaration ? c.declarations : []));
      const own = declared.find((d) => d.id.type === AST_NODE_TYPES.Identifier && d.id.name === name.name);
      if (own !== undefined) return this.isConstant(own) ? (own.init ?? undefined) : undefined;
    }
    return undefined;
  }

  /** What the variable of that name, or the pattern that it is part of, is given by the nearest declaration around the name. */
  madeOf(name: TSESTree.Identifier): TSESTree.Expression | undefined {
    for (const scope of this.ancestors(name)) {
      const declared = childrenOf(scope).flatMap((c) => (c.type === AST_NODE_TYPES.VariableDeclaration ? c.declarations : []));
      const own = declared.find((d) => descendants(d.id).some((n) => n.type === AST_NODE_TYPES.Identifier && n.name === name.name));
      if (own !== undefined) return own.init ?? undefined;
    }
    return undefined;
  }

  private isConstant(declarator: Node): boolean {
    const declaration = this.parent(declarator);
    return declaration?.type === AST_NODE_TYPES.VariableDeclaration && declaration.kind === "const";
  }

  hasComments(start: number, end: number): boolean {
    return this.#comments.some((c) => c.range[0] < end && c.range[1] > start);
  }
}

const noChildren: ReadonlySet<string> = new Set(["parent", "loc", "range", "tokens", "comments"]);

/** The nodes directly inside, in source order. */
export function childrenOf(node: Node): readonly Node[] {
  const found: Node[] = [];
  for (const [key, value] of Object.entries(node)) {
    if (noChildren.has(key)) continue;
    for (const one of Array.isArray(value) ? (value as readonly unknown[]) : [value as unknown]) if (isNode(one)) found.push(one);
  }
  return found;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && "range" in value && typeof value.type === "string";
}

export function isFunction(node: Node): node is FunctionNode {
  return functions.has(node.type);
}

/** All nodes below and the node itself, without what lies inside nested functions if `into` is false. */
export function descendants(node: Node, into = true): readonly Node[] {
  return [node, ...childrenOf(node).flatMap((c) => (!into && isFunction(c) ? [] : descendants(c, into)))];
}
