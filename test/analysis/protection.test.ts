import { describe, expect, it } from "vitest";

import type { AnalysisSettings } from "../../src/analysis/environment.js";
import { Flow } from "./flow.js";

/** Why each pair of `f` is no race, or that it is one. */
function verdicts(text: string, settings?: Partial<AnalysisSettings>): readonly string[] {
  return new Flow(text, settings).verdicts();
}

/** A check of a pending job, then one write by key. */
const claim = (where: string, check = `job.status !== "pending"`) => `
export async function f(prisma: PrismaClient, id: string, seen: string, states: string[]) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (${check}) return;
  await prisma.job.updateMany({ where: ${where}, data: { status: "running" } });
}`;

const race = ["status: race"];
const compareAndSet = ["status: compare-and-set"];

describe("compare-and-set", () => {
  it.each([
    ["the checked value", `{ id, status: "pending" }`],
    ["the checked value in a list of one", `{ id, status: { in: ["pending"] } }`],
    ["the value read", `{ id, status: job.status }`],
    ["another column against the value read", `{ id, updatedAt: job.updatedAt }`],
    ["a version read with the row", `{ id, version: job.version }`],
  ])("a filter with %s protects", (_, where) => {
    expect(verdicts(claim(where))).toEqual(compareAndSet);
  });

  it.each([
    ["only the key", `{ id }`],
    ["the key compared with the row's", `{ id: job.id }`],
    ["a value that the check forbids", `{ id, status: "done" }`],
    ["a list that reaches beyond what the check lets through", `{ id, status: { in: ["pending", "done"] } }`],
    ["a foreign key compared with the row's", `{ id, projectId: job.projectId }`],
    ["a constant in another column", `{ id, kind: "email" }`],
  ])("a filter with %s does not", (_, where) => {
    expect(verdicts(claim(where))).toEqual(race);
  });

  it("a filter that excludes some other value than the checked one does not", () => {
    expect(verdicts(claim(`{ id, status: { not: "done" } }`, `job.status === "running"`))).toEqual(race);
    expect(verdicts(claim(`{ id, status: { not: "running" } }`, `job.status === "running"`))).toEqual(compareAndSet);
  });

  it("a filter that excludes one of the values that the check forbids does not, where the row is known to have others", () => {
    expect(verdicts(claim(`{ id, status: { not: "done" } }`))).toEqual(race);
    expect(verdicts(claim(`{ id, status: { not: "running" } }`))).toEqual(compareAndSet);
  });

  it("several conditions on the column are judged together", () => {
    const where = `{ id, AND: [{ status: { not: "done" } }, { status: { not: "running" } }] }`;
    expect(verdicts(claim(where))).toEqual(compareAndSet);
  });

  it("a filter answers what the read selected by", () => {
    const text = (where: string) => `
export async function f(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findFirst({ where: { id, status: "pending" } });
  if (!job) return;
  await prisma.job.updateMany({ where: ${where}, data: { status: "running" } });
}`;
    expect(verdicts(text(`{ id, status: "pending" }`))).toEqual(compareAndSet);
    expect(verdicts(text(`{ id, status: { not: "done" } }`))).toEqual(race);
    expect(verdicts(text(`{ id, status: "done" }`))).toEqual(race);
  });

  it("a null test in the filter answers a null test of the row", () => {
    const text = (where: string) => `
export async function f(prisma: PrismaClient, id: string, me: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.worker !== null) return;
  await prisma.job.updateMany({ where: ${where}, data: { worker: me } });
}`;
    expect(verdicts(text(`{ id, worker: null }`))).toEqual(["worker: compare-and-set"]);
    expect(verdicts(text(`{ id, worker: { not: null } }`))).toEqual(["worker: race"]);
    expect(verdicts(text(`{ id }`))).toEqual(["worker: race"]);
  });

  it("a predicate of the column that is not constant is given the benefit of the doubt", () => {
    expect(verdicts(claim(`{ id, status: { in: states } }`))).toEqual(compareAndSet);
    expect(verdicts(claim(`{ id, status: { contains: "pend" } }`))).toEqual(compareAndSet);
  });

  it("a condition on a related row stands in a sub-select and does not", () => {
    expect(verdicts(claim(`{ id, project: { status: "pending" } }`))).toEqual(race);
  });

  it("a condition in a sub-select that finds the rows does not", () => {
    const limited = claim(`{ id, status: "pending" }`).replace("data:", "limit: 1, data:");
    expect(verdicts(limited)).toEqual(race);
  });

  it("a filter that cannot be read silences", () => {
    expect(verdicts(claim(`{ ...states, id }`))).toEqual(["status: unreadable filter"]);
    expect(verdicts(claim(`{ id, OR: [{ kind: "a" }, { region: "b" }] }`))).toEqual(["status: unreadable filter"]);
  });

  it("each check of the row is judged by itself", () => {
    const text = (where: string) => `
export async function f(prisma: PrismaClient, id: string, me: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.status !== "pending") return;
  if (job.worker !== null) return;
  await prisma.job.updateMany({ where: ${where}, data: { status: "running", worker: me } });
}`;
    expect(verdicts(text(`{ id }`))).toEqual(["status: race", "worker: race"]);
    expect(verdicts(text(`{ id, status: "pending", worker: null }`))).toEqual(["status: compare-and-set", "worker: compare-and-set"]);
    expect(verdicts(text(`{ id, status: "pending" }`))).toEqual(["status: compare-and-set", "worker: race"]);
  });

  it("a decrement guarded by the amount protects, one by the key does not", () => {
    const text = (where: string) => `
export async function f(prisma: PrismaClient, id: string, quantity: number) {
  const item = await prisma.item.findUniqueOrThrow({ where: { id } });
  if (item.stock < quantity) throw new Error("sold out");
  await prisma.item.updateMany({ where: ${where}, data: { stock: { decrement: quantity } } });
}`;
    expect(verdicts(text(`{ id, stock: { gte: quantity } }`))).toEqual(["stock: compare-and-set"]);
    expect(verdicts(text(`{ id }`))).toEqual(["stock: race"]);
  });
});

