/** Whether a write writes the row that was read (design 1.1). */
import { childrenOf, type Condition, type EntityId, type Value } from "../ir/value.js";
import type { AccessSpec, EntitySchema, Predicate } from "../models/model.js";
import type { Environment } from "./environment.js";
import type { ColumnUses } from "./rows.js";
import { rootOf } from "./rows.js";

/** Columns that identify a row where the entity's definition is not in the program. */
const usualKeys = new Set(["id", "_id", "uuid"]);

/** Stands for an entity that is not known. No entity has this id. */
const anyEntity: EntityId = "*";

export class SameRow {
  constructor(
    private readonly environment: Environment,
    private readonly uses: ColumnUses,
  ) {}

  /** `read` is the access that `row` comes from, unless the row is still a parameter. */
  holds(write: AccessSpec, row: Value, read: AccessSpec | undefined): boolean {
    if (!this.sameEntity(write, row, read)) return false;
    if (write.target !== undefined && this.rowsOf(write.target).includes(row)) return true;
    const schema = this.environment.schema(write.entity);
    if (write.filter.predicates.some((p) => this.equatesKeyOf(p, row, schema))) return true;
    if (read !== undefined && isDirect(row) && this.oneListOfKeys(read, write, schema)) return true;
    return read !== undefined && isDirect(row) && this.equalKeys(read, write, schema);
  }

  /** The condition is about a row that was looked for by the key that the write finds its row by: `rows.find((r) => r.id === id)`. */
  holdsByTest(write: AccessSpec, row: Value, read: AccessSpec | undefined, condition: Condition): boolean {
    if (!this.sameEntity(write, row, read)) return false;
    const schema = this.environment.schema(write.entity);
    const keys = write.filter.predicates.filter((p) => p.operator === "=" && p.value !== undefined && this.isKey(p.column, schema));
    if (keys.length === 0) return false;
    const chosen = testsOf(condition.value).flatMap((value) => this.environment.operations.expand({ ...condition, value, polarity: true }));
    return chosen.some(({ value, polarity }) => polarity && keys.some((p) => this.equates(value, p, row)));
  }

  private equates(test: Value, { column, value }: Predicate, row: Value): boolean {
    if (test.kind !== "binary" || (test.operator !== "===" && test.operator !== "==")) return false;
    const isColumn = (v: Value) => v.kind === "member" && v.name === column && this.uses.normal(v.base) === row;
    return (isColumn(test.left) && test.right === value) || (isColumn(test.right) && test.left === value);
  }

  /** Both writes find their row by the same key. */
  haveOneKey(one: AccessSpec, other: AccessSpec): boolean {
    return one.entity === other.entity && this.equalKeys(one, other, this.environment.schema(one.entity));
  }

  isKey(column: string, schema: EntitySchema | undefined): boolean {
    if (schema === undefined) return usualKeys.has(column);
    return schema.primaryKey.includes(column) || schema.uniques.some((u) => u.length === 1 && u[0] === column);
  }

  /** The rows that an object handed to a write stands for. */
  rowsOf(value: Value): readonly Value[] {
    switch (value.kind) {
      case "join":
        return value.alternatives.flatMap((a) => this.rowsOf(a.value));
      case "object":
        return value.parts.flatMap((p) =>
          p.kind === "spread"
            ? this.rowsOf(p.value)
            : usualKeys.has(p.name)
              ? this.keyRows(p.value).flatMap((k) => (k.column === p.name ? [k.row] : []))
              : [],
        );
      case "list":
        return value.elements.flatMap((e) => this.rowsOf(e));
      case "mapped":
        return this.rowsOf(value.item);
      case "computed":
        return value.operation.startsWith("rest without") && value.inputs[0] !== undefined ? this.rowsOf(value.inputs[0]) : [];
      case "const":
        return [];
      default: {
        const row = this.uses.normal(value);
        return [row, this.environment.operations.element(row)];
      }
    }
  }

  private sameEntity(write: AccessSpec, row: Value, read: AccessSpec | undefined): boolean {
    if (read?.entity?.kind !== "class") return true;
    if (isDirect(row)) return write.entity?.kind !== "class" || read.entity === write.entity;
    const related = this.relatedEntity(read.entity, pathOf(row));
    return related === anyEntity || (related !== undefined && (write.entity?.kind !== "class" || related === write.entity.id));
  }

  /** The entity behind relations; `undefined` if a step is a column (a JSON value holds no rows), `anyEntity` where a definition was not seen. */
  private relatedEntity(entity: Value, path: readonly string[]): EntityId | undefined {
    let current: Value = entity;
    for (const name of path) {
      const schema = this.environment.schema(current);
      if (schema === undefined) return anyEntity;
      const relation = schema.relations.get(name);
      if (relation === undefined) return schema.columns.has(name) ? undefined : anyEntity;
      current = this.environment.values.make({ kind: "class", id: relation.entity, name: relation.entity });
    }
    return current.kind === "class" ? current.id : anyEntity;
  }

