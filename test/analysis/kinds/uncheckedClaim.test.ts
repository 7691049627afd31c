import { describe, expect, it } from "vitest";

import { Flow } from "../flow.js";
import { found, issuesOf, kinds } from "./kinds.js";

const unchecked = (text: string | Flow) => found("unchecked-claim", text);
const one = ["Job.status at update"];

/** A job is claimed, and something is sent. */
const text = (claim: string, after = "await mailer.send(id);", before = "") => `
export async function f(jobs: Repository<Job>, tasks: Repository<Task>, prisma: PrismaClient, id: string, me: string) {
  ${before}
  ${claim}
  ${after}
}`;
const claim = `await jobs.update({ id, status: "pending" }, { status: "running" });`;

describe("the update is a claim", () => {
  it.each([
    ["the status it requires is changed", claim, one],
    ["a set of states is left", `await jobs.update({ id, status: In(["pending", "new"]) }, { status: "running" });`, one],
    ["an owner takes what has none", `await jobs.update({ id, worker: IsNull() }, { worker: me });`, ["Job.worker at update"]],
    ["a version is counted up", `await jobs.update({ id, attempts: me }, { attempts: me + 1 });`, ["Job.attempts at update"]],
    [
      "in Prisma",
      `await prisma.job.updateMany({ where: { id, status: "pending" }, data: { status: "running" } });`,
      ["Job.status at updateMany"],
    ],
    ["the status it excludes is not set", `await jobs.update({ id, status: Not("done") }, { status: "running" });`, []],
    ["the status it requires stays", `await jobs.update({ id, status: "pending" }, { worker: me });`, []],
    ["the column may stay empty", `await jobs.update({ id, worker: IsNull() }, { worker: me ?? null });`, []],
    ["there is no condition", `await jobs.update({ id }, { status: "running" });`, []],
    ["all rows of a state are changed", `await jobs.update({ status: "pending" }, { status: "running" });`, []],
    [
      "the condition stands in a sub-select",
      `await prisma.job.updateMany({ where: { id, status: "pending" }, data: { status: "running" }, limit: 1 });`,
      [],
    ],
    ["a miss throws", `await prisma.job.update({ where: { id, status: "pending" }, data: { status: "running" } });`, []],
  ])("%s", (_name, update, expected) => {
    expect(unchecked(text(update))).toEqual(expected);
  });
});

describe("nobody looks at the count", () => {
  const result = `const result = ${claim}`;
  it.each([
    ["dropped", claim, one],
    ["tested", `${result} if (result.affected === 0) return;`, []],
    ["destructured and tested", `const { affected } = ${claim} if (!affected) throw new Error();`, []],
    [
      "tested by a helper",
      `${result} ensure(result); function ensure(r: { affected: number }) { if (r.affected !== 1) throw new Error(); }`,
      [],
    ],
    ["handed to somebody unknown", `${result} expectOne(result);`, []],
    ["returned", `return ${claim}`, []],
  ])("%s", (_name, update, expected) => {
    expect(unchecked(text(update))).toEqual(expected);
  });

  const wrapped = (use: string, body = `return this.jobs.update({ id, status: "pending" }, { status: "running" });`) => `
class Store {
  constructor(private readonly jobs: Repository<Job>) {}
  claim(id: string) { ${body} }
}
export class Service {
  constructor(private readonly store: Store) {}
  async run(id: string) { ${use} await mailer.send(id); }
}`;

  it("of a method that returns it: the call is reported", () => {
    expect(unchecked(wrapped("await this.store.claim(id);"))).toEqual(["Job.status at claim"]);
    expect(unchecked(wrapped("if ((await this.store.claim(id)).affected !== 1) return;"))).toEqual([]);
    expect(unchecked(wrapped("const won = await this.store.claim(id); log(won);"))).toEqual([]);
  });

  it("of a method that decides", () => {
    const decides = `const { affected } = await this.jobs.update({ id, status: "pending" }, { status: "running" }); return affected === 1;`;
    expect(
      unchecked(wrapped("if (!(await this.store.claim(id))) return;", decides).replace("claim(id: string)", "async claim(id: string)")),
    ).toEqual([]);
  });
});