describe("optimistic version", () => {
  const text = (set: string) => `
import type { Repository } from "typeorm";
import { Column, Entity, PrimaryColumn, VersionColumn } from "typeorm";
@Entity() class Doc { @PrimaryColumn("text") id: string; @Column("text") status: string; @VersionColumn() version: number; }
export async function f(docs: Repository<Doc>, id: string) {
  const doc = await docs.findOneByOrFail({ id });
  if (doc.status !== "draft") return;
  ${set}
}`;

  it("that the statement compares with the value read protects", () => {
    expect(verdicts(text(`await docs.update({ id, version: doc.version }, { status: "published" });`))).toEqual([
      "status: compare-and-set",
    ]);
  });

  it("of TypeORM is not compared by save and does not protect", () => {
    expect(verdicts(text(`doc.status = "published"; await docs.save(doc);`))).toEqual(["status: race"]);
  });
});

/** A check and a write inside a TypeORM transaction; `read` and `write` are what they are made on. */
const locked = (find: string, save = `manager.save(Job, job)`, before = "", between = "") => `
export async function f(source: DataSource, jobs: Repository<Job>, id: string, projectId: string) {
  await source.transaction(async (manager) => {
    ${before}
    const job = await ${find};
    if (job.status !== "pending") return;
    ${between}
    job.status = "running";
    await ${save};
  });
}`;
const forUpdate = `{ where: { id }, lock: { mode: "pessimistic_write" } }`;
const lockedBefore = ["status: row locked before"];

