import { describe, expect, it } from "vitest";

import { typeormStub } from "../program/harness.js";
import { Flow } from "./flow.js";
import { show, showCondition } from "./values.js";

const report = (text: string, settings = {}) => new Flow(text, settings).report();
/** Reads a job, passes it by a guard, and writes it. */
const flow = (guard: string, elsewhere: string) => `
export async function f(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  ${guard}
  await prisma.job.update({ where: { id }, data: { status: "running" } });
  await mailer.send(id);
}
${elsewhere}`;
const found = (check: string) => [`Job.status read findUniqueOrThrow:3 check ${check} write update:5 anchor update:5`];

describe("a helper that returns normally only if a check passes", () => {
  it.each([
    [
      "given the row",
      `job.status !== "pending":8`,
      `ensure(job);`,
      `function ensure(job: { status: string }) { if (job.status !== "pending") throw new Error(); }`,
    ],
    [
      "given the column",
      `status !== "pending":8`,
      `ensure(job.status);`,
      `function ensure(status: string) { if (status !== "pending") throw new Error(); }`,
    ],
    [
      "given an object",
      `current !== "pending":8`,
      `ensure({ current: job.status });`,
      `function ensure({ current }: { current: string }) { if (current !== "pending") throw new Error(); }`,
    ],
    [
      "as an arrow",
      `job.status !== "pending":8`,
      `ensure(job);`,
      `const ensure = (job: { status: string }) => { if (job.status !== "pending") throw new Error(); };`,
    ],
    [
      "through another helper",
      `s !== "pending":8`,
      `outer(job);`,
      `function outer(job: { status: string }) { ensure(job.status); } function ensure(s: string) { if (s !== "pending") throw new Error(); }`,
    ],
    [
      "awaited",
      `job.status !== "pending":8`,
      `await ensure(job);`,
      `async function ensure(job: { status: string }) { if (job.status !== "pending") throw new Error(); }`,
    ],
    [
      "as a method",
      `job.status !== "pending":8`,
      `new Guard().ensure(job);`,
      `class Guard { ensure(job: { status: string }) { if (job.status !== "pending") throw new Error(); } }`,
    ],
  ])("%s", (_, check, guard, helper) => {
    expect(report(flow(guard, helper))).toEqual(found(check));
  });

  it.each([
    ["logs only", `ensure(job);`, `function ensure(job: { status: string }) { if (job.status !== "pending") console.warn("odd"); }`],
    [
      "returns early, which the caller does not look at",
      `ensure(job);`,
      `function ensure(job: { status: string }) { if (job.status !== "pending") return; }`,
    ],
    [
      "is given another row",
      `ensure({ status: id });`,
      `function ensure(job: { status: string }) { if (job.status !== "pending") throw new Error(); }`,
    ],
    [
      "throws behind a catch",
      `try { ensure(job); } catch {}`,
      `function ensure(job: { status: string }) { if (job.status !== "pending") throw new Error(); }`,
    ],
  ])("not if it %s", (_, guard, helper) => {
    expect(report(flow(guard, helper))).toEqual([]);
  });

  it("its check is what the function says of its parameters", () => {
    const evaluation = new Flow(`
function ensure(job: { status: string }, force: boolean) {
  if (force) log();
  if (job.status !== "pending") throw new Error();
}`).evaluation("ensure");
    expect(evaluation.postconditions.map((g) => `${showCondition(g)} ${g.source} ${String(g.level)}`)).toEqual([
      `$0.status === "pending" callee returns 0`,
    ]);
  });
});

