import { describe, expect, it } from "vitest";
import type { Value } from "../../../src/ir/value.js";
import { typeorm } from "../../../src/models/typeorm/model.js";
import { classInfo, factsOf, field, handleIn, origin, set, show, TestContext, where } from "../context.js";
import { handle, job, typeormContext } from "./program.js";

const jobType = { kind: "class", id: "/app.ts#Job", name: "Job" } as const;
const outer = (c: TestContext): Value => c.values.make({ kind: "global", key: "typeorm:outer", name: "typeorm:outer" });

describe("origins", () => {
  it.each([
    ["DataSource", "data-source"],
    ["Connection", "data-source"],
    ["EntityManager", "manager"],
    ["QueryRunner", "query-runner"],
    ["Repository", "repository"],
    ["TreeRepository", "repository"],
    ["SelectQueryBuilder", "builder"],
  ])("%s", (name, type) => {
    const c = typeormContext();
    const made = typeorm.handle(origin("typeorm", [name], { typeArguments: [jobType] }), c.parameter(0), c.call([]));
    expect(made).toMatchObject({ type, connection: c.parameter(0) });
    expect(made?.entity).toBe(type === "manager" ? undefined : c.entity("Job"));
  });

  it.each([
    ["MongoRepository", "typeorm"],
    ["MongoEntityManager", "typeorm"],
    ["Repository", "typeorm-extension"],
  ])("%s of %s is none", (name, packageName) => {
    const c = typeormContext();
    expect(typeorm.handle(origin(packageName, [name]), c.parameter(0), c.call([]))).toBeUndefined();
  });

  it("a class that extends BaseEntity is its own repository, an instance its own row", () => {
    const c = typeormContext();
    const type = { via: [jobType.id] };
    const statics = typeorm.handle(origin("typeorm", ["BaseEntity"], { ...type, role: "export" }), c.entity("Job"), c.call([]));
    const instance = typeorm.handle(origin("typeorm", ["BaseEntity"], type), c.values.result("r"), c.call([]));
    expect(statics).toMatchObject({ type: "repository", entity: c.entity("Job"), connection: outer(c) });
    if (instance === undefined) throw new Error("no handle");
    c.assign(c.values.result("r"), "status", "running");
    expect(c.access(typeorm, instance, "save")).toMatchObject({
      operation: "update",
      target: c.values.result("r"),
      written: [{ column: "status", how: "set" }],
      connection: outer(c),
    });
    expect(c.access(typeorm, instance, "reload")).toMatchObject({ operation: "read", target: c.values.result("r") });
  });

  it("a method of the program's own repository class comes first", () => {
    const method = { ...field("findOne", undefined), kind: "method" as const, function: "/app.ts#3" };
    const c = new TestContext(factsOf({ classes: [job, classInfo("JobRepo", [method])] }));
    const made = typeorm.handle(
      origin("typeorm", ["Repository"], { typeArguments: [jobType], via: ["/app.ts#JobRepo"] }),
      c.parameter(0),
      c.call([]),
    );
    if (made === undefined) throw new Error("no handle");
    expect(typeorm.call(made, "findOne", c.call([]))).toBeUndefined();
    expect(typeorm.call(made, "findOneBy", c.call([{ id: 1 }]))).toBeDefined();
  });
});