describe("lock by the read", () => {
  it("on the transaction that writes protects", () => {
    expect(verdicts(locked(`manager.findOneOrFail(Job, ${forUpdate})`))).toEqual(["status: row locked by read"]);
    expect(verdicts(locked(`manager.getRepository(Job).findOneOrFail(${forUpdate})`, `manager.getRepository(Job).save(job)`))).toEqual([
      "status: row locked by read",
    ]);
  });

  it("a plain read in a transaction does not", () => {
    expect(verdicts(locked(`manager.findOneOrFail(Job, { where: { id } })`))).toEqual(race);
  });

  it("on another handle than the transaction's does not", () => {
    expect(verdicts(locked(`jobs.findOneOrFail(${forUpdate})`))).toEqual(race);
    expect(verdicts(locked(`manager.findOneOrFail(Job, ${forUpdate})`, `jobs.save(job)`))).toEqual(race);
  });

  it.each([
    ["pessimistic_write", "row locked by read"],
    ["for_no_key_update", "row locked by read"],
    ["pessimistic_read", "row locked by read"],
    ["for_key_share", "race"],
    ["dirty_read", "race"],
  ])("of mode %s: %s", (mode, verdict) => {
    expect(verdicts(locked(`manager.findOneOrFail(Job, { where: { id }, lock: { mode: "${mode}" } })`))).toEqual([`status: ${verdict}`]);
  });

  it("outside a transaction that the flow shows, where the layer would refuse it: there is one", () => {
    const text = `
class Service {
  constructor(private readonly jobs: Repository<Job>) {}
  async f(id: string) {
    const job = await this.jobs.findOneOrFail(${forUpdate});
    if (job.status !== "pending") return;
    await this.jobs.update({ id }, { status: "running" });
  }
}`;
    expect(new Flow(text).verdicts("Service.f")).toEqual(["status: row locked by read"]);
  });

  it("on a handle that a caller passes is taken for one in a transaction", () => {
    const text = (find: string) => `
export async function f(manager: EntityManager, id: string) {
  const job = await manager.findOneOrFail(Job, ${find});
  if (job.status !== "pending") return;
  await manager.update(Job, { id }, { status: "running" });
}`;
    expect(verdicts(text(forUpdate))).toEqual(["status: row locked by read"]);
    expect(verdicts(text(`{ where: { id } }`))).toEqual(race);
  });

  it("between begin and commit of a query runner protects", () => {
    const text = (begin: string) => `
export async function f(source: DataSource, id: string) {
  const runner = source.createQueryRunner();
  ${begin}
  const job = await runner.manager.findOneOrFail(Job, ${forUpdate});
  if (job.status !== "pending") return;
  await runner.manager.update(Job, { id }, { status: "running" });
  await runner.commitTransaction();
}`;
    expect(verdicts(text(`await runner.startTransaction();`))).toEqual(["status: row locked by read"]);
  });

  it("is given back by a commit before the write", () => {
    const text = (between: string) => `
export async function f(source: DataSource, id: string) {
  const runner = source.createQueryRunner();
  await runner.startTransaction();
  const job = await runner.manager.findOneOrFail(Job, ${forUpdate});
  ${between}
  await runner.manager.update(Job, { id }, { status: "running" });
  await runner.commitTransaction();
}`;
    const check = `if (job.status !== "pending") return;`;
    const again = `await runner.commitTransaction(); await runner.startTransaction();`;
    expect(verdicts(text(`${check} ${again}`))).toEqual(race);
    expect(verdicts(text(`${again} ${check}`))).toEqual(race);
    expect(verdicts(text(`if (job.status !== "pending") { await runner.rollbackTransaction(); return; }`))).toEqual([
      "status: row locked by read",
    ]);
    expect(verdicts(text(`${check} try { await mailer.send(id); } catch (e) { await runner.rollbackTransaction(); throw e; }`))).toEqual([
      "status: row locked by read",
    ]);
  });

  it("FN_lock_on_a_query_runner_without_transaction: whoever made the runner may have begun one", () => {
    expect(
      verdicts(`
export async function f(source: DataSource, id: string) {
  const runner = source.createQueryRunner();
  const job = await runner.manager.findOneOrFail(Job, ${forUpdate});
  if (job.status !== "pending") return;
  await runner.manager.update(Job, { id }, { status: "running" });
}`),
    ).toEqual(["status: row locked by read"]);
  });
});

