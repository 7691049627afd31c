import { describe, expect, it } from "vitest";

import { Flow } from "./flow.js";

const verdicts = (text: string, name = "f") => new Flow(text).verdicts(name);
const report = (text: string) => new Flow(text).report();
const race = ["status: race"];

describe("which columns meet", () => {
  const text = (check: string, data: string) => `
export async function f(prisma: PrismaClient, id: string, me: string, patch: object) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  ${check}
  await prisma.job.update({ where: { id }, data: ${data} });
}`;
  const early = `if (job.status !== "pending") return;`;

  it("the checked column is written", () => {
    expect(verdicts(text(early, `{ status: "running" }`))).toEqual(race);
    expect(verdicts(text(early, `{ worker: me }`))).toEqual([]);
  });

  it("the write depends on the check", () => {
    expect(verdicts(text(`if (job.status !== "pending") log(job);`, `{ status: "running" }`))).toEqual([]);
  });

  it("a column that keeps its value is not written", () => {
    expect(verdicts(text(early, `{ status: job.status, worker: me }`))).toEqual([]);
    expect(verdicts(text(early, `{ status: undefined, worker: me }`))).toEqual([]);
  });

  it("an opaque patch writes nothing for this purpose, known fields beside it do", () => {
    expect(verdicts(text(early, `patch`))).toEqual([]);
    expect(verdicts(text(early, `{ ...patch }`))).toEqual([]);
    expect(verdicts(text(early, `{ ...patch, status: "running" }`))).toEqual(race);
  });

  it("whether the column has a value that the new one is computed from is no check, a comparison is one", () => {
    const merge = (check: string) => text(check, `{ meta: { ...job.meta, seen: true } }`);
    expect(verdicts(merge(`if (!job.meta) return;`))).toEqual(["meta: value carried over"]);
    expect(verdicts(merge(`if (job.meta === null) return;`))).toEqual(["meta: value carried over"]);
    expect(verdicts(merge(`if (job.meta === "locked") return;`))).toEqual(["meta: race"]);
    expect(verdicts(text(`if (!job.meta) return;`, `{ meta: { seen: true } }`))).toEqual(["meta: race"]);
  });

  it("a presence test after a read by key checks nothing", () => {
    const missing = text(`if (!job) throw new Error();`, `{ status: "running" }`).replace("findUniqueOrThrow", "findUnique");
    expect(verdicts(missing)).toEqual([]);
  });

  it("a presence test after a read with a condition checks the condition's columns", () => {
    const filtered = (where: string) =>
      text(`if (!job) throw new Error();`, `{ status: "running" }`).replace(
        "findUniqueOrThrow({ where: { id } })",
        `findFirst({ where: ${where} })`,
      );
    expect(verdicts(filtered(`{ id, status: "pending" }`))).toEqual(race);
    expect(verdicts(filtered(`{ id, worker: me }`))).toEqual([]);
  });

  it("a state that was looked for and is written again is written, what the caller looked for is not", () => {
    const touch = (where: string, data: string) => `
export async function f(prisma: PrismaClient, id: string, me: string) {
  const job = await prisma.job.findFirst({ where: ${where} });
  if (!job) throw new Error();
  await prisma.job.update({ where: { id }, data: ${data} });
}`;
    expect(verdicts(touch(`{ id, status: "active" }`, `{ status: "active", seenAt: new Date() }`))).toEqual(race);
    expect(verdicts(touch(`{ id, worker: me }`, `{ worker: me, seenAt: new Date() }`))).toEqual([]);
  });

  it("a flow that goes on only when the read found nothing is an insert's business", () => {
    const absent = text(`if (job) return;`, `{ status: "running" }`).replace(
      "findUniqueOrThrow({ where: { id } })",
      `findFirst({ where: { id, status: "pending" } })`,
    );
    expect(verdicts(absent)).toEqual([]);
  });

  it("an owner check meets only a write of the owner", () => {
    const owner = `if (job.ownerId !== me) throw new Error();`;
    expect(verdicts(text(owner, `{ status: "running" }`))).toEqual([]);
    expect(verdicts(text(owner, `{ ownerId: null }`))).toEqual(["ownerId: race"]);
  });

  it("a conjunct that does not mention the row is no check", () => {
    expect(verdicts(text(`if (me === "nobody") return;`, `{ status: "running" }`))).toEqual([]);
  });
});

describe("forms of a check", () => {
  const text = (body: string) => `
const ACTIVE = new Set(["pending", "queued"]);
const NEXT = { pending: ["running"], running: ["done"], done: [] };
export async function f(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  const start = () => prisma.job.update({ where: { id }, data: { status: "running" } });
  ${body}
}`;
  it.each([
    ["early return", `if (job.status !== "pending") return; await start();`],
    ["throw", `if (job.status !== "pending") throw new Error(); await start();`],
    ["block", `if (job.status === "pending") { await start(); }`],
    ["else if", `if (job.status === "done") return; else if (job.status === "pending") await start();`],
    ["else", `if (job.status !== "pending") { log(); } else { await start(); }`],
    ["switch", `switch (job.status) { case "pending": await start(); break; case "done": break; }`],
    ["switch default", `switch (job.status) { case "done": return; default: await start(); }`],
    ["ternary", `return job.status === "pending" ? start() : undefined;`],
    ["and", `return job.status === "pending" && start();`],
    ["or", `return job.status !== "pending" || start();`],
    ["while", `while (job.status === "pending") { await start(); break; }`],
    ["try", `try { if (job.status !== "pending") return; await start(); } catch (e) { log(e); }`],
    ["list", `if (["pending", "queued"].includes(job.status)) await start();`],
    ["set", `if (!ACTIVE.has(job.status)) return; await start();`],
    ["transition table", `if (!NEXT[job.status].includes("running")) throw new Error(); await start();`],
    ["boolean local", `const ready = job.status === "pending"; if (!ready) return; await start();`],
    ["negation", `if (!(job.status === "pending")) return; await start();`],
    ["optional chaining", `if (job?.status !== "pending") return; await start();`],
    ["destructuring", `const { status } = job; if (status !== "pending") return; await start();`],
  ])("%s", (_, body) => {
    expect(new Set(verdicts(text(body)))).toEqual(new Set(race));
  });

  it.each([
    ["the write stands before the check", `await start(); if (job.status !== "pending") return;`],
    ["both branches go on", `if (job.status === "pending") log(); await start();`],
    ["the check is of the arguments", `if (id === "") return; await start();`],
  ])("not: %s", (_, body) => {
    expect(verdicts(text(body))).toEqual([]);
  });
});

