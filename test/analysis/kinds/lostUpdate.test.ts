import { describe, expect, it } from "vitest";

import { Flow } from "../flow.js";
import { found, issuesOf, kinds } from "./kinds.js";

const lost = (text: string | Flow) => found("lost-update", text);
const one = ["Job.attempts at update"];

/** A job is read, and written with `data`. */
const text = (data: string, before = "", where = "{ id }") => `
export async function f(jobs: Repository<Job>, id: string, n: number) {
  const job = await jobs.findOneByOrFail({ id });
  ${before}
  await jobs.update(${where}, ${data});
}`;

describe("a number is computed from the one that was read", () => {
  it.each([
    ["by arithmetic", `{ attempts: job.attempts + 1 }`, ""],
    ["in a variable", `{ attempts: next }`, `const next = job.attempts + n;`],
    ["by ++", `{ attempts }`, `let attempts = job.attempts; attempts++;`],
    ["through a conversion", `{ attempts: Number(job.attempts) - n }`, ""],
    ["with a default", `{ attempts: (job.attempts ?? 0) + 1 }`, ""],
    ["as a maximum", `{ attempts: Math.max(job.attempts, n) }`, ""],
    ["on one of two branches", `{ attempts: n > 3 ? 0 : job.attempts + 1 }`, ""],
    ["in a spread", `{ ...patch }`, `const patch = { attempts: job.attempts + 1 };`],
    ["by a number library", `{ attempts: new Decimal(job.attempts).plus(1).toNumber() }`, ""],
    ["in a helper", `{ attempts: more(job) }`, `function more(j: Job) { return j.attempts + 1; }`],
  ])("%s", (_name, data, before) => {
    expect(lost(text(data, before))).toEqual(one);
  });

  it.each([
    ["is the input's", `{ attempts: n + 1 }`],
    ["is copied", `{ attempts: job.attempts }`],
    ["is copied in another form", `{ attempts: Number(job.attempts) }`],
    ["is computed by the database", `{ attempts: () => "attempts + 1" }`],
    ["goes to another column", `{ worker: String(job.attempts + 1) }`],
    ["is only compared", `{ attempts: job.attempts > 3 ? 0 : 1 }`],
  ])("not where it %s", (_name, data) => {
    expect(lost(text(data))).toEqual([]);
  });

  it("not where the layer increments", () => {
    const increments = `export async function f(prisma: PrismaClient, id: string) {
  const job = await prisma.job.findUniqueOrThrow({ where: { id } });
  await prisma.job.update({ where: { id }, data: { attempts: WITH } });
}`;
    expect(lost(increments.replace("WITH", "job.attempts + 1"))).toEqual(["Job.attempts at update"]);
    expect(lost(increments.replace("WITH", "{ increment: 1 }"))).toEqual([]);
  });
});

describe("lists, texts and objects are computed from what was read", () => {
  it.each([
    ["a text is appended to", `{ worker: job.worker + ":" + n }`],
    ["a template has it inside", "{ worker: `${job.worker},${n}` }"],
    ["a list is spread", `{ worker: [...job.worker, n] }`],
    ["a list is filtered", `{ worker: job.worker.filter((x) => x !== n) }`],
    ["a list is mapped", `{ worker: job.worker.map((x) => x + n) }`],
    ["an object is spread", `{ worker: { ...job.worker, n } }`],
    ["a serialised object is spread", `{ worker: JSON.stringify({ ...JSON.parse(job.worker), n }) }`],
  ])("%s", (_name, data) => {
    expect(lost(text(data))).toEqual(["Job.worker at update"]);
  });

  it.each([
    ["a list is copied", `{ worker: [...job.worker] }`],
    ["an object is copied", `{ worker: { ...job.worker } }`],
    ["a list is new", `{ worker: [n, n] }`],
    ["an object holds another one's", `{ worker: { ...input, n } }`],
  ])("not where %s", (_name, data) => {
    expect(lost(text(data))).toEqual([]);
  });

  it("something is pushed to a row's list", () => {
    const saves = (body: string) =>
      lost(`export async function f(jobs: Repository<Job>, id: string, n: string) {
  const job = await jobs.findOneByOrFail({ id });
  ${body}
  await jobs.save(job);
}`);
    expect(saves(`job.worker.push(n);`)).toEqual(["Job.worker at save"]);
    expect(saves(`const list = job.worker; list.push(n); job.worker = list;`)).toEqual(["Job.worker at save"]);
    expect(saves(`const list = [n]; list.push(n); job.worker = list;`)).toEqual([]);
  });
});

