/** What can be suggested for an issue, and why the rest is not. */
import type { Issue, IssueKind } from "../analysis/issue.js";
import { modelByName } from "../models/registry.js";
import { claim } from "./claim.js";
import type { Request } from "./decisiveWrite.js";
import { guardedIncrement } from "./guardedIncrement.js";
import { increment } from "./increment.js";
import { lock, queue } from "./lock.js";
import type { Source } from "./source.js";
import type { Outcome } from "./suggestion.js";

/** The syntax of a file of the program (an absolute path as the program names it); `undefined` where it cannot be changed. */
export type Sources = (file: string) => Source | undefined;

/** One outcome a technique that the issue's kind knows, the best first. A layer that says nothing of its spelling has none. */
export function suggestionsFor(issue: Issue, sources: Sources): readonly Outcome[] {
  const editing = modelByName(issue.surroundings?.through?.model ?? issue.layer)?.editing;
  const source = sources(issue.anchor.file);
  if (editing === undefined || source === undefined) return [];
  return (techniques[issue.kind] ?? []).map((technique) => technique({ issue, editing, source, sources }));
}

type TechniqueOf = (request: Request) => Outcome;

const techniques: Readonly<Partial<Record<IssueKind, readonly TechniqueOf[]>>> = {
  "racy-transition": [claim, guardedIncrement, queue, lock],
  "lost-update": [guardedIncrement, increment, lock],
};
