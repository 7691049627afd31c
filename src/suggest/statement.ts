/** A statement as a call is given it: a text written in place, and a list of values behind it. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import type { Insertion } from "../models/editing.js";
import type { Source } from "./source.js";
import type { TextEdit } from "./suggestion.js";

/** `query("UPDATE ..", [a, b])` */
export interface Statement {
  readonly text: string;
  readonly literal: TSESTree.Node;
  /** `undefined`: no values are given. */
  readonly values: TSESTree.ArrayExpression | undefined;
}

type Texts = Pick<Source, "file" | "textOf">;

/** `undefined` where the text is not written in place, or has escapes that make its positions others than the file's. */
export function statementOf({ arguments: [first, second, ...more] }: TSESTree.CallExpression, source: Texts): Statement | undefined {
  if (first === undefined || more.length > 0) return undefined;
  const text = plainText(first);
  const isWritten = text !== undefined && source.textOf(first).slice(1, -1) === text;
  if (!isWritten || (second !== undefined && second.type !== AST_NODE_TYPES.ArrayExpression)) return undefined;
  if (second?.elements.some((e) => e === null || e.type === AST_NODE_TYPES.SpreadElement) === true) return undefined;
  return { text, literal: first, values: second };
}

function plainText(node: TSESTree.Node): string | undefined {
  if (node.type === AST_NODE_TYPES.Literal) return typeof node.value === "string" ? node.value : undefined;
  const isTemplate = node.type === AST_NODE_TYPES.TemplateLiteral && node.expressions.length === 0;
  return isTemplate ? (node.quasis[0]?.value.cooked ?? undefined) : undefined;
}

export function insertionEdits({ at, text, values }: Insertion, statement: Statement, source: Texts): readonly TextEdit[] {
  const { literal } = statement;
  const quote = source.textOf(literal).charAt(0);
  const offset = literal.range[0] + 1 + at;
  const inserted: TextEdit = { file: source.file, range: [offset, offset], text: text.replaceAll(quote, `\\${quote}`) };
  return [inserted, ...valueEdits(values, statement, source)];
}

function valueEdits(values: readonly string[], { literal, values: list }: Statement, source: Texts): readonly TextEdit[] {
  if (values.length === 0) return [];
  const text = values.join(", ");
  if (list === undefined) return [{ file: source.file, range: [literal.range[1], literal.range[1]], text: `, [${text}]` }];
  const last = list.elements.at(-1);
  const at = last?.range[1] ?? list.range[0] + 1;
  return [{ file: source.file, range: [at, at], text: last === undefined ? text : `, ${text}` }];
}