describe("ways to the row", () => {
  it.each([
    ["Promise.all", `const [job] = await Promise.all([prisma.job.findUniqueOrThrow({ where: { id } }), other()]);`],
    ["first of a list", `const [job] = await prisma.job.findMany({ where: { id } });`],
    ["index", `const jobs = await prisma.job.findMany({ where: { id } }); const job = jobs[0];`],
    ["at", `const job = (await prisma.job.findMany({ where: { id } })).at(0);`],
    ["then", `const job = await prisma.job.findMany({ where: { id } }).then((r) => r[0]);`],
    ["find", `const jobs = await prisma.job.findMany({ where: { id } }); const job = jobs.find((j) => j.kind === "a");`],
    ["let", `let job; job = await prisma.job.findUnique({ where: { id } });`],
    ["default", `const job = (await prisma.job.findUnique({ where: { id } })) ?? null;`],
  ])("%s", (_, read) => {
    expect(
      verdicts(`
export async function f(prisma: PrismaClient, id: string) {
  ${read}
  if (job.status !== "pending") return;
  await prisma.job.update({ where: { id: job.id }, data: { status: "running" } });
}`),
    ).toEqual(race);
  });
});

describe("own row", () => {
  const text = (get: string) => `
export async function f(prisma: PrismaClient, id: string) {
  const job = await ${get};
  if (job.status !== "pending") return;
  await prisma.job.update({ where: { id: job.id }, data: { status: "running" } });
}`;

  it("a row that this flow inserted is nobody else's", () => {
    expect(verdicts(text(`prisma.job.create({ data: { id, kind: "a" } })`))).toEqual(["status: row of this flow"]);
  });

  it("a row that was got or created is everybody's", () => {
    expect(verdicts(text(`prisma.job.upsert({ where: { id }, create: { id }, update: {} })`))).toEqual(race);
    expect(verdicts(text(`prisma.job.findUnique({ where: { id } }) ?? (await prisma.job.create({ data: { id } }))`))).toContain(
      "status: race",
    );
  });

  /** The flow inserts a row and reads it again, or what belongs to it. */
  const reread = (where: string, between = "", last = "job.id") => `
export async function f(prisma: PrismaClient, owner: string) {
  const made = await prisma.job.create({ data: { owner } });
  ${between}
  const job = await prisma.job.findFirstOrThrow({ where: ${where} });
  if (job.status !== "pending") return;
  await prisma.job.update({ where: { id: ${last} }, data: { status: "running" } });
}`;

  it("a row that is read again by the inserted row's key is still nobody else's, and so are the rows that belong to it", () => {
    expect(verdicts(reread(`{ id: made.id }`))).toEqual(["status: row of this flow"]);
    expect(verdicts(reread(`{ parentId: made.id }`))).toEqual(["status: row of this flow"]);
  });

  it("a row found by another column of the inserted row is not", () => {
    expect(verdicts(reread(`{ owner: made.owner }`))).toEqual(race);
  });

  it("a row that something outside was told of before it is read again is not", () => {
    expect(verdicts(reread(`{ id: made.id }`, `await queue.add(made.id);`))).toEqual(race);
  });

  it("a row that came about after the flow noted the time is nobody else's", () => {
    const since = (start: string, filter = "createdAt: { gte: start }") => `
async function tidy(prisma: PrismaClient, start: Date) {
  for (const job of await prisma.job.findMany({ where: { ${filter}, status: "pending" } })) {
    await prisma.job.update({ where: { id: job.id }, data: { status: "merged" } });
    await mailer.send(job.id);
  }
}
export async function load(prisma: PrismaClient, texts: string[], from: Date) {
  const start = ${start};
  for (const text of texts) await prisma.job.create({ data: { text } });
  await tidy(prisma, start);
}`;
    expect(report(since("new Date()"))).toEqual([]);
    expect(report(since("from"))).toHaveLength(1);
    expect(report(since("new Date()", "createdAt: { lte: start }"))).toHaveLength(1);
    expect(report(since("new Date()", "dueAt: { gte: start }"))).toHaveLength(1);
    expect(
      report(since("new Date()") + `\nexport async function all(prisma: PrismaClient, from: Date) { await tidy(prisma, from); }`),
    ).toHaveLength(1);
  });

  it("a row that a callee inserts and reads again in its transaction is nobody else's for the caller either", () => {
    const text = (key: string) => `
async function build(prisma: PrismaClient, projectId: string) {
  return prisma.$transaction(async (tx) => {
    const made = await tx.job.create({ data: { projectId } });
    return tx.job.findUniqueOrThrow({ where: { id: ${key} } });
  });
}
export async function f(prisma: PrismaClient, projectId: string) {
  const job = await build(prisma, projectId);
  if (job.status !== "pending") return;
  await prisma.job.update({ where: { id: job.id }, data: { status: "running" } });
}`;
    expect(verdicts(text("made.id"))).toEqual(["status: row of this flow"]);
    expect(verdicts(text("projectId"))).toEqual(race);
  });
});

