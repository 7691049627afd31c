/**
 * What the methods of `Repository` mean; `EntityManager` has the same ones with the entity in front, and an active record class has them
 * as statics. Source: the declarations of typeorm 0.3.31 and 1.1.1 (`repository/Repository.d.ts`, `entity-manager/EntityManager.d.ts`).
 */
import type { Cardinality } from "../model.js";
import type { FilterSource } from "./conditions.js";

export type MethodRow =
  /** A SELECT. `counted`: it resolves to the rows and their number. */
  | {
      readonly kind: "read";
      readonly filter: FilterSource;
      readonly argument: number;
      readonly cardinality: Cardinality;
      readonly missThrows: boolean;
      readonly counted: boolean;
    }
  /** One UPDATE by criteria; `filter: undefined` for all rows. */
  | { readonly kind: "update"; readonly criteria: number | undefined; readonly patch: number }
  | { readonly kind: "delete"; readonly criteria: number | undefined }
  /** Sets the delete date (`restore`: to null) by criteria. */
  | { readonly kind: "mark"; readonly criteria: number; readonly deleted: boolean }
  /** `(conditions, property, amount)`. */
  | { readonly kind: "step"; readonly how: "increment" | "decrement" }
  | { readonly kind: "insert" }
  | { readonly kind: "upsert" }
  /** Writes entities by their identity, one or a list. */
  | { readonly kind: "persist"; readonly does: "save" | "remove" | "soft-remove" | "recover" | "reload" }
  /** Loads a row by the key of the object and merges the object into it, in memory. */
  | { readonly kind: "preload" }
  | { readonly kind: "create" }
  | { readonly kind: "merge" }
  | { readonly kind: "identity" };

function read(
  filter: FilterSource,
  cardinality: Cardinality,
  options: { argument?: number; missThrows?: boolean; counted?: boolean } = {},
): MethodRow {
  const { argument = 0, missThrows = false, counted = false } = options;
  return { kind: "read", filter, argument, cardinality, missThrows, counted };
}

export const repositoryMethods: Readonly<Record<string, MethodRow>> = {
  find: read("options", "rows"),
  findBy: read("where", "rows"),
  findOne: read("options", "row"),
  findOneBy: read("where", "row"),
  findOneOrFail: read("options", "row", { missThrows: true }),
  findOneByOrFail: read("where", "row", { missThrows: true }),
  findOneById: read("id", "row"),
  findByIds: read("ids", "rows"),
  findAndCount: read("options", "rows", { counted: true }),
  findAndCountBy: read("where", "rows", { counted: true }),
  count: read("options", "count"),
  countBy: read("where", "count"),
  exist: read("options", "exists"),
  exists: read("options", "exists"),
  existsBy: read("where", "exists"),
  sum: read("where", "scalar", { argument: 1 }),
  average: read("where", "scalar", { argument: 1 }),
  minimum: read("where", "scalar", { argument: 1 }),
  maximum: read("where", "scalar", { argument: 1 }),
  preload: { kind: "preload" },
  create: { kind: "create" },
  merge: { kind: "merge" },
  getId: { kind: "identity" },
  save: { kind: "persist", does: "save" },
  remove: { kind: "persist", does: "remove" },
  softRemove: { kind: "persist", does: "soft-remove" },
  recover: { kind: "persist", does: "recover" },
  insert: { kind: "insert" },
  upsert: { kind: "upsert" },
  update: { kind: "update", criteria: 0, patch: 1 },
  updateAll: { kind: "update", criteria: undefined, patch: 0 },
  delete: { kind: "delete", criteria: 0 },
  deleteAll: { kind: "delete", criteria: undefined },
  clear: { kind: "delete", criteria: undefined },
  softDelete: { kind: "mark", criteria: 0, deleted: true },
  restore: { kind: "mark", criteria: 0, deleted: false },
  increment: { kind: "step", how: "increment" },
  decrement: { kind: "step", how: "decrement" },
};

/** What `TreeRepository` adds. Its conditions follow the tree and are not read. */
export const treeMethods: Readonly<Record<string, MethodRow>> = {
  findTrees: read("unknown", "rows"),
  findRoots: read("unknown", "rows"),
  findDescendants: read("unknown", "rows"),
  findDescendantsTree: read("unknown", "row"),
  countDescendants: read("unknown", "count"),
  findAncestors: read("unknown", "rows"),
  findAncestorsTree: read("unknown", "row"),
  countAncestors: read("unknown", "count"),
};

/** Methods of an object whose class extends `BaseEntity`. */
export const entityMethods: Readonly<Record<string, MethodRow>> = {
  save: { kind: "persist", does: "save" },
  remove: { kind: "persist", does: "remove" },
  softRemove: { kind: "persist", does: "soft-remove" },
  recover: { kind: "persist", does: "recover" },
  reload: { kind: "persist", does: "reload" },
};