describe("lock before the read", () => {
  it("of the row itself, read again without a lock, protects", () => {
    expect(verdicts(locked(`manager.findOneByOrFail(Job, { id })`, undefined, `await manager.findOne(Job, ${forUpdate});`))).toEqual(
      lockedBefore,
    );
  });

  it("of a parent row protects", () => {
    const parent = `await manager.findOne(Task, { where: { id: projectId }, lock: { mode: "pessimistic_write" } });`;
    expect(verdicts(locked(`manager.findOneByOrFail(Job, { projectId })`, undefined, parent))).toEqual(lockedBefore);
  });

  it("by an update of the row protects", () => {
    const touch = (where: string) => `await manager.update(Job, ${where}, { attempts: 1 });`;
    expect(verdicts(locked(`manager.findOneByOrFail(Job, { id })`, undefined, touch("{ id }")))).toEqual(lockedBefore);
    expect(verdicts(locked(`manager.findOneByOrFail(Job, { id })`, undefined, touch("{ id: projectId }")))).toEqual(race);
  });

  it("by an update of the parent row protects", () => {
    const read = `manager.findOneByOrFail(Job, { projectId })`;
    const touch = (where: string, on = "manager") => `await ${on}.update(Task, ${where}, { status: "busy" });`;
    expect(verdicts(locked(read, undefined, touch("{ id: projectId }")))).toEqual(lockedBefore);
    expect(verdicts(locked(read, undefined, touch("{ jobId: projectId }")))).toEqual(race);
    expect(verdicts(locked(read, undefined, touch("{ id }")))).toEqual(race);
    expect(verdicts(locked(read, undefined, touch("{ id: projectId }", "source.manager")))).toEqual(race);
    expect(verdicts(locked(read, undefined, `if (id) ${touch("{ id: projectId }")}`))).toEqual(race);
  });

  it("by an update of one row of the parent whose rows are read protects", () => {
    const advance = (test: string, where = "{ projectId }") => `
export async function f(prisma: PrismaClient, projectId: string, id: string, ownerId: string) {
  const project = await prisma.project.findUniqueOrThrow({ where: { id: projectId }, include: { jobs: true } });
  const job = project.jobs.find((j) => ${test});
  if (!job) return;
  await prisma.$transaction(async (tx) => {
    await tx.job.update({ where: { id }, data: { doneAt: new Date() } });
    const next = (await tx.job.findMany({ where: ${where} })).find((j) => j.status === "pending");
    if (next) await tx.job.update({ where: { id: next.id }, data: { status: "running" } });
  });
}`;
    const ofNext = (text: string) => new Set(verdicts(text));
    expect(ofNext(advance("j.id === id"))).toEqual(new Set(lockedBefore));
    expect(ofNext(advance("j.open"))).toEqual(new Set(race));
    expect(ofNext(advance("j.id === id", "{ ownerId }"))).toEqual(new Set(race));
    expect(ofNext(advance("j.id === id").replace("await tx.job.update", "await prisma.job.update"))).toEqual(new Set(race));
  });

  it("without a lock does not", () => {
    expect(verdicts(locked(`manager.findOneByOrFail(Job, { id })`, undefined, `await manager.findOne(Job, { where: { id } });`))).toEqual(
      race,
    );
  });

  it("on another handle does not", () => {
    expect(verdicts(locked(`manager.findOneByOrFail(Job, { id })`, undefined, `await jobs.findOne(${forUpdate});`))).toEqual(race);
  });

  it("after the read, without reading again, does not", () => {
    expect(verdicts(locked(`manager.findOneByOrFail(Job, { id })`, undefined, "", `await manager.findOne(Job, ${forUpdate});`))).toEqual(
      race,
    );
    expect(
      verdicts(locked(`manager.findOneByOrFail(Job, { id })`, undefined, "", `await manager.query("select pg_advisory_xact_lock(1)");`)),
    ).toEqual(race);
  });

  it("a statement that cannot be read silences, on the transaction only", () => {
    const raw = (on: string) => locked(`manager.findOneByOrFail(Job, { id })`, undefined, `await ${on}.query(text);`);
    expect(verdicts(raw("manager"))).toEqual(["status: unknown statement before read"]);
    expect(verdicts(raw("source"))).toEqual(race);
  });

  it("counts the statements that it takes for locks", () => {
    const flow = new Flow(locked(`manager.findOneByOrFail(Job, { id })`, undefined, `await manager.query(text);`));
    flow.verdicts();
    expect(flow.counters.counts.get("raw statements taken for locks")).toBe(1);
  });
});