describe("dirty check", () => {
  const text = (check: string) => `
export async function f(prisma: PrismaClient, id: string, role: string, me: string) {
  const user = await prisma.user.findUniqueOrThrow({ where: { id } });
  ${check}
  await prisma.user.update({ where: { id }, data: { role } });
}`;

  it("comparing the column with the value that is written is no check", () => {
    expect(verdicts(text(`if (user.role === role) return;`))).toEqual([]);
    expect(verdicts(text(`if (user.role !== role) { log(); } else { return; }`))).toEqual([]);
  });

  it("going on only when they are equal is one", () => {
    expect(verdicts(text(`if (user.role !== role) return;`))).toEqual(["role: race"]);
  });

  it("comparing with a constant is one", () => {
    expect(verdicts(text(`if (user.role === "admin") return;`))).toEqual(["role: race"]);
    expect(verdicts(text(`if (user.role === "admin") return;`).replace("data: { role }", `data: { role: "admin" }`))).toEqual([
      "role: race",
    ]);
  });

  it("comparing with a constant, where the column has a default, is one", () => {
    const mark = (state: string, written: string) =>
      verdicts(`
export async function f(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUnique({ where: { id }, select: { status: true } });
  const status = ${state};
  if (status !== "failed") await prisma.job.update({ where: { id }, data: { status: ${written} } });
}`);
    expect(mark(`job?.status ?? "new"`, `"failed"`)).toEqual(race);
    expect(mark(`job ? job.status : "new"`, `"failed"`)).toEqual(race);
    expect(mark(`job?.status ?? "new"`, `"late"`)).toEqual(race);
  });

  it("comparing with another value than the one written is one", () => {
    expect(verdicts(text(`if (user.role === me) return;`))).toEqual(["role: race"]);
  });

  it("held by somebody else is a check", () => {
    expect(verdicts(text(`if (user.role && user.role !== role) throw new Error();`))).toContain("role: race");
  });
});

describe("flags that join dirty checks", () => {
  const text = (body: string) => `
export class S {
  constructor(private readonly jobs: Repository<Job>) {}
  async f(id: string, dto: { status?: string; worker?: string; attempts?: number }) {
    const job = await this.jobs.findOneByOrFail({ id });
    ${body}
    await mailer.send(id);
  }
}`;
  const flag = (status: string) =>
    text(`let dirty = false;
    if (job.status !== ${status}) { job.status = "done"; dirty = true; }
    if (dto.worker && job.worker !== dto.worker) { job.worker = dto.worker; dirty = true; }
    if (!dirty) return;
    await this.jobs.save(job);`);

  it("decide on nothing but what is written", () => {
    expect(report(flag(`"done"`))).toEqual([]);
  });

  it("with another state than the one written they are checks", () => {
    expect(report(flag(`"running"`))).toEqual([expect.stringContaining("Job.status")]);
  });

  it("an input in place of the column: what the column is matters only where it is not written", () => {
    const validated = (compared: string) =>
      text(`if ((${compared}) === null) throw new Error();
    if (dto.attempts !== undefined) job.attempts = dto.attempts;
    await this.jobs.save(job);`);
    expect(report(validated("dto.attempts ?? job.attempts"))).toEqual([]);
    expect(report(validated("job.attempts"))).toEqual([expect.stringContaining("Job.attempts")]);
  });
});

describe("choice of another column", () => {
  const text = (data: string) => `
export async function f(prisma: PrismaClient, id: string, status: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  await prisma.job.update({ where: { id }, data: ${data} });
}`;

  it("is no check of a column that is written in any case", () => {
    expect(verdicts(text(`{ status, reviewed: job.status === "done" ? 1 : 2 }`))).toEqual([]);
  });

  it("a choice of the column itself is one", () => {
    expect(verdicts(text(`{ status: job.status === "done" ? "again" : status }`))).toContain("status: race");
  });
});

describe("throttle", () => {
  const text = (check: string, data: string) => `
export async function f(prisma: PrismaClient, id: string) {
  const user = await prisma.user.findUniqueOrThrow({ where: { id } });
  if (${check}) return;
  await prisma.user.update({ where: { id }, data: ${data} });
}`;
  const recent = `user.seenAt && Date.now() - user.seenAt.getTime() < 60_000`;

  it("a comparison of a timestamp with the clock is none where the new time is all that is written", () => {
    expect(verdicts(text(`Date.now() - user.seenAt.getTime() < 60_000`, `{ seenAt: new Date() }`))).toEqual(["seenAt: throttle"]);
  });

  it("a null test that only guards the comparison is none", () => {
    expect(verdicts(text(recent, `{ seenAt: new Date() }`))).not.toContain("seenAt: race");
  });

  it("is a check where something else is written too", () => {
    expect(verdicts(text(`Date.now() - user.seenAt.getTime() < 60_000`, `{ seenAt: new Date(), visits: 1 }`))).toEqual(["seenAt: race"]);
  });

  it("a null test of the timestamp is a check", () => {
    expect(verdicts(text(`user.seenAt !== null`, `{ seenAt: new Date() }`))).toEqual(["seenAt: race"]);
    expect(verdicts(text(`user.seenAt`, `{ seenAt: new Date() }`))).toEqual(["seenAt: race"]);
  });
});

describe("delete", () => {
  const remover = `
export async function f(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.status !== "draft") throw new Error();
  await prisma.job.delete({ where: { id } });
  await mailer.send(id);
}`;
  const writer = (value: string) => `
export async function publish(prisma: PrismaClient, id: string) {
  await prisma.job.update({ where: { id }, data: { status: "${value}" } });
}`;

  it("ends the checked column if somebody changes it to what the check forbids", () => {
    expect(report(remover + writer("published"))).toEqual([
      `Job.status read findUniqueOrThrow:3 check job.status !== "draft":4 write delete:5 anchor delete:5`,
    ]);
  });

  it("is no write of the column if nobody else changes it, or only to what the check lets pass", () => {
    expect(report(remover)).toEqual([]);
    expect(report(remover + writer("draft"))).toEqual([]);
  });
});

