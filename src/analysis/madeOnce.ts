/** Rows of which the database lets there be only one: where two callers insert the same key it refuses the second. */
import { childrenOf, type Value } from "../ir/value.js";
import { isFresh } from "../models/calls.js";
import type { AccessSpec } from "../models/model.js";
import type { Pair } from "./pair.js";
import type { ProtectionContext } from "./protection.js";
import { Reproducible } from "./reproducible.js";
import { happensWith, isBegun } from "./rowLock.js";
import type { AccessEvent, Event } from "./summary.js";

/** Both callers would insert the same unique key. */
export function isMadeOnce(access: AccessSpec, pair: Pair, { environment, uses }: ProtectionContext): boolean {
  if (access.operation !== "insert" || access.onConflict !== "error") return false;
  const schema = environment.schema(access.entity);
  const reproducible = new Reproducible(pair, uses);
  const isSame = (column: string) => {
    const value = access.written.find((w) => w.column === column)?.value;
    return value !== undefined && !isFreshValue(value, 6) && reproducible.holds(value);
  };
  const keys = schema === undefined ? [] : [schema.primaryKey, ...schema.uniques];
  return keys.some((key) => key.length > 0 && key.every(isSame));
}

/** An insert that whoever writes has made, before the write or in its transaction: the second caller fails there. */
export function arbiterOf(pair: Pair, context: ProtectionContext): AccessEvent | undefined {
  const { unit, write } = pair;
  const isWithWrite = ({ id, access: { connection } }: AccessEvent) =>
    unit.order(id) < unit.order(write.id) || (connection === write.access.connection && isBegun(connection, pair));
  return unit.events.find(
    (e): e is AccessEvent => e.kind === "access" && isWithWrite(e) && happensWith(e, write.guards) && isMadeOnce(e.access, pair, context),
  );
}

/** Before the read the flow inserted such a row: whoever is refused leaves, or goes on as one who came second. */
export function isMadeBefore(events: readonly Event[], pair: Pair, context: ProtectionContext): boolean {
  return events.some((e) => e.kind === "access" && happensWith(e, pair.read.guards) && isMadeOnce(e.access, pair, context));
}

/** Made anew by each caller: `randomUUID()`, `Date.now()`. */
export function isFreshValue(value: Value, depth: number): boolean {
  if (value.kind === "clock" || value.kind === "unknown" || (value.kind === "call" && isFresh(value.name))) return true;
  return depth > 0 && childrenOf(value).some((v) => isFreshValue(v, depth - 1));
}