describe("a returned predicate", () => {
  it.each([
    [
      "comparison",
      `ready(job):4`,
      `if (!ready(job)) return;`,
      `function ready(job: { status: string }) { return job.status === "pending"; }`,
    ],
    [
      "early returns",
      `job.status === "done":8`,
      `if (!ready(job)) return;`,
      `function ready(job: { status: string }) { if (job.status === "done") return false; return true; }`,
    ],
    [
      "list",
      `ready(job):4`,
      `if (!ready(job)) return;`,
      `function ready(job: { status: string }) { return ["pending", "queued"].includes(job.status); }`,
    ],
    ["negated", `busy(job):4`, `if (busy(job)) return;`, `const busy = (job: { status: string }) => job.status !== "pending";`],
    [
      "in a variable",
      `ok:4`,
      `const ok = ready(job); if (!ok) return;`,
      `const ready = (job: { status: string }) => job.status === "pending";`,
    ],
    [
      "result object",
      `job.status !== "pending":8`,
      `const check = ready(job); if (!check.allowed) return;`,
      `function ready(job: { status: string }) { if (job.status !== "pending") return { allowed: false, reason: "x" }; return { allowed: true }; }`,
    ],
    [
      "destructured result object",
      `allowed:4`,
      `const { allowed } = ready(job); if (!allowed) return;`,
      `function ready(job: { status: string }) { return { allowed: job.status === "pending" }; }`,
    ],
    [
      "tagged result",
      `job.status === "pending":8`,
      `const r = ready(job); if (r.kind === "no") return;`,
      `function ready(job: { status: string }) { return job.status === "pending" ? { kind: "yes" } : { kind: "no" }; }`,
    ],
  ])("%s", (_, check, guard, helper) => {
    expect(report(flow(guard, helper))).toEqual(found(check));
  });

  it.each([
    ["of another column", `if (!ready(job)) return;`, `function ready(job: { kind: string }) { return job.kind === "email"; }`],
    ["that nobody looks at", `ready(job);`, `function ready(job: { status: string }) { return job.status === "pending"; }`],
    ["that is constant", `if (!ready(job)) return;`, `function ready(job: { status: string }) { log(job); return true; }`],
  ])("not %s", (_, guard, helper) => {
    expect(report(flow(guard, helper))).toEqual([]);
  });

  it("is said in terms of the parameters", () => {
    const evaluation = new Flow(`
function ready(job: { status: string }) { if (job.status !== "pending") return { allowed: false }; return { allowed: true }; }`).evaluation(
      "ready",
    );
    expect(show(evaluation.returned)).toBe(`{allowed: false} if not $0.status === "pending" | {allowed: true} if $0.status === "pending"`);
  });
});

describe("recursion", () => {
  it("reaches an end, and what was done before it stays known", () => {
    const text = flow(
      `if (job.status !== "pending") return;`,
      `export function visit(node: { children: object[] }): number { return node.children.length === 0 ? 1 : visit(node.children[0]); }
export function even(n: number): boolean { return n === 0 || odd(n - 1); }
export function odd(n: number): boolean { return n !== 0 && even(n - 1); }`,
    );
    expect(report(text)).toHaveLength(1);
  });

  it("by which a flow tries again is reported once: the second round reads and checks again", () => {
    expect(
      report(`
export async function f(prisma: PrismaClient, id: string, tries: number): Promise<void> {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.status !== "pending") return;
  try {
    await prisma.job.update({ where: { id }, data: { status: "running" } });
    await mailer.send(id);
  } catch (error) {
    await f(prisma, id, tries - 1);
  }
}`),
    ).toEqual(['Job.status read findUniqueOrThrow:3 check job.status !== "pending":4 write update:6 anchor update:6']);
  });

  it("of closures reaches an end", () => {
    expect(
      report(
        flow(
          `if (job.status !== "pending") return;`,
          `export const twice = (g: () => void) => { const again = () => { again(); g(); }; again(); };`,
        ),
      ),
    ).toHaveLength(1);
  });
});

describe("several implementations of an interface", () => {
  const text = (second: string) => `
interface Store { mark(id: string): Promise<void> }
export class PrismaStore implements Store {
  constructor(private readonly prisma: PrismaClient) {}
  async mark(id: string) { await this.prisma.job.update({ where: { id }, data: { status: "running" } }); }
}
export class OtherStore implements Store {
  constructor(private readonly prisma: PrismaClient) {}
  async mark(id: string) { ${second} }
}
export class Service {
  constructor(private readonly prisma: PrismaClient, private readonly store: Store) {}
  async start(id: string) {
    const job = await this.prisma.job.findUniqueOrThrow({ where: { id } });
    if (job.status !== "pending") return;
    await this.store.mark(id);
    await mailer.send(id);
  }
}`;
  it("each counts, with one report for the call", () => {
    expect(report(text(""))).toEqual([
      `Job.status read findUniqueOrThrow:14 check job.status !== "pending":15 write update:5 anchor mark:16`,
    ]);
    expect(report(text(`await this.prisma.job.update({ where: { id }, data: { status: "running" } });`))).toHaveLength(1);
  });

  it("none counts where none writes the column", () => {
    expect(report(text("").replace(`{ status: "running" }`, `{ kind: "a" }`))).toEqual([]);
  });

  it("a check in one of them is no check of the caller's", () => {
    expect(
      report(`
interface Policy { ensure(job: { status: string }): void }
class Strict implements Policy { ensure(job: { status: string }) { if (job.status !== "pending") throw new Error(); } }
class Lax implements Policy { ensure() {} }
export async function f(prisma: PrismaClient, policy: Policy, id: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  policy.ensure(job);
  await prisma.job.update({ where: { id }, data: { status: "running" } });
  await mailer.send(id);
}`),
    ).toEqual([]);
  });
});

