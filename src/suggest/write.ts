/** Puts conditions into the filter of a write, whatever the form in which it takes one. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import type { Issue } from "../analysis/issue.js";
import type { Condition, Count, Editing, WriteForm } from "../models/editing.js";
import { chainOf } from "./chain.js";
import { chainEdits } from "./chainWrite.js";
import type { Result } from "./embedding.js";
import { optionsEdits } from "./optionsWrite.js";
import { withFields } from "./properties.js";
import { savedRow } from "./savedRow.js";
import { propertiesOf } from "./spellings.js";
import type { Node, Source } from "./source.js";
import { insertionEdits, statementOf } from "./statement.js";
import type { Reason, TextEdit } from "./suggestion.js";

export interface ConditionalWrite {
  readonly edits: readonly TextEdit[];
  /** Names that the layer's package must give. */
  readonly imports: readonly string[];
  readonly count: Count;
  readonly result: Result;
}

/** How the layer makes the write conditional; `undefined`: it does not. */
export function writeFormOf({ writeMethod, surroundings }: Issue, { writes }: Editing): WriteForm | undefined {
  const special = `${surroundings?.through?.type ?? ""}.${writeMethod}`;
  const name = Object.hasOwn(writes, special) ? special : writeMethod;
  return Object.hasOwn(writes, name) ? writes[name] : undefined;
}

/** The write as it is sent: the whole chain of calls that build a statement. */
export function sentBy(form: WriteForm, call: TSESTree.CallExpression, source: Source): Node {
  return form.kind === "chain" ? (chainOf(call, source).at(-1) ?? call) : call;
}

export function conditionalWrite(
  issue: Issue,
  call: TSESTree.CallExpression,
  conditions: readonly Condition[],
  editing: Editing,
  source: Source,
): ConditionalWrite | Reason {
  const form = writeFormOf(issue, editing);
  if (form === undefined) return "write cannot be rewritten";
  const made = editsOf(form, { issue, call, conditions }, editing, source);
  return typeof made === "string" ? made : { imports: [], result: { kind: "same" }, count: form.count, ...made };
}

type Made = Pick<ConditionalWrite, "edits"> & Partial<ConditionalWrite>;

interface Target {
  readonly issue: Issue;
  readonly call: TSESTree.CallExpression;
  readonly conditions: readonly Condition[];
}

function editsOf(form: WriteForm, target: Target, editing: Editing, source: Source): Made | Reason {
  const { issue, call, conditions } = target;
  switch (form.kind) {
    case "statement":
      return statementEdits(call, conditions, editing, source);
    case "chain":
      return chainEdits(form, target, editing, source);
    case "criteria":
      return withProperties(target, editing, (fields) => criteriaEdits(issue, call, form.arguments, fields, source));
    case "row":
      return withProperties(target, editing, (fields) => savedRow(issue, call, fields, form.method, source));
    case "options":
      return withProperties(target, editing, (fields) => optionsEdits(issue, call, form, fields, source));
  }
}

/** The conditions as fields of an object. */
function withProperties({ conditions }: Target, editing: Editing, edits: (fields: readonly string[]) => Made | Reason): Made | Reason {
  const properties = propertiesOf(conditions, editing);
  if (properties === undefined) return "condition cannot be expressed";
  const made = edits(properties.map((p) => p.text));
  return typeof made === "string" ? made : { ...made, imports: properties.flatMap((p) => p.imports) };
}

/** The conditions stand in the statement's text. */
function statementEdits(call: TSESTree.CallExpression, conditions: readonly Condition[], editing: Editing, source: Source): Made | Reason {
  const statement = statementOf(call, source);
  if (statement === undefined) return "write cannot be rewritten";
  const { statement: text } = editing;
  // What the statement writes it names: an entity's property may have another name in the database.
  if (text === undefined || conditions.some((c) => !text.names(statement.text, c.column))) return "condition cannot be expressed";
  const insertion = text.condition(statement.text, conditions, statement.values?.elements.length ?? 0);
  return insertion === undefined ? "write cannot be rewritten" : { edits: insertionEdits(insertion, statement, source) };
}

/** `update(criteria, patch)`; on a manager the entity stands in front. */
function criteriaEdits(
  issue: Issue,
  call: TSESTree.CallExpression,
  count: number,
  fields: readonly string[],
  source: Source,
): Made | Reason {
  const rest = issue.surroundings?.through?.type === "manager" ? call.arguments.slice(1) : call.arguments;
  const [criteria] = rest;
  if (criteria === undefined || rest.length !== count) return "write cannot be rewritten";
  if (criteria.type === AST_NODE_TYPES.ObjectExpression) {
    const edits = withFields(criteria, fields, source);
    return typeof edits === "string" ? edits : { edits };
  }
  const [key, ...moreKeys] = issue.surroundings?.primaryKey ?? [];
  if (key === undefined || moreKeys.length > 0 || !isScalar(criteria)) return "write cannot be rewritten";
  const text = source.textOf(criteria);
  const object = `{ ${[text === key ? key : `${key}: ${text}`, ...fields].join(", ")} }`;
  return { edits: [{ file: source.file, range: criteria.range, text: object }] };
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
