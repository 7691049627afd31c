import { describe, expect, it } from "vitest";

import type { Model } from "../../../src/models/model.js";
import { models } from "../../../src/models/registry.js";
import { Flow } from "../flow.js";
import { found, issuesOf, kinds } from "./kinds.js";

const ineffective = (text: string | Flow) => found("ineffective-lock", text);

/** A data layer like TypeORM that sends every lock it is asked for. */
class SendingFlow extends Flow {
  override get models(): readonly Model[] {
    return models.map(({ refusesLockOutsideTransaction: _, ...model }) => model);
  }
}

const lock = `lock: { mode: "pessimistic_write" }`;

describe("a lock outside a transaction", () => {
  const text = (options: string, change = "{ worker: me }", test = `job.status !== "pending"`) => `
export class Jobs {
  constructor(private readonly jobs: Repository<Job>) {}
  async f(id: string, me: string) {
    const job = await this.jobs.findOneOrFail({ where: { id }, ${options} });
    if (${test}) return;
    await this.jobs.update({ id }, ${change});
  }
}`;

  it("is reported where a write relies on the row", () => {
    expect(ineffective(new SendingFlow(text(lock)))).toEqual(["Job.worker at findOneOrFail"]);
    expect(ineffective(new SendingFlow(text("")))).toEqual([]);
    expect(ineffective(new SendingFlow(text(lock, undefined, `me === ""`)))).toEqual([]);
  });

  it("is never sent by a layer that refuses it", () => {
    expect(ineffective(text(lock))).toEqual([]);
  });

  it("matters only if losing does", () => {
    expect(ineffective(new SendingFlow(text(lock, `{ projectId: "p" }`)))).toEqual([]);
  });

  it("may be in a transaction if the handle was given", () => {
    const given = text(lock).replace("id: string", "jobs: Repository<Job>, id: string").replaceAll("this.jobs.", "jobs.");
    expect(ineffective(new SendingFlow(given))).toEqual([]);
  });
});

describe("a lock that is taken after the read", () => {
  const text = (inside: string, test = `job.status !== "pending"`) => `
export async function f(source: DataSource, jobs: Repository<Job>, id: string, me: string) {
  const job = await jobs.findOneByOrFail({ id });
  if (${test}) return;
  await source.transaction(async (manager) => {
    ${inside}
  });
}`;
  const late = `await manager.findOne(Job, { where: { id }, ${lock} });`;
  const write = `await manager.update(Job, { id }, { worker: me });`;

  it("without another look at the row", () => {
    expect(ineffective(text(late + write))).toEqual(["Job.worker at findOne"]);
    expect(ineffective(text(write))).toEqual([]);
    expect(ineffective(text(late + write, `me === ""`))).toEqual([]);
  });

  it("although the locked row is what is written", () => {
    const locked = `const locked = ${late}`;
    const save = `locked.status = "running"; locked.worker = me; await manager.save(locked);`;
    expect(ineffective(text(locked + save))).toEqual(["Job.status,worker at findOne"]);
    expect(ineffective(text(`${locked} if (locked.status !== "pending") return; ${save}`))).toEqual([]);
  });

  it("not where the row is read and checked again", () => {
    const again = `const again = await manager.findOneByOrFail(Job, { id }); if (again.status !== "pending") return;`;
    expect(ineffective(text(late + again + write))).toEqual([]);
    expect(ineffective(text(again + late + write))).toEqual(["Job.worker at findOne"]);
  });

  it("not where another row is locked", () => {
    expect(ineffective(text(late.replace("{ id }", `{ id: "other" }`) + write))).toEqual([]);
  });

  it("not where the write compares", () => {
    expect(ineffective(text(`${late} await manager.update(Job, { id, worker: IsNull() }, { worker: me });`))).toEqual([]);
  });

  it("the racy transition comes first", () => {
    const both = text(late + `await manager.update(Job, { id }, { status: "running", worker: me });`);
    expect(kinds(both)).toEqual(["racy-transition"]);
    const [issue] = new Flow(both).issues();
    expect(issue?.falseProtection).toBe("late lock");
  });
});

describe("a lock whose write goes through another connection", () => {
  const text = (write: string) => `
export class Jobs {
  constructor(private readonly source: DataSource, private readonly jobs: Repository<Job>) {}
  async f(id: string, me: string) {
    await this.source.transaction(async (manager) => {
      const job = await manager.findOneOrFail(Job, { where: { id }, ${lock} });
      if (job.status !== "pending") return;
      ${write}
    });
  }
}`;

  it("the shared pool's", () => {
    expect(ineffective(text(`await this.jobs.update({ id }, { worker: me });`))).toEqual(["Job.worker at update"]);
    expect(ineffective(text(`await manager.update(Job, { id }, { worker: me });`))).toEqual([]);
  });

  it("not where the lock's own connection writes too", () => {
    expect(
      ineffective(text(`await manager.update(Job, { id }, { status: "running" }); await this.jobs.update({ id }, { worker: me });`)),
    ).toEqual([]);
  });

  it("not where the handle was given", () => {
    const given = text(`await jobs.update({ id }, { worker: me });`).replace("id: string", "jobs: Repository<Job>, id: string");
    expect(ineffective(given)).toEqual([]);
  });

  it("the issue names the lock's read, the check, and the write", () => {
    const flow = new Flow(text(`await this.jobs.update({ id }, { worker: me });`));
    const [issue] = issuesOf("ineffective-lock", flow);
    if (issue === undefined) throw new Error("no issue");
    expect([issue.read, issue.check, issue.write].map((p) => flow.text(p))).toEqual([
      "findOneOrFail",
      `job.status !== "pending"`,
      "update",
    ]);
    expect(issue).toMatchObject({ falseProtection: "other handle", consequence: { kind: "overwrite", column: "worker" } });
  });
});

describe("known limits", () => {
  it("FN_advisory_lock: an advisory lock through the pool cannot be told from another statement", () => {
    expect(
      ineffective(`export class Jobs {
  constructor(private readonly source: DataSource, private readonly jobs: Repository<Job>) {}
  async f(id: string, me: string) {
    await this.source.query("SELECT pg_advisory_lock(1)");
    const job = await this.jobs.findOneByOrFail({ id });
    if (job.status !== "pending") return;
    await this.jobs.update({ id }, { worker: me });
  }
}`),
    ).toEqual([]);
  });

  it("FN_key_share: a lock that does not exclude is not told apart", () => {
    const shared = `export async function f(source: DataSource, id: string, me: string) {
  await source.transaction(async (manager) => {
    const job = await manager.findOneOrFail(Job, { where: { id }, lock: { mode: "for_key_share" } });
    if (job.status !== "pending") return;
    await manager.update(Job, { id }, { worker: me });
  });
}`;
    expect(ineffective(shared)).toEqual([]);
  });
});
