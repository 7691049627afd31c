/**
 * Transactions that nobody passes on: a decorator or a wrapper opens one, and whatever goes through the shared handle while it runs is in it.
 * Documentation: https://github.com/Aliheym/typeorm-transactional#readme, https://papooch.github.io/nestjs-cls/plugins/available-plugins/transactional
 */
import type { Value } from "../ir/value.js";
import type { DecoratorArgument, DecoratorUse, Targets } from "../program/facts.js";
import { isolationNamed, isolationOf } from "./access.js";
import { isNamedLock } from "./locks.js";
import type { Isolation } from "./model.js";

const packages = new Set(["typeorm-transactional", "typeorm-transactional-cls-hooked", "@nestjs-cls/transactional"]);
const decorators = new Set(["Transactional"]);
const wrappers = new Set(["runInTransaction", "withTransaction"]);

/** What a decorator does around the method's body. */
type Decoration =
  | { readonly kind: "transaction"; readonly isolation: Isolation | undefined }
  /** It may hold a lock. */
  | { readonly kind: "lock" };

/** `undefined`: nothing that anybody knows of. */
export function decorationOf(use: DecoratorUse): Decoration | undefined {
  if (packages.has(use.package) && decorators.has(use.name)) return { kind: "transaction", isolation: isolationAmong(use.arguments) };
  const name = use.name.charAt(0).toLowerCase() + use.name.slice(1);
  return isNamedLock(name) || /^(?:mutex|synchroni[sz]ed|exclusive|redlock|distributedLock)$/i.test(name) ? { kind: "lock" } : undefined;
}

function isolationAmong(given: readonly DecoratorArgument[]): Isolation | undefined {
  const level = given.flatMap((a) => (a.kind === "object" ? (a.properties["isolationLevel"] ?? []) : [])).at(-1);
  if (level === undefined) return undefined;
  return level.kind === "literal" && typeof level.value === "string" ? isolationNamed(level.value) : "unknown";
}

/** A function that runs its callback in such a transaction: `runInTransaction(fn, { isolationLevel })`, `host.withTransaction(fn)`. */
export function ambientTransaction(targets: Targets, given: readonly Value[]): { readonly isolation: Isolation | undefined } | undefined {
  if (targets.kind !== "external" || !packages.has(targets.package) || !wrappers.has(targets.path.at(-1) ?? "")) return undefined;
  const options = given.filter((v) => v.kind === "object");
  const level = options.flatMap((o) => o.parts.flatMap((p) => (p.kind === "field" && p.name === "isolationLevel" ? [p.value] : []))).at(-1);
  return { isolation: isolationOf(level) };
}
