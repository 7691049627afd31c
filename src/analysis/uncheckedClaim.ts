/**
 * Finds conditional updates that claim a row (the new value no longer fits the condition) and whose changed-row count nobody looks at, while
 * the flow goes on as if it had won: what follows then happens twice.
 *
 * Nobody looks: the result is dropped where it stands, by every function that could have returned it, and no condition, call or returned
 * value of the flow depends on it.
 *
 * Known approximations: a result that is stored and never read, or tested as an object that is always true, counts as looked at; a bound
 * that the update moves (`until < now`) is no claim.
 */
import { childrenOf, type Value } from "../ir/value.js";
import type { Predicate, WrittenColumn } from "../models/model.js";
import type { ConsequenceContext } from "./consequence.js";
import { predicateAdmits } from "./constraint.js";
import { isInsideOneCallee } from "./detect.js";
import type { Issue } from "./issue.js";
import { columnPlace, issueOf } from "./makeIssue.js";
import type { Pair } from "./pair.js";
import { protectionOf } from "./protection.js";
import { isDropped } from "./resultUse.js";
import type { AccessEvent, Evaluation, Event, Site } from "./summary.js";
import type { Unit } from "./unit.js";

export function uncheckedClaims(unit: Unit, context: ConsequenceContext): readonly Issue[] {
  return unit.events
    .filter((e) => e.kind === "access")
    .flatMap((claim) => {
      const columns = claimedColumns(claim, context);
      if (columns.length === 0 || claim.access.missThrows || !isDropped(claim.path, context.environment)) return [];
      const follower = unit.events.slice(unit.order(claim.id) + 1).find((e) => follows(e, claim));
      const site = follower?.path.at(-1);
      if (follower === undefined || site === undefined || isLookedAt(claim, unit.evaluation, context) || isProtected(claim, unit, context))
        return [];
      return issue(claim, columns, site, context);
    });
}

/** The columns that the update requires to have a value and takes that value from, of rows that its key names. */
function claimedColumns({ access }: AccessEvent, { environment, sameRow }: ConsequenceContext): readonly string[] {
  if (access.operation !== "update" || access.filter.opaque || access.optimistic) return [];
  const schema = environment.schema(access.entity);
  const { predicates } = access.filter;
  const isKey = (p: Predicate) => sameRow.isKey(p.column, schema) && (p.operator === "=" || p.operator === "in");
  if (!predicates.some(isKey)) return [];
  const claimed = predicates.filter((p) => p.outer && !isKey(p) && access.written.some((w) => w.column === p.column && falsifies(w, p)));
  return [...new Set(claimed.map((p) => p.column))].toSorted();
}

/** The row no longer fits the predicate after the write. */
function falsifies({ value, how }: WrittenColumn, p: Predicate): boolean {
  if (how === "increment" || how === "decrement") return p.operator === "=";
  if (how !== "set") return false;
  if (p.operator === "is null") return isSomething(value);
  if (p.operator === "=" && value.kind === "binary" && (value.operator === "+" || value.operator === "-")) return value.left === p.value;
  return predicateAdmits(p, value) === false;
}

/** Not nothing, as far as it is known: an owner's id, a token, the time. */
function isSomething(value: Value): boolean {
  if (value.kind === "join") return value.alternatives.every((a) => isSomething(a.value));
  return value.kind !== "unknown" && (value.kind !== "const" || (value.value !== null && value.value !== undefined));
}

/** What must not happen twice and happens whenever the claim was made: not on another branch, nor on ways that made no claim. */
function follows(event: Event, claim: AccessEvent): boolean {
  if (!isRepeatable(event) || isInsideOneCallee(event, claim)) return false;
  return claim.guards.every((g) => event.guards.some((h) => h.value === g.value && h.polarity === g.polarity));
}

function isRepeatable(event: Event): boolean {
  if (event.kind === "effect") return true;
  if (event.kind !== "access") return false;
  const { operation, written, onConflict } = event.access;
  if (operation === "insert") return onConflict === "error";
  return operation === "update" && written.some((w) => w.how === "increment" || w.how === "decrement" || w.how === "append");
}

function isLookedAt(claim: AccessEvent, evaluation: Evaluation, context: ConsequenceContext): boolean {
  const { values } = context.environment;
  const sought = new Set([values.affected(claim.id), values.result(claim.id)]);
  const seen = new Set(valuesOf(evaluation));
  for (const value of seen) {
    if (sought.has(value)) return true;
    for (const child of childrenOf(value)) seen.add(child);
  }
  return false;
}

/** Every value that decides, is handed on, or is returned. */
function valuesOf(evaluation: Evaluation): readonly Value[] {
  const { events, calls, returns, postconditions, heap, detached } = evaluation;
  return [
    ...events.flatMap((e) => [...e.guards.map((g) => g.value), ...givenTo(e)]),
    ...calls.flatMap((c) => [c.receiver, ...c.arguments]),
    ...returns.flatMap((r) => [r.value, ...r.guards.map((g) => g.value)]),
    ...[evaluation.returned, ...postconditions.map((g) => g.value), ...heap.map((h) => h.value)],
    ...detached.flatMap(valuesOf),
  ];
}

function givenTo(event: Event): readonly Value[] {
  switch (event.kind) {
    case "effect":
      return event.inputs;
    case "invoke":
      return event.arguments;
    case "access":
      return [...event.access.written.map((w) => w.value), ...event.access.filter.predicates.flatMap((p) => p.value ?? [])];
    default:
      return [];
  }
}

/** Whoever holds the row's lock, or has won another claim, wins this one. A pair without columns: the filter itself is no protection here. */
function isProtected(claim: AccessEvent, unit: Unit, context: ConsequenceContext): boolean {
  const at = claim.path.at(-1)?.call;
  if (at === undefined) return true;
  const check = { value: context.environment.values.unknown, polarity: true, at, level: 0, certain: true, source: "branch" } as const;
  const pair: Pair = { unit, read: claim, write: claim, check, row: check.value, columns: [], byFilter: true, level: 0 };
  return protectionOf(pair, context) !== undefined || context.heldByCallers(pair) !== undefined;
}

function issue(claim: AccessEvent, columns: readonly string[], effect: Site, context: ConsequenceContext): readonly Issue[] {
  const [anchor] = claim.path;
  const [column = ""] = columns;
  const check = columnPlace(claim, column, context) ?? (anchor === undefined ? undefined : context.place(anchor.name));
  if (check === undefined) return [];
  const consequence = { kind: "effect", name: effect.text, at: context.place(effect.name), early: false } as const;
  return issueOf(
    { kind: "unchecked-claim", read: claim, write: claim, anchor, columns, check, consequence, checkedInFilter: true },
    context,
  );
}
