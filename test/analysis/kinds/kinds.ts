/** The issues of one kind that the engine finds in a text, in few words. */
import type { Issue, IssueKind } from "../../../src/analysis/issue.js";
import { Flow } from "../flow.js";

export function issuesOf(kind: IssueKind, flow: Flow, file = "file.ts"): readonly Issue[] {
  return flow.issues(file).filter((i) => i.kind === kind);
}

/** `Entity.columns at anchor`: each issue of the kind. */
export function found(kind: IssueKind, text: string | Flow): readonly string[] {
  const flow = typeof text === "string" ? new Flow(text) : text;
  return issuesOf(kind, flow).map((i) => `${i.entity}.${i.columns.join(",")} at ${flow.text(i.anchor)}`);
}

/** The kinds of all issues in a text. */
export function kinds(text: string): readonly IssueKind[] {
  return new Flow(text).issues().map((i) => i.kind);
}