describe("something follows that must not happen twice", () => {
  it.each([
    ["a message", "await mailer.send(id);", one],
    ["an insert", "await tasks.insert({ jobId: id });", one],
    ["an increment", `await tasks.increment({ id }, "count", 1);`, one],
    ["a log line", "logger.info(id);", []],
    ["a read", "return tasks.findBy({ jobId: id });", []],
    ["a write of constants", `await tasks.update({ jobId: id }, { status: "open" });`, []],
    ["nothing", "", []],
  ])("%s", (_name, after, expected) => {
    expect(unchecked(text(claim, after))).toEqual(expected);
  });

  it("not before the claim, on another branch, or on ways without a claim", () => {
    expect(unchecked(text(claim, "", "await mailer.send(id);"))).toEqual([]);
    expect(unchecked(text(`if (me === "a") { ${claim} await mailer.send(id); }`, ""))).toEqual(one);
    expect(unchecked(text(`if (me === "a") { ${claim} } else { await mailer.send(id); }`, ""))).toEqual([]);
    expect(unchecked(text(`if (me === "a") { ${claim} }`))).toEqual([]);
  });
});

describe("protections", () => {
  const inTransaction = (before: string, isolation = "") =>
    unchecked(`
export async function f(source: DataSource, id: string) {
  await source.transaction(${isolation}async (manager) => {
    ${before}
    await manager.update(Job, { id, status: "pending" }, { status: "running" });
    await manager.insert(Task, { jobId: id });
  });
}`);

  it.each([
    ["a transaction as such is none", "", "", one],
    [
      "a lock on the row",
      `const job = await manager.findOne(Job, { where: { id }, lock: { mode: "pessimistic_write" } }); if (job.status !== "pending") return;`,
      "",
      [],
    ],
    ["an isolation level at which the loser fails", "", `"REPEATABLE READ", `, []],
  ])("%s", (_name, before, isolation, expected) => {
    expect(inTransaction(before, isolation)).toEqual(expected);
  });

  it("another claim that was looked at", () => {
    const before = `const { affected } = await jobs.update({ id, worker: IsNull() }, { worker: me });`;
    expect(unchecked(text(claim, undefined, `${before} if (affected !== 1) return;`))).toEqual([]);
  });

  it("a lock function around it, here or in every caller", () => {
    const settings = { lockFunctions: [{ name: "withLock" }] };
    const locked = `declare function withLock<T>(key: string, run: () => Promise<T>): Promise<T>; ${text(claim).replace("export ", "")}`;
    const calls = (call: string) => unchecked(new Flow(`${locked} export async function g(a: never) { ${call}; }`, settings));
    expect(calls(`await f(a, a, a, "1", "me")`)).toEqual(one);
    expect(calls(`await withLock("1", () => f(a, a, a, "1", "me"))`)).toEqual([]);
  });
});

describe("the issue", () => {
  it("says where the claim stands and what follows", () => {
    const flow = new Flow(text(claim));
    const [issue] = issuesOf("unchecked-claim", flow);
    if (issue === undefined) throw new Error("no issue");
    expect([issue.read, issue.check, issue.write].map((p) => flow.text(p))).toEqual(["update", `status: "pending"`, "update"]);
    expect(issue).toMatchObject({ consequence: { kind: "effect", name: "mailer.send" }, checkedInFilter: true, trace: [] });
  });

  it("is the only one, also after an early check", () => {
    const early = `const job = await jobs.findOneByOrFail({ id }); if (job.status !== "pending") return;`;
    expect(kinds(text(claim, undefined, early))).toEqual(["unchecked-claim"]);
    expect(kinds(text(claim.replace(`, status: "pending"`, ""), undefined, early))).toEqual(["racy-transition"]);
  });
});

describe("known limits", () => {
  it.each([
    ["FN_always_true: the result's object is tested, which is always true", `const result = ${claim} if (!result) return;`],
    ["FN_stored: the result is stored and never read", `const result = ${claim}`],
    ["FN_lease: a bound is moved", `await jobs.update({ id, startedAt: LessThan(new Date()) }, { startedAt: new Date() });`],
    ["FN_delete: a row is claimed by deleting it", `await jobs.delete({ id, status: "pending" });`],
  ])("%s", (_name, update) => {
    expect(unchecked(text(update))).toEqual([]);
  });
});
