import { describe, expect, it } from "vitest";

import { Flow } from "../flow.js";
import { found, issuesOf, kinds } from "./kinds.js";

const racy = (text: string | Flow) => found("racy-insert", text);
const one = ["Task.jobId at insert"];

/** A task of the job is inserted if `before` lets the flow go on. */
const text = (before: string, insert = `await tasks.insert({ jobId, status: "open" });`) => `
export async function f(tasks: Repository<Task>, jobId: string, limit: number) {
  ${before}
  ${insert}
}`;
const absent = `const task = await tasks.findOneBy({ jobId }); if (task) return;`;

describe("the flow goes on only when nothing was found", () => {
  it.each([
    ["no row", absent],
    ["no row, compared with null", `const task = await tasks.findOneBy({ jobId }); if (task !== null) throw new Error();`],
    ["no first row", `const [task] = await tasks.findBy({ jobId }); if (task) return;`],
    ["an empty list", `const list = await tasks.findBy({ jobId }); if (list.length > 0) return;`],
    ["a count of zero", `if ((await tasks.countBy({ jobId })) !== 0) return;`],
    ["a count that is falsy", `if (await tasks.countBy({ jobId })) return;`],
    ["a count below a limit", `if ((await tasks.countBy({ jobId })) >= limit) throw new Error();`],
    ["a limit above a count", `if (limit <= (await tasks.countBy({ jobId }))) throw new Error();`],
    ["a count with what is to come", `if ((await tasks.countBy({ jobId })) + 1 > limit) throw new Error();`],
    ["an exists", `if (await tasks.existsBy({ jobId })) return;`],
    ["a helper that says so", `if (await has()) return; function has() { return tasks.existsBy({ jobId }); }`],
    ["a helper that throws", `await none(); async function none() { if (await tasks.existsBy({ jobId })) throw new Error(); }`],
  ])("%s", (_name, before) => {
    expect(racy(text(before))).toEqual(one);
  });

  it.each([
    ["something was found", `const task = await tasks.findOneBy({ jobId }); if (!task) return;`],
    ["the count is large enough", `if ((await tasks.countBy({ jobId })) < limit) return;`],
    ["nothing depends on the read", `const task = await tasks.findOneBy({ jobId }); log(task);`],
    ["the row found has another column set", `const task = await tasks.findOneBy({ jobId }); if (task?.status === "open") return;`],
  ])("not where %s", (_name, before) => {
    expect(racy(text(before))).toEqual([]);
  });

  it("get or create", () => {
    const getOrCreate = `let task = await tasks.findOneBy({ jobId }); if (!task) { task = tasks.create({ jobId }); await tasks.save(task); } return task;`;
    expect(racy(text(getOrCreate, ""))).toEqual(["Task.jobId at save"]);
  });
});

describe("the inserted row is one that the read looks for", () => {
  it.each([
    ["the same column with the same value", absent, one],
    ["another value", absent.replace("{ jobId }", `{ jobId: "other" }`), []],
    ["a column that is not written", absent.replace("{ jobId }", `{ jobId, id: "1" }`), []],
    ["a constant that is written", absent.replace("{ jobId }", `{ jobId, status: "open" }`), ["Task.jobId,status at insert"]],
    ["another constant", absent.replace("{ jobId }", `{ jobId, status: "done" }`), []],
    ["a set that the constant is in", absent.replace("{ jobId }", `{ jobId, status: In(["open", "new"]) }`), one],
    ["a set that the constant is not in", absent.replace("{ jobId }", `{ jobId, status: In(["done"]) }`), []],
    ["all rows", `if ((await tasks.count()) > 0) return;`, []],
    ["a relation", absent.replace("{ jobId }", `{ job: { projectId: jobId } }`), []],
  ])("%s", (_name, before, expected) => {
    expect(racy(text(before))).toEqual(expected);
  });

  it("is of the same entity", () => {
    const other = `export async function f(jobs: Repository<Job>, tasks: Repository<Task>, jobId: string) {
  if (await jobs.existsBy({ projectId: jobId })) return;
  await tasks.insert({ projectId: jobId });
}`;
    expect(racy(other)).toEqual([]);
    expect(racy(other.replaceAll("tasks", "jobs").replace("jobs: Repository<Task>, ", ""))).toEqual(["Job.projectId at insert"]);
  });
});

