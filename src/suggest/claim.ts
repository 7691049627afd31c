/**
 * The claim: the check moves into the write's filter, and the code acts only if a row changed.
 *
 * Not offered where something that must happen once lies before the write, where the write may change other rows, where the check or its
 * exit cannot be said at the write, or where a value that was read may differ from the stored one when it is sent back.
 */
import type { Issue } from "../analysis/issue.js";
import { decisiveEdits, decisiveWrite, type Request } from "./decisiveWrite.js";
import { filterGuards } from "./filterGuards.js";
import { guardsAt } from "./guardsAt.js";
import type { Outcome, Reason, TextEdit } from "./suggestion.js";

export function claim(request: Request): Outcome {
  const { issue } = request;
  const edits = claimEdits(request);
  return typeof edits === "string"
    ? { kind: "withheld", technique: "claim", reason: edits }
    : { kind: "suggestion", technique: "claim", edits, method: issue.writeMethod, columns: issue.columns };
}

function claimEdits(request: Request): readonly TextEdit[] | Reason {
  const { issue } = request;
  const write = decisiveWrite(request);
  if (typeof write === "string") return write;
  // A condition that still holds says nothing of a value that was computed from an older one.
  if (issue.surroundings?.isStale === true) return "written value computed from the read";
  if (!isDecisive(issue)) return "write leaves the check open";
  const { statement } = write.embedding;
  const guards = issue.checkedInFilter ? filterGuards(request, statement) : guardsAt(request, statement);
  return typeof guards === "string" ? guards : decisiveEdits(write, guards, request);
}

/** The second caller fails the condition, or it is another write that must not be overwritten. */
function isDecisive({ repair, consequence }: Issue): boolean {
  return repair?.usedUp === true || consequence.kind === "partner";
}
