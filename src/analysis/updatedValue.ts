/** Whether a column's new value was computed from its old one (`row.count + 1`, `[...row.tags, tag]`, `{ ...row.meta, seen: true }`). */
import { childrenOf, type Value, type ValueOf } from "../ir/value.js";
import type { ColumnUses } from "./rows.js";

const arithmetic = new Set(["+", "-", "*", "/", "%", "**"]);

/** Computations whose result is their input in another form. */
const conversions = new Set(
  (
    "Number String BigInt Date parseInt parseFloat Number.parseInt Number.parseFloat + - " +
    "Math.floor Math.ceil Math.round Math.abs JSON.parse JSON.stringify"
  ).split(" "),
);

/** Computations from two or more values that keep something of each. */
const combinations = new Set(["Math.min", "Math.max", "push", "reduce", "one of many"]);

/** Methods of number, date, list and object libraries that add to what they are given; the libraries are often not installed. */
const adding =
  /^(?:plus|minus|add|sub|subtract|times|mul|multiply|multipliedBy|div|divide|dividedBy|concat|append|merge|add[A-Z]\w*|sub[A-Z]\w*)$/;

/** `new Decimal(row.balance)`, `dayjs(row.until)`, `amount.toNumber()`, `row.until.getTime()`. */
const wrapping = /^(?:[A-Z]\w*|to[A-Z]\w*|dayjs|moment|getTime|valueOf)$/;

/** The rows (normalised) from whose `column` the value was computed. */
export function rowsUpdatedBy(value: Value, column: string, uses: ColumnUses): readonly Value[] {
  const rows = new Set(columnsNamed(column, value).map((m) => uses.normal(m.base)));
  return [...rows].filter((row) => new OldValue(row, column, uses).isUpdatedBy(value));
}

function columnsNamed(column: string, value: Value): readonly ValueOf<"member">[] {
  const found: ValueOf<"member">[] = [];
  const seen = new Set([value]);
  for (const v of seen) {
    if (v.kind === "member" && v.name === column) found.push(v);
    for (const child of childrenOf(v)) seen.add(child);
  }
  return found;
}

/** What a column held when its row was read. */
class OldValue {
  readonly #updated = new Map<Value, boolean>();
  readonly #within = new Map<Value, boolean>();

  constructor(
    private readonly row: Value,
    private readonly column: string,
    private readonly uses: ColumnUses,
  ) {}

  /** The value is the old one with something done to it. */
  isUpdatedBy(value: Value): boolean {
    return memoised(this.#updated, value, () => this.findUpdate(value));
  }

  private findUpdate(value: Value): boolean {
    switch (value.kind) {
      case "binary":
        return arithmetic.has(value.operator) && (this.isWithin(value.left) || this.isWithin(value.right));
      case "computed":
        return this.isUpdatedByComputation(value);
      case "call":
        return value.inputs.some(
          (i) => (adding.test(lastName(value)) && this.isWithin(i)) || (wrapping.test(lastName(value)) && this.isUpdatedBy(i)),
        );
      case "object":
        return value.parts.length > 1 && value.parts.some((p) => p.kind === "spread" && this.isWithin(p.value));
      case "list":
        return value.elements.length > 1 && value.elements.some((e) => e.kind === "element" && this.isWithin(e.list));
      case "filtered":
      case "mapped":
        return this.isWithin(value.list);
      case "join":
        return value.alternatives.some((a) => this.isUpdatedBy(a.value));
      default:
        return false;
    }
  }

  private isUpdatedByComputation({ operation, inputs }: ValueOf<"computed">): boolean {
    if (combinations.has(operation)) return inputs.length > 1 && inputs.some((i) => this.isWithin(i));
    if (operation.startsWith("template ")) return inputs.some((i) => this.isWithin(i));
    return conversions.has(operation) && inputs.some((i) => this.isUpdatedBy(i));
  }

  /** The value is the old one, whether or not something was done to it. */
  private isWithin(value: Value): boolean {
    return memoised(this.#within, value, () => this.isUnchanged(value) || this.isUpdatedBy(value));
  }

  private isUnchanged(value: Value): boolean {
    switch (value.kind) {
      case "member":
        return value.name === this.column && this.uses.normal(value.base) === this.row;
      case "join":
        return value.alternatives.some((a) => this.isWithin(a.value));
      case "computed":
        return conversions.has(value.operation) && value.inputs.some((i) => this.isWithin(i));
      case "call":
        return wrapping.test(lastName(value)) && value.inputs.some((i) => this.isWithin(i));
      default:
        return false;
    }
  }
}

function lastName({ name }: ValueOf<"call">): string {
  return name.split(".").at(-1) ?? "";
}

function memoised(memo: Map<Value, boolean>, value: Value, compute: () => boolean): boolean {
  const known = memo.get(value);
  if (known !== undefined) return known;
  const computed = compute();
  memo.set(value, computed);
  return computed;
}
