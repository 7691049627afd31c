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
    expect(consequences(transition({ before: `await mailer.send(id);` }))).toEqual(["effect mailer.send at send:5, early"]);
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

  it("a request with an idempotency key that both callers compute alike is made once, with a fresh one twice", () => {
    const charge = (key: string) =>
      transition({ after: `await stripe.charges.create({ job: id }, { idempotencyKey: ${key} });` }).replace(
        "me: string",
        "stripe: Stripe",
      );
    expect(consequences(charge("`job:${job.id}:${job.attempts}`"))).toEqual(["idempotent"]);
    expect(consequences(charge("randomUUID()"))).toEqual(["effect charges.create at create:7"]);
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

  it("one of several conditions that lead to the write does not speak for what is written on some ways only", () => {
    const text = (condition: string, data: string) => `
export async function f(prisma: PrismaClient, id: string, me: string, note: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (${condition}) await prisma.job.update({ where: { id }, data: { worker: "x", ${data} } });
}`;
    const [open, untitled] = ["job.worker === null", `job.title === ""`];
    const sometimes = `...(${untitled} ? { note } : {})`;
    const ofWorker = (t: string) => new Flow(t).issues().flatMap((i) => (i.columns.includes("worker") ? [i.consequence.kind] : []));
    expect(ofWorker(text(open, sometimes))).toEqual(["overwrite"]);
    expect(ofWorker(text(`${untitled} || ${open}`, sometimes))).toEqual(["idempotent"]);
    expect(ofWorker(text(`${untitled} || ${open}`, "note"))).toEqual(["overwrite"]);
  });

  it("an amount adds up", () => {
    expect(consequences(transition({ data: `{ status: "running", attempts: { increment: 1 } }` }))).toEqual(["repeated attempts"]);
  });

  it("an opaque patch may be anything", () => {
    expect(consequences(transition({ data: `{ ...input, status: "running" }` }))).toEqual(["overwrite ?"]);
  });
});

describe("outcome", () => {
  it("losing returns something else than winning", () => {
    expect(consequences(transition({ losing: "return false;", after: "return true;" }))).toEqual([
      "outcome at return true;:7, losing at return false;:4",
    ]);
  });

  it("an object that says that all is well tells nobody that he lost", () => {
    const outcome = (losing: string) =>
      consequences(transition({ losing: `return ${losing};`, after: "return { ok: true, first: true };" }));
    expect(outcome("{ ok: true, first: false }")).toEqual(["idempotent"]);
    expect(outcome("{ ok: false, first: false }")).toEqual([
      "outcome at return { ok: true, first: true };:7, losing at return { ok: false, first: false };:4",
    ]);
  });

  it("is asked only of those who write", () => {
    const text = (after: string) => `
export async function f(prisma: PrismaClient, id: string, late: boolean) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.status !== "pending") return false;
  if (late) {
    await prisma.job.update({ where: { id }, data: { status: "expired" } });
    ${after}
  }
  return job.id;
}`;
    expect(consequences(text(`throw new Error("late");`))).toEqual(["idempotent"]);
    expect(consequences(text(""))).toEqual(["outcome at return job.id;:9, losing at return false;:4"]);
  });

  it("all that are in a state are as many as there are, but a row that was picked out of a list is one", () => {
    const list = `
export async function f(prisma: PrismaClient) {
  const jobs = await prisma.job.findMany({ where: { status: "pending" } });
  if (jobs.length === 0) return { found: 0 };
  for (const job of jobs) await prisma.job.update({ where: { id: job.id }, data: { status: "failed" } });
  return { found: jobs.length };
}`;
    const picked = `
export async function f(prisma: PrismaClient, id: string, projectId: string) {
  const jobs = await prisma.job.findMany({ where: { projectId } });
  const job = jobs.find((j) => j.id === id);
  if (!job || job.status !== "pending") return { first: false };
  await prisma.job.update({ where: { id }, data: { status: "failed" } });
  return { first: true };
}`;
    expect(consequences(list)).toEqual(["idempotent"]);
    expect(consequences(picked)).toEqual(["outcome at return { first: true };:7, losing at return { first: false };:5"]);
  });

  it("a check that tells which way to turn the row turns nobody away", () => {
    const text = (back: string) => `
export async function f(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.status === "off") {
    ${back}
    return { on: true };
  }
  await prisma.job.update({ where: { id }, data: { status: "off" } });
  return { on: false };
}`;
    expect(consequences(text(`await prisma.job.update({ where: { id }, data: { status: "on" } });`))).toEqual(["idempotent"]);
    expect(consequences(text(""))).toEqual(["outcome at return { on: false };:9, losing at return { on: true };:6"]);
  });

  it("returning the same, or the result of losing alone, is none", () => {
    expect(consequences(transition({ losing: "return true;", after: "return true;" }))).toEqual(["idempotent"]);
    expect(consequences(transition({ losing: "return;", after: "" }))).toEqual(["idempotent"]);
  });
});