describe("anchor", () => {
  const read = `const job = await prisma.job.findUniqueOrThrow({ where: { id } });`;
  const check = `if (job.status !== "pending") throw new Error();`;
  const write = `await prisma.job.update({ where: { id }, data: { status: "running" } });`;
  const send = `await mailer.send(id);`;
  const found = (where: { check?: string; anchor: string; write: string; read?: string }) => [
    `Job.status read ${where.read ?? "findUniqueOrThrow:3"} check ${where.check ?? `job.status !== "pending":4`} write ${where.write} anchor ${where.anchor}`,
  ];

  it("is the write where all three are in one function", () => {
    expect(
      report(`
export async function f(prisma: PrismaClient, id: string) {
  ${read}
  ${check}
  ${write}
  ${send}
}`),
    ).toEqual(found({ write: "update:5", anchor: "update:5" }));
  });

  it("is the call that leads to the write where check and call are in one function", () => {
    expect(
      report(`
export async function f(prisma: PrismaClient, id: string) {
  ${read}
  ${check}
  await mark(prisma, id);
  ${send}
}
async function mark(prisma: PrismaClient, id: string) {
  ${write}
}`),
    ).toEqual(found({ write: "update:9", anchor: "mark:5" }));
  });

  it("is the write where a helper that throws does the checking", () => {
    expect(
      report(`
export async function f(prisma: PrismaClient, id: string) {
  ${read}
  assertPending(job);
  ${write}
  ${send}
}
function assertPending(job: { status: string }) {
  ${check}
}`),
    ).toEqual(found({ check: `job.status !== "pending":9`, write: "update:5", anchor: "update:5" }));
  });

  it("is the write where a callee checks a row that it was given", () => {
    expect(
      report(`
export async function f(prisma: PrismaClient, id: string) {
  ${read}
  await start(prisma, job, id);
}
async function start(prisma: PrismaClient, job: { status: string }, id: string) {
  ${check}
  ${write}
  ${send}
}`),
    ).toEqual(found({ check: `job.status !== "pending":7`, write: "update:8", anchor: "update:8" }));
  });

  it("is the lowest where a caller checks too", () => {
    expect(
      report(`
export async function f(prisma: PrismaClient, id: string) {
  ${read}
  ${check}
  await start(prisma, job, id);
}
async function start(prisma: PrismaClient, job: { status: string }, id: string) {
  ${check}
  ${write}
  ${send}
}`),
    ).toEqual(found({ check: `job.status !== "pending":8`, write: "update:9", anchor: "update:9" }));
  });

  it("is the lowest where a caller checks the column in another way", () => {
    expect(
      report(`
export async function f(prisma: PrismaClient, id: string) {
  ${read}
  if (job.status === "done") return;
  await start(prisma, job, id);
}
async function start(prisma: PrismaClient, job: { status: string }, id: string) {
  ${check}
  ${write}
  ${send}
}`),
    ).toEqual(found({ check: `job.status !== "pending":8`, write: "update:9", anchor: "update:9" }));
  });

  it("stays where the caller checks another column than the callee", () => {
    expect(
      report(`
export async function f(prisma: PrismaClient, id: string) {
  ${read}
  if (job.worker !== null) return;
  await start(prisma, job, id);
}
async function start(prisma: PrismaClient, job: { status: string }, id: string) {
  ${check}
  await prisma.job.update({ where: { id }, data: { status: "running", worker: id } });
  ${send}
}`),
    ).toEqual([
      `Job.worker read findUniqueOrThrow:3 check job.worker !== null:4 write update:9 anchor start:5`,
      `Job.status read findUniqueOrThrow:3 check job.status !== "pending":8 write update:9 anchor update:9`,
    ]);
  });

  it("is one however many callers hand in a row", () => {
    const issues = new Flow(`
export async function f(prisma: PrismaClient, id: string) {
  ${read}
  await start(prisma, job, id);
}
export async function g(prisma: PrismaClient, id: string) {
  ${read}
  await start(prisma, job, id);
}
async function start(prisma: PrismaClient, job: { status: string }, id: string) {
  ${check}
  ${write}
  ${send}
}`).report();
    expect(issues).toEqual(found({ check: `job.status !== "pending":11`, write: "update:12", anchor: "update:12" }));
  });

  it("is nothing where nobody hands in a row, and that is counted", () => {
    const flow = new Flow(`
export async function start(prisma: PrismaClient, job: { id: string; status: string }) {
  if (job.status !== "pending") return;
  await prisma.job.update({ where: { id: job.id }, data: { status: "running" } });
  await mailer.send(job.id);
}`);
    expect(flow.report()).toEqual([]);
    expect(flow.counters.counts.get("checks of a parameter without a caller")).toBe(1);
  });

  it("is inside the callee where read, check and write are all there, not at its callers", () => {
    expect(
      report(`
export async function start(prisma: PrismaClient, id: string) {
  ${read}
  ${check}
  ${write}
  ${send}
}
export async function f(prisma: PrismaClient, id: string) {
  await start(prisma, id);
}`),
    ).toEqual(found({ write: "update:5", anchor: "update:5" }));
  });

  it("has the read in a callee of the function that checks", () => {
    expect(
      report(`
async function get(prisma: PrismaClient, id: string) {
  return prisma.job.findUniqueOrThrow({ where: { id } });
}
export async function f(prisma: PrismaClient, id: string) {
  const job = await get(prisma, id);
  ${check}
  ${write}
  ${send}
}`),
    ).toEqual(found({ check: `job.status !== "pending":7`, write: "update:8", anchor: "update:8" }));
  });

  it("is one report for two checks of the same column", () => {
    expect(
      report(`
export async function f(prisma: PrismaClient, id: string) {
  ${read}
  if (job.status === "done") return;
  if (job.status === "cancelled") return;
  ${write}
  ${send}
}`),
    ).toHaveLength(1);
  });
});

