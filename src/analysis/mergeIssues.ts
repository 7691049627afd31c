/** What meets at one place is one race: its columns, checks and writes in one report, with what makes it matter most. */
import type { CheckedColumn, Consequence, Issue, Place, Repair, Surroundings } from "./issue.js";

/** The strongest first. What the check itself is about says more than what else the write writes, a known value more than any. */
export function strength(consequence: Consequence, columns: readonly string[]): number {
  switch (consequence.kind) {
    case "effect":
      return 0;
    case "repeated":
      return 1;
    case "outcome":
      return 2;
    case "overwrite":
      return consequence.column !== undefined && columns.includes(consequence.column) ? 3 : 5;
    case "partner":
      return consequence.value === undefined ? 6 : 4;
    case "stale-value":
      return 7;
    case "idempotent":
      return 8;
  }
}

/** One issue for each kind, anchor and entity. Where one of them matters, those that do not are left out. */
export function mergeIssues(issues: readonly Issue[]): readonly Issue[] {
  const groups = new Map<string, Issue[]>();
  for (const issue of issues) {
    const { line, column } = issue.anchor.loc;
    const key = [issue.kind, line, column, issue.entity].join(":");
    groups.set(key, [...(groups.get(key) ?? []), issue]);
  }
  return [...groups.values()].map((group) => {
    const ranked = group.toSorted((a, b) => strength(a.consequence, a.columns) - strength(b.consequence, b.columns));
    const matter = ranked.filter((i) => i.consequence.kind !== "idempotent");
    return (matter.length === 0 ? ranked : matter).reduce(joined);
  });
}

function joined(first: Issue, other: Issue): Issue {
  return {
    ...first,
    columns: [...new Set([...first.columns, ...other.columns])].toSorted(),
    otherChecks: withPlaces(first.check, first.otherChecks, [other.check, ...other.otherChecks]),
    otherWrites: withPlaces(first.write, first.otherWrites, [other.write, ...other.otherWrites]),
    repair: joinedRepair(first.repair, other.repair),
    surroundings: joinedSurroundings(first, other),
  };
}

/** A fix compares all columns; if one check is used up by the write, the second caller fails by that one. */
function joinedRepair(first: Repair | undefined, other: Repair | undefined): Repair | undefined {
  if (first === undefined || other === undefined) return first ?? other;
  const further = other.columns.filter((column) => !first.columns.some(({ name }) => name === column.name));
  return {
    ...first,
    columns: [...first.columns.map((column) => weakest(column, other.columns)), ...further],
    usedUp: first.usedUp || other.usedUp,
    early: withPlaces(undefined, first.early, other.early),
  };
}

/** Another check of the column may let more through. */
function weakest(column: CheckedColumn, others: readonly CheckedColumn[]): CheckedColumn {
  return { ...column, onlyNull: column.onlyNull || others.some(({ name, onlyNull }) => name === column.name && onlyNull) };
}

/** What holds of one change that is made for both. */
function joinedSurroundings(first: Issue, other: Issue): Surroundings | undefined {
  const [a, b] = [first.surroundings, other.surroundings];
  if (a === undefined || b === undefined || !isSame(first.read, other.read) || !isSame(first.write, other.write)) return undefined;
  return {
    ...a,
    columns: [...a.columns, ...b.columns.filter((c) => !a.columns.some((d) => d.name === c.name))],
    writesOneRow: a.writesOneRow && b.writesOneRow,
    effectBefore: a.effectBefore || b.effectBefore,
    isStale: a.isStale || b.isStale,
    oneTransaction: a.oneTransaction && b.oneTransaction,
  };
}

function isSame(a: Place, b: Place): boolean {
  return a.file === b.file && a.loc.line === b.loc.line && a.loc.column === b.loc.column;
}

/** Places on a line that is named already say nothing new. */
function withPlaces(first: Place | undefined, known: readonly Place[], more: readonly Place[]): readonly Place[] {
  const isNamed = (place: Place, among: readonly Place[]) =>
    [...(first === undefined ? [] : [first]), ...among].some((p) => p.file === place.file && p.loc.line === place.loc.line);
  return more.reduce<readonly Place[]>((among, place) => (isNamed(place, among) ? among : [...among, place]), known);
}
