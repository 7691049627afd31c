/** Puts conditions into the filter of a write, whatever the form in which it takes one. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import type { Issue } from "../analysis/issue.js";
import type { Condition, Editing, WriteForm } from "../models/editing.js";
import { nameOf } from "./properties.js";
import { savedRow } from "./savedRow.js";
import type { Node, Source } from "./source.js";
import { insertionEdits, statementOf } from "./statement.js";
import type { Reason, TextEdit } from "./suggestion.js";

/** The edits, and the names that the layer's package must give. */
export interface ConditionalWrite {
  readonly edits: readonly TextEdit[];
  readonly imports: readonly string[];
}

export function conditionalWrite(
  issue: Issue,
  call: TSESTree.CallExpression,
  conditions: readonly Condition[],
  editing: Editing,
  source: Source,
): ConditionalWrite | Reason {
  const form = Object.hasOwn(editing.writes, issue.writeMethod) ? editing.writes[issue.writeMethod] : undefined;
  if (form === undefined) return "write cannot be rewritten";
  if (form.kind === "statement") return statementEdits(call, conditions, editing, source);
  const properties = conditions.flatMap((c) => editing.property?.(c) ?? []);
  const isComplete = properties.length === conditions.length && new Set(properties.map((p) => p.name)).size === properties.length;
  if (!isComplete) return "condition cannot be expressed";
  const fields = properties.map((p) => p.text);
  const edits = editsOf(form, issue, call, fields, source);
  return typeof edits === "string" ? edits : { edits, imports: properties.flatMap((p) => p.imports) };
}

function editsOf(
  form: Exclude<WriteForm, { kind: "statement" }>,
  issue: Issue,
  call: TSESTree.CallExpression,
  fields: readonly string[],
  source: Source,
): readonly TextEdit[] | Reason {
  switch (form.kind) {
    case "criteria":
      return criteriaEdits(issue, call, form.arguments, fields, source);
    case "row":
      return savedRow(issue, call, fields, form.method, source);
    case "options":
      return optionsEdits(issue, call, form.method, fields, source);
  }
}

/** The conditions stand in the statement's text. */
function statementEdits(
  call: TSESTree.CallExpression,
  conditions: readonly Condition[],
  editing: Editing,
  source: Source,
): ConditionalWrite | Reason {
  const statement = statementOf(call, source);
  if (statement === undefined) return "write cannot be rewritten";
  // What the statement writes it names: an entity's property may have another name in the database.
  if (conditions.some((c) => !statement.text.includes(c.column))) return "condition cannot be expressed";
  const insertion = editing.statement?.condition(statement.text, conditions, statement.values?.elements.length ?? 0);
  return insertion === undefined ? "write cannot be rewritten" : { edits: insertionEdits(insertion, statement, source), imports: [] };
}

/** `update({ where, data })`: only what the method that counts takes too, columns in `where` and plain values in `data`. */
function optionsEdits(
  issue: Issue,
  call: TSESTree.CallExpression,
  method: string,
  fields: readonly string[],
  source: Source,
): readonly TextEdit[] | Reason {
  const { callee } = call;
  const [options, ...more] = call.arguments;
  if (options?.type !== AST_NODE_TYPES.ObjectExpression || more.length > 0 || callee.type !== AST_NODE_TYPES.MemberExpression)
    return "write cannot be rewritten";
  const given = new Map(options.properties.map((p) => [nameOf(p), p.type === AST_NODE_TYPES.Property ? p.value : p] as const));
  const [where, data] = [given.get("where"), given.get("data")];
  const known = issue.surroundings?.properties ?? [];
  const areColumns = (object: Node | undefined): object is TSESTree.ObjectExpression =>
    object?.type === AST_NODE_TYPES.ObjectExpression && object.properties.every((p) => known.includes(nameOf(p) ?? ""));
  const isPlain = [...given.keys()].every((k) => k === "where" || k === "data") && (data === undefined || areColumns(data));
  if (!isPlain || !areColumns(where)) return "write cannot be rewritten";
  const edits = withFields(where, fields, source);
  if (typeof edits === "string") return edits;
  return [{ file: source.file, range: callee.property.range, text: method }, ...edits];
}

/** `update(criteria, patch)`; on a manager the entity stands in front. */
function criteriaEdits(
  issue: Issue,
  call: TSESTree.CallExpression,
  count: number,
  fields: readonly string[],
  source: Source,
): readonly TextEdit[] | Reason {
  const rest = issue.surroundings?.through?.type === "manager" ? call.arguments.slice(1) : call.arguments;
  const [criteria] = rest;
  if (criteria === undefined || rest.length !== count) return "write cannot be rewritten";
  if (criteria.type === AST_NODE_TYPES.ObjectExpression) return withFields(criteria, fields, source);
  const [key, ...moreKeys] = issue.surroundings?.primaryKey ?? [];
  if (key === undefined || moreKeys.length > 0 || !isScalar(criteria)) return "write cannot be rewritten";
  const text = source.textOf(criteria);
  const object = `{ ${[text === key ? key : `${key}: ${text}`, ...fields].join(", ")} }`;
  return [{ file: source.file, range: criteria.range, text: object }];
}

/** A key itself: an object by that name would have been opened where the key was looked for. */
function isScalar({ type }: Node): boolean {
  return type === AST_NODE_TYPES.Identifier || type === AST_NODE_TYPES.MemberExpression || type === AST_NODE_TYPES.Literal;
}

/** What stands in front of the criteria: nothing on a repository; on a manager the entity, which its `save` may leave out. */
export function entityArgument(issue: Issue, before: readonly Node[], source: Source): string | undefined {
  switch (issue.surroundings?.through?.type) {
    case "repository":
      return before.length === 0 ? "" : undefined;
    case "manager": {
      const [given, ...more] = before;
      if (given !== undefined) return more.length === 0 ? `${source.textOf(given)}, ` : undefined;
      return isValueInScope(issue.entity, source) ? `${issue.entity}, ` : undefined;
    }
    default:
      return undefined;
  }
}

function isValueInScope(name: string, source: Source): boolean {
  return source.program.body.some(
    (s) =>
      s.type === AST_NODE_TYPES.ImportDeclaration &&
      s.importKind !== "type" &&
      s.specifiers.some((i) => i.local.name === name && !(i.type === AST_NODE_TYPES.ImportSpecifier && i.importKind === "type")),
  );
}

/** Adds properties behind the last one; one of a name that is there already would replace it. */
function withFields(object: TSESTree.ObjectExpression, fields: readonly string[], source: Source): readonly TextEdit[] | Reason {
  const last = object.properties.at(-1);
  const names = object.properties.map(nameOf);
  if (last === undefined || names.some((n) => n === undefined || fields.some((f) => f.startsWith(`${n}:`))))
    return "write cannot be rewritten";
  return [{ file: source.file, range: [last.range[1], last.range[1]], text: `, ${fields.join(", ")}` }];
}