describe("stale value", () => {
  const text = (stock: string, after = "") => `
export async function f(prisma: PrismaClient, id: string, n: number) {
  const item = await prisma.item.findUniqueOrThrow({ where: { id } });
  if (item.stock < n) throw new Error();
  await prisma.item.update({ where: { id }, data: { stock: ${stock} } });
  ${after}
}`;
  const kinds = (t: string) => new Flow(t).issues().map((i) => i.kind);

  it("computed from the value read, and nothing more, is a lost update", () => {
    expect(kinds(text("item.stock - n"))).toEqual(["lost-update"]);
    expect(consequences(text("{ decrement: n }"))).toEqual(["repeated stock"]);
    expect(consequences(text("0"))).toEqual(["idempotent"]);
    expect(consequences(text("n"))).toEqual(["overwrite stock"]);
  });

  it("with an effect it is a transition, and no lost update beside it", () => {
    expect(kinds(text("item.stock - n", "await mailer.send(id);"))).toEqual(["racy-transition"]);
    expect(consequences(text("item.stock - n", "await mailer.send(id);"))).toEqual(["effect mailer.send at send:6"]);
  });

  it("whether a date is there decides only how the next one is computed from it", () => {
    const next = (startedAt: string) => transition({ check: "!job.startedAt", data: `{ startedAt: ${startedAt} }` });
    expect(kinds(next("new Date(job.startedAt.getTime() + 5)"))).toEqual(["lost-update"]);
    expect(kinds(next("null"))).toEqual(["racy-transition"]);
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
    expect(consequences(ship(`{ status: "cancelled" }`))).toEqual(["partner status = cancelled at update:10, overwritten by shipped"]);
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

  it("a write of what its caller passes may set the state that the check forbids, of other checks that is not known", () => {
    const start = (check: string) => transition({ check, data: `{ status: "shipped" }`, elsewhere: cancel(`{ status: me }`) });
    const partner = ["partner status = ? at update:10, overwritten by shipped"];
    expect(consequences(start(`job.status !== "paid"`))).toEqual(partner);
    expect(consequences(start(`!["paid", "packed"].includes(job.status)`))).toEqual(partner);
    expect(consequences(ship(`{ status: me }`))).toEqual(partner);
    expect(consequences(start(`(job.status ?? "new") !== "paid"`))).toEqual(partner);
    expect(consequences(start(`(job.status ?? "new") === "shipped"`))).toEqual(partner);
    expect(consequences(start(`(job.status ?? "new") === input`))).toEqual(["idempotent"]);
    expect(consequences(start(`job.status !== input`))).toEqual(["idempotent"]);
  });

  it("a write of nothing is none where another condition found nothing there", () => {
    const seal = (second: string) => `
export async function f(prisma: PrismaClient, id: string, early: boolean) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  let sealed = false;
  if (early && !job.sealedAt) sealed = true;
  await prisma.job.update({ where: { id }, data: { note: "x", ...(${second} ? { sealedAt: new Date() } : {}) } });
}`;
    const open = cancel(`{ sealedAt: null }`);
    expect(consequences(seal(`!job.sealedAt && !sealed`) + open)).toEqual(["idempotent"]);
    expect(consequences(seal(`!sealed`) + open)).toEqual(["partner sealedAt = null at update:9, overwritten by ?"]);
  });

  it("what is read out of a text is compared with what the other one writes", () => {
    const check = (has: string) => `${has}job.roles.split(",").map((r) => r.trim()).includes("owner")`;
    const give = (has: string, roles: string) =>
      consequences(transition({ check: check(has), data: `{ roles: "admin" }`, elsewhere: cancel(`{ roles: "${roles}" }`) }));
    const partner = (roles: string) => [`partner roles = ${roles} at update:10, overwritten by admin`];
    expect(give("", "member")).toEqual(["idempotent"]);
    expect(give("", "member, owner")).toEqual(partner("member, owner"));
    expect(give("!", "member")).toEqual(partner("member"));
    expect(give("!", "member, owner")).toEqual(["idempotent"]);
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
    expect(new Flow(files).consequences()).toEqual(["partner status = cancelled at update:3, overwritten by shipped"]);
    expect(new Flow(files, { ignored: (file) => file.endsWith(".spec.ts") }).consequences()).toEqual(["idempotent"]);
  });

  it("a row found by the column is checked by the find", () => {
    const text = `
export async function f(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findFirst({ where: { id, status: "pending" } });
  if (!job) return;
  await prisma.job.update({ where: { id }, data: { status: "running" } });
}`;
    expect(consequences(text + cancel(`{ status: "cancelled" }`))).toEqual([
      "partner status = cancelled at update:8, overwritten by running",
    ]);
    expect(consequences(text + cancel(`{ status: "pending" }`))).toEqual(["idempotent"]);
  });
});

describe("a check that the write does not use up", () => {
  const mail = { after: `await mailer.send(id);` };

  it("lets the second caller pass in any case: what both do is no consequence", () => {
    expect(consequences(transition({ ...mail, check: `job.status === "cancelled"` }))).toEqual(["idempotent"]);
    expect(consequences(transition({ ...mail, check: `job.status === "running"` }))).toEqual(["effect mailer.send at send:7"]);
    expect(consequences(transition({ ...mail, check: `!["pending", "running"].includes(job.status)` }))).toEqual(["idempotent"]);
    expect(consequences(transition({ ...mail, check: `job.worker === null`, data: `{ worker: me }` }))).toEqual(["idempotent"]);
  });

  it("is used up by the word that an enum of a generated client stands for", () => {
    const imports = `import { JobStatus, type PrismaClient } from "@prisma/client"; import { mailer } from "./outside";`;
    const generated = (status: string) =>
      consequences(imports + transition({ ...mail, check: `job.status === "in_review"`, data: `{ status: JobStatus.${status} }` }));
    expect(generated("IN_REVIEW")).toEqual(["effect mailer.send at send:7"]);
    expect(generated("DONE")).toEqual(["idempotent"]);
  });

  it("through the read's filter as well", () => {
    const text = (filter: string) => `
export async function f(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findFirst({ where: { id, status: ${filter} } });
  if (!job) return;
  await prisma.job.update({ where: { id }, data: { status: "running" } });
  await mailer.send(id);
}`;
    expect(consequences(text(`"pending"`))).toEqual(["effect mailer.send at send:6"]);
    expect(consequences(text(`{ in: ["pending", "running"] }`))).toEqual(["idempotent"]);
    expect(consequences(text(`{ not: "cancelled" }`))).toEqual(["idempotent"]);
  });

  it("is not used up by the very value that it asks for", () => {
    expect(consequences(transition({ ...mail, check: `job.worker !== me`, data: `{ worker: me, status: "running" }` }))).toEqual([
      "idempotent",
    ]);
    expect(consequences(transition({ ...mail, check: `job.worker !== me`, data: `{ worker: input.next }` }))).toEqual([
      "effect mailer.send at send:7",
    ]);
  });

  it("nor by the value that the row was found by, where there was one", () => {
    const text = (found: string) => `
export async function f(prisma: PrismaClient, input: { url?: string; other?: string }) {
  const job = await prisma.job.findFirst({ where: { url: input.url } });
  if (!job) return;
  await prisma.job.update({ where: { id: job.id }, data: { url: ${found} ?? null } });
  await mailer.send(job.id);
}`;
    expect(consequences(text("input.url"))).toEqual(["idempotent"]);
    expect(consequences(text("input.other"))).toEqual(["effect mailer.send at send:6"]);
  });

  it("nor where what it says of the column still holds, whatever else it depends on", () => {
    const check = (status: string) => `!(me !== "" && (input.force || job.status !== "${status}"))`;
    expect(consequences(transition({ ...mail, check: check("draft") }))).toEqual(["idempotent"]);
    expect(consequences(transition({ ...mail, check: check("running") }))).toEqual(["effect mailer.send at send:7"]);
  });

  it("nor, as far as is known, where it looks something up by the column", () => {
    const check = `plans[job.worker].product !== "basic"`;
    expect(consequences(transition({ ...mail, check, data: `{ worker: me }` }))).toEqual(["idempotent"]);
    expect(consequences(transition({ ...mail, check, data: `{ worker: null }` }))).toEqual(["effect mailer.send at send:7"]);
    expect(consequences(transition({ ...mail, check: `job.worker !== "basic"`, data: `{ worker: me }` }))).toEqual([
      "effect mailer.send at send:7",
    ]);
  });

  it("nor by a row that is still found in the list", () => {
    const text = (status: string) => `
export async function f(prisma: PrismaClient, id: string) {
  const jobs = await prisma.job.findMany({ where: { projectId: id } });
  const job = jobs.find((j) => j.status !== "draft");
  if (!job) return;
  await prisma.job.update({ where: { id: job.id }, data: { status: "${status}" } });
  await mailer.send(id);
}`;
    expect(consequences(text("draft"))).toEqual(["effect mailer.send at send:7"]);
    expect(consequences(text("done"))).toEqual(["idempotent"]);
  });

  it("a caller's value that may be the forbidden one is overwritten without having been checked", () => {
    const given = { ...mail, check: `job.status === "done"`, data: `{ status: me }` };
    expect(consequences(transition(given))).toEqual(["overwrite status"]);
    expect(consequences(transition({ ...given, data: `{ status: "running", worker: me }` }))).toEqual(["idempotent"]);
  });
});

describe("what only one caller comes to", () => {
  it("an effect behind a claim of the row", () => {
    const after = (where: string) => `
  const { count } = await prisma.job.updateMany({ where: { id${where} }, data: { mailed: true } });
  if (count === 0) return;
  await mailer.send(id);`;
    expect(consequences(transition({ after: after(", mailed: false") }))).toEqual(["idempotent"]);
    expect(consequences(transition({ after: after("") }))).toEqual(["effect mailer.send at send:10"]);
  });

  it("an insert of one key, and what follows such an insert", () => {
    const text = (key: string, second: string) => `
export async function f(source: DataSource, id: string, other: string) {
  const job = await source.getRepository(Job).findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await source.getRepository(Task).insert({ id: ${key} });
  await source.getRepository(Job).update({ id }, { status: "running" });
  ${second}
}`;
    expect(consequences(text("id", ""))).toEqual(["idempotent"]);
    expect(consequences(text("other", ""))).toEqual(["effect getRepository.insert at insert:5, early"]);
    expect(consequences(text("id", "await mailer.send(id);"))).toEqual(["idempotent"]);
    expect(consequences(text("job.projectId", "await mailer.send(id);"))).toEqual(["idempotent"]);
    expect(consequences(text("other", "await mailer.send(id);"))).toEqual(["effect mailer.send at send:7"]);
  });

  it("nothing behind a write whose function then throws", () => {
    const text = (end: string) => `
async function open(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.status !== "pending") return;
  try {
    check(job);
  } catch {
    await prisma.job.update({ where: { id }, data: { status: "failed" } });
    ${end}
  }
}
export async function f(prisma: PrismaClient, id: string) {
  await open(prisma, id);
  await mailer.send(id);
}
export async function both(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.status !== "pending") return;
  await fail(prisma, id);
  await mailer.send(id);
}
async function fail(prisma: PrismaClient, id: string) {
  await prisma.job.update({ where: { id }, data: { status: "failed" } });
  ${end}
}`;
    expect(consequences(text(`throw new Error("failed");`))).toEqual(["idempotent", "idempotent"]);
    expect(consequences(text(""))).toEqual(["idempotent", "effect mailer.send at send:20"]);
  });
});

describe("what the check does not control", () => {
  it("an effect on another branch than the write", () => {
    expect(
      consequences(transition({ before: `if (me === "a") { await mailer.send(id); return; }`, check: `job.status !== "pending"` })),
    ).toEqual(["idempotent"]);
    expect(consequences(transition({ before: `if (me === "a") await mailer.send(id);` }))).toEqual(["effect mailer.send at send:5, early"]);
  });

  it("a condition of which both ways lead to the write", () => {
    const text = (bad: string) => `
export async function f(prisma: PrismaClient, id: string, name: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.name === "draft") { if (${bad}) throw new Error(); }
  await prisma.job.update({ where: { id }, data: { name } });
}`;
    expect(new Set(consequences(text("name.length > 3")))).toEqual(new Set(["idempotent"]));
  });
});

describe("what only looks or computes", () => {
  it.each([
    ["a GET request", `await fetch("https://example.org/" + id);`],
    ["a GET request with options", `await fetch("https://example.org", { headers: { id } });`],
    ["a model that writes text", `await openai.chat.completions.create({ prompt: id });`],
    ["a list of what another system has", `await stripe.subscriptions.list({ customer: id });`],
    ["a trace that is passed on", `propagation.inject(context.active(), {});`],
    ["a document put together in memory", `pdf.setFont("serif"); pdf.text(id);`],
    ["a page of such a document", `const file = await PDFDocument.create(); const page = file.addPage(); page.drawText(id);`],
    ["a command that reads", `await storage.send(new GetObjectCommand({ id }));`],
    ["a function that is named after what it gives", `const key = keys.publicKey(id); labels(key);`],
    ["an object made in memory", `const client = createMailClient(id); const transport = createTransport(client);`],
    ["a cache", `await cacheManager.del(id); await this.cache.set(id, me);`],
    ["what is set, refreshed or removed", `auth.setCredentials(id); await auth.refreshToken(id); dom.remove(id);`],
    ["the progress of a queue's job", `await task.updateProgress(50);`],
  ])("%s", (_, after) => {
    expect(consequences(transition({ after }))).toEqual(["idempotent"]);
  });

  it.each([
    ["a POST request", `await fetch("https://example.org", { method: "POST", body: id });`, "fetch at fetch:7"],
    ["a request with options from elsewhere", `await fetch("https://example.org", input);`, "fetch at fetch:7"],
    ["a command that writes", `await storage.send(new PutObjectCommand({ id }));`, "storage.send at send:7"],
    ["a queue", `await queue.add("job", { id });`, "queue.add at add:7"],
    ["a topic", `await this.topic.publish({ id });`, "topic.publish at publish:7"],
    ["an emitter", `emitter.emit("started", id);`, "emitter.emit at emit:7"],
    ["a mailer that was passed in", `await sender.send(id);`, "sender.send at send:7"],
    ["a command behind how it is carried out", `await mailer.tryCharge(id);`, "mailer.tryCharge at tryCharge:7"],
    ["a function that makes something for others", `await mailer.createInvoice(id);`, "mailer.createInvoice at createInvoice:7"],
  ])("but not %s", (_, after, effect) => {
    expect(
      consequences(transition({ after }).replace("me: string", "me: string, sender: Sender, pdf: Pdf, storage: Storage, emitter: Emitter")),
    ).toEqual([`effect ${effect}`]);
  });

  it("removing what another caller has removed already", () => {
    const remove = (command: string) =>
      transition({ after: `await storage.send(new ${command}({ Key: id }));` }).replace("me: string", "storage: Storage");
    expect(consequences(remove("DeleteObjectCommand"))).toEqual(["idempotent"]);
    expect(consequences(remove("CopyObjectCommand"))).toEqual(["effect storage.send at send:7"]);
  });

  it("a wrapper's request is what its caller makes it", () => {
    const request = `\nasync function request(path: string, method: string) { return await fetch(path, { method }); }`;
    expect(consequences(transition({ after: `await request(id, "GET");`, elsewhere: request }))).toEqual(["idempotent"]);
    expect(consequences(transition({ after: `await request(id, "POST");`, elsewhere: request }))).toEqual(["effect fetch at fetch:9"]);
  });

  it("a set or a list in memory is no queue", () => {
    expect(consequences(transition({ after: `const queue = new Set(); queue.add(id);` }))).toEqual(["idempotent"]);
  });
});

describe("values that all callers come to", () => {
  it.each([
    ["the time from a library", `{ status: "running", at: DateTime.now() }`],
    ["a later time", `{ status: "running", until: addMinutes(new Date(), 5) }`],
    ["a module's constant", `{ status: "running", by: config.name }`],
    ["what the row was found by", `{ status: "running", prefix: id.slice(0, 8) }`],
  ])("%s", (_, data) => {
    expect(consequences(transition({ data }))).toEqual(["idempotent"]);
  });

  it.each([
    ["a worker's name", `{ status: "running", by: process.env.HOSTNAME }`, "by"],
    ["a token", `{ status: "running", claim: crypto.randomUUID() }`, "claim"],
    ["the caller's input", `{ status: "running", by: me }`, "by"],
  ])("but not %s", (_, data, column) => {
    expect(consequences(transition({ data }))).toEqual([`overwrite ${column}`]);
  });

  it("what a row was picked out of a list by", () => {
    const backfill = (prefix: string) => `
export async function f(prisma: PrismaClient, key: string, name: string) {
  const jobs = await prisma.job.findMany({ where: { prefix: null } });
  const job = jobs.find((j) => (j.salt ? hash(key + j.salt) : hash(key)) === j.key);
  if (job) await prisma.job.update({ where: { id: job.id }, data: { prefix: ${prefix} } });
}
declare function hash(text: string): string;`;
    expect(consequences(backfill("key.slice(0, 8)"))).toEqual(["idempotent"]);
    expect(consequences(backfill("name.slice(0, 8)"))).toEqual(["overwrite prefix"]);
  });

  it("the host of an address in the row is no worker's name", () => {
    const fill = (logo: string) => transition({ check: "job.logo", data: `{ logo: ${logo} }` });
    expect(consequences(fill("new URL(job.website).hostname"))).toEqual(["idempotent"]);
    expect(consequences(fill("new URL(me).hostname"))).toEqual(["overwrite logo"]);
    expect(consequences(fill("process.env.HOSTNAME"))).toEqual(["overwrite logo"]);
  });

  it("in a get-or-create, what is written to the row that was there", () => {
    const sync = (cleared: string) => `
export async function f(jobs: Repository<Job>, sub: string, worker: string) {
  let job = await jobs.findOne({ where: { sub } });
  if (!job) job = await jobs.save(jobs.create({ sub, worker }));
  if (job.worker) job.worker = ${cleared};
  job.seenAt = new Date();
  await jobs.save(job);
}`;
    expect(consequences(sync("null"))).toEqual([]);
    expect(consequences(sync("worker"))).toEqual(["overwrite worker"]);
  });

  it("a recomputation from other rows writes the same again", () => {
    const after = `const tasks = await prisma.task.findMany({ where: { jobId: id } }); await prisma.project.update({ where: { id: job.projectId }, data: { open: tasks.length } });`;
    expect(consequences(transition({ after }))).toEqual(["idempotent"]);
    expect(consequences(transition({ after: after.replace("tasks.length", "tasks.length + Number(me)") }))).toEqual([
      "effect project.update at update:7",
    ]);
  });
});

describe("a partner that cannot meet the row", () => {
  const ship = (elsewhere: string) => transition({ check: `job.status !== "paid"`, data: `{ status: "shipped" }`, elsewhere });

  it("writes a row that it has just inserted", () => {
    const create = (where: string) => `
export async function create(prisma: PrismaClient, id: string) {
  const made = await prisma.job.create({ data: { status: "new" } });
  await prisma.job.update({ where: { id: ${where} }, data: { status: "cancelled" } });
}`;
    expect(consequences(ship(create("made.id")))).toEqual(["idempotent"]);
    expect(consequences(ship(create("id")))).toEqual(["partner status = cancelled at update:11, overwritten by shipped"]);
  });

  it("writes a row that each of its callers has just inserted", () => {
    const create = (where: string) => `
async function mark(prisma: PrismaClient, id: string) {
  await prisma.job.update({ where: { id }, data: { status: "cancelled" } });
}
export async function create(prisma: PrismaClient, id: string) {
  const made = await prisma.job.create({ data: { status: "new" } });
  await mark(prisma, ${where});
}`;
    expect(consequences(ship(create("made.id")))).toEqual(["idempotent"]);
    expect(consequences(ship(create("id")))).toEqual(["partner status = cancelled at update:10, overwritten by shipped"]);
  });

  it("asks whether the column is set, or not set", () => {
    const text = (check: string) => `
export async function f(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (!job.worker) return;
  await prisma.job.delete({ where: { id } });
}
export async function release(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUnique({ where: { id } });
  if (${check}) return;
  await prisma.job.update({ where: { id }, data: { worker: null } });
}`;
    expect(consequences(text("job?.worker"))[0]).toBe("idempotent");
    expect(consequences(text("!job?.worker"))[0]).toBe("partner worker = null at update:10, overwritten by ?");
  });

  it("asks for another state, in its filter or its own check", () => {
    const cancel = (filter: string, check: string) => `
export async function cancel(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (${check}) return;
  await prisma.job.updateMany({ where: { id${filter} }, data: { status: "cancelled" } });
}`;
    const ofShip = (filter: string, check = "!job.id") => consequences(ship(cancel(filter, check)))[0];
    const met = "partner status = cancelled at updateMany:12, overwritten by shipped";
    expect(ofShip("")).toBe(met);
    expect(ofShip(`, status: "paid"`)).toBe(met);
    expect(ofShip(`, status: "new"`)).toBe("idempotent");
    expect(ofShip(`, status: { not: "paid" }`)).toBe("idempotent");
    expect(ofShip("", `job.status !== "new"`)).toBe("idempotent");
    expect(ofShip("", `job.status === "paid"`)).toBe("idempotent");
  });

  it("sets a state that the write itself does not ask for, or names as one that it replaces", () => {
    const finish = (where: string) => `
export async function f(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (job.status !== "open") return;
  await prisma.job.updateMany({ where: { id${where} }, data: { status: "running" } });
}
export async function pause(prisma: PrismaClient, id: string) {
  await prisma.job.update({ where: { id }, data: { status: "paused" } });
}`;
    const met = ["partner status = paused at update:8, overwritten by running"];
    expect(consequences(finish(""))).toEqual(met);
    expect(consequences(finish(`, status: "done"`))).toEqual(["idempotent"]);
    expect(consequences(finish(`, status: { in: ["done", "paused"] }`))).toEqual(["idempotent"]);
    expect(consequences(finish(`, status: { not: "done" }`))).toEqual(met);
  });

  it("is in a method that nobody calls, of a class that the program uses", () => {
    const service = (call: string) => `
export class Service {
  constructor(private readonly prisma: PrismaClient) {}
  async cancelForGood(id: string) { await this.prisma.job.update({ where: { id }, data: { status: "cancelled" } }); }
  ${call}
}`;
    const main = `import { Service } from "./file.js";\nexport const service = new Service(null as never);`;
    const used = (call: string) => new Flow({ "file.ts": ship(service(call)), "main.ts": main }).consequences();
    const partner = ["partner status = cancelled at update:11, overwritten by shipped"];
    expect(used("")).toEqual(["idempotent"]);
    expect(used(`async all(id: string) { await this.cancelForGood(id); }`)).toEqual(partner);
    expect(consequences(ship(service("")))).toEqual(partner);
  });

  it("is given the value by callers: each of them is asked", () => {
    const set = (value: string) => `
async function set(prisma: PrismaClient, id: string, status: string) {
  await prisma.job.update({ where: { id }, data: { status } });
}
export async function other(prisma: PrismaClient, id: string) {
  await set(prisma, id, "${value}");
}`;
    expect(consequences(ship(set("paid")))).toEqual(["idempotent"]);
    expect(consequences(ship(set("cancelled")))).toEqual(["partner status = cancelled at set:13, overwritten by shipped"]);
  });

  it("puts away what is deleted", () => {
    const remove = (column: string, check = `job.${column} !== null`) => `
export async function f(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  if (${check}) throw new Error();
  await prisma.job.delete({ where: { id } });
}`;
    const set = (data: string) => `
export async function other(prisma: PrismaClient, id: string) {
  await prisma.job.update({ where: { id }, data: ${data} });
}`;
    const ofTime = (column: string) => consequences(remove(column) + set(`{ ${column}: new Date() }`));
    expect(ofTime("archivedAt")).toEqual([]);
    expect(ofTime("sentAt")).toEqual(["partner sentAt = ? at update:8, overwritten by ?"]);
    const ofState = (status: string) => consequences(remove("status", `job.status !== "draft"`) + set(`{ status: "${status}" }`));
    expect(ofState("archived")).toEqual([]);
    expect(ofState("published")).toEqual(["partner status = published at update:8, overwritten by ?"]);
  });

  it("sets nothing", () => {
    const set = `
export async function other(prisma: PrismaClient, id: string) {
  await prisma.job.update({ where: { id }, data: { status: undefined } });
}`;
    expect(consequences(ship(set))).toEqual(["idempotent"]);
  });
});

describe("defaults of what is merged", () => {
  const merge = (value: string) => `
export async function f(prisma: PrismaClient, id: string, me: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  await prisma.job.update({ where: { id }, data: { meta: ${value} } });
}`;

  it.each(["{ ...(job.meta ?? {}), seen: me }", "{ ...(job.meta || {}), seen: me }", "[...(job.meta ?? []), me]"])("%s", (value) => {
    expect(consequences(merge(value))).toEqual([]);
  });

  it("but the first value of a column is chosen under a check", () => {
    expect(consequences(merge("job.meta ?? me"))).toEqual(["overwrite meta"]);
  });
});

describe("a race that comes with the parent row's", () => {
  const text = (child: string) => `
export async function f(prisma: PrismaClient, id: string, me: string) {
  const order = await prisma.order.findUniqueOrThrow({ where: { id }, include: { items: true, voucher: true } });
  if (order.status !== "open") throw new Error();
  ${child}
  await prisma.order.update({ where: { id }, data: { status: "packed", packer: me } });
}`;
  const places = (t: string) => new Flow(t).issues().map((i) => `${i.entity} ${String(i.anchor.loc.line)}`);

  it("is reported as that one", () => {
    const items = `for (const item of order.items) if (!item.packer) await prisma.item.update({ where: { id: item.id }, data: { packer: me } });`;
    expect(places(text(items))).toEqual(["Order 6"]);
    expect(places(text(items).replace(`if (order.status !== "open") throw new Error();`, ""))).toEqual(["Item 5"]);
  });

  it("a row that several parents may point at has a race of its own", () => {
    const voucher = `if (order.voucher.user) throw new Error(); await prisma.voucher.update({ where: { id: order.voucher.id }, data: { user: me } });`;
    expect(places(text(voucher))).toEqual(["Voucher 5", "Order 6"]);
  });
});