describe("isolation level", () => {
  const inTransaction = (isolation: string, on = "tx") => `
export async function f(prisma: PrismaClient, id: string) {
  await prisma.$transaction(async (tx) => {
    const job = await ${on}.job.findUniqueOrThrow({ where: { id } });
    if (job.status !== "pending") return;
    await tx.job.update({ where: { id }, data: { status: "running" } });
  }${isolation});
}`;
  const repeatable = `, { isolationLevel: "RepeatableRead" }`;
  const serializable = `, { isolationLevel: "Serializable" }`;

  it.each([
    ["", "postgresql", "race"],
    [`, { isolationLevel: "ReadCommitted" }`, "postgresql", "race"],
    [repeatable, "postgresql", "isolation level"],
    [repeatable, "mysql", "race"],
    [repeatable, "sqlite", "race"],
    [serializable, "postgresql", "isolation level"],
    [serializable, "mysql", "isolation level"],
  ])("%s on %s: %s", (isolation, dialect, verdict) => {
    expect(verdicts(inTransaction(isolation), { dialect })).toEqual([`status: ${verdict}`]);
  });

  it("with the read on another handle does not protect", () => {
    expect(verdicts(inTransaction(serializable, "prisma"))).toEqual(race);
  });

  it("is read off a query runner's begin", () => {
    const text = (level: string) => `
export async function f(source: DataSource, id: string) {
  const runner = source.createQueryRunner();
  await runner.startTransaction(${level});
  const job = await runner.manager.findOneByOrFail(Job, { id });
  if (job.status !== "pending") return;
  await runner.manager.update(Job, { id }, { status: "running" });
  await runner.commitTransaction();
}`;
    expect(verdicts(text(`"SERIALIZABLE"`))).toEqual(["status: isolation level"]);
    expect(verdicts(text(`"READ COMMITTED"`))).toEqual(race);
    expect(verdicts(text(``))).toEqual(race);
  });

  it("of a transaction around only the read does not protect", () => {
    expect(
      verdicts(`
export async function f(prisma: PrismaClient, id: string) {
  const job = await prisma.$transaction(async (tx) => tx.job.findUniqueOrThrow({ where: { id } }), { isolationLevel: "Serializable" });
  if (job.status !== "pending") return;
  await prisma.job.update({ where: { id }, data: { status: "running" } });
}`),
    ).toEqual(race);
  });
});

describe("lock functions", () => {
  const settings = { lockFunctions: [{ name: "withLock" }, { name: "acquire" }] };
  const read = `const job = await prisma.job.findUniqueOrThrow({ where: { id } });`;
  const check = `if (job.status !== "pending") return;`;
  const write = `await prisma.job.update({ where: { id }, data: { status: "running" } });`;
  const body = (text: string) => `
declare function withLock<T>(id: string, run: () => Promise<T>): Promise<T>;
declare function acquire(id: string): Promise<void>;
declare function ready(id: string): Promise<void>;
export async function f(prisma: PrismaClient, id: string) { ${text} }`;

  it("around read and write protect", () => {
    expect(verdicts(body(`await withLock(id, async () => { ${read} ${check} ${write} });`), settings)).toEqual(["status: lock function"]);
  });

  it("around only one of them do not", () => {
    expect(verdicts(body(`${read} ${check} await withLock(id, async () => { ${write} });`), settings)).toEqual(race);
    expect(verdicts(body(`const job = await withLock(id, async () => { ${read} return job; }); ${check} ${write}`), settings)).toEqual(
      race,
    );
  });

  it("called before the read protect, after it they do not", () => {
    expect(verdicts(body(`await acquire(id); ${read} ${check} ${write}`), settings)).toEqual(["status: lock function"]);
    expect(verdicts(body(`${read} await acquire(id); ${check} ${write}`), settings)).toEqual(race);
  });

  it("that are not in the settings are known by their names", () => {
    expect(verdicts(body(`await withLock(id, async () => { ${read} ${check} ${write} });`))).toEqual(["status: lock function"]);
    expect(verdicts(body(`await acquire(id); ${read} ${check} ${write}`))).toEqual(["status: lock function"]);
    expect(verdicts(body(`await ready(id); ${read} ${check} ${write}`))).toEqual(race);
  });

  it("two calls of one lock function are two locks", () => {
    const twice = `const job = await withLock(id, async () => { ${read} return job; }); ${check} await withLock(id, async () => { ${write} });`;
    expect(verdicts(body(twice), settings)).toEqual(race);
  });
});

