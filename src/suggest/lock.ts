/**
 * The lock: read and write are in one transaction already, so the read takes the row's lock and keeps it until the write is committed.
 *
 * Not offered where the read is in another function (others may call it outside a transaction), or where it joins: PostgreSQL locks no row
 * of the nullable side of an outer join.
 */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import type { Issue } from "../analysis/issue.js";
import type { Editing, LockForm } from "../models/editing.js";
import { chainOf, isPlainChain, methodOf } from "./chain.js";
import type { Request } from "./decisiveWrite.js";
import { nextRow } from "./filterGuards.js";
import { nameOf } from "./properties.js";
import type { Source } from "./source.js";
import { insertionEdits, statementOf } from "./statement.js";
import type { Outcome, Reason, TextEdit } from "./suggestion.js";

export function lock(request: Request): Outcome {
  const { issue } = request;
  const edits = lockEdits(request);
  return typeof edits === "string"
    ? { kind: "withheld", technique: "lock", reason: edits }
    : { kind: "suggestion", technique: "lock", edits, method: issue.readMethod, columns: issue.columns };
}

/** The queue: many rows are taken at once, and nobody waits for those that others are taking. */
export function queue(request: Request): Outcome {
  const { issue, source } = request;
  const edits = takesMany(issue, source) ? queueEdits(request) : "not applicable";
  return typeof edits === "string"
    ? { kind: "withheld", technique: "queue", reason: edits }
    : { kind: "suggestion", technique: "queue", edits, method: issue.readMethod, columns: issue.columns };
}

/** Rows that the read's filter chose are written all at once, or in a loop over them. */
function takesMany(issue: Issue, source: Source): boolean {
  const [read, write] = [source.callAt(issue.read), source.callAt(issue.write)];
  const isHere = issue.read.file === source.file && issue.write.file === source.file && read !== undefined && write !== undefined;
  return issue.checkedInFilter && isHere && (issue.surroundings?.writesOneRow === false || nextRow(read, write, source) !== undefined);
}

function queueEdits({ issue, editing, source }: Request): readonly TextEdit[] | Reason {
  const { surroundings } = issue;
  if (surroundings === undefined) return "several reads or writes";
  if (!surroundings.oneTransaction || issue.trace.length > 0) return "not applicable";
  if (surroundings.joinsAlways) return "outer join in the read";
  const form = Object.hasOwn(editing.queues ?? {}, issue.readMethod) ? editing.queues?.[issue.readMethod] : undefined;
  const call = source.callAt(issue.read);
  if (form === undefined || call === undefined) return "read cannot be rewritten";
  if (form.kind === "statement") return statementEdits(call, editing, true, source);
  return editsOf(form, call, surroundings.readThrough?.type === "manager", source);
}

function lockEdits({ issue, editing, source }: Request): readonly TextEdit[] | Reason {
  const { surroundings } = issue;
  if (surroundings === undefined) return "several reads or writes";
  if (!surroundings.oneTransaction) return "not applicable";
  if (issue.trace.length > 0 || issue.read.file !== source.file) return "different functions";
  const form = editing.locks !== undefined && Object.hasOwn(editing.locks, issue.readMethod) ? editing.locks[issue.readMethod] : undefined;
  const call = source.callAt(issue.read);
  if (form === undefined || call === undefined || (form.kind !== "statement" && form.kind !== "call" && !surroundings.readsOneRow))
    return "read cannot be rewritten";
  if (form.kind === "statement") return statementEdits(call, editing, false, source);
  return editsOf(form, call, surroundings.readThrough?.type === "manager", source);
}

/** Options that make a read join. */
const joins: ReadonlySet<string> = new Set(["relations", "join", "relationLoadStrategy"]);

function editsOf(
  form: Exclude<LockForm, { kind: "statement" }>,
  call: TSESTree.CallExpression,
  onManager: boolean,
  source: Source,
): readonly TextEdit[] | Reason {
  if (form.kind === "call") return callEdits(form, call, source);
  const [argument, ...more] = onManager ? call.arguments.slice(1) : call.arguments;
  if (argument === undefined || more.length > 0 || call.callee.type !== AST_NODE_TYPES.MemberExpression) return "read cannot be rewritten";
  switch (form.kind) {
    case "options": {
      const last = argument.type === AST_NODE_TYPES.ObjectExpression ? argument.properties.at(-1) : undefined;
      if (last === undefined || argument.type !== AST_NODE_TYPES.ObjectExpression) return "read cannot be rewritten";
      const names = argument.properties.map(nameOf);
      if (names.some((n) => n === undefined || n === "lock")) return "read cannot be rewritten";
      if (names.some((n) => n !== undefined && joins.has(n))) return "outer join in the read";
      return [{ file: source.file, range: [last.range[1], last.range[1]], text: `, ${form.property}` }];
    }
    case "filter":
      return [
        { file: source.file, range: call.callee.property.range, text: form.method },
        { file: source.file, range: [argument.range[0], argument.range[0]], text: "{ where: " },
        { file: source.file, range: [argument.range[1], argument.range[1]], text: `, ${form.property} }` },
      ];
  }
}

/** `.for("update")` at the end of the chain. */
function callEdits(form: Extract<LockForm, { kind: "call" }>, call: TSESTree.CallExpression, source: Source): readonly TextEdit[] | Reason {
  const chain = chainOf(call, source);
  const end = chain.at(-1)?.range[1];
  if (end === undefined || !isPlainChain(chain) || chain.some((c) => form.without.includes(methodOf(c) ?? "")))
    return "read cannot be rewritten";
  return [{ file: source.file, range: [end, end], text: form.text }];
}

function statementEdits(call: TSESTree.CallExpression, editing: Editing, skips: boolean, source: Source): readonly TextEdit[] | Reason {
  const statement = statementOf(call, source);
  const insertion = statement === undefined ? undefined : editing.statement?.lock(statement.text, skips);
  return statement === undefined || insertion === undefined ? "read cannot be rewritten" : insertionEdits(insertion, statement, source);
}