describe("the row", () => {
  it("is the object that is saved", () => {
    const saves = (change: string) =>
      lost(`export async function f(jobs: Repository<Job>, id: string) {
  const job = await jobs.findOneByOrFail({ id });
  ${change};
  await jobs.save(job);
}`);
    expect(saves("job.attempts += 1")).toEqual(["Job.attempts at save"]);
    expect(saves("job.attempts++")).toEqual(["Job.attempts at save"]);
    expect(saves("job.attempts = 1")).toEqual([]);
  });

  it("is another row", () => {
    expect(lost(text(`{ attempts: other.attempts + 1 }`, `const other = await jobs.findOneByOrFail({ id: "other" });`))).toEqual([]);
  });

  it("was inserted by this flow", () => {
    const inserted = (how: string) =>
      lost(`export async function f(prisma: PrismaClient, id: string) {
  const job = await prisma.job.${how};
  await prisma.job.update({ where: { id: job.id }, data: { attempts: job.attempts + 1 } });
}`);
    expect(inserted(`findUniqueOrThrow({ where: { id } })`)).toEqual(["Job.attempts at update"]);
    expect(inserted(`create({ data: { id } })`)).toEqual([]);
  });

  it("is read by a caller of the function that writes; the call is reported", () => {
    const flow = new Flow(`
async function bump(jobs: Repository<Job>, job: Job) { await jobs.update({ id: job.id }, { attempts: job.attempts + 1 }); }
export async function f(jobs: Repository<Job>, id: string) {
  const job = await jobs.findOneByOrFail({ id });
  await bump(jobs, job);
}`);
    expect(lost(flow)).toEqual(["Job.attempts at bump"]);
  });

  it("is read and written inside one callee, which reports it once", () => {
    const flow = new Flow(
      `${text("{ attempts: job.attempts + 1 }")} export async function g(jobs: Repository<Job>) { await f(jobs, "1", 1); }`,
    );
    expect(lost(flow)).toEqual(one);
  });
});

describe("protections", () => {
  it.each([
    ["the column is compared with what was read", `{ id, attempts: job.attempts }`, []],
    ["the version is compared with what was read", `{ id, version: job.version }`, []],
    ["another column is tested", `{ id, projectId: "p" }`, one],
    ["a bound is tested", `{ id, attempts: LessThan(5) }`, one],
  ])("%s", (_name, where, expected) => {
    expect(
      lost(
        `import { LessThan, type Repository } from "typeorm"; import { Job } from "./entities";${text(`{ attempts: job.attempts + 1 }`, "", where)}`,
      ),
    ).toEqual(expected);
  });

  const inTransaction = (options: string, isolation = "", before = "") =>
    lost(`
export async function f(source: DataSource, id: string) {
  await source.transaction(${isolation}async (manager) => {
    ${before}
    const job = await manager.findOneOrFail(Job, { where: { id }${options} });
    await manager.update(Job, { id }, { attempts: job.attempts + 1 });
  });
}`);

  it("a row lock, or an isolation level; not a transaction as such", () => {
    expect(inTransaction("")).toEqual(one);
    expect(inTransaction(`, lock: { mode: "pessimistic_write" }`)).toEqual([]);
    expect(inTransaction("", `"REPEATABLE READ", `)).toEqual([]);
    expect(inTransaction("", `"SERIALIZABLE", `)).toEqual([]);
  });

  it("a lock function around both, here or in every caller", () => {
    const settings = { lockFunctions: [{ name: "withLock" }] };
    const locked = `declare function withLock<T>(key: string, run: () => Promise<T>): Promise<T>; ${text("{ attempts: job.attempts + 1 }").replace("export ", "")}`;
    const calls = (call: string) => lost(new Flow(`${locked} export async function g(jobs: Repository<Job>) { ${call}; }`, settings));
    expect(calls(`await f(jobs, "1", 1)`)).toEqual(one);
    expect(calls(`await withLock("1", () => f(jobs, "1", 1))`)).toEqual([]);
  });
});

describe("the issue", () => {
  it("says where the row is read, where the new value is put in, and where it is written", () => {
    const flow = new Flow(text("{ attempts: job.attempts + 1 }"));
    const [issue] = issuesOf("lost-update", flow);
    if (issue === undefined) throw new Error("no issue");
    expect([issue.read, issue.check, issue.write].map((p) => flow.text(p))).toEqual([
      "findOneByOrFail",
      "attempts: job.attempts + 1",
      "update",
    ]);
    expect(issue).toMatchObject({
      consequence: { kind: "stale-value", column: "attempts" },
      readMethod: "findOneByOrFail",
      checkedInFilter: false,
    });
  });

  it("is left to the racy transition of the same column that matters for more than that", () => {
    const checked = text("{ attempts: job.attempts + 1 }", "if (job.attempts >= 3) return;");
    expect(kinds(checked)).toEqual(["lost-update"]);
    expect(kinds(checked.replace(/}$/, "  await mailer.send(id);\n}"))).toEqual(["racy-transition"]);
    expect(kinds(text("{ attempts: job.attempts + 1 }", `if (job.status === "done") return;`))).toEqual(["lost-update"]);
  });
});

describe("known limits", () => {
  it.each([
    ["FN_toggle: a boolean is turned over", `{ attempts: !job.attempts }`],
    ["FN_other_column: a column is computed from another one", `{ attempts: job.startedAt + 1 }`],
    ["FN_concat: a list is concatenated", `{ attempts: job.attempts.concat(n) }`],
    ["FN_unresolved_function: an unresolved function makes the new value", `{ attempts: next(job.attempts) }`],
  ])("%s", (_name, data) => {
    expect(lost(text(data))).toEqual([]);
  });

  it("FN_changed_inside: a JSON column is changed in place", () => {
    expect(
      lost(`export async function f(jobs: Repository<Job>, id: string, n: number) {
  const job = await jobs.findOneByOrFail({ id });
  job.worker.seen = n;
  await jobs.save(job);
}`),
    ).toEqual([]);
  });
});
