/** The tables against the installed client: operations are checked by the type of the runtime, client methods by its prototype. */
import { getPrismaClient, type Operation } from "@prisma/client/runtime/client";
import { describe, expect, it } from "vitest";
import { delegateMethods } from "../../../src/models/prisma/methods.js";
import { clientMethods } from "../../../src/models/prisma/model.js";

/** `findRaw`, `aggregateRaw` and `$runCommandRaw` are MongoDB's. */
type ModelOperation = Exclude<Operation, `$${string}` | "findRaw" | "aggregateRaw">;

/** The compiler rejects this when an operation is missing or misspelt. */
const operations: Readonly<Record<ModelOperation, true>> = {
  findUnique: true,
  findUniqueOrThrow: true,
  findFirst: true,
  findFirstOrThrow: true,
  findMany: true,
  count: true,
  aggregate: true,
  groupBy: true,
  create: true,
  createMany: true,
  createManyAndReturn: true,
  update: true,
  updateMany: true,
  updateManyAndReturn: true,
  upsert: true,
  delete: true,
  deleteMany: true,
};

/** `$use` is gone since Prisma 7; the constructor attaches `$extends`. */
const elsewhere = new Set(["$use", "$extends"]);

it("models every operation of a delegate", () => {
  expect(Object.keys(delegateMethods).toSorted()).toEqual(Object.keys(operations).toSorted());
});

describe("client", () => {
  const client = getPrismaClient({ runtimeDataModel: { models: {}, enums: {}, types: {} } } as unknown as Parameters<
    typeof getPrismaClient
  >[0]);
  const members = new Set(Object.getOwnPropertyNames(client.prototype));
  it.each(Object.keys(clientMethods).filter((m) => !elsewhere.has(m)))("%s", (method) => {
    expect(members.has(method)).toBe(true);
  });
});
