import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import type { Place } from "../analysis/issue.js";

/** What a parser makes of a file: the tree with ranges, and which properties of a node hold nodes. */
export interface ParsedFile {
  readonly ast: TSESTree.Program;
  readonly visitorKeys: Readonly<Record<string, readonly string[] | undefined>>;
}

/** A file's text and syntax, and the questions that edits ask about them. */
export class SyntaxFile {
  readonly ast: TSESTree.Program;
  readonly #parents = new Map<TSESTree.Node, TSESTree.Node>();
  readonly #children: ParsedFile["visitorKeys"];
  readonly #lines: readonly number[];

  constructor(
    readonly path: string,
    readonly text: string,
    { ast, visitorKeys }: ParsedFile,
  ) {
    this.ast = ast;
    this.#children = visitorKeys;
    this.#lines = [0, ...Array.from(text.matchAll(/\r\n|[\n\r\u2028\u2029]/g), (match) => match.index + match[0].length)];
    for (const node of this.inside(ast)) for (const child of this.childrenOf(node)) this.#parents.set(child, node);
  }

  /** How the file ends its lines. */
  get lineBreak(): string {
    return this.text.includes("\r\n") ? "\r\n" : "\n";
  }

  textOf(node: TSESTree.Node): string {
    return this.text.slice(...node.range);
  }

  parent(node: TSESTree.Node): TSESTree.Node | undefined {
    return this.#parents.get(node);
  }

  /** The node's ancestors, the nearest first. */
  *ancestors(node: TSESTree.Node): Generator<TSESTree.Node> {
    for (let at = this.parent(node); at !== undefined; at = this.parent(at)) yield at;
  }

  /** The node and everything in it, in the order of the text. */
  *inside(node: TSESTree.Node): Generator<TSESTree.Node> {
    yield node;
    for (const child of this.childrenOf(node)) yield* this.inside(child);
  }

  offsetOf({ loc }: Place): number {
    return (this.#lines[loc.line - 1] ?? 0) + loc.column;
  }

  /** Line from 1 and column from 0 of an offset. */
  position(offset: number): { readonly line: number; readonly column: number } {
    const line = this.#lines.findLastIndex((start) => start <= offset);
    return { line: line + 1, column: offset - (this.#lines[line] ?? 0) };
  }

  /** White space before the first character of the offset's line. */
  indentationAt(offset: number): string {
    const start = this.#lines[this.position(offset).line - 1] ?? 0;
    return /^[ \t]*/.exec(this.text.slice(start))?.[0] ?? "";
  }

  /** Where the line of the offset ends, if nothing but a comment follows on it; otherwise the offset itself. */
  endOfLine(offset: number): number {
    const rest = /^[ \t]*(?:\/\/[^\r\n]*|\/\*(?:(?!\*\/)[^\r\n])*\*\/[ \t]*)?(?=\r?\n|$)/.exec(this.text.slice(offset))?.[0];
    return offset + (rest?.length ?? 0);
  }

  /** The innermost call whose callee's name is at the place. */
  callNamedAt(place: Place): TSESTree.CallExpression | undefined {
    const offset = this.offsetOf(place);
    const calls = [...this.inside(this.ast)].filter((n) => n.type === AST_NODE_TYPES.CallExpression);
    return calls.find(({ callee }) => (callee.type === AST_NODE_TYPES.MemberExpression ? callee.property : callee).range[0] === offset);
  }

  private childrenOf(node: TSESTree.Node): readonly TSESTree.Node[] {
    const record = node as unknown as Readonly<Record<string, unknown>>;
    return (this.#children[node.type] ?? []).flatMap((key) => [record[key]].flat()).filter(isNode);
  }
}

function isNode(value: unknown): value is TSESTree.Node {
  return typeof value === "object" && value !== null && "type" in value && "range" in value;
}
