/** What two callers that both pass a check both do, and which must not happen twice. */
import type { Condition, Value } from "../ir/value.js";
import { asksForToken, isLookup, isRemoval } from "../models/effects.js";
import { affectedIn, claimed, leased } from "./claim.js";
import type { ConsequenceContext } from "./consequence.js";
import { equalConstants, isConstant } from "./constraint.js";
import type { Consequence, Place } from "./issue.js";
import type { Pair } from "./pair.js";
import { isFreshValue, isMadeOnce } from "./madeOnce.js";
import { Reproducible } from "./reproducible.js";
import type { AccessEvent, Event, Guard } from "./summary.js";

/** `arbiter`: an insert that only one caller gets past. Calls to the outside first, then writes; of the same sort the one in the nearest function. */
export function effectOf(pair: Pair, context: ConsequenceContext, arbiter?: AccessEvent): Consequence | undefined {
  const isOpen = (e: Event) => arbiter === undefined || pair.unit.order(e.id) < pair.unit.order(arbiter.id);
  const near = pair.unit.events
    .filter((e) => isOpen(e) && isControlled(e, pair, context))
    .toSorted((a, b) => a.path.length - b.path.length);
  const outside = near.filter(isOutside);
  const found = outside.length > 0 ? outside : near.filter((e) => isRepeatedWrite(e, pair, context));
  // Of what happens before the write the author must know: there a conditional write comes too late.
  const chosen = found.find((e) => isEarly(e, pair)) ?? found[0];
  const site = chosen?.path.at(-1);
  if (chosen === undefined || site === undefined) return undefined;
  return { kind: "effect", name: site.text, at: context.place(site.name), early: isEarly(chosen, pair) };
}

/** Everything of that sort between check and write, by the call in the function where the two meet. */
export function earlyEffects(pair: Pair, context: ConsequenceContext): readonly Place[] {
  return pair.unit.events
    .filter((e) => isControlled(e, pair, context) && isEarly(e, pair) && (isOutside(e) || isRepeatedWrite(e, pair, context)))
    .flatMap((e) => (e.path[pair.level] ?? e.path.at(-1))?.name ?? [])
    .map((name) => context.place(name));
}

/** It happens only to those who pass the check (or, where check and write are one statement, to those who wrote), and may happen to those who write. */
function isControlled(event: Event, pair: Pair, context: ConsequenceContext): boolean {
  if (event === pair.write || event.id === pair.read.id) return false;
  // Where the write is followed by a throw, only what is so as well comes after it.
  if (pair.write.leaves === true && event.leaves !== true && !isEarly(event, pair)) return false;
  return (
    event.guards.some((g) => isCheck(g, pair.check) || affectedIn(g.value).includes(pair.write.id)) &&
    !event.guards.some((g) => isOpposite(g, pair.check)) &&
    !event.guards.some((g) => pair.write.guards.some((h) => contradicts(g, h))) &&
    !isBehindClaim(event, pair, context)
  );
}

/** Only the one who won a claim of the row, or of one that stands for it, comes so far. */
function isBehindClaim({ id, path, guards, scopes }: Event, pair: Pair, context: ConsequenceContext): boolean {
  // Whether the write itself is a claim is not asked: what it does not protect is the question.
  const others = guards.filter((g) => !affectedIn(g.value).includes(pair.write.id));
  const reached: Pair = { ...pair, write: { ...pair.write, id, path, guards: others, scopes } };
  return claimed(reached, context) !== undefined || leased(reached, context) === "leased";
}

export function isCheck(guard: Guard, check: Guard): boolean {
  return guard.value === check.value && guard.polarity === check.polarity;
}

export function isOpposite(guard: Condition, check: Condition): boolean {
  return guard.value === check.value && guard.polarity !== check.polarity;
}

/** No caller passes both: the branches exclude each other. */
export function contradicts(a: Guard, b: Guard): boolean {
  if (!a.certain || !b.certain) return false;
  if (isOpposite(a, b)) return true;
  const [x, y] = [a.value, b.value];
  if (!a.polarity || !b.polarity || x.kind !== "binary" || y.kind !== "binary") return false;
  return x.operator === "===" && y.operator === "===" && x.left === y.left && equalConstants(x.right, y.right) === false;
}

function isOutside(event: Event): boolean {
  if (event.kind !== "effect") return false;
  const text = event.path.at(-1)?.text ?? "";
  return !isLookup(text, event.inputs) && !isRemoval(text, event.inputs) && !event.inputs.some((v) => isKeyed(v, 3) || asksForToken(v));
}

/** The request carries an idempotency key that both callers compute alike: who receives it acts once. */
function isKeyed(value: Value, depth: number): boolean {
  if (depth === 0 || value.kind !== "object") return false;
  return value.parts.some((p) =>
    p.kind === "field" && idempotencyKey.test(p.name) ? !isFreshValue(p.value, 6) : isKeyed(p.value, depth - 1),
  );
}

const idempotencyKey = /^(?:x-)?idempotency[-_]?key$/i;

function isEarly(event: Event, { unit, write }: Pair): boolean {
  return unit.order(event.id) < unit.order(write.id);
}

/**
 * An insert, an increment, or a write of another row that is more than setting what every caller would set. Writing the same row once more
 * changes nothing else.
 */
function isRepeatedWrite(event: Event, pair: Pair, context: ConsequenceContext): boolean {
  const { sameRow, uses } = context;
  if (event.kind !== "access" || event.access.operation === "read" || event.access.operation === "lock") return false;
  const { access } = event;
  if (access.operation === "insert") return access.onConflict === "error" && !isMadeOnce(access, pair, context);
  if (access.written.some((w) => w.how !== "set" && w.how !== "raw")) return true;
  if (access.operation === "upsert" || access.operation === "delete") return false;
  const reproducible = new Reproducible(pair, uses);
  if (access.written.every((w) => w.how === "raw" || isConstant(w.value) || reproducible.holds(w.value))) return false;
  return access.entity !== pair.write.access.entity && !sameRow.holds(access, pair.row, pair.read.access);
}
