/**
 * What makes read, check and write one operation (design 4). Each function is one row of the table and says whether it protects a pair;
 * facts about databases and layers are measured, see docs/internals/protection.md.
 */
import { claimed, insertedBefore, leased } from "./claim.js";
import { compareAndSet } from "./compareAndSet.js";
import type { Environment } from "./environment.js";
import type { Drop, Pair } from "./pair.js";
import { ambientTransaction, before, isShared, lockedBefore, lockedByRead, sameScope } from "./rowLock.js";
import type { ColumnUses } from "./rows.js";
import type { SameRow } from "./sameRow.js";
import type { AccessEvent, Event, Scope } from "./summary.js";

export { affectedIn } from "./claim.js";
export { before, isTransaction, lockedBefore } from "./rowLock.js";

export interface ProtectionContext {
  readonly environment: Environment;
  readonly uses: ColumnUses;
  readonly sameRow: SameRow;
}

type Protection = (pair: Pair, context: ProtectionContext) => Drop | undefined;

const protections: readonly Protection[] = [
  compareAndSet,
  optimisticVersion,
  lockedByRead,
  lockedBefore,
  isolationLevel,
  enclosingLock,
  lockFunctionBefore,
  claimed,
  leased,
  insertedBefore,
];

/** What protects the pair within its own flow. */
export function protectionOf(pair: Pair, context: ProtectionContext): Drop | undefined {
  for (const protection of protections) {
    const found = protection(pair, context);
    if (found !== undefined) return found;
  }
  return undefined;
}

function optimisticVersion({ write }: Pair): Drop | undefined {
  return write.access.optimistic ? "optimistic version" : undefined;
}

/** First updater wins: an error for the other, if both ends are in one snapshot. MySQL's REPEATABLE READ does not check. */
export function isolationLevel(pair: Pair, { environment }: ProtectionContext): Drop | undefined {
  const { read, write } = pair;
  if (read.access.connection !== write.access.connection) return undefined;
  const isolation = isolationOf(read, pair);
  if (isolation === "serializable" || isolation === "unknown") return "isolation level";
  return isolation === "repeatable read" && environment.settings.dialect === "postgresql" && write.access.operation !== "insert"
    ? "isolation level"
    : undefined;
}

function isolationOf(read: AccessEvent, pair: Pair) {
  const { connection } = read.access;
  // The last one counts: `SET TRANSACTION ISOLATION LEVEL` in a transaction that is open.
  const begun = before(read, pair).findLast((e) => e.kind === "begin" && e.connection === connection);
  if (begun?.kind === "begin") return begun.isolation;
  for (const scope of read.scopes) if (scope.kind === "transaction" && scope.connection === connection) return scope.isolation;
  return isShared(connection) ? ambientTransaction(read, pair.write)?.isolation : undefined;
}

/** A lock, or something that may be one, around the whole span. */
export function enclosingLock({ read, write }: Pair, { environment }: ProtectionContext): Drop | undefined {
  const common = read.scopes.filter((s) => write.scopes.some((t) => sameScope(s, t)));
  if (common.some((s) => keepsOut(s, environment))) return "lock function";
  return common.some((s) => s.kind === "unknown wrapper") ? "unknown wrapper" : undefined;
}

export function lockFunctionBefore(pair: Pair, { environment }: ProtectionContext): Drop | undefined {
  return before(pair.read, pair).some((e) => keepsOut(e, environment)) ? "lock function" : undefined;
}

/** A lock that every caller that may run at the same time has to take, or has taken. */
export function keepsOut(lock: Scope | Event, { settings }: Environment): boolean {
  return lock.kind === "lock" && (lock.reach === "everyone" || settings.singleProcess);
}