describe("callbacks", () => {
  const body = `
    const job = await tx.job.findUniqueOrThrow({ where: { id } });
    if (job.status !== "pending") return;
    await tx.job.update({ where: { id }, data: { status: "running" } });
    await mailer.send(id);`;

  it("run inside a function of the program that opens the transaction", () => {
    const text = (isolation: string) => `
async function inTransaction<T>(prisma: PrismaClient, run: (tx: Prisma.TransactionClient) => Promise<T>) {
  return prisma.$transaction(async (tx) => run(tx), ${isolation});
}
export async function f(prisma: PrismaClient, id: string) {
  await inTransaction(prisma, async (tx) => {${body}
  });
}`;
    expect(report(text(`{ isolationLevel: "Serializable" }`))).toEqual([]);
    expect(report(text(`{}`))).toEqual([
      `Job.status read findUniqueOrThrow:7 check job.status !== "pending":8 write update:9 anchor update:9`,
    ]);
  });

  it("run inside a function of the program that holds a lock", () => {
    const text = (wrapper: string) => `
import type { PrismaClient } from "@prisma/client";
import { acquire } from "some-lock";
import { mailer } from "./outside";
async function withLock<T>(id: string, run: () => Promise<T>): Promise<T> { ${wrapper} }
export async function f(tx: PrismaClient, id: string) {
  await withLock(id, async () => {${body}
  });
}`;
    const settings = { lockFunctions: [{ name: "acquire" }] };
    expect(report(text(`await acquire(id); return run();`), settings)).toEqual([]);
    expect(report(text(`const result = await run(); await acquire(id); return result;`), settings)).toHaveLength(1);
    expect(report(text(`return run();`), settings)).toHaveLength(1);
  });

  it("that are functions with a name are run too", () => {
    expect(
      report(`
async function attempt(run: (prisma: PrismaClient, id: string) => Promise<void>, prisma: PrismaClient, id: string) { await run(prisma, id); }
async function mark(prisma: PrismaClient, id: string) { await prisma.job.update({ where: { id }, data: { status: "running" } }); }
export async function f(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.status !== "pending") return;
  await attempt(mark, prisma, id);
  await mailer.send(id);
}`),
    ).toEqual([`Job.status read findUniqueOrThrow:5 check job.status !== "pending":6 write update:3 anchor attempt:7`]);
  });

  it("give their result to the function that runs them", () => {
    expect(
      report(`
async function load<T>(get: () => Promise<T>): Promise<T> { const value = await get(); return value; }
export async function f(prisma: PrismaClient, id: string) {
  const job = await load(() => prisma.job.findUniqueOrThrow({ where: { id } }));
  if (job.status !== "pending") return;
  await prisma.job.update({ where: { id }, data: { status: "running" } });
  await mailer.send(id);
}`),
    ).toEqual([`Job.status read findUniqueOrThrow:4 check job.status !== "pending":5 write update:6 anchor update:6`]);
  });
});

describe("methods of an entity", () => {
  const text = (call: string) => `
export async function f(jobs: Repository<Job>, id: string) {
  const job = await jobs.findOneBy({ id });
  ${call}
  await jobs.save(job);
  await mailer.send(id);
}`;
  // The row's type comes from the library's declarations.
  const report = (body: string) => new Flow({ ...typeormStub, "file.ts": body }).report();

  it("that check and assign, then save", () => {
    expect(report(text("job.start();"))).toEqual([
      `Job.status read findOneBy:3 check this.status !== "pending":15 write save:5 anchor save:5`,
    ]);
  });

  it("that answer a question", () => {
    expect(report(text(`if (!job.canStart()) return; job.status = "running";`))).toEqual([
      `Job.status read findOneBy:3 check job.canStart():4 write save:5 anchor save:5`,
    ]);
  });

  it("that only look write nothing", () => {
    expect(report(text(`if (!job.canStart()) return; job.worker = "me";`))).toEqual([]);
  });
});