describe("unknown wrappers", () => {
  const body = (call: string) => `
import type { PrismaClient } from "@prisma/client";
import { inTurn } from "some-package";
declare const router: { post(path: string, run: () => Promise<void>): void };
export async function f(prisma: PrismaClient, id: string) {
  const run = async () => {
    const job = await prisma.job.findUniqueOrThrow({ where: { id } });
    if (job.status !== "pending") return;
    await prisma.job.update({ where: { id }, data: { status: "running" } });
  };
  ${call}
}`;
  it("that are waited for may be locks", () => {
    expect(verdicts(body(`await inTurn(id, run);`))).toEqual(["status: unknown wrapper"]);
    expect(verdicts(body(`return inTurn(id, run);`))).toEqual(["status: unknown wrapper"]);
  });

  it("that are not waited for are registrars", () => {
    expect(verdicts(body(`router.post("/start", run);`))).toEqual(race);
  });

  it("that merely run what they are given are none", () => {
    expect(verdicts(body(`await Promise.all([run()]);`))).toEqual(race);
    expect(verdicts(body(`await pRetry(run);`))).toEqual(race);
    expect(verdicts(body(`await run();`))).toEqual(race);
  });
});

describe("claim", () => {
  const counted = (look: string, where = `{ id, status: "pending" }`) => `
export async function f(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.status !== "pending") return;
  const { count } = await prisma.job.updateMany({ where: ${where}, data: { status: "running" } });
  ${look}
  await prisma.job.update({ where: { id }, data: { status: "done" } });
}`;
  const claimedVerdicts = ["status: compare-and-set", "status: claimed"];

  it.each([["if (count === 0) return;"], ["if (count !== 1) throw new Error();"], ["if (!count) return;"], ["if (count < 1) return;"]])(
    "looked at by %s protects what comes after",
    (look) => {
      expect(verdicts(counted(look))).toEqual(claimedVerdicts);
    },
  );

  it("whose count nobody looks at does not", () => {
    expect(verdicts(counted(""))).toEqual(["status: compare-and-set", "status: race"]);
  });

  it("with only the key in its filter claims nothing", () => {
    expect(verdicts(counted("if (count === 0) return;", "{ id }"))).toEqual(["status: race", "status: race"]);
  });

  it("that throws on a miss needs no look", () => {
    const text = (where: string) => `
export async function f(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.status !== "pending") return;
  await prisma.job.update({ where: ${where}, data: { status: "running" } });
  await prisma.job.update({ where: { id }, data: { status: "done" } });
}`;
    expect(verdicts(text(`{ id, status: "pending" }`))).toEqual(claimedVerdicts);
    expect(verdicts(text(`{ id }`))).toEqual(["status: race", "status: race"]);
  });

  it("of TypeORM is counted by `affected`, and the result object itself is always there", () => {
    const text = (look: string) => `
export async function f(jobs: Repository<Job>, id: string) {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  const result = await jobs.update({ id, status: "pending" }, { status: "running" });
  ${look}
  await jobs.update({ id }, { status: "done" });
}`;
    expect(verdicts(text("if (result.affected === 0) return;"))).toEqual(claimedVerdicts);
    expect(verdicts(text("if (!result.affected) return;"))).toEqual(claimedVerdicts);
    expect(verdicts(text("if (!result) return;"))).toEqual(["status: compare-and-set", "status: race"]);
  });

  it("on a branch that the write is not on does not protect it", () => {
    expect(
      verdicts(`
export async function f(prisma: PrismaClient, id: string, fast: boolean) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.status !== "pending") return;
  if (fast) await prisma.job.update({ where: { id, status: "pending" }, data: { status: "running" } });
  await prisma.job.update({ where: { id }, data: { status: "done" } });
}`),
    ).toEqual(["status: compare-and-set", "status: race"]);
  });

  it("of another row claims nothing", () => {
    expect(
      verdicts(`
export async function f(prisma: PrismaClient, id: string, other: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.status !== "pending") return;
  const { count } = await prisma.worker.updateMany({ where: { id: other, state: "idle" }, data: { state: "busy" } });
  if (count === 0) return;
  await prisma.job.update({ where: { id }, data: { status: "done" } });
}`),
    ).toEqual(race);
  });

  it("of another row of the table claims nothing", () => {
    const text = (key: string, write: string) => `
export async function f(prisma: PrismaClient, id: string, other: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.status !== "pending") return;
  const { count } = await prisma.job.updateMany({ where: { id: ${key}, status: "pending" }, data: { status: "running" } });
  if (count === 0) return;
  await prisma.job.update({ where: { id: ${write} }, data: { status: "done" } });
}`;
    expect(verdicts(text("other", "id"))).toEqual(race);
    expect(verdicts(text("id", "id"))).toEqual(claimedVerdicts);
    expect(verdicts(text("id", "job.id"))).toEqual(claimedVerdicts);
  });
});