  private equatesKeyOf(p: Predicate, row: Value, schema: EntitySchema | undefined): boolean {
    if (p.value === undefined || (p.operator !== "=" && p.operator !== "in")) return false;
    const value = p.operator === "in" ? this.environment.operations.element(p.value) : p.value;
    return this.keyRows(value).some((k) => k.row === row && k.column === p.column && this.isKey(p.column, schema));
  }

  /** The rows whose column a value is. */
  private keyRows(value: Value): readonly { readonly row: Value; readonly column: string }[] {
    switch (value.kind) {
      case "member":
        return rootOf(value) === undefined ? [] : [{ row: this.uses.normal(value.base), column: value.name }];
      case "element":
        return value.list.kind === "filtered" || value.list.kind === "mapped" || value.list.kind === "list" || value.list.kind === "join"
          ? this.keyRows(this.elementOf(value.list))
          : [];
      case "join":
        return value.alternatives.flatMap((a) => this.keyRows(a.value));
      default:
        return [];
    }
  }

  private elementOf(list: Value): Value {
    const { operations } = this.environment;
    return operations.element(list.kind === "filtered" ? list.list : list);
  }

  /** Both statements equate the same columns with the same values, and these identify the row, or are all that the write asks for. */
  private equalKeys(read: AccessSpec, write: AccessSpec, schema: EntitySchema | undefined): boolean {
    const isKey = (column: string) => this.isKey(column, schema);
    const equated = equalities(write, this.environment, isKey);
    const selected = [...equalities(read, this.environment, isKey), ...this.oneOfSeveral(read)];
    const matched = equated.filter((w) => isNamed(w) && selected.some((r) => r.column === w.column && r.value === w.value));
    if (matched.length === 0) return false;
    if (matched.some((m) => this.isKey(m.column, schema))) return true;
    const columns = new Set(matched.map((m) => m.column));
    const composite = [schema?.primaryKey ?? [], ...(schema?.uniques ?? [])].some(
      (key) => key.length > 0 && key.every((c) => columns.has(c)),
    );
    return composite || matched.length === equated.length;
  }

  /** Both are about the rows of one list of keys: what holds of some of them or of all is checked of rows that are written. */
  private oneListOfKeys(read: AccessSpec, write: AccessSpec, schema: EntitySchema | undefined): boolean {
    const lists = (access: AccessSpec) => access.filter.predicates.filter((p) => p.operator === "in" && this.isKey(p.column, schema));
    const isSame = (a: Predicate, b: Predicate) => a.column === b.column && a.value !== undefined && a.value === b.value;
    return lists(write).some((w) => w.value?.kind !== "unknown" && lists(read).some((r) => isSame(r, w)));
  }

  /** Rows were selected by a list of keys: the one of a key is the row that has this key. */
  private oneOfSeveral(read: AccessSpec): readonly Equality[] {
    const { operations } = this.environment;
    return read.filter.predicates.flatMap((p) =>
      p.operator === "in" && p.value !== undefined && p.value.kind !== "list"
        ? [{ column: p.column, value: operations.element(p.value) }]
        : [],
    );
  }
}

/** Values never change, and every write is asked about each of the conditions in front of it. */
const tests = new WeakMap<Value, readonly Value[]>();

/** What the rows in a value were chosen by. */
function testsOf(value: Value): readonly Value[] {
  const found = tests.get(value) ?? testsIn(value, 6);
  tests.set(value, found);
  return found;
}

function testsIn(value: Value, depth: number): readonly Value[] {
  if (depth === 0) return [];
  const found = value.kind === "filtered" ? [value.test] : [];
  for (const child of childrenOf(value)) found.push(...testsIn(child, depth - 1));
  return found;
}

/** The row is what the access returned, not a row that it reached through a relation. */
function isDirect(row: Value): boolean {
  return row.kind === "result" || (row.kind === "element" && row.list.kind === "result");
}

/** The properties between the access's result and the row. */
function pathOf(row: Value): readonly string[] {
  if (row.kind === "element") return pathOf(row.list);
  return row.kind === "member" ? [...pathOf(row.base), row.name] : [];
}

interface Equality {
  readonly column: string;
  readonly value: Value;
}

/** A key names the row also where it stands in a sub-select; any other predicate there says nothing of the row that is written. */
function equalities(access: AccessSpec, environment: Environment, isKey: (column: string) => boolean): readonly Equality[] {
  const fromFilter = access.filter.predicates.flatMap((p) =>
    p.operator === "=" && p.value !== undefined && (p.outer || isKey(p.column)) ? [{ column: p.column, value: p.value }] : [],
  );
  const target = access.target;
  if (target?.kind !== "object") return fromFilter;
  const keys = target.parts.flatMap((p) => (p.kind === "field" && usualKeys.has(p.name) ? [{ column: p.name, value: p.value }] : []));
  return [...fromFilter, ...keys.filter((k) => environment.operations.truth(k.value) !== false)];
}

/** Of values nothing is known of, it is not known either that they are equal. */
function isNamed({ value }: Equality): boolean {
  return value.kind !== "unknown";
}
