import rule from "../../rules/no-racy-transition.js";
import { testRule } from "./ruleTester.js";
import { quiet } from "./shapes.js";

testRule("no-racy-transition (limits of shapes)", rule, {
  invalid: [],
  valid: [
    quiet(
      "FN_loop_that_waits",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  let job = await jobs.findOneByOrFail({ id });
  while (job.status === "running") {
    await new Promise((r) => setTimeout(r, 10));
    job = await jobs.findOneByOrFail({ id });
  }
  await jobs.update({ id }, { status: "running" });
  await mailer.send(id);
}
`,
    ),
    quiet(
      "FN_owner_may_go_on",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
export async function f(jobs: Repository<Task>, id: string, me: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.worker && job.worker !== me) throw new Error();
  await jobs.update({ id }, { worker: me });
}
`,
    ),
    quiet(
      "FN_result_of_one_of_two_classes",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
class Left<L> { constructor(readonly value: L) {} isLeft(): this is Left<L> { return true; } isRight(): boolean { return false; } }
class Right<R> { constructor(readonly value: R) {} isLeft(): boolean { return false; } isRight(): this is Right<R> { return true; } }
function startable(job: Task): Left<string> | Right<Task> { return job.status === "pending" ? new Right(job) : new Left("busy"); }
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  const r = startable(job);
  if (r.isLeft()) return;
  await jobs.update({ id: job.id }, { status: "running" });
  await mailer.send(id);
}
`,
    ),
    quiet(
      "FN_result_of_a_library",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import { err, ok, type Result } from "neverthrow";
function startable(job: Task): Result<Task, string> { if (job.status !== "pending") return err("busy"); return ok(job); }
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  const r = startable(job);
  if (r.isErr()) return;
  await jobs.update({ id: r.value.id }, { status: "running" });
  await mailer.send(id);
}
`,
    ),
    quiet(
      "FN_row_in_a_result_of_a_library",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import { err, ok, type Result } from "neverthrow";
async function load(jobs: Repository<Task>, id: string): Promise<Result<Task, string>> { const job = await jobs.findOneBy({ id }); return job ? ok(job) : err("none"); }
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const r = await load(jobs, id);
  if (r.isErr()) return;
  const job = r.value;
  if (job.status !== "pending") return;
  await jobs.update({ id: job.id }, { status: "running" });
  await mailer.send(id);
}
`,
    ),
    quiet(
      "FN_rows_by_key_in_an_object",
      `import { In, Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, ids: string[]): Promise<void> {
  const all = await jobs.findBy({ id: In(ids) });
  const byId: Record<string, Task> = {};
  for (const j of all) byId[j.id] = j;
  for (const id of ids) {
    const job = byId[id];
    if (!job || job.status !== "pending") continue;
    await jobs.update({ id }, { status: "running" });
    await mailer.send(id);
  }
}
`,
    ),
    quiet(
      "FN_rows_by_key_from_entries",
      `import { In, Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>, ids: string[]): Promise<void> {
  const all = await jobs.findBy({ id: In(ids) });
  const byId = Object.fromEntries(all.map((j) => [j.id, j]));
  for (const id of ids) {
    const job = byId[id];
    if (!job || job.status !== "pending") continue;
    await jobs.update({ id }, { status: "running" });
    await mailer.send(id);
  }
}
`,
    ),
    quiet(
      "FN_throws_four_calls_below",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
function fail(m: string): never { throw new Error(m); }
function ensure(c: boolean): void { if (!c) fail("no"); }
function check(job: Task): void { ensure(job.status === "pending"); }
function guard(job: Task): void { check(job); }
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  guard(job);
  await jobs.update({ id }, { status: "running" });
  await mailer.send(id);
}
`,
    ),
    quiet(
      "FN_generator_that_checks",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
function* open(all: Task[]): Generator<Task> { for (const j of all) if (j.status === "pending") yield j; }
export async function f(jobs: Repository<Task>): Promise<void> {
  for (const job of open(await jobs.find())) {
    await jobs.update({ id: job.id }, { status: "running" });
    await mailer.send(job.id);
  }
}
`,
    ),
    quiet(
      "FN_domain_object_and_back",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
class JobModel {
  constructor(readonly id: string, public state: string) {}
  get open(): boolean { return this.state === "pending"; }
}
const toDomain = (e: Task): JobModel => new JobModel(e.id, e.status);
const toEntity = (m: JobModel): Partial<Task> => ({ id: m.id, status: m.state as Task["status"] });
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const model = toDomain(await jobs.findOneByOrFail({ id }));
  if (!model.open) return;
  model.state = "running";
  await jobs.save(toEntity(model));
  await mailer.send(id);
}
`,
    ),
    quiet(
      "FN_domain_object_that_checks",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
class JobModel {
  private constructor(private readonly props: { id: string; status: string }) {}
  static of(props: { id: string; status: string }): JobModel { return new JobModel(props); }
  get id(): string { return this.props.id; }
  get status(): string { return this.props.status; }
  start(): void { if (this.props.status !== "pending") throw new Error(); this.props.status = "running"; }
}
class JobRepo {
  constructor(private readonly jobs: Repository<Task>) {}
  async get(id: string): Promise<JobModel> { const e = await this.jobs.findOneByOrFail({ id }); return JobModel.of({ id: e.id, status: e.status }); }
  async save(m: JobModel): Promise<void> { await this.jobs.save({ id: m.id, status: m.status as Task["status"] }); }
}
export async function f(repo: JobRepo, id: string): Promise<void> {
  const job = await repo.get(id);
  job.start();
  await repo.save(job);
  await mailer.send(id);
}
`,
    ),
    quiet(
      "FN_mapper_of_a_library",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import { plainToInstance } from "class-transformer";
class Dto { id!: string; status!: string; }
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const dto = plainToInstance(Dto, await jobs.findOneByOrFail({ id }));
  if (dto.status !== "pending") return;
  await jobs.update({ id: dto.id }, { status: "running" });
  await mailer.send(id);
}
`,
    ),
    quiet(
      "FN_data_loader_in_a_field",
      `import { In, Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import DataLoader from "dataloader";
export class S {
  private readonly loader: DataLoader<string, Task>;
  constructor(private readonly jobs: Repository<Task>) {
    this.loader = new DataLoader<string, Task>(async (ids) => this.jobs.findBy({ id: In([...ids]) }));
  }
  async f(id: string): Promise<void> {
    const job = await this.loader.load(id);
    if (job.status !== "pending") return;
    await this.jobs.update({ id }, { status: "running" });
    await mailer.send(id);
  }
}
`,
    ),
    quiet(
      "FN_data_loader",
      `import { In, Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import DataLoader from "dataloader";
export async function f(jobs: Repository<Task>, ids: string[]): Promise<void> {
  const loader = new DataLoader<string, Task | undefined>(async (keys) => {
    const rows = await jobs.findBy({ id: In([...keys]) });
    const byId = new Map(rows.map((r) => [r.id, r]));
    return keys.map((k) => byId.get(k));
  });
  for (const id of ids) {
    const job = await loader.load(id);
    if (job?.status !== "pending") continue;
    await jobs.update({ id }, { status: "running" });
    await mailer.send(id);
  }
}
`,
    ),
    quiet(
      "FN_ids_collected_by_reduce",
      `import { In, Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>): Promise<void> {
  const all = await jobs.find();
  const ids = all.reduce<string[]>((acc, j) => (j.status === "pending" ? [...acc, j.id] : acc), []);
  if (ids.length === 0) return;
  await jobs.update({ id: In(ids) }, { status: "running" });
  for (const id of ids) await mailer.send(id);
}
`,
    ),
    quiet(
      "FN_effect_for_each_id",
      `import { In, Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>): Promise<void> {
  const all = await jobs.find();
  const ids = all.flatMap((j) => (j.status === "pending" ? [j.id] : []));
  if (ids.length === 0) return;
  await jobs.update({ id: In(ids) }, { status: "running" });
  for (const id of ids) await mailer.send(id);
}
`,
    ),
    quiet(
      "FN_effect_for_each_id_pushed",
      `import { In, Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export async function f(jobs: Repository<Task>): Promise<void> {
  const all = await jobs.find();
  const ids: string[] = [];
  for (const j of all) if (j.status === "pending") ids.push(j.id);
  await jobs.update({ id: In(ids) }, { status: "running" });
  for (const id of ids) await mailer.send(id);
}
`,
    ),
    quiet(
      "FN_method_on_a_prototype",
      `import type { Repository } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
declare module "./entities.js" { interface Task { begin(jobs: Repository<Task>): Promise<void>; } }
Task.prototype.begin = async function (this: Task, jobs: Repository<Task>): Promise<void> { await jobs.update({ id: this.id }, { status: "running" }); };
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await job.begin(jobs);
  await mailer.send(id);
}
`,
    ),
    quiet(
      "FN_column_by_argument",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function setField<K extends keyof Task>(jobs: Repository<Task>, id: string, key: K, value: Task[K]): Promise<void> { await jobs.update({ id }, { [key]: value } as never); }
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await setField(jobs, id, "status", "running");
  await mailer.send(id);
}
`,
    ),
    quiet(
      "FN_overload_by_typeof",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
function mark(jobs: Repository<Task>, id: string): Promise<void>;
function mark(jobs: Repository<Task>, job: Task): Promise<void>;
async function mark(jobs: Repository<Task>, target: string | Task): Promise<void> {
  const id = typeof target === "string" ? target : target.id;
  await jobs.update({ id }, { status: "running" });
}
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await mark(jobs, id);
  await mailer.send(id);
}
`,
    ),
    quiet(
      "FN_container",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import { container } from "tsyringe";
export class Store {
  constructor(readonly jobs: Repository<Task>) {}
  async mark(id: string): Promise<void> { await this.jobs.update({ id }, { status: "running" }); }
}
export async function f(id: string): Promise<void> {
  const store = container.resolve(Store);
  const job = await store.jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await store.mark(id);
  await mailer.send(id);
}
`,
    ),
    quiet(
      "FN_bound_arguments",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function markJob(jobs: Repository<Task>, id: string): Promise<void> { await jobs.update({ id }, { status: "running" }); }
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const mark = markJob.bind(null, jobs);
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await mark(id);
  await mailer.send(id);
}
`,
    ),
    quiet(
      "FN_call_and_apply",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function markJob(jobs: Repository<Task>, id: string): Promise<void> { await jobs.update({ id }, { status: "running" }); }
export async function f(jobs: Repository<Task>, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await markJob.call(null, jobs, id);
  await mailer.send(id);
}
`,
    ),
    quiet(
      "FN_handlers_in_a_field",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
export class S {
  constructor(private readonly jobs: Repository<Task>) {}
  private readonly handlers: Record<string, (job: Task) => Promise<void>> = { start: (job) => this.start(job) };
  private async start(job: Task): Promise<void> { await this.jobs.update({ id: job.id }, { status: "running" }); await mailer.send(job.id); }
  async f(id: string, action: string): Promise<void> {
    const job = await this.jobs.findOneByOrFail({ id });
    if (job.status !== "pending") return;
    await this.handlers[action]?.(job);
  }
}
`,
    ),
    quiet(
      "FN_handlers_in_a_map",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
const handlers = new Map<string, (jobs: Repository<Task>, id: string) => Promise<void>>([["a", async (jobs, id) => { await jobs.update({ id }, { status: "running" }); }]]);
export async function f(jobs: Repository<Task>, id: string, action: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await handlers.get(action)!(jobs, id);
  await mailer.send(id);
}
`,
    ),
    quiet(
      "FN_command_bus",
      `import type { Repository } from "typeorm";
import type { Task } from "./work.js";
import { mailer } from "./mailer.js";
import { CommandBus, CommandHandler, type ICommandHandler } from "@nestjs/cqrs";
export class MarkJob { constructor(readonly id: string) {} }
@CommandHandler(MarkJob)
export class MarkJobHandler implements ICommandHandler<MarkJob> {
  constructor(private readonly jobs: Repository<Task>) {}
  async execute(command: MarkJob): Promise<void> { await this.jobs.update({ id: command.id }, { status: "running" }); }
}
export async function f(jobs: Repository<Task>, bus: CommandBus, id: string): Promise<void> {
  const job = await jobs.findOneByOrFail({ id });
  if (job.status !== "pending") return;
  await bus.execute(new MarkJob(id));
  await mailer.send(id);
}
`,
    ),
    quiet(
      "FN_transaction_host",
      `import type { PrismaClient } from "@prisma/client";
import { mailer } from "./mailer.js";
import { Transactional, TransactionHost } from "@nestjs-cls/transactional";
import type { TransactionalAdapterPrisma } from "@nestjs-cls/transactional-adapter-prisma";
export class S {
  constructor(private readonly host: TransactionHost<TransactionalAdapterPrisma<PrismaClient>>) {}
  @Transactional()
  async f(id: string): Promise<void> {
    const job = await this.host.tx.job.findUniqueOrThrow({ where: { id } });
    if (job.status !== "pending") return;
    await this.host.tx.job.update({ where: { id }, data: { status: "running" } });
    await mailer.send(id);
  }
}
`,
    ),
    quiet(
      "FN_step_that_is_left_out",
      `import type { DataSource, EntityManager } from "typeorm";
import { Task } from "./work.js";
import { mailer } from "./mailer.js";
async function get(m: EntityManager, id: string, lock: boolean): Promise<Task> {
  const qb = m.createQueryBuilder(Task, "j").where("j.id = :id", { id });
  if (lock) qb.setLock("pessimistic_write");
  return qb.getOneOrFail();
}
export async function f(source: DataSource, id: string): Promise<void> {
  await source.transaction(async (m) => {
    const job = await get(m, id, false);
    if (job.status !== "pending") throw new Error();
    await m.update(Task, { id }, { status: "running" });
    await mailer.send(id);
  });
}
`,
    ),
  ],
});
