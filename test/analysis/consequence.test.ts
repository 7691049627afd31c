import { describe, expect, it } from "vitest";

import { Flow } from "./flow.js";

const consequences = (text: string) => new Flow(text).consequences();

/** A checked transition with something in front of the write, in its data, behind it, and elsewhere in the program. */
function transition(more: { before?: string; data?: string; after?: string; losing?: string; elsewhere?: string; check?: string }): string {
  const {
    before = "",
    data = `{ status: "running" }`,
    after = "",
    losing = "return;",
    elsewhere = "",
    check = `job.status !== "pending"`,
  } = more;
  return `
export async function f(prisma: PrismaClient, id: string, me: string, res: Response, input: object) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (${check}) ${losing}
  ${before}
  await prisma.job.update({ where: { id }, data: ${data} });
  ${after}
}${elsewhere}`;
}

describe("idempotent", () => {
  it("both callers write the same constants and nothing else happens", () => {
    expect(consequences(transition({}))).toEqual(["idempotent"]);
    expect(consequences(transition({ data: `{ status: "running", startedAt: new Date() }` }))).toEqual(["idempotent"]);
  });

  it.each([
    ["a log line", `logger.info("started", id);`],
    ["console", `console.log(id);`],
    ["a metric", `metrics.increment("jobs");`],
    ["the answer to the request", `res.json({ ok: true });`],
    ["another read", `await prisma.job.findUnique({ where: { id } });`],
    ["the same row again", `await prisma.job.update({ where: { id }, data: { note: "x" } });`],
  ])("%s is no effect", (_, after) => {
    expect(consequences(transition({ after }))[0]).toBe("idempotent");
  });

  it("throwing on losing is no other outcome", () => {
    expect(consequences(transition({ losing: "throw new Error();" }))).toEqual(["idempotent"]);
  });
});

describe("effect", () => {
  it("a call to the outside, behind or in front of the write", () => {
    expect(consequences(transition({ after: `await mailer.send(id);` }))).toEqual(["effect mailer.send at send:7"]);
    expect(consequences(transition({ before: `await mailer.send(id);` }))).toEqual(["effect mailer.send at send:5"]);
  });

  it("only what the check controls counts", () => {
    const early = transition({}).replace("  if (", "  await mailer.send(id);\n  if (");
    expect(consequences(early)).toEqual(["idempotent"]);
  });

  it("inside a callee", () => {
    expect(
      consequences(transition({ after: `await notify(id);`, elsewhere: `\nasync function notify(id: string) { await mailer.send(id); }` })),
    ).toEqual(["effect mailer.send at send:9"]);
  });

  it("a request to another system", () => {
    expect(consequences(transition({ after: `await fetch("https://example.org", { method: "POST" });` }))).toEqual([
      "effect fetch at fetch:7",
    ]);
  });

  it("an insert", () => {
    expect(consequences(transition({ after: `await prisma.event.create({ data: { jobId: id } });` }))).toEqual([
      "effect event.create at create:7",
    ]);
  });

  it("an increment", () => {
    expect(
      consequences(transition({ after: `await prisma.stats.update({ where: { id: 1 }, data: { runs: { increment: 1 } } });` })),
    ).toEqual(["effect stats.update at update:7"]);
  });

  it("a write of another row, unless it sets constants", () => {
    const other = (owner: string) => transition({ after: `await prisma.worker.update({ where: { id: 1 }, data: { job: ${owner} } });` });
    expect(consequences(other("me"))).toEqual(["effect worker.update at update:7"]);
    expect(consequences(other(`"busy"`))).toEqual(["idempotent"]);
  });

  it("the outside comes before the database, whatever the order", () => {
    expect(consequences(transition({ after: `await prisma.event.create({ data: { jobId: id } }); await mailer.send(id);` }))).toEqual([
      "effect mailer.send at send:7",
    ]);
  });
});

describe("overwrite", () => {
  it("the loser's own value replaces the winner's", () => {
    expect(consequences(transition({ data: `{ status: "running", worker: me }` }))).toEqual(["overwrite worker"]);
    expect(consequences(transition({ data: `{ status: "running", token: randomUUID() }` }))).toEqual(["overwrite token"]);
  });

  it("the key, the row, constants and the clock are no one's own", () => {
    expect(
      consequences(transition({ data: `{ status: "running", copyOf: id, previous: job.status, at: new Date(), kind: "a" }` })),
    ).toEqual(["idempotent"]);
  });

  it("an amount adds up", () => {
    expect(consequences(transition({ data: `{ status: "running", attempts: { increment: 1 } }` }))).toEqual(["overwrite attempts"]);
  });

  it("an opaque patch may be anything", () => {
    expect(consequences(transition({ data: `{ ...input, status: "running" }` }))).toEqual(["overwrite status"]);
  });
});

