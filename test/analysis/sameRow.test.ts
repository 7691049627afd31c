import { describe, expect, it } from "vitest";

import { createEnvironment } from "../../src/analysis/createEnvironment.js";
import { ColumnUses } from "../../src/analysis/rows.js";
import { SameRow } from "../../src/analysis/sameRow.js";
import type { Value } from "../../src/ir/value.js";
import type { AccessSpec, EntitySchema, Predicate } from "../../src/models/model.js";
import { plainSettings, TestCounters } from "./flow.js";
import { accessDefaults, jobSchema, tableFacts, toyModel } from "./table.js";
import { Builder } from "./values.js";

const b = new Builder();
const entity = (name: string) => b.values.make({ kind: "class", id: `toy#${name}`, name });
const job = entity("Job");
const row = b.row();
const rows = b.row("list");
const id = b.parameter(0);

type Where = Readonly<Record<string, Value | readonly [Predicate["operator"], Value]>>;

function access(operation: AccessSpec["operation"], where: Where, more: Partial<AccessSpec> = {}): AccessSpec {
  const predicates = Object.entries(where).map(([column, v]): Predicate => {
    const [operator, value] = "kind" in v ? (["=", v] as const) : v;
    return { column, operator, value, outer: true };
  });
  return {
    ...accessDefaults,
    id: operation,
    method: operation,
    entity: job,
    connection: b.values.unknown,
    operation,
    filter: { predicates, opaque: false },
    ...more,
  };
}

function sameRow(): SameRow {
  const environment = createEnvironment(tableFacts({}), [toyModel()], plainSettings, new TestCounters());
  return new SameRow({ ...environment, operations: b.operations }, new ColumnUses((list) => b.operations.element(list)));
}

const same = (write: AccessSpec, of: Value, read: AccessSpec | undefined) => sameRow().holds(write, of, read);
const byId = access("read", { id });

describe("same key", () => {
  it("holds for equal keys", () => {
    expect(same(access("update", { id }), row, byId)).toBe(true);
  });

  it("does not hold for other keys", () => {
    expect(same(access("update", { id: b.parameter(1) }), row, byId)).toBe(false);
  });

  it("does not hold for two keys of which nothing is known", () => {
    expect(same(access("update", { id: b.values.unknown }), row, access("read", { id: b.values.unknown }))).toBe(false);
  });

  it("does not hold for another entity with the same key", () => {
    expect(same(access("update", { id }, { entity: entity("Task") }), row, byId)).toBe(false);
  });

  it("holds for a unique column and for all columns of a composite one, not for a part of it", () => {
    const wide = (where: Where) => access("update", { ...where, status: b.of("pending") });
    expect(same(wide({ slug: id }), row, access("read", { slug: id }))).toBe(true);
    const key = { tenant: id, number: b.parameter(1) };
    expect(same(wide(key), row, access("read", key))).toBe(true);
    expect(same(wide({ tenant: id }), row, access("read", { tenant: id }))).toBe(false);
  });

  it("holds if the write asks for nothing else, key or not", () => {
    expect(same(access("update", { worker: id }), row, access("read", { worker: id, status: b.of("pending") }))).toBe(true);
    expect(same(access("update", { worker: id, status: b.of("x") }), row, access("read", { worker: id, status: b.of("y") }))).toBe(false);
  });

  it("does not hold for writes of all rows", () => {
    expect(same(access("update", {}), row, byId)).toBe(false);
  });

  it("does not hold for comparisons other than equality", () => {
    expect(same(access("update", { id: ["<>", id] }), row, byId)).toBe(false);
  });

  it("does not hold for a row reached through a relation", () => {
    expect(same(access("update", { id }), b.member(row, "project"), byId)).toBe(false);
  });

  it("reads the key off an object that is saved", () => {
    expect(same(access("update", {}, { target: b.fields({ id, status: "running" }) }), row, byId)).toBe(true);
    expect(same(access("update", {}, { target: b.fields({ id: b.parameter(1), status: "running" }) }), row, byId)).toBe(false);
  });
});

