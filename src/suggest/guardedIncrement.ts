/**
 * The increment with a guard: what the check lets through goes into the filter, the database computes the new value, and the code acts only
 * if a row changed. The filter is asked again on the latest value, so that it need not forbid what is written.
 */
import type { TSESTree } from "@typescript-eslint/utils";
import { decisiveEdits, decisiveWrite, type Request } from "./decisiveWrite.js";
import { guardsAt } from "./guardsAt.js";
import { incrementFormOf, rowOf, stepEdits } from "./increment.js";
import type { Outcome, Reason, TextEdit } from "./suggestion.js";

export function guardedIncrement(request: Request): Outcome {
  const { issue } = request;
  const edits = editsOf(request);
  return typeof edits === "string"
    ? { kind: "withheld", technique: "increment", reason: edits }
    : { kind: "suggestion", technique: "increment", edits, method: issue.writeMethod, columns: issue.columns };
}

function editsOf(request: Request): readonly TextEdit[] | Reason {
  const { issue } = request;
  if (issue.surroundings?.isStale !== true || issue.checkedInFilter) return "not applicable";
  const write = decisiveWrite(request);
  if (typeof write === "string") return write;
  const step = addedEdits(request, write.call);
  if (typeof step === "string") return step;
  const guards = guardsAt(request, write.embedding.statement);
  return typeof guards === "string" ? guards : decisiveEdits(write, guards, request, step);
}

function addedEdits({ issue, editing, source }: Request, call: TSESTree.CallExpression): readonly TextEdit[] | Reason {
  const [column, ...more] = issue.surroundings?.columns ?? [];
  if (column?.type !== "number" || more.length > 0) return "not applicable";
  if (column.roundTrips !== true) return "value does not round-trip";
  const form = incrementFormOf(issue, editing);
  const row = rowOf(issue, source);
  if (row === undefined) return "read cannot be rewritten";
  if (form === undefined || form.kind === "saved") return "write cannot be rewritten";
  return stepEdits(form, { issue, call, row, column: column.name, editing, source });
}