describe("unique constraints", () => {
  const withSchema = (decorators: string, columns = "") =>
    racy(
      new Flow({
        "file.ts": `import type { Repository } from "typeorm"; import { Seat } from "./seat";
export async function f(seats: Repository<Seat>, user: string) {
  if (await seats.existsBy({ user })) return;
  await seats.insert({ user });
}`,
        "seat.ts": `import { Column, Entity, Index, PrimaryColumn, Unique } from "typeorm";
@Entity() ${decorators} export class Seat { @PrimaryColumn("text") id: string; ${columns === "" ? `@Column("text")` : columns} user: string; @Column("text") room: string; }`,
      }),
    );

  it.each([
    ["none", "", "", ["Seat.user at insert"]],
    ["on the column", "", `@Column({ type: "text", unique: true })`, []],
    ["as an index", `@Index(["user"], { unique: true })`, "", []],
    ["on some of the rows", `@Index(["user"], { unique: true, where: "room = 'a'" })`, "", []],
    ["on more columns", `@Unique(["user", "room"])`, "", ["Seat.user at insert"]],
    ["the primary key", "", `@PrimaryColumn("text")`, ["Seat.user at insert"]],
  ])("%s", (_name, decorators, columns, expected) => {
    expect(withSchema(decorators, columns)).toEqual(expected);
  });

  it("the key itself is one", () => {
    expect(racy(text(absent.replace("{ jobId }", "{ id: jobId }"), `await tasks.insert({ id: jobId });`))).toEqual([]);
  });

  it("are not known where the table was not seen", () => {
    const unseen = `export async function f(prisma: PrismaClient, user: string) {
  const seat = await prisma.seat.findFirst({ where: { user } });
  if (!seat) await prisma.seat.create({ data: { user } });
}`;
    expect(racy(unseen)).toEqual([]);
  });
});

describe("protections", () => {
  const inTransaction = (before: string, isolation = "") =>
    racy(`
export async function f(source: DataSource, jobId: string) {
  await source.transaction(${isolation}async (manager) => {
    ${before}
    if (await manager.existsBy(Task, { jobId })) return;
    await manager.insert(Task, { jobId });
  });
}`);

  it.each([
    ["none", "", "", one],
    ["a lock on the parent row", `await manager.findOne(Job, { where: { id: jobId }, lock: { mode: "pessimistic_write" } });`, "", []],
    ["a read of the parent row", `await manager.findOne(Job, { where: { id: jobId } });`, "", one],
    ["an advisory lock", `await manager.query("SELECT pg_advisory_xact_lock(1)");`, "", []],
    ["an update of the parent row", `await manager.update(Job, { id: jobId }, { status: "busy" });`, "", []],
    ["serializable", "", `"SERIALIZABLE", `, []],
    ["repeatable read", "", `"REPEATABLE READ", `, one],
  ])("%s", (_name, before, isolation, expected) => {
    expect(inTransaction(before, isolation)).toEqual(expected);
  });

  it("a lock of the read itself is none: there is no row to lock", () => {
    expect(
      racy(`export async function f(source: DataSource, jobId: string) {
  await source.transaction(async (manager) => {
    const task = await manager.findOne(Task, { where: { jobId }, lock: { mode: "pessimistic_write" } });
    if (!task) await manager.insert(Task, { jobId });
  });
}`),
    ).toEqual(one);
  });

  it("the database arbitrates", () => {
    const created = (options: string) =>
      racy(`export async function f(tasks: Repository<Task>, jobId: string) {
  if (await tasks.existsBy({ jobId })) return;
  await tasks.createQueryBuilder().insert().values({ jobId })${options}.execute();
}`);
    expect(created("")).toEqual(["Task.jobId at execute"]);
    expect(created(".orIgnore()")).toEqual([]);
  });

  it("a claim of the parent row", () => {
    const claim = (test: string) =>
      racy(
        text(
          absent,
          `const { affected } = await jobs.update({ id: jobId, status: "new" }, { status: "old" }); ${test} await tasks.insert({ jobId });`,
        ).replace("tasks:", "jobs: Repository<Job>, tasks:"),
      );
    expect(claim("")).toEqual(one);
    expect(claim("if (affected !== 1) return;")).toEqual([]);
  });

  it("a lock function around both, here or in every caller", () => {
    const settings = { lockFunctions: [{ name: "withLock" }] };
    const locked = `declare function withLock<T>(key: string, run: () => Promise<T>): Promise<T>; ${text(absent).replace("export ", "")}`;
    const calls = (call: string) => racy(new Flow(`${locked} export async function g(tasks: Repository<Task>) { ${call}; }`, settings));
    expect(calls(`await f(tasks, "1", 1)`)).toEqual(one);
    expect(calls(`await withLock("1", () => f(tasks, "1", 1))`)).toEqual([]);
  });
});

describe("the issue", () => {
  it("says where the rows are looked for, where the flow decides, and what is inserted", () => {
    const flow = new Flow(text(absent));
    const [issue] = issuesOf("racy-insert", flow);
    if (issue === undefined) throw new Error("no issue");
    expect([issue.read, issue.check, issue.write].map((p) => flow.text(p))).toEqual(["findOneBy", "task", "insert"]);
    expect(issue).toMatchObject({ consequence: { kind: "effect", name: "tasks.insert" }, writeMethod: "insert" });
  });

  it("is the only one", () => {
    expect(kinds(text(absent))).toEqual(["racy-insert"]);
  });
});

describe("known limits", () => {
  it.each([
    ["FN_all_rows: the first row of a table is inserted", `if ((await tasks.count()) > 0) return;`],
    [
      "FN_some: the list is searched by the application",
      `const list = await tasks.find(); if (list.some((t) => t.jobId === jobId)) return;`,
    ],
    ["FN_either: the read looks for either of two things", `if (await tasks.existsBy([{ jobId }, { status: "open" }])) return;`],
  ])("%s", (_name, before) => {
    expect(racy(text(before))).toEqual([]);
  });
});