describe("the row's own key", () => {
  it("holds if the write equates the key with the row's", () => {
    expect(same(access("update", { id: b.member(row, "id") }), row, access("read", { slug: id }))).toBe(true);
    expect(same(access("update", { slug: b.member(row, "slug") }), row, byId)).toBe(true);
  });

  it("does not hold for a column that is no key, or another row's key", () => {
    expect(same(access("update", { projectId: b.member(row, "projectId") }), row, byId)).toBe(false);
    expect(same(access("update", { id: b.member(b.row("other"), "id") }), row, byId)).toBe(false);
  });

  it("does not hold for a foreign key that is compared with the row's key", () => {
    expect(same(access("update", { parentId: b.member(row, "id") }), row, byId)).toBe(false);
  });

  it("holds for a list of the rows' keys, filtered or mapped", () => {
    const item = b.element(rows);
    const all = access("read", { status: b.of("pending") });
    const write = (list: Value) => access("update", { id: ["in", list] });
    expect(same(write(b.mapped(rows, b.member(item, "id"))), item, all)).toBe(true);
    const chosen = b.filtered(rows, b.equals(b.member(item, "worker"), null));
    expect(same(write(b.mapped(chosen, b.member(b.element(chosen), "id"))), item, all)).toBe(true);
    expect(same(write(b.mapped(rows, b.member(item, "projectId"))), item, all)).toBe(false);
  });

  it("holds for the element of a list whose key is written", () => {
    const item = b.element(rows);
    expect(same(access("update", { id: b.member(item, "id") }), item, access("read", { status: b.of("pending") }))).toBe(true);
  });

  it("holds for a key that is chosen under a condition", () => {
    const key = b.join(b.option(b.member(row, "id"), b.equals(b.member(row, "status"), "x")), b.option(null));
    expect(same(access("update", { id: key }), row, access("read", { slug: id }))).toBe(true);
  });
});

describe("the object itself", () => {
  const target = (value: Value) => access("update", {}, { target: value });

  it("holds for the row, a spread of it, and a choice of it", () => {
    expect(same(target(row), row, byId)).toBe(true);
    expect(same(target(b.values.object([{ kind: "spread", value: row }])), row, byId)).toBe(true);
    expect(same(target(b.join(b.option(row), b.option(b.row("other")))), row, byId)).toBe(true);
    expect(same(target(b.fields({ id: b.member(row, "id"), status: "running" })), row, byId)).toBe(true);
  });

  it("does not hold for another row or a fresh object", () => {
    expect(same(target(b.row("other")), row, byId)).toBe(false);
    expect(same(target(b.fields({ status: "running" })), row, byId)).toBe(false);
  });

  it("holds for lists of the rows", () => {
    const item = b.element(rows);
    const all = access("read", {});
    expect(same(target(rows), item, all)).toBe(true);
    expect(same(target(b.list(row)), row, byId)).toBe(true);
    expect(same(target(b.mapped(rows, b.values.object([{ kind: "spread", value: item }]))), item, all)).toBe(true);
  });

  it("holds for a row without one of its columns", () => {
    expect(same(target(b.values.computed("rest without status", [row])), row, byId)).toBe(true);
  });
});

describe("isKey", () => {
  it("follows the schema", () => {
    const keys = (schema: EntitySchema | undefined) => ["id", "uuid", "slug", "tenant", "status"].filter((c) => sameRow().isKey(c, schema));
    expect(keys(jobSchema)).toEqual(["id", "slug"]);
    expect(keys({ ...jobSchema, primaryKey: ["uuid"], uniques: [] })).toEqual(["uuid"]);
  });

  it("without a schema takes the usual names for keys", () => {
    expect(["id", "_id", "uuid", "slug", "jobId"].filter((c) => sameRow().isKey(c, undefined))).toEqual(["id", "_id", "uuid"]);
  });
});
