/**
 * Several writes of one function that hang on one check of one row are one race with one remedy, a claim in front of them all: the report
 * stands at the one that matters most and names the others.
 */
import type { Issue, Place } from "./issue.js";
import { strength } from "./mergeIssues.js";

/** Issues of one function, those at one place merged already. */
export function sameRace(issues: readonly Issue[]): readonly Issue[] {
  const ranked = issues.toSorted((a, b) => rank(a) - rank(b) || a.anchor.loc.line - b.anchor.loc.line);
  return ranked.reduce<readonly Issue[]>((kept, issue) => {
    const first = kept.find((k) => isSame(k, issue));
    if (first === undefined) return [...kept, issue];
    return kept.map((k) => (k === first ? { ...k, furtherWrites: [...k.furtherWrites, ...furtherWritesOf(issue, k)] } : k));
  }, []);
}

function rank({ consequence, columns }: Issue): number {
  return strength(consequence, columns);
}

function isSame(a: Issue, b: Issue): boolean {
  if (a.kind !== "racy-transition" || b.kind !== "racy-transition") return false;
  if (a.entity !== b.entity || a.layer !== b.layer || !isAt(a.read, b.read)) return false;
  const checks = [a.check, ...a.otherChecks];
  return [b.check, ...b.otherChecks].some((c) => checks.some((d) => isAt(c, d))) && a.columns.some((c) => b.columns.includes(c));
}

/** Where both go through one helper that writes, the call of it says which is meant. */
function furtherWritesOf(issue: Issue, first: Issue): readonly Place[] {
  const known = [first.write, ...first.otherWrites, ...first.furtherWrites];
  const isNamed = (place: Place) => known.some((k) => k.file === place.file && k.loc.line === place.loc.line);
  const writes = [issue.write, ...issue.otherWrites];
  return (writes.every(isNamed) ? [issue.anchor] : writes).filter((w) => !isNamed(w));
}

function isAt(a: Place, b: Place): boolean {
  return a.file === b.file && a.loc.line === b.loc.line && a.loc.column === b.loc.column;
}