describe("choices", () => {
  const text = (body: string) => `
export async function f(prisma: PrismaClient, jobs: Repository<Job>, id: string, retry: boolean, patch: { status?: string }) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  ${body}
}`;

  it("a key that is chosen under a check carries the check", () => {
    expect(
      new Set(
        verdicts(
          text(`
  let target: string | null = null;
  if (job.status === "error") target = job.id;
  if (target) await prisma.job.update({ where: { id: target }, data: { status: "pending" } });`),
        ),
      ),
    ).toEqual(new Set(race));
    expect(
      verdicts(
        text(`
  let target: string | null = null;
  if (retry) target = job.id;
  if (target) await prisma.job.update({ where: { id: target }, data: { status: "pending" } });`),
      ),
    ).toEqual([]);
  });

  it("a value that is chosen under a check carries the check", () => {
    expect(
      new Set(
        verdicts(
          text(`
  let status = "queued";
  if (job.status === "error") status = "pending";
  await prisma.job.update({ where: { id }, data: { status } });`),
        ),
      ),
    ).toEqual(new Set(race));
    expect(
      verdicts(
        text(`
  let status = "queued";
  if (retry) status = "pending";
  await prisma.job.update({ where: { id }, data: { status } });`),
      ),
    ).toEqual([]);
  });

  it("a value that is all that is left on the way to the write was not chosen", () => {
    const dates = (skip: string) =>
      verdicts(
        text(`
  ${skip}
  const dueAt = job.pinned && job.dueAt ? new Date(job.dueAt) : new Date();
  await prisma.job.update({ where: { id }, data: { dueAt } });`),
      );
    expect(dates("if (job.pinned) return;")).toEqual([]);
    expect(dates("if (job.status) return;")).toContain("dueAt: race");
  });

  it("a conditional spread carries its condition", () => {
    expect(
      new Set(
        verdicts(
          text(
            `await prisma.job.update({ where: { id }, data: { worker: id, ...(job.status === "pending" ? { status: "running" } : {}) } });`,
          ),
        ),
      ),
    ).toEqual(new Set(race));
    expect(
      new Set(
        verdicts(
          text(`await prisma.job.update({ where: { id }, data: { worker: id, ...(job.status === "pending" && { status: "running" }) } });`),
        ),
      ),
    ).toEqual(new Set(race));
    expect(
      verdicts(text(`await prisma.job.update({ where: { id }, data: { worker: id, ...(retry && { status: "running" }) } });`)),
    ).toEqual([]);
  });

  it("a patch object built over several statements is read as it is at the write", () => {
    expect(
      new Set(
        verdicts(
          text(`
  const data: Record<string, unknown> = { worker: id };
  if (job.status === "pending") data.status = "running";
  await prisma.job.update({ where: { id }, data });`),
        ),
      ),
    ).toEqual(new Set(race));
    expect(
      verdicts(
        text(`
  const data: Record<string, unknown> = { worker: id };
  if (retry) data.status = "running";
  await prisma.job.update({ where: { id }, data });`),
      ),
    ).toEqual([]);
  });

  it("a row that is changed in an if and saved behind it carries the condition", () => {
    const saved = (check: string) => `
export async function f(jobs: Repository<Job>, id: string, retry: boolean) {
  const job = await jobs.findOneByOrFail({ id });
  if (${check}) job.status = "running";
  await jobs.save(job);
}`;
    expect(new Set(verdicts(saved(`job.status === "pending"`)))).toEqual(new Set(race));
    expect(verdicts(saved("retry"))).toEqual([]);
  });
});

describe("lists", () => {
  const text = (body: string) => `
export async function f(prisma: PrismaClient) {
  const jobs = await prisma.job.findMany({ where: { status: "pending" } });
  ${body}
}`;
  const all = (body: string) => new Set(verdicts(text(body)));
  const none = new Set<string>();
  const some = new Set(race);

  it.each([
    [
      "a loop over rows read by the column",
      `for (const job of jobs) await prisma.job.update({ where: { id: job.id }, data: { status: "running" } });`,
    ],
    ["forEach", `jobs.forEach(async (job) => { await prisma.job.update({ where: { id: job.id }, data: { status: "running" } }); });`],
    [
      "map in Promise.all",
      `await Promise.all(jobs.map((job) => prisma.job.update({ where: { id: job.id }, data: { status: "running" } })));`,
    ],
    [
      "ids mapped out of the rows",
      `if (jobs.length === 0) return; await prisma.job.updateMany({ where: { id: { in: jobs.map((j) => j.id) } }, data: { status: "running" } });`,
    ],
    [
      "ids of the filtered rows",
      `const ids = jobs.filter((j) => j.status === "pending").map((j) => j.id); await prisma.job.updateMany({ where: { id: { in: ids } }, data: { status: "running" } });`,
    ],
    [
      "some",
      `if (!jobs.some((j) => j.status === "pending")) return; await prisma.job.updateMany({ where: { id: { in: jobs.map((j) => j.id) } }, data: { status: "running" } });`,
    ],
    [
      "continue",
      `for (const job of jobs) { if (job.status !== "pending") continue; await prisma.job.update({ where: { id: job.id }, data: { status: "running" } }); }`,
    ],
  ])("%s", (_, body) => {
    expect(all(body)).toEqual(some);
  });

  it("the one that was looked for by the key that is written", () => {
    const one = (test: string) => `
export async function f(prisma: PrismaClient, projectId: string, id: string, other: string) {
  const project = await prisma.project.findUniqueOrThrow({ where: { id: projectId }, include: { jobs: true } });
  const job = project.jobs.find((j) => ${test});
  if (job.status !== "pending") return;
  await prisma.job.update({ where: { id }, data: { status: "running" } });
}`;
    expect(verdicts(one("j.id === id"))).toEqual(race);
    expect(verdicts(one("j.id === id && j.open"))).toEqual(race);
    expect(verdicts(one("j.id === other"))).toEqual([]);
    expect(verdicts(one("j.id !== id"))).toEqual([]);
    expect(verdicts(one("j.id === id || j.open"))).toEqual([]);
    expect(verdicts(one("j.parentId === id"))).toEqual([]);
  });

  it.each([
    [
      "ids of other rows",
      `if (jobs.length === 0) return; await prisma.job.updateMany({ where: { id: { in: jobs.map((j) => j.parentId) } }, data: { status: "running" } });`,
    ],
    ["another column is written", `for (const job of jobs) await prisma.job.update({ where: { id: job.id }, data: { seen: true } });`],
    [
      "another entity is written",
      `for (const job of jobs) await prisma.task.update({ where: { id: job.id }, data: { status: "running" } });`,
    ],
  ])("not: %s", (_, body) => {
    expect(all(body)).toEqual(none);
  });

  it("a claim of the rows by the column protects", () => {
    expect(
      all(
        `for (const job of jobs) await prisma.job.updateMany({ where: { id: job.id, status: "pending" }, data: { status: "running" } });`,
      ),
    ).toEqual(new Set(["status: compare-and-set"]));
  });
});

describe("an object that is filled under computed keys", () => {
  it("may have any property that it was not given by name", () => {
    const read = (fill: string, name: string) =>
      verdicts(`
export async function f(prisma: PrismaClient, id: string, payload: Record<string, string>) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  const values: Record<string, string | undefined> = { kind: undefined };
  for (const [key, value] of Object.entries(payload)) { ${fill} }
  if (job.status !== "pending" || !values.${name}) return;
  await prisma.job.update({ where: { id }, data: { status: "running" } });
}`);
    expect(read("values[key] = value;", "token")).toEqual(race);
    expect(read("values[key] = value;", "kind")).toEqual([]);
    expect(read("log(key, value);", "token")).toEqual([]);
  });
});