describe("without the library's declarations", () => {
  const text = (body: string) => `
export async function f(jobs: Repository<Job>, id: string) {
  const job = await jobs.findOneByOrFail({ id });
  ${body}
  await jobs.save(job);
  await mailer.send(id);
}`;

  it("a row's method is that of its entity", () => {
    expect(report(text("job.start();"))).toEqual([
      `Job.status read findOneByOrFail:3 check this.status !== "pending":15 write save:5 anchor save:5`,
    ]);
    expect(report(text(`if (!job.canStart()) return; job.status = "running";`))).toHaveLength(1);
    expect(report(text(`if (!job.canStart()) return; job.worker = "me";`))).toEqual([]);
    expect(report(text("job.unheardOf();"))).toEqual([]);
  });
});

describe("optional handles", () => {
  const text = (call: string) => `
async function start(source: DataSource, id: string, manager?: EntityManager) {
  const on = manager ?? source.manager;
  const job = await on.findOneOrFail(Job, { where: { id }, lock: { mode: "pessimistic_write" } });
  if (job.status !== "pending") return;
  await on.update(Job, { id }, { status: "running" });
}
export async function f(source: DataSource, id: string) { ${call} }`;

  it("are the transaction's where one is passed", () => {
    const flow = new Flow(text(`await source.transaction((tx) => start(source, id, tx));`));
    const [read, write] = flow.evaluation("f").events.flatMap((e) => (e.kind === "access" ? [show(e.access.connection)] : []));
    expect(read).toMatch(/^transaction\(/);
    expect(write).toBe(read);
  });

  it("are the pool's where none is passed", () => {
    const connections = new Flow(text(`await start(source, id);`))
      .evaluation("f")
      .events.flatMap((e) => (e.kind === "access" ? [show(e.access.connection)] : []));
    expect(new Set(connections).size).toBe(1);
    expect(connections[0]).not.toMatch(/transaction/);
  });
});

describe("what a call does", () => {
  it("gets the call sites in front and the whole path", () => {
    const flow = new Flow(`
async function inner(prisma: PrismaClient, id: string) { await prisma.job.update({ where: { id }, data: { status: "running" } }); }
async function outer(prisma: PrismaClient, id: string) { if (id) await inner(prisma, id); }
export async function f(prisma: PrismaClient, id: string) { await outer(prisma, id); }`);
    const [event] = flow.evaluation("f").events;
    expect(event?.path.map((s) => s.text)).toEqual(["outer", "inner", "job.update"]);
    expect(event?.id.split("/app").length).toBe(4);
    expect(event?.guards.map((g) => `${showCondition(g)} ${String(g.level)}`)).toEqual(["$1 1"]);
  });

  it("does not happen where the arguments rule it out", () => {
    const events = (argument: string) =>
      new Flow(`
async function mark(prisma: PrismaClient, id: string, really: boolean) { if (really) await prisma.job.update({ where: { id }, data: { status: "running" } }); }
export async function f(prisma: PrismaClient, id: string) { await mark(prisma, id, ${argument}); }`).evaluation("f").events.length;
    expect(events("true")).toBe(1);
    expect(events("false")).toBe(0);
  });

  it("is read again where the caller knows the patch and the filter", () => {
    const text = (where: string, data: string) => `
class Store {
  constructor(private readonly jobs: Repository<Job>) {}
  find(where: object) { return this.jobs.findOneOrFail({ where }); }
  change(where: object, data: object) { return this.jobs.update(where, data); }
}
export class Service {
  constructor(private readonly store: Store) {}
  async f(id: string) {
    const job = await this.store.find({ id });
    if (job.status !== "pending") return;
    await this.store.change(${where}, ${data});
    await mailer.send(id);
  }
}`;
    expect(report(text("{ id }", `{ status: "running" }`))).toEqual([
      `Job.status read findOneOrFail:4 check job.status !== "pending":11 write update:5 anchor change:12`,
    ]);
    expect(report(text(`{ id, status: "pending" }`, `{ status: "running" }`))).toEqual([]);
    expect(report(text("{ id }", `{ worker: "x" }`))).toEqual([]);
  });
});
