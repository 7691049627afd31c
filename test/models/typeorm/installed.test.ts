/** Every method in the tables is one of the installed library's, in 0.3 or in 1.x: a misspelt row would be dead. */
import "reflect-metadata";
import * as current from "typeorm";
import * as previous from "typeorm03";
import { describe, expect, it } from "vitest";
import { builderEnds, builderSteps } from "../../../src/models/typeorm/builder.js";
import { connectionMethods } from "../../../src/models/typeorm/connections.js";
import { entityMethods, repositoryMethods, treeMethods } from "../../../src/models/typeorm/methods.js";
import { operatorNames } from "../../../src/models/typeorm/operators.js";

type Library = Readonly<Record<string, unknown>>;

const libraries: readonly Library[] = [current, previous];

function membersOf(...names: readonly string[]): ReadonlySet<string> {
  const members = new Set<string>();
  for (const library of libraries) {
    for (const name of names) collect(library[name], members);
  }
  return members;
}

function collect(type: unknown, members: Set<string>): void {
  if (typeof type !== "function") return;
  for (let at: unknown = type.prototype; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at) as unknown) {
    for (const name of Object.getOwnPropertyNames(at)) members.add(name);
  }
}

const builders = ["QueryBuilder", "SelectQueryBuilder", "UpdateQueryBuilder", "DeleteQueryBuilder", "InsertQueryBuilder"];

/** `SoftDeleteQueryBuilder` is not exported; `QueryRunner` and statics of `BaseEntity` are no prototypes. */
const elsewhere = new Set(["getRepository"]);

const queryRunner = membersOfRunner();

function membersOfRunner(): ReadonlySet<string> {
  const members = new Set<string>();
  const source = new current.DataSource({ type: "postgres" });
  for (let at: unknown = source.createQueryRunner(); at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at) as unknown) {
    for (const name of Object.getOwnPropertyNames(at)) members.add(name);
  }
  return members;
}

describe.each<readonly [string, Iterable<string>, ReadonlySet<string>]>([
  ["repository", [...Object.keys(repositoryMethods), ...Object.keys(connectionMethods.repository ?? {})], membersOf("Repository")],
  ["tree repository", Object.keys(treeMethods), membersOf("TreeRepository")],
  ["manager", Object.keys(connectionMethods.manager ?? {}), membersOf("EntityManager")],
  ["data source", Object.keys(connectionMethods["data-source"] ?? {}), membersOf("DataSource")],
  ["query runner", Object.keys(connectionMethods["query-runner"] ?? {}), queryRunner],
  ["abstract repository", Object.keys(connectionMethods["abstract-repository"] ?? {}), membersOf("AbstractRepository")],
  ["entity", Object.keys(entityMethods), membersOf("BaseEntity")],
  ["builder", [...builderSteps, ...builderEnds], membersOf(...builders)],
])("%s", (_, modelled, installed) => {
  it.each([...modelled].filter((m) => !elsewhere.has(m)))("%s", (method) => {
    expect(installed.has(method)).toBe(true);
  });
});

describe("find operators", () => {
  it.each([...operatorNames])("%s", (name) => {
    expect(typeof (current as Library)[name]).toBe("function");
  });
});
