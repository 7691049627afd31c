/**
 * The increment with a guard: what the check lets through goes into the filter, the database computes the new value, and the code acts only
 * if a row changed. The filter is asked again on the latest value, so that it need not forbid what is written.
 */
import type { Issue } from "../analysis/issue.js";
import type { Editing } from "../models/editing.js";
import { guardsAt, isOneFunction, statementOf } from "./claim.js";
import { importNames } from "./importNames.js";
import { rowOf, stepEdits } from "./increment.js";
import { freeName } from "./names.js";
import { outcomeEdits } from "./outcomeEdits.js";
import type { Source } from "./source.js";
import type { Outcome, Reason, TextEdit } from "./suggestion.js";
import { conditionalWrite } from "./write.js";

export function guardedIncrement(issue: Issue, editing: Editing, source: Source): Outcome {
  const edits = editsOf(issue, editing, source);
  return typeof edits === "string"
    ? { kind: "withheld", technique: "increment", reason: edits }
    : { kind: "suggestion", technique: "increment", edits, method: issue.writeMethod, columns: issue.columns };
}

function editsOf(issue: Issue, editing: Editing, source: Source): readonly TextEdit[] | Reason {
  const { surroundings } = issue;
  if (surroundings === undefined || issue.otherWrites.length > 0) return "several reads or writes";
  if (!surroundings.isStale || issue.checkedInFilter) return "not applicable";
  if (!isOneFunction(issue)) return "different functions";
  if (surroundings.effectBefore) return "effect before write";
  if (!surroundings.writesOneRow) return "may write several rows";
  const call = source.callAt(issue.write);
  const statement = call === undefined ? undefined : statementOf(call, source);
  if (call === undefined || statement === undefined) return "write cannot be rewritten";
  const step = addedEdits(issue, call, editing, source);
  if (typeof step === "string") return step;
  const guards = guardsAt(issue, statement, editing, source);
  if (typeof guards === "string") return guards;
  const write = conditionalWrite(issue, call, guards.columns, editing, source);
  if (typeof write === "string") return write;
  const imports = importNames(write.imports, editing.package, source);
  const count = freeName([editing.count, "changed", "changedRows"], source);
  if (imports === undefined || count === undefined) return "write cannot be rewritten";
  const outcome = outcomeEdits(guards.exit, { statement, count, property: editing.count }, source);
  if (typeof outcome === "string") return outcome;
  return [...imports, ...write.edits, ...without(step, write.edits), ...outcome].toSorted((a, b) => a.range[0] - b.range[0]);
}

function addedEdits(issue: Issue, call: NonNullable<ReturnType<Source["callAt"]>>, editing: Editing, source: Source) {
  const [column, ...more] = issue.surroundings?.columns ?? [];
  if (column?.type !== "number" || more.length > 0) return "not applicable";
  if (column.roundTrips !== true) return "value does not round-trip";
  const form = Object.hasOwn(editing.increments ?? {}, issue.writeMethod) ? editing.increments?.[issue.writeMethod] : undefined;
  const row = rowOf(issue, source);
  if (row === undefined) return "read cannot be rewritten";
  if (form?.kind !== "method" && form?.kind !== "value") return "write cannot be rewritten";
  return stepEdits(form, { issue, call, row, column: column.name, source });
}

/** Both say how the key becomes a filter; the condition's words have it all. */
function without(edits: readonly TextEdit[], others: readonly TextEdit[]): readonly TextEdit[] {
  return edits.filter(({ range: [start, end] }) => !others.some((o) => o.range[0] === start && o.range[1] === end));
}