describe("closures", () => {
  it("a row read outside a transaction and written inside its callback", () => {
    expect(
      verdicts(`
export async function f(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.status !== "pending") return;
  await prisma.$transaction(async (tx) => {
    await tx.job.update({ where: { id }, data: { status: "running" } });
  }, { isolationLevel: "Serializable" });
}`),
    ).toEqual(race);
  });

  it("a handler is a flow of its own that knows what it captured", () => {
    expect(
      verdicts(`
declare const router: { post(path: string, run: (id: string) => Promise<void>): void };
export function f(prisma: PrismaClient) {
  router.post("/start", async (id) => {
    const job = await prisma.job.findUniqueOrThrow({ where: { id } });
    if (job.status !== "pending") return;
    await prisma.job.update({ where: { id }, data: { status: "running" } });
  });
}`),
    ).toEqual(race);
  });

  it("a variable that a callback assigns is seen behind it", () => {
    expect(
      verdicts(`
export async function f(prisma: PrismaClient, id: string) {
  let job;
  await prisma.$transaction(async (tx) => { job = await tx.job.findUniqueOrThrow({ where: { id } }); });
  if (job.status !== "pending") return;
  await prisma.job.update({ where: { id }, data: { status: "running" } });
}`),
    ).toEqual(race);
  });
});

describe("an early check", () => {
  const text = (recheck: string, write = `await manager.update(Job, { id }, { status: "running" });`) => `
declare function isOpen(status: string): boolean;
export async function f(source: DataSource, jobs: Repository<Job>, id: string) {
  const early = await jobs.findOneByOrFail({ id });
  if (early.status !== "pending") throw new Error();
  await source.transaction(async (manager) => {
    ${recheck}
    ${write}
  });
  await mailer.send(id);
}`;
  const lockedRead = `const job = await manager.findOneOrFail(Job, { where: { id }, lock: { mode: "pessimistic_write" } });`;

  it("is excused by a check of the same column on a locked row before the same write", () => {
    const flow = new Flow(text(`${lockedRead} if (job.status !== "pending") throw new Error();`));
    expect(flow.verdicts()).toEqual(["status: race", "status: row locked by read"]);
    expect(flow.report()).toEqual([]);
    expect(flow.counters.counts.get("dropped: checked again under lock")).toBe(1);
  });

  it("is not excused by a lock without another check", () => {
    expect(report(text(lockedRead))).toHaveLength(1);
  });

  it("is not excused by a check of another column under the lock", () => {
    expect(report(text(`${lockedRead} if (job.worker !== null) throw new Error();`))).toHaveLength(1);
  });

  it("gives way to a later check without a lock, which is the race then", () => {
    const later = `const job = await manager.findOneByOrFail(Job, { id });`;
    const flow = new Flow(text(`${later} if (job.status !== "pending") throw new Error();`));
    expect(flow.report()).toEqual([expect.stringContaining("read findOneByOrFail:7")]);
    expect(flow.counters.counts.get("dropped: checked again later")).toBe(1);
    expect(new Flow(text(`${later} if (job.status === "done") throw new Error();`)).report()).toEqual([
      expect.stringContaining("read findOneByOrFail:4"),
    ]);
  });

  it("is not excused by a weaker check under the lock", () => {
    expect(report(text(`${lockedRead} if (job.status === "cancelled") throw new Error();`))).toHaveLength(1);
    expect(report(text(`${lockedRead} if (job.status === "running") throw new Error();`))).toEqual([]);
    expect(report(text(`${lockedRead} if (!isOpen(job.status)) throw new Error();`))).toEqual([]);
  });

  it("is excused by a check in the callee that locks and writes", () => {
    const helper = (lock: string) => `
async function start(manager: EntityManager, id: string) {
  const job = await manager.findOneOrFail(Job, { where: { id }${lock} });
  if (job.status !== "pending") throw new Error();
  await manager.update(Job, { id }, { status: "running" });
  await mailer.send(id);
}`;
    const call = text("await start(manager, id);", "");
    expect(report(call + helper(`, lock: { mode: "pessimistic_write" }`))).toEqual([]);
    const [race, ...others] = report(call + helper(""));
    expect(others).toEqual([]);
    expect(race).toContain("read findOneOrFail");
  });

  it("of a caller's row is excused by a check of the callee's own locked row", () => {
    const flow = (lock: string) => `
export async function f(source: DataSource, jobs: Repository<Job>, id: string) {
  const job = await jobs.findOneByOrFail({ id });
  return use(source, job);
}
async function use(source: DataSource, job: Job) {
  if (job.status !== "pending") return false;
  return source.transaction(async (manager) => {
    const again = await manager.findOne(Job, { where: { id: job.id }${lock} });
    if (again?.status !== "pending") return false;
    await manager.update(Job, { id: job.id }, { status: "running" });
    await mailer.send(job.id);
    return true;
  });
}`;
    expect(report(flow(`, lock: { mode: "pessimistic_write" }`))).toEqual([]);
    const [race, ...others] = report(flow(""));
    expect(others).toEqual([]);
    expect(race).toContain("read findOne:");
  });
});

describe("protection of the callers", () => {
  const service = `
async function start(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.status !== "pending") return;
  await prisma.job.update({ where: { id }, data: { status: "running" } });
  await mailer.send(id);
}`;
  const under = `
declare function withLock<T>(id: string, run: () => Promise<T>): Promise<T>;
export async function locked(prisma: PrismaClient, id: string) { await withLock(id, () => start(prisma, id)); }`;
  const bare = `
export async function bare(prisma: PrismaClient, id: string) { await start(prisma, id); }`;
  const settings = { lockFunctions: [{ name: "withLock" }] };

  it("counts if every caller holds it", () => {
    const flow = new Flow(service + under, settings);
    expect(flow.report()).toEqual([]);
    expect(flow.counters.counts.get("dropped: protected by every caller")).toBe(1);
  });

  it("does not count if one caller does not", () => {
    expect(new Flow(service + under + bare, settings).report()).toHaveLength(1);
    expect(new Flow(service + bare, settings).report()).toHaveLength(1);
    expect(new Flow(service, settings).report()).toHaveLength(1);
  });

  it("counts a row that each of them has inserted", () => {
    const made = `
export async function make(prisma: PrismaClient) {
  const job = await prisma.job.create({ data: { status: "pending" } });
  await start(prisma, job.id);
}`;
    expect(new Flow(service + made).report()).toEqual([]);
    expect(new Flow(service + made + bare).report()).toHaveLength(1);
  });

  it("counts a transaction that the handle belongs to", () => {
    const serializable = (level: string) => `
export async function f(prisma: PrismaClient, id: string) {
  await prisma.$transaction(async (tx) => start(tx, id), { isolationLevel: "${level}" });
}`;
    expect(report(service + serializable("Serializable"))).toEqual([]);
    expect(report(service + serializable("ReadCommitted"))).toHaveLength(1);
  });

  it("does not listen to callers in ignored files", () => {
    const files = {
      "file.ts": `export ${service.trimStart()}`,
      "file.spec.ts": `import type { PrismaClient } from "@prisma/client"; import { start } from "./file"; ${under}`,
    };
    expect(new Flow(files, settings).report()).toEqual([]);
    expect(new Flow(files, { ...settings, ignored: (file) => file.endsWith(".spec.ts") }).report()).toHaveLength(1);
  });
});

