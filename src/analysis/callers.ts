/** What the known callers of a function say: what its parameters are, and whether they hold the protection. */
import type { FunctionId } from "../ir/ir.js";
import type { AccessId, Value } from "../ir/value.js";
import type { Environment } from "./environment.js";
import { isWrite } from "./detect.js";
import { topLevelOf } from "./functionsOf.js";
import { isNeverRun } from "./neverRun.js";
import { isSinceCall, ownRow } from "./ownRow.js";
import type { Drop, Pair } from "./pair.js";
import { keepsOut, protectionOf, type ProtectionContext } from "./protection.js";
import { isClosed } from "./reach.js";
import { unitsOf, type Unit } from "./unit.js";
import type { CallRecord } from "./summary.js";

/** A flow that calls a function, and the call. */
export interface CallerInstance {
  readonly caller: FunctionId;
  readonly unit: Unit;
  readonly record: CallRecord;
}

/** Calls above a function that are looked at. */
const maxHeight = 3;

export class Callers {
  readonly #instances = new Map<FunctionId, readonly CallerInstance[]>();

  constructor(private readonly environment: Environment) {}

  /** Every call of the function in a file that is not ignored. */
  of(id: FunctionId): readonly CallerInstance[] {
    const known = this.#instances.get(id);
    if (known !== undefined) return known;
    this.#instances.set(id, []);
    const instances = this.find(id);
    this.#instances.set(id, instances);
    return instances;
  }

  private find(id: FunctionId): readonly CallerInstance[] {
    const { facts, settings } = this.environment;
    return facts.callers(id).flatMap(({ caller, call }) => {
      if (settings.ignored(call.file)) return [];
      const top = topLevelOf(this.environment, caller);
      const evaluation = top === undefined ? undefined : this.environment.evaluation(top);
      if (top === undefined || evaluation === undefined) return [];
      return unitsOf(evaluation).flatMap((unit) =>
        unit.evaluation.calls
          .filter((r) => r.call.node === call.node && r.call.file === call.file)
          .map((record) => ({ caller: top, unit, record })),
      );
    });
  }

  /**
   * Functions above `id` whose flows may supply a row to a check inside it: its callers, theirs, and so on, as long as some guarded write
   * of `id` depends on something it was given. Without such a write nobody is asked.
   */
  flowsAbove(id: FunctionId, context: ProtectionContext): readonly FunctionId[] {
    if (!this.dependsOnInputs(id, context)) return [];
    const above = new Set<FunctionId>();
    let current: readonly FunctionId[] = [id];
    for (let height = 0; height < maxHeight && current.length > 0; height++) {
      const next = new Set(current.flatMap((f) => this.of(f).map((i) => i.caller)));
      current = [...next].filter((f) => f !== id && !above.has(f));
      for (const f of current) above.add(f);
    }
    if (above.size === 0) this.environment.counters.count("checks of a parameter without a caller");
    return [...above];
  }

  private dependsOnInputs(id: FunctionId, { uses }: ProtectionContext): boolean {
    const evaluation = this.environment.evaluation(id);
    if (evaluation === undefined) return false;
    return unitsOf(evaluation).some((unit) =>
      unit.events.some(
        (e) => e.kind === "access" && isWrite(e) && e.guards.some((g) => g.level === 0 && uses.of(g.value).some((u) => isInput(u.row))),
      ),
    );
  }

  /** What the callers of a complete pair say: that they never get there, or that they hold a protection, all of them. */
  protection(pair: Pair, context: ProtectionContext, height = maxHeight): Drop | undefined {
    if (height === 0) return undefined;
    if (isClosed(pair, this, this.environment, height)) return "closed by every caller";
    // A call of itself is no evidence: who calls it first decides.
    const callers = this.of(pair.unit.evaluation.function).filter((c) => c.caller !== pair.unit.evaluation.function);
    if (pair.unit.evaluation.outer !== undefined) return undefined;
    if (callers.length === 0) return isNeverRun(pair.unit.evaluation.function, this.environment) ? "never run" : undefined;
    return callers.every((c) => this.protects(c, pair, context, height)) ? "protected by every caller" : undefined;
  }

  private protects({ record, unit, caller }: CallerInstance, pair: Pair, context: ProtectionContext, height: number): boolean {
    if (record.scopes.some((s) => keepsOut(s, this.environment) || s.kind === "unknown wrapper")) return true;
    if (unit.events.slice(0, record.position).some((e) => keepsOut(e, this.environment))) return true;
    if (isSinceCall(pair, record)) return true;
    const read = unit.access(`${record.prefix}/${pair.read.id}`);
    const write = unit.access(`${record.prefix}/${pair.write.id}`);
    if (read === undefined || write === undefined) return false;
    const check = write.guards.find((g) => g.at.node === pair.check.at.node && g.at.file === pair.check.at.file) ?? pair.check;
    const inCaller: Pair = { ...pair, unit, read, write, check, level: check.level, row: this.rename(pair.row, record.prefix) };
    if (ownRow(inCaller, context) !== undefined || protectionOf(inCaller, context) !== undefined) return true;
    return caller !== pair.unit.evaluation.function && this.protection({ ...inCaller, unit }, context, height - 1) !== undefined;
  }

  /** The row in the caller's terms. */
  private rename(row: Value, prefix: string): Value {
    const { values, operations } = this.environment;
    switch (row.kind) {
      case "result":
        return values.result(renamed(row.access, prefix));
      case "element":
        return operations.element(this.rename(row.list, prefix));
      case "member":
        return values.make({ kind: "member", base: this.rename(row.base, prefix), name: row.name });
      default:
        return row;
    }
  }
}

function renamed(id: AccessId, prefix: string): AccessId {
  return `${prefix}/${id}`;
}

function isInput(row: Value): boolean {
  switch (row.kind) {
    case "parameter":
    case "this":
      return true;
    case "member":
      return isInput(row.base);
    case "element":
      return isInput(row.list);
    default:
      return false;
  }
}