describe("an insert of which there can be only one", () => {
  const text = (made: string) => `
export async function f(source: DataSource, id: string, other: string) {
  ${made}
  const job = await source.getRepository(Job).findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await source.getRepository(Job).update({ id }, { status: "running" });
}`;
  const insert = (key: string, column = "id") => `await source.getRepository(Task).insert({ ${column}: ${key}, status: "start" });`;

  it("before the read protects, also where the error is caught", () => {
    expect(verdicts(text(insert("id")))).toEqual(["status: inserted before"]);
    expect(verdicts(text(`try { ${insert("id")} } catch { return; }`))).toEqual(["status: inserted before"]);
  });

  it("does not for another key, without a unique key, or on some ways only", () => {
    expect(verdicts(text(insert("other")))).toEqual(race);
    expect(verdicts(text(insert("id", "jobId")))).toEqual(race);
    expect(verdicts(text(`if (other) { ${insert("id")} }`))).toEqual(race);
  });
});

describe("a lease on a row of another table", () => {
  const text = (lease: string, from = "", key = "id") => `
export async function f(prisma: PrismaClient, id: string, other: string, day: string) {
  ${from}
  const { count } = await prisma.lease.${lease.replaceAll("KEY", key)};
  if (count === 0) return;
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.status !== "pending") return;
  await prisma.job.update({ where: { id }, data: { status: "running" } });
}`;
  const taken = `updateMany({ where: { jobId: KEY, until: null }, data: { until: day } })`;

  it.each([
    ["taken by a conditional update", taken],
    ["inserted unless it is there", `createMany({ data: [{ jobId: KEY, day }], skipDuplicates: true })`],
    ["deleted, which only one caller can", `deleteMany({ where: { jobId: KEY, kind: "free" } })`],
  ])("%s before the read protects", (_, lease) => {
    expect(verdicts(text(lease))).toEqual(["status: leased"]);
  });

  it("of another row does not", () => {
    expect(verdicts(text(taken, "", "other"))).toEqual(race);
  });

  it("that is written without a condition does not", () => {
    expect(verdicts(text(`updateMany({ where: { jobId: KEY }, data: { until: day } })`))).toEqual(race);
  });

  it("that nobody looks at does not", () => {
    expect(verdicts(text(taken).replace("if (count === 0) return;", ""))).toEqual(race);
  });

  it("taken after the read does not", () => {
    expect(
      verdicts(`
export async function f(prisma: PrismaClient, id: string, day: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.status !== "pending") return;
  const { count } = await prisma.lease.updateMany({ where: { jobId: id, until: null }, data: { until: day } });
  if (count === 0) return;
  await prisma.job.update({ where: { id }, data: { status: "running" } });
}`),
    ).toEqual(race);
  });

  it("taken by a statement that cannot be read may be one if its result decides", () => {
    const raw = (look: string) => `
export async function f(source: DataSource, jobs: Repository<Job>, id: string, sql: string) {
  const rows = await source.query(sql, [id]);
  ${look}
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await jobs.update({ id }, { status: "running" });
}`;
    expect(verdicts(raw("if (rows.length === 0) return;"))).toEqual(["status: unknown statement before read"]);
    expect(verdicts(raw(""))).toEqual(race);
  });
});