describe("an option that selects the branch", () => {
  const text = (calls: string, signature = "{ again = false }: { again?: boolean } = {}", option = "again") => `
export async function f(prisma: PrismaClient, id: string) {
  ${calls}
}
async function start(prisma: PrismaClient, id: string, ${signature}) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.status === "done" && ${option}) {
    await prisma.job.update({ where: { id }, data: { status: "running" } });
    await mailer.send(id);
  }
}`;

  it("closes it if no caller sets it", () => {
    const flow = new Flow(text("await start(prisma, id);"));
    expect(flow.report()).toEqual([]);
    expect(flow.counters.counts.get("dropped: closed by every caller")).toBe(1);
    expect(report(text("await start(prisma, id, {});"))).toEqual([]);
    expect(report(text("await start(prisma, id, { again: false });"))).toEqual([]);
  });

  it("leaves it open if one caller sets it, or hands on what it is given", () => {
    expect(report(text("await start(prisma, id); await start(prisma, id, { again: true });"))).toHaveLength(1);
    expect(report(text("await start(prisma, id, { again: id === '' });"))).toHaveLength(1);
    expect(report(text("await start(prisma, ...id);").replace("...id", "...(id as never)"))).toHaveLength(1);
  });

  it("may be a flag, or stand in an object that has to be given", () => {
    const flag = "again = false";
    expect(report(text("await start(prisma, id);", flag))).toEqual([]);
    expect(report(text("await start(prisma, id, true);", flag))).toHaveLength(1);
    const object = "options: { again?: boolean; by: string }";
    expect(report(text(`await start(prisma, id, { by: "me" });`, object, "(options.again ?? false)"))).toEqual([]);
    expect(report(text(`await start(prisma, id, { by: "me", again: true });`, object, "(options.again ?? false)"))).toHaveLength(1);
  });

  it("is looked for further up, as far as callers hand it on", () => {
    const through = (option: string) => `${text("await restart(prisma, id, OPTION);", "again: boolean").replace("OPTION", option)}
async function restart(prisma: PrismaClient, id: string, again: boolean) { await start(prisma, id, again); }`;
    expect(report(through("false"))).toEqual([]);
    expect(report(through("true"))).toHaveLength(1);
  });

  it("says nothing where nobody calls, or a framework does", () => {
    expect(report(text(""))).toHaveLength(1);
    const method = (decorator: string) => `
export class Jobs {
  constructor(private readonly prisma: PrismaClient) {}
  ${decorator} async start(id: string, again = false) {
    const job = await this.prisma.job.findUniqueOrThrow({ where: { id } });
    if (job.status === "done" && again) {
      await this.prisma.job.update({ where: { id }, data: { status: "running" } });
      await mailer.send(id);
    }
  }
  async other(id: string) { await this.start(id); }
}`;
    expect(report(method(""))).toEqual([]);
    expect(report(`declare const Post: any;${method("@Post()")}`)).toHaveLength(1);
  });
});

describe("a method that the program never runs", () => {
  const text = (method = "async moveOldJobs(id: string)", more = "", decorator = "@Injectable()") => `
import type { PrismaClient } from "@prisma/client";
import { Injectable, Post } from "framework";
import { mailer } from "./outside";
${decorator}
export class Jobs {
  constructor(private readonly prisma: PrismaClient) {}
  ${method} {
    const job = await this.prisma.job.findUniqueOrThrow({ where: { id } });
    if (job.status !== "pending") return;
    await this.prisma.job.update({ where: { id }, data: { status: "running" } });
    await mailer.send(id);
  }
  ${more}
}`;

  it("is silent, and counted", () => {
    const flow = new Flow(text());
    expect(flow.report()).toEqual([]);
    expect(flow.counters.counts.get("dropped: never run")).toBe(1);
  });

  it.each([
    ["is called", text(undefined, `other() { return this.moveOldJobs(""); }`)],
    ["is handed on", text(undefined, `other() { return this.moveOldJobs; }`)],
    ["has a decorator", text("@Post() async moveOldJobs(id: string)")],
    ["has a hook's name", text("async onModuleInit(id: string)")],
    ["has a handler's name", text("async execute(id: string)")],
    ["is of a class that others may make", text(undefined, undefined, "")],
    ["is of a class with a decorator of its own kind", text(undefined, undefined, `@Post()`)],
  ])("is reported if it %s", (_, file) => {
    expect(report(file)).toHaveLength(1);
  });

  it("is silent if only such a method calls it", () => {
    const service = (decorator = "") => `
import { Get, Injectable } from "framework";
import { Jobs } from "./file";
@Injectable()
export class Facade {
  constructor(private readonly jobs: Jobs) {}
  ${decorator} async moveOldJobs(id: string) { return this.jobs.moveOldJobs(id); }
}`;
    expect(new Flow({ "file.ts": text(), "facade.ts": service() }).report()).toEqual([]);
    expect(new Flow({ "file.ts": text(), "facade.ts": service("@Get()") }).report()).toHaveLength(1);
  });

  it("is reported if another file names it, unless that is a test", () => {
    const files = {
      "file.ts": text(),
      "use.ts": `import { Jobs } from "./file"; export const run = (jobs: any) => jobs["moveOldJobs"]("x");`,
    };
    expect(new Flow(files).report()).toHaveLength(1);
    expect(new Flow(files, { ignored: (file) => file.endsWith("use.ts") }).report()).toEqual([]);
  });
});