describe("connections", () => {
  it("what is injected shares one, what a caller gives is its own", () => {
    const c = typeormContext();
    const self = c.values.make({ kind: "this", function: "f" });
    const repository = origin("typeorm", ["Repository"], { typeArguments: [jobType] });
    const connection = (receiver: Value) => typeorm.handle(repository, receiver, c.call([]))?.connection;
    expect(connection(c.member(self, "jobs"))).toBe(outer(c));
    expect(connection(c.values.make({ kind: "global", key: "k", name: "jobs" }))).toBe(outer(c));
    expect(connection(self)).toBe(self);
    const own = c.member(c.parameter(0), "manager");
    expect(connection(own)).toBe(own);
    expect(connection(c.choice(c.parameter(0), c.member(self, "jobs")))).toBe(c.choice(c.parameter(0), outer(c)));
  });

  it("a repository of a manager has the manager's", () => {
    const c = typeormContext();
    const manager = { ...handle(c, "manager"), connection: c.parameter(0) };
    expect(c.handle(typeorm, manager, "getRepository", c.entity("Job"))).toMatchObject({
      type: "repository",
      entity: c.entity("Job"),
      connection: c.parameter(0),
    });
    const repository = c.values.handle(handle(c, "repository"));
    expect(c.handle(typeorm, manager, "withRepository", repository).connection).toBe(c.parameter(0));
  });

  it("a query runner has its own, and its manager the same", () => {
    const c = typeormContext();
    const runner = c.handle(typeorm, handle(c, "data-source"), "createQueryRunner");
    const manager = typeorm.property(runner, "manager", c.call([]));
    expect(runner.connection).toMatchObject({ kind: "call", site: "site" });
    expect(manager).toMatchObject({ kind: "handle", type: "manager", connection: runner.connection });
    expect(c.meaning(typeorm, runner, "startTransaction", "SERIALIZABLE")).toEqual({ kind: "begin", isolation: "serializable" });
    expect(c.meaning(typeorm, runner, "commitTransaction")).toEqual({ kind: "commit" });
    expect(c.meaning(typeorm, runner, "rollbackTransaction")).toEqual({ kind: "rollback" });
    expect(c.handle(typeorm, handle(c, "repository"), "createQueryBuilder", "j", c.values.handle(runner)).connection).toBe(
      runner.connection,
    );
  });

  it.each([
    [["SERIALIZABLE", "callback"], 1, "serializable"],
    [["REPEATABLE READ", "callback"], 1, "repeatable read"],
    [["READ UNCOMMITTED", "callback"], 1, "read committed"],
    [["callback"], 0, undefined],
  ] as const)("transaction(%j)", (args, callback, isolation) => {
    const c = typeormContext();
    const meaning = c.meaning(typeorm, handle(c, "data-source"), "transaction", ...args);
    expect(meaning).toMatchObject({ kind: "transaction", callback, isolation });
    const [passed] = meaning.kind === "transaction" ? meaning.passes : [];
    expect(passed).toMatchObject({ kind: "handle", type: "manager", connection: { kind: "transaction", site: "site" } });
  });

  it("a transaction in a transaction keeps the connection", () => {
    const c = typeormContext();
    const connection = c.values.make({ kind: "transaction", site: "outside" });
    const meaning = c.meaning(typeorm, { ...handle(c, "manager"), connection }, "transaction", "callback");
    expect(meaning.kind === "transaction" && meaning.passes[0]).toMatchObject({ connection });
  });

  it("functions of 0.3 use the outer one", () => {
    const c = typeormContext();
    expect(handleIn(typeorm.callExport?.(["getRepository"], c.call([c.entity("Job")])))).toMatchObject({
      type: "repository",
      connection: outer(c),
    });
    expect(handleIn(typeorm.callExport?.(["DataSource"], c.call([])))).toMatchObject({ type: "data-source", connection: outer(c) });
  });

  it.each(["query", "sql"])("%s of an unknown statement is raw", (method) => {
    const c = typeormContext();
    expect(c.meaning(typeorm, handle(c, "data-source"), method, "call f()").kind).toBe("raw");
    expect(c.meaning(typeorm, handle(c, "repository"), method, c.parameter(0)).kind).toBe("raw");
  });

  it.each([
    ["SELECT * FROM job WHERE id = $1", "result(site)"],
    ["UPDATE job SET status = 'running' WHERE id = $1", "[[], affected(site)]"],
    ["UPDATE job SET status = 'running' WHERE id = $1 RETURNING *", "[result(site), affected(site)]"],
    ["DELETE FROM job WHERE id = $1", "[[], affected(site)]"],
    ["INSERT INTO job (id) VALUES ($1) RETURNING *", "result(site)"],
  ])("query resolves to the rows, or to rows and count: %s", (text, expected) => {
    const c = typeormContext();
    const meaning = c.meaning(typeorm, handle(c, "manager"), "query", text, [c.parameter(0)]);
    expect(meaning.kind === "access" && show(meaning.result)).toBe(expected);
  });

  it("query of a query runner may resolve to an object", () => {
    const c = typeormContext();
    const meaning = c.meaning(typeorm, handle(c, "query-runner"), "query", "DELETE FROM job", [], true);
    expect(meaning.kind === "access" && show(meaning.result)).toBe("{records: [], affected: affected(site), raw: []}");
  });

  it("what stands in a tagged template is a parameter", () => {
    const c = typeormContext();
    const text = c.values.computed("template UPDATE job SET status = ${} WHERE id = ${}", [c.value("running"), c.parameter(0)]);
    const access = c.access(typeorm, handle(c, "data-source"), "sql", text);
    expect(`${set(access)} where ${where(access)}`).toBe('status = "running" where id = $0');
  });
});
