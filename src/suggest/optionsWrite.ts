/** `update({ where, data })` as a method that counts, with conditions in `where`. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import type { Issue } from "../analysis/issue.js";
import type { WriteForm } from "../models/editing.js";
import type { Result } from "./embedding.js";
import { nameOf, withFields } from "./properties.js";
import type { Node, Source } from "./source.js";
import type { Reason, TextEdit } from "./suggestion.js";

interface Rewritten {
  readonly edits: readonly TextEdit[];
  readonly result: Result;
}

type Options = Extract<WriteForm, { kind: "options" }>;

/** What says which parts of the row are wanted back: the method that counts gives none. */
const wanted: ReadonlySet<string> = new Set(["select", "include", "omit"]);

export function optionsEdits(
  issue: Issue,
  call: TSESTree.CallExpression,
  form: Options,
  fields: readonly string[],
  source: Source,
): Rewritten | Reason {
  const { callee } = call;
  const [options, ...more] = call.arguments;
  if (options?.type !== AST_NODE_TYPES.ObjectExpression || more.length > 0 || callee.type !== AST_NODE_TYPES.MemberExpression)
    return "write cannot be rewritten";
  const given = new Map(options.properties.map((p) => [nameOf(p), p.type === AST_NODE_TYPES.Property ? p.value : p] as const));
  const [where, data] = [given.get("where"), given.get("data")];
  const areColumns = columnsTest(issue);
  const isKnown = [...given.keys()].every((k) => k === "where" || k === "data" || wanted.has(k ?? ""));
  if (!isKnown || (data !== undefined && !areColumns(data)) || !areColumns(where)) return "write cannot be rewritten";
  const edits = withFields(where, fields, source);
  const dropped = droppedEdits(options, source);
  if (typeof edits === "string" || dropped === undefined) return "write cannot be rewritten";
  return {
    edits: [{ file: source.file, range: callee.property.range, text: form.method }, ...edits, ...dropped],
    result:
      form.method === issue.writeMethod
        ? { kind: "same" }
        : { kind: "instead", text: reread(form, { call, options, where, data }, source), isPromise: true },
  };
}

/** The object names columns only: the method that counts takes neither relations nor compound keys. */
function columnsTest({ surroundings }: Issue): (object: Node | undefined) => object is TSESTree.ObjectExpression {
  const known = surroundings?.properties ?? [];
  return (object): object is TSESTree.ObjectExpression =>
    object?.type === AST_NODE_TYPES.ObjectExpression && object.properties.every((p) => known.includes(nameOf(p) ?? ""));
}

function droppedEdits({ properties }: TSESTree.ObjectExpression, source: Source): readonly TextEdit[] | undefined {
  const edits: TextEdit[] = [];
  for (const [at, property] of properties.entries()) {
    if (!wanted.has(nameOf(property) ?? "")) continue;
    const [before, after] = [properties[at - 1], properties[at + 1]];
    const range = before === undefined ? [property.range[0], after?.range[0] ?? property.range[1]] : [before.range[1], property.range[1]];
    const [start, end] = range as [number, number];
    if (source.hasComments(start, end)) return undefined;
    edits.push({ file: source.file, range: [start, end], text: "" });
  }
  return edits;
}

interface Given {
  readonly call: TSESTree.CallExpression;
  readonly options: TSESTree.ObjectExpression;
  readonly where: TSESTree.ObjectExpression;
  readonly data: Node | undefined;
}

/** The row by the same key, with what was wanted of it; `undefined` where the write changes its key or there is no such method. */
function reread({ reread: method }: Options, { call, options, where, data }: Given, source: Source): string | undefined {
  const set = data?.type === AST_NODE_TYPES.ObjectExpression ? data.properties.map(nameOf) : [];
  const isMoved = where.properties.some((p) => set.includes(nameOf(p)));
  if (method === undefined || isMoved || call.callee.type !== AST_NODE_TYPES.MemberExpression) return undefined;
  const kept = options.properties.filter((p) => nameOf(p) === "where" || wanted.has(nameOf(p) ?? ""));
  return `${source.textOf(call.callee.object)}.${method}({ ${kept.map((p) => source.textOf(p)).join(", ")} })`;
}