describe("rows in a map", () => {
  const text = (map: string, where = "{ id }") => `
export async function f(prisma: PrismaClient, ids: string[], other: string) {
  const jobs = await prisma.job.findMany({ where: { id: { in: ids } } });
  ${map}
  for (const id of ids) {
    const job = byId.get(id);
    if (job?.status !== "pending") continue;
    await prisma.job.update({ where: ${where}, data: { status: "running" } });
  }
}`;
  const made = "const byId = new Map(jobs.map((j) => [j.id, j]));";

  it.each([
    ["made from the rows", made],
    ["filled in a loop", "const byId = new Map(); for (const j of jobs) byId.set(j.id, j);"],
  ])("%s are those of their keys", (_, map) => {
    expect(verdicts(text(map))).toEqual(["status: race"]);
    expect(verdicts(text(map, "{ id: job.id }"))).toEqual(["status: race"]);
    expect(verdicts(text(map, "{ id: other }"))).toEqual([]);
  });

  it("are all of them in a loop over its values", () => {
    expect(
      verdicts(`
export async function f(prisma: PrismaClient, ids: string[]) {
  const jobs = await prisma.job.findMany({ where: { id: { in: ids } } });
  ${made}
  for (const job of byId.values()) {
    if (job.status !== "pending") continue;
    await prisma.job.update({ where: { id: job.id }, data: { status: "running" } });
  }
}`),
    ).toEqual(["status: race"]);
  });

  it("of somebody else's map are not known", () => {
    expect(verdicts(text("declare const byId: Map<string, Job>;"))).toEqual([]);
  });
});

describe("where a flow is written", () => {
  const body = `
    const job = await prisma.job.findUniqueOrThrow({ where: { id } });
    if (job.status !== "pending") return;
    await prisma.job.update({ where: { id }, data: { status: "running" } });
    await mailer.send(id);`;
  const inputs = `declare const prisma: PrismaClient; declare const id: string;`;
  it.each([
    ["a function", `export async function f(prisma: PrismaClient, id: string) {${body}}`],
    ["a constant", `export const f = async (prisma: PrismaClient, id: string) => {${body}};`],
    ["a default export", `export default async (prisma: PrismaClient, id: string) => {${body}};`],
    ["an object's method", `export const s = { async start(prisma: PrismaClient, id: string) {${body}} };`],
    ["an object in an object", `export const s = { jobs: { start: async (prisma: PrismaClient, id: string) => {${body}} } };`],
    ["a method", `export class S { async start(prisma: PrismaClient, id: string) {${body}} }`],
    ["a static method", `export class S { static async start(prisma: PrismaClient, id: string) {${body}} }`],
    ["a field's function", `export class S { start = async (prisma: PrismaClient, id: string) => {${body}}; }`],
    [
      "a field's function that uses the receiver",
      `export class S { prisma: PrismaClient; start = async (id: string) => { const prisma = this.prisma; ${body} }; }`,
    ],
    [
      "a wrapped field",
      `declare function handler(f: unknown): unknown; export class S { start = handler(async (prisma: PrismaClient, id: string) => {${body}}); }`,
    ],
    [
      "a constructor's callback",
      `export class S { constructor(prisma: PrismaClient, q: any) { q.process(async (id: string) => {${body}}); } }`,
    ],
    ["a factory", `export function create(prisma: PrismaClient) { return { start: async (id: string) => {${body}} }; }`],
    ["a route", `declare const router: any; ${inputs} router.post("/x", async () => {${body}});`],
    ["a wrapped handler", `declare function handler(f: unknown): unknown; ${inputs} export const POST = handler(async () => {${body}});`],
    ["a chain of wrappers", `declare function make(): any; ${inputs} export const p = make().input(1).mutation(async () => {${body}});`],
    ["a script's main", `${inputs} (async () => {${body}})();`],
    ["a timer", `${inputs} setInterval(async () => {${body}}, 100);`],
    ["a generator", `export async function* f(prisma: PrismaClient, id: string) {${body} yield 1; }`],
    ["a namespace", `export namespace N { export async function f(prisma: PrismaClient, id: string) {${body}} }`],
  ])("%s", (_, text) => {
    expect(new Flow(text).report()).toEqual([
      `Job.status read findUniqueOrThrow:2 check job.status !== "pending":3 write update:4 anchor update:4`,
    ]);
  });
});

describe("known limits", () => {
  it("FN_check_one_column_write_another", () => {
    expect(
      verdicts(`
export async function f(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.status !== "pending") return;
  await prisma.job.update({ where: { id }, data: { startedAt: new Date() } });
}`),
    ).toEqual([]);
  });

  it("FN_second_round_of_a_loop: a row written in one round and checked in the next is taken in the order of the text", () => {
    expect(
      verdicts(`
export async function f(prisma: PrismaClient, id: string) {
  let job;
  while (true) {
    if (job && job.status === "pending") await prisma.job.update({ where: { id }, data: { status: "running" } });
    job = await prisma.job.findUniqueOrThrow({ where: { id } });
  }
}`),
    ).toEqual([]);
  });

  it("FN_typed_parameter_of_a_wrapped_callback: what `wrap` passes is not known, whatever the parameter's type says", () => {
    expect(
      verdicts(`
declare function wrap(run: unknown): unknown;
export function f(id: string) {
  return wrap(async (prisma: PrismaClient) => {
    const job = await prisma.job.findUniqueOrThrow({ where: { id } });
    if (job.status !== "pending") return;
    await prisma.job.update({ where: { id }, data: { status: "running" } });
  });
}`),
    ).toEqual([]);
  });

  it("FN_flow_of_a_module: what a module-level variable holds is not followed", () => {
    expect(
      new Flow(`
declare const prisma: PrismaClient;
const job = await prisma.job.findUniqueOrThrow({ where: { id: 1 } });
if (job.status === "pending") {
  await prisma.job.update({ where: { id: 1 }, data: { status: "running" } });
  await mailer.send("x");
}`).report(),
    ).toEqual([]);
  });
});