describe("outcome", () => {
  it("losing returns something else than winning", () => {
    expect(consequences(transition({ losing: "return false;", after: "return true;" }))).toEqual(["outcome at return false;:4"]);
  });

  it("returning the same, or the result of losing alone, is none", () => {
    expect(consequences(transition({ losing: "return true;", after: "return true;" }))).toEqual(["idempotent"]);
    expect(consequences(transition({ losing: "return;", after: "" }))).toEqual(["idempotent"]);
  });
});

describe("stale value", () => {
  it("the checked column's new value is computed from the value read", () => {
    const text = (stock: string) => `
export async function f(prisma: PrismaClient, id: string) {
  const item = await prisma.item.findUniqueOrThrow({ where: { id } });
  if (item.stock < 1) throw new Error();
  await prisma.item.update({ where: { id }, data: { stock: ${stock} } });
}`;
    expect(consequences(text("item.stock - 1"))).toEqual(["stale-value stock"]);
    expect(consequences(text("{ decrement: 1 }"))).toEqual(["overwrite stock"]);
    expect(consequences(text("0"))).toEqual(["idempotent"]);
  });
});

describe("partner", () => {
  const cancel = (data: string) => `
export async function cancel(prisma: PrismaClient, id: string, me: string) {
  await prisma.job.update({ where: { id }, data: ${data} });
}`;
  const ship = (data: string) =>
    transition({ check: `job.status === "cancelled"`, data: `{ status: "shipped" }`, elsewhere: cancel(data) });

  it("another write sets the column to what the check forbids", () => {
    expect(consequences(ship(`{ status: "cancelled" }`))).toEqual(["partner status = cancelled at update:10"]);
  });

  it("a write to what the check lets pass is none", () => {
    expect(consequences(ship(`{ status: "packed" }`))).toEqual(["idempotent"]);
  });

  it("a write of the very value that this one writes is none", () => {
    expect(consequences(ship(`{ status: "shipped" }`))).toEqual(["idempotent"]);
  });

  it("a write of another column is none", () => {
    expect(consequences(ship(`{ worker: "cancelled" }`))).toEqual(["idempotent"]);
  });

  it("a write of what its caller passes may set what the check forbids", () => {
    expect(consequences(ship(`{ status: me }`))).toEqual(["partner status = ? at update:10"]);
  });

  it("a write of another entity is none", () => {
    expect(
      consequences(
        ship(`{ status: "cancelled" }`).replace(
          'prisma.job.update({ where: { id }, data: { status: "cancelled"',
          'prisma.order.update({ where: { id }, data: { status: "cancelled"',
        ),
      ),
    ).toEqual(["idempotent"]);
  });

  it("an insert is none: it makes another row", () => {
    expect(
      consequences(
        ship(`{ status: "cancelled" }`).replace(
          /update\(\{ where: \{ id \}, data: \{ status: "cancelled"/,
          `create({ data: { status: "cancelled"`,
        ),
      ),
    ).toEqual(["idempotent"]);
  });

  it("a write in an ignored file is none", () => {
    const files = {
      "file.ts": transition({ check: `job.status === "cancelled"`, data: `{ status: "shipped" }` }),
      "cancel.spec.ts": cancel(`{ status: "cancelled" }`),
    };
    expect(new Flow(files).consequences()).toEqual(["partner status = cancelled at update:3"]);
    expect(new Flow(files, { ignored: (file) => file.endsWith(".spec.ts") }).consequences()).toEqual(["idempotent"]);
  });

  it("a row found by the column is checked by the find", () => {
    const text = `
export async function f(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findFirst({ where: { id, status: "pending" } });
  if (!job) return;
  await prisma.job.update({ where: { id }, data: { status: "running" } });
}`;
    expect(consequences(text + cancel(`{ status: "cancelled" }`))).toEqual(["partner status = cancelled at update:8"]);
    expect(consequences(text + cancel(`{ status: "pending" }`))).toEqual(["idempotent"]);
  });
});
