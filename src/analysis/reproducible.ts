/** Whether two callers that are about the same row come to the same value: then it does not matter whose is written last. */
import type { Value } from "../ir/value.js";
import { isAgreed, isFresh, namesWorker } from "../models/calls.js";
import { isConstant } from "./constraint.js";
import type { Pair } from "./pair.js";
import { rootOf, testsOn, type ColumnUses } from "./rows.js";
import type { AccessEvent } from "./summary.js";

/** Computed from nothing but the key, rows, constants and the clock. */
export class Reproducible {
  readonly #given: ReadonlySet<Value>;

  constructor(pair: Pick<Pair, "read" | "write" | "row">, uses: ColumnUses) {
    const given = [...keysOf(pair.read), ...keysOf(pair.write), ...equatedWithRow(pair, uses), ...equatedInSearch(pair, uses)];
    this.#given = new Set(given.flatMap((v) => sources(v, 6)));
  }

  holds(value: Value, depth = 6): boolean {
    if (depth === 0 || this.#given.has(value) || isConstant(value) || value.kind === "clock" || value.kind === "class") return true;
    if (rootOf(value)?.kind === "result") return true;
    const all = (values: readonly Value[]) => values.every((v) => this.holds(v, depth - 1));
    switch (value.kind) {
      case "computed":
        // Too many alternatives to tell what was chosen from what it was chosen by.
        return value.operation === "one of many" || all(value.inputs);
      case "call":
        return !isFresh(value.name) && (value.inputs.length === 0 ? isAgreed(value.name) : all(value.inputs));
      case "binary":
        return all([value.left, value.right]);
      case "not":
        return this.holds(value.operand, depth - 1);
      case "join":
        return all(value.alternatives.map((a) => a.value));
      case "object":
        return all(value.parts.map((p) => p.value));
      case "list":
        return all(value.elements);
      case "element":
      case "mapped":
      case "filtered":
      case "exists":
        return this.holds(value.list, depth - 1);
      case "member":
        return !(namesWorker(value.name) && isAmbient(value.base)) && this.holds(value.base, depth - 1);
      case "global":
        return !namesWorker(value.name);
      default:
        return value.kind !== "parameter" && value.kind !== "capture";
    }
  }
}

/** What the row was found by: whoever has the same row has the same. */
function keysOf({ access }: AccessEvent): readonly Value[] {
  return access.filter.predicates.flatMap((p) => (p.operator === "=" && p.value !== undefined ? [p.value] : []));
}

/** What a column of the row must equal on the way to the write. */
function equatedWithRow({ write, row }: Pick<Pair, "write" | "row">, uses: ColumnUses): readonly Value[] {
  return write.guards.flatMap(({ value, polarity, certain }) => (certain && polarity ? equatedBy(value, row, uses) : []));
}

/** What a column had to equal for the row to be picked out of a list: `keys.find((k) => k.hash === hash(key))`. */
function equatedInSearch({ write: { access }, row }: Pick<Pair, "write" | "row">, uses: ColumnUses): readonly Value[] {
  const named = [access.target, ...access.filter.predicates.map((p) => p.value)];
  return named.flatMap((v) => (v === undefined ? [] : testsOn(v))).flatMap((test) => equatedBy(test, row, uses));
}

function equatedBy(value: Value, row: Value, uses: ColumnUses): readonly Value[] {
  if (value.kind !== "binary" || (value.operator !== "===" && value.operator !== "==")) return [];
  const isColumn = (v: Value) => v.kind === "member" && uses.normal(v.base) === row;
  return isColumn(value.left) ? [value.right] : isColumn(value.right) ? [value.left] : [];
}

/** What the process or a service holds, and nothing that it was given. */
function isAmbient(value: Value): boolean {
  return value.kind === "member" ? isAmbient(value.base) : value.kind === "global" || value.kind === "this" || value.kind === "unknown";
}

/** The value and what it was computed from: who looks a row up by a token's hash has the token. */
function sources(value: Value, depth: number): readonly Value[] {
  if (depth === 0) return [value];
  switch (value.kind) {
    case "computed":
    case "call":
      return [value, ...value.inputs.flatMap((v) => sources(v, depth - 1))];
    case "binary":
      return value.operator === "+" ? [value, ...[value.left, value.right].flatMap((v) => sources(v, depth - 1))] : [value];
    case "join": {
      // Whichever it was, it was computed from these.
      const [first = [], ...others] = value.alternatives.map((a) => sources(a.value, depth - 1));
      return [value, ...first.filter((v) => others.every((o) => o.includes(v)))];
    }
    default:
      return [value];
  }
}
