/** How a write stands in its function: alone, with its result kept or returned; and how the number of changed rows is got there. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import type { Count } from "../models/editing.js";
import { freeName } from "./names.js";
import { nameOf } from "./properties.js";
import { isFunction, type Source } from "./source.js";
import type { TextEdit } from "./suggestion.js";

export interface Embedding {
  readonly statement: TSESTree.Statement;
  readonly use:
    | { readonly kind: "alone" }
    /** `const name = await ..`, or a pattern. */
    | { readonly kind: "kept"; readonly pattern: TSESTree.BindingName }
    | { readonly kind: "returned" };
  /** Where the awaited expression begins, without what keeps or returns its result. */
  readonly start: number;
  /** The write as it is sent: the whole chain of calls of a query builder. */
  readonly sent: TSESTree.Node;
}

/** `undefined`: it is part of a larger expression, is not awaited, or stands where no statement can follow it. */
export function embeddingOf(sent: TSESTree.Node, source: Source): Embedding | undefined {
  const parent = source.parent(sent);
  const awaited = parent?.type === AST_NODE_TYPES.AwaitExpression ? parent : sent;
  const holder = source.parent(awaited);
  const start = awaited.range[0];
  switch (holder?.type) {
    case AST_NODE_TYPES.ReturnStatement:
      return isInList(holder, source) && isAsync(holder, source)
        ? { statement: holder, use: { kind: "returned" }, start, sent }
        : undefined;
    case AST_NODE_TYPES.ExpressionStatement:
      return awaited !== sent && isInList(holder, source) ? { statement: holder, use: { kind: "alone" }, start, sent } : undefined;
    case AST_NODE_TYPES.VariableDeclarator: {
      const statement = source.parent(holder);
      const isOnly = statement?.type === AST_NODE_TYPES.VariableDeclaration && statement.declarations.length === 1;
      return awaited !== sent && isOnly && isInList(statement, source)
        ? { statement, use: { kind: "kept", pattern: holder.id }, start, sent }
        : undefined;
    }
    default:
      return undefined;
  }
}

/** `await` can be written there. */
function isAsync(statement: TSESTree.Node, source: Source): boolean {
  const around = source.functionAround(statement);
  return around !== undefined && isFunction(around) && around.async;
}

/** A statement can follow it. */
function isInList(statement: TSESTree.Node, source: Source): boolean {
  const list = source.parent(statement);
  return list?.type === AST_NODE_TYPES.BlockStatement || list?.type === AST_NODE_TYPES.SwitchCase;
}

/** What a write gives that is made conditional, for those who use its result. */
export type Result =
  /** The same as before. */
  | { readonly kind: "same" }
  /** Something else; this expression gives what it gave before. `undefined`: there is none. */
  | { readonly kind: "instead"; readonly text: string | undefined; readonly isPromise: boolean };

export interface Counting {
  readonly edits: readonly TextEdit[];
  /** Conditions: the row was changed, or not. */
  readonly won: string;
  readonly lost: string;
  /** A statement that belongs behind the test of the number. */
  readonly after: string | undefined;
}

/** `undefined`: the result is used in a way in which it cannot be counted, or no name is free for it. */
export function countingOf(embedding: Embedding, count: Count, result: Result, source: Source): Counting | undefined {
  const { use, statement } = embedding;
  if (use.kind === "alone") return counted(embedding, count, undefined, source);
  if (result.kind === "instead") {
    const keeps = source.text.slice(statement.range[0], result.isPromise ? embedding.sent.range[0] : embedding.start);
    return result.text === undefined
      ? undefined
      : counted(embedding, count, `${keeps}${result.text}${source.semicolon(statement)}`, source);
  }
  return use.kind === "kept" ? keptCount(use.pattern, count, source) : returnedCount(embedding, count, source);
}

/** `const { affected } = await ..` */
function counted(embedding: Embedding, count: Count, after: string | undefined, source: Source): Counting | undefined {
  const { statement, start } = embedding;
  if (source.hasComments(statement.range[0], start)) return undefined;
  const name = freeName([...(count.kind === "property" ? [count.name] : []), "changed", "changedRows"], source);
  if (name === undefined) return undefined;
  const edit = (pattern: string, number = name): Counting => ({
    edits: boundTo(pattern, embedding, source),
    ...tests(number),
    after,
  });
  switch (count.kind) {
    case "property":
      return edit(`{ ${count.name === name ? name : `${count.name}: ${name}`} }`);
    case "element":
      return edit(`[${", ".repeat(count.index)}${name}]`);
    case "rows":
      return edit(name, `${name}.length`);
    case "itself":
      return edit(name);
  }
}

/** What is kept has the number. */
function keptCount(pattern: TSESTree.BindingName, count: Count, source: Source): Counting | undefined {
  if (pattern.type === AST_NODE_TYPES.Identifier) return { edits: [], ...tests(numberIn(pattern.name, count)), after: undefined };
  if (pattern.type === AST_NODE_TYPES.ArrayPattern) return firstRow(pattern, count);
  return count.kind === "property" ? fromPattern(pattern, count.name, source) : undefined;
}

/** `const [job] = await ..returning()`: it is there if its row was changed. */
function firstRow({ elements: [first, ...more] }: TSESTree.ArrayPattern, count: Count): Counting | undefined {
  const isFirst = first?.type === AST_NODE_TYPES.Identifier && more.length === 0 && count.kind === "rows";
  return isFirst ? { edits: [], won: first.name, lost: `!${first.name}`, after: undefined } : undefined;
}

function fromPattern({ properties }: TSESTree.ObjectPattern, property: string, source: Source): Counting | undefined {
  const last = properties.at(-1);
  if (last === undefined || last.type === AST_NODE_TYPES.RestElement) return undefined;
  const own = properties.find((p) => p.type === AST_NODE_TYPES.Property && nameOf(p) === property);
  if (own?.type === AST_NODE_TYPES.Property)
    return own.value.type === AST_NODE_TYPES.Identifier ? { edits: [], ...tests(own.value.name), after: undefined } : undefined;
  const name = freeName([property, "changed", "changedRows"], source);
  if (name === undefined) return undefined;
  const text = `, ${name === property ? name : `${property}: ${name}`}`;
  return { edits: [{ file: source.file, range: [last.range[1], last.range[1]], text }], ...tests(name), after: undefined };
}

/** `const result = await ..`, tested and then returned. */
function returnedCount(embedding: Embedding, count: Count, source: Source): Counting | undefined {
  const { statement, sent } = embedding;
  const name = freeName(["result", "updated", "written"], source);
  if (name === undefined || source.hasComments(statement.range[0], sent.range[0])) return undefined;
  return {
    edits: boundTo(name, embedding, source),
    ...tests(numberIn(name, count)),
    after: `return ${name}${source.semicolon(statement)}`,
  };
}

/** `const pattern = await ..` in the place of what kept or returned the result. */
function boundTo(pattern: string, { statement, start, sent }: Embedding, source: Source): readonly TextEdit[] {
  const awaits = start === sent.range[0] ? "await " : "";
  return [{ file: source.file, range: [statement.range[0], start], text: `const ${pattern} = ${awaits}` }];
}

function tests(number: string): Pick<Counting, "won" | "lost"> {
  return { won: `${number} === 1`, lost: `${number} !== 1` };
}

function numberIn(name: string, count: Count): string {
  switch (count.kind) {
    case "property":
      return `${name}.${count.name}`;
    case "element":
      return `${name}[${String(count.index)}]`;
    case "rows":
      return `${name}.length`;
    case "itself":
      return name;
  }
}
