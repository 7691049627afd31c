/** Which rows and columns a value depends on. */
import type { AccessId, Condition, Value } from "../ir/value.js";
import { isNothing } from "./constraint.js";

/** A column of a row that a condition depends on, or (column absent) the row's presence. */
export interface ColumnUse {
  /** A row: rooted in the result of an access, or in a parameter while the caller is not known. Normalised. */
  readonly row: Value;
  readonly column: string | undefined;
}

/**
 * The value with everything removed that does not change which row it is: filters and the choice of an element. A choice between a row and
 * nothing is that row.
 */
export function normalRow(value: Value, make: (list: Value) => Value): Value {
  switch (value.kind) {
    case "filtered":
      return normalRow(value.list, make);
    case "element":
      return make(normalRow(value.list, make));
    case "join": {
      const rows = new Set(value.alternatives.filter((a) => a.value.kind !== "const").map((a) => normalRow(a.value, make)));
      const [only] = rows;
      return rows.size === 1 && only !== undefined ? only : value;
    }
    default:
      return value;
  }
}

/** What the row comes from: the access whose result it is, a parameter, the receiver. `undefined` for values that are no rows. */
export function rootOf(value: Value): Value | undefined {
  switch (value.kind) {
    case "member":
      return rootOf(value.base);
    case "element":
    case "filtered":
      return rootOf(value.list);
    case "result":
    case "parameter":
    case "this":
    case "capture":
      return value;
    default:
      return undefined;
  }
}

/** The access that a row was read by. */
export function accessOf(row: Value): AccessId | undefined {
  const root = rootOf(row);
  return root?.kind === "result" ? root.access : undefined;
}

/** Finds the column uses of values; memoised by value. */
export class ColumnUses {
  readonly #memo = new Map<Value, readonly ColumnUse[]>();

  constructor(private readonly makeElement: (list: Value) => Value) {}

  of(value: Value): readonly ColumnUse[] {
    const known = this.#memo.get(value);
    if (known !== undefined) return known;
    this.#memo.set(value, []);
    const uses = distinct(this.find(value));
    this.#memo.set(value, uses);
    return uses;
  }

  ofConditions(conditions: readonly Condition[]): readonly ColumnUse[] {
    return conditions.flatMap((c) => this.of(c.value));
  }

  normal(row: Value): Value {
    return normalRow(row, this.makeElement);
  }

  private find(value: Value): readonly ColumnUse[] {
    switch (value.kind) {
      case "result":
      case "parameter":
      case "this":
      case "capture":
        return [{ row: value, column: undefined }];
      case "element":
        return [...this.presence(value), ...this.ofFilters(value.list)];
      case "filtered":
        return [...this.presence(value), ...this.of(value.test)];
      case "member":
        return this.ofMember(value.base, value.name);
      case "exists":
        return [...this.ofList(value.list), ...(value.test === undefined ? [] : this.of(value.test))];
      case "mapped":
        return [...this.of(value.list), ...this.of(value.item)];
      case "binary":
        return [...this.of(value.left), ...this.of(value.right)];
      case "not":
        return this.of(value.operand);
      case "computed":
        if (value.operation === ".length" && value.inputs[0]?.kind === "list") return this.ofList(value.inputs[0]);
        return value.inputs.flatMap((i) => this.ofInput(i));
      case "call":
        return value.inputs.flatMap((i) => this.ofInput(i));
      case "list":
        return value.elements.flatMap((e) => this.ofInput(e));
      case "join":
        return value.alternatives.flatMap((a) => [...this.of(a.value), ...this.ofConditions(a.when)]);
      default:
        return [];
    }
  }

  /** Handing a whole row to something unknown says nothing about its columns; handing it an object built from columns does. */
  private ofInput(value: Value): readonly ColumnUse[] {
    if (value.kind === "object") return value.parts.flatMap((p) => (p.kind === "field" ? this.ofInput(p.value) : []));
    return this.of(value).filter((u) => u.column !== undefined || value.kind === "exists");
  }

  /** `row.meta.state` may be a JSON column `meta` or the column `state` of a related row. */
  private ofMember(base: Value, name: string): readonly ColumnUse[] {
    if (base.kind === "join") return base.alternatives.flatMap((a) => [...this.ofMember(a.value, name), ...this.ofConditions(a.when)]);
    if (rootOf(base) === undefined) return this.of(base);
    if (name === "length") return this.ofList(base);
    const outer = base.kind === "member" ? this.ofMember(base.base, base.name) : [];
    return [{ row: this.normal(base), column: name }, ...outer, ...this.ofFilters(base)];
  }

  /** The tests that chose this row among others. */
  private ofFilters(value: Value): readonly ColumnUse[] {
    switch (value.kind) {
      case "filtered":
        return [...this.of(value.test), ...this.ofFilters(value.list)];
      case "element":
        return this.ofFilters(value.list);
      default:
        return [];
    }
  }

  /** Whether a list is empty is whether it has an element: the presence of the row that a loop over it works on. */
  private ofList(list: Value): readonly ColumnUse[] {
    return [...this.of(list), ...this.presence(this.makeElement(list))];
  }

  private presence(value: Value): readonly ColumnUse[] {
    if (value.kind === "join") return value.alternatives.flatMap((a) => this.presence(a.value));
    return rootOf(value) === undefined ? [] : [{ row: this.normal(value), column: undefined }];
  }
}

/** What a value can be on the ways on which the row was there: in a get-or-create, what the other branch writes is about a new row. */
export function whereRowExists(value: Value, row: Value, uses: ColumnUses): readonly Value[] {
  if (value.kind !== "join") return [value];
  return value.alternatives.filter((a) => !deniesRow(a.when, row, uses)).map((a) => a.value);
}

/** The conditions hold only where the row was not there. */
export function deniesRow(conditions: readonly Condition[], row: Value, uses: ColumnUses): boolean {
  const isRow = (v: Value) => uses.normal(v) === row;
  return conditions.some(
    ({ value, polarity }) =>
      (isRow(value) && !polarity) || (value.kind === "binary" && isRow(value.left) && isNothing(value.right) && polarity),
  );
}

/** The tests that chose the row a value belongs to. */
export function testsOn(value: Value, depth = 6): readonly Value[] {
  if (depth === 0) return [];
  switch (value.kind) {
    case "filtered":
      return [value.test, ...testsOn(value.list, depth - 1)];
    case "element":
      return testsOn(value.list, depth - 1);
    case "member":
      return testsOn(value.base, depth - 1);
    default:
      return [];
  }
}

function distinct(uses: readonly ColumnUse[]): readonly ColumnUse[] {
  const seen = new Set<string>();
  return uses.filter((u) => {
    const key = `${String(u.row.uid)}.${u.column ?? ""}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
