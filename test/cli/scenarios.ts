/** Small applications, each a folder of one project: which files there are, and the name says what is special about it. */

const entity = `import { Column, Entity, PrimaryColumn } from "typeorm";
@Entity()
export class Job {
  @PrimaryColumn("text") id!: string;
  @Column("text") status!: "pending" | "running" | "done";
  @Column("text", { nullable: true }) worker!: string | null;
  @Column("timestamptz", { nullable: true }) usedAt!: Date | null;
  @Column("timestamptz") dueAt!: Date;
}
`;

const mailer = `export const mailer = { async send(id: string): Promise<void> { await fetch(\`https://mail.example/\${id}\`, { method: "POST" }); } };
`;

export const common: Readonly<Record<string, string>> = { "job.entity.ts": entity, "mailer.ts": mailer };

const imports = `import type { Repository } from "typeorm";
import { Job } from "../job.entity.js";
`;

/** A repository with this method. */
function store(method: string, head = "export class JobStore {"): string {
  return `${imports}
${head}
  constructor(private readonly jobs: Repository<Job>) {}

  find(id: string): Promise<Job | null> {
    return this.jobs.findOneBy({ id });
  }

${method}
}
`;
}

/** A service with this body, that gets the store and the job's id. */
function service(body: string, { head = "", type = "JobStore", result = "void", from = "./store.js" } = {}): string {
  return `import { mailer } from "../mailer.js";
import type { ${type} } from "${from}";
${head}
export class Service {
  constructor(private readonly store: ${type}) {}

  async process(id: string, worker: string): Promise<${result}> {
${body}
  }
}
`;
}

const mark = `  async mark(id: string, worker: string): Promise<void> {
    await this.jobs.update({ id }, { status: "running", worker });
  }`;

const process = `    const job = await this.store.find(id);
    if (job?.status !== "pending") return;
    await this.store.mark(job.id, worker);
    await mailer.send(id);`;

/** A store of Drizzle with this method. */
function drizzle(method: string): string {
  return `import { eq } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import { pgTable, text } from "drizzle-orm/pg-core";

export const tasks = pgTable("tasks", { id: text("id").primaryKey(), status: text("status").notNull(), worker: text("worker_name") });

export class JobStore {
  constructor(private readonly db: NodePgDatabase) {}

  async find(id: string) {
    const [task] = await this.db.select().from(tasks).where(eq(tasks.id, id));
    return task;
  }

${method}
}
`;
}

export const scenarios: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  interface: {
    "store.ts": `${store(mark, "export class JobStore implements Jobs {")}
export interface Jobs {
  find(id: string): Promise<Job | null>;
  mark(id: string, worker: string): Promise<void>;
}
`,
    "service.ts": service(process, { type: "Jobs" }),
  },
  between: {
    "store.ts": store(mark),
    "progress.ts": `import type { Job } from "../job.entity.js";
import type { JobStore } from "./store.js";

export class Progress {
  constructor(private readonly store: JobStore) {}

  find(id: string): Promise<Job | null> {
    return this.store.find(id);
  }

  async mark(id: string, worker: string): Promise<void> {
    await this.store.mark(id, worker);
  }
}
`,
    "service.ts": service(process, { type: "Progress", from: "./progress.js" }),
  },
  further: {
    "store.ts": store(`  marked = 0;

  async mark(id: string, worker: string): Promise<void> {
    await this.jobs.update({ id }, { status: "running", worker }); // started
    this.marked += 1;
  }`),
    "service.ts": service(process),
  },
  returned: {
    "store.ts": store(`  mark(id: string, worker: string) {
    return this.jobs.update(
      {
        id,
      },
      { status: "running", worker },
    );
  }`),
    "service.ts": service(process),
  },
  block: {
    "store.ts": store(mark),
    "service.ts": service(`    const job = await this.store.find(id);
    if (job?.status === "pending") {
      await this.store.mark(job.id, worker);
      await mailer.send(id);
    }`),
  },
  hoisted: {
    "store.ts": store(mark),
    "service.ts": service(
      `    const job = await this.store.find(id);
    if (job?.status === "pending" || job?.status === "done") {
      await this.store.mark(job.id, worker);
      await mailer.send(id);
    }
    return id;`,
      { result: "string" },
    ),
  },
  exits: {
    "store.ts": store(mark),
    "service.ts": service(`    const job = await this.store.find(id);
    if (job === null || job.status !== "pending") {
      // Somebody else has it.
      throw new Error("not pending");
    }
    if (worker !== "") {
      await this.store.mark(job.id, worker);
      await mailer.send(id);
    }`),
  },
  loop: {
    "store.ts": store(mark),
    "service.ts": service(`    for (const one of [id]) {
      const job = await this.store.find(one);
      if (job?.status !== "pending") continue;
      await this.store.mark(job.id, worker);
      await mailer.send(one);
    }`),
  },
  drizzle: {
    "store.ts": drizzle(`  async mark(id: string, worker: string): Promise<void> {
    await this.db.update(tasks).set({ status: "running", worker }).where(eq(tasks.id, id)); // started
  }`),
    "service.ts": service(process),
  },
  drizzleNull: {
    "store.ts": drizzle(`  mark(id: string, worker: string) {
    return this.db.update(tasks).set({ worker }).where(eq(tasks.id, id)).returning();
  }`),
    "service.ts": service(process.replace(`job?.status !== "pending"`, "!job || job.worker !== null")),
  },
  token: {
    "store.ts": store(`  async use(id: string): Promise<void> {
    await this.jobs.update(id, { usedAt: new Date() });
  }`),
    "service.ts": service(`    const job = await this.store.find(id);
    if (!job || job.usedAt !== null) throw new Error("used");
    await this.store.use(id);
    await mailer.send(worker);`),
  },
  nullable: {
    "store.ts": store(`  async take(id: string, worker: string | null): Promise<void> {
    await this.jobs.update({ id }, { worker, status: "running" });
  }`),
    "service.ts": service(`    const job = await this.store.find(id);
    if (job === null || job.worker === "crashed" || job.status === "running") return;
    await this.store.take(id, worker);
    await mailer.send(id);`),
  },
  others: {
    "store.ts": store(mark),
    "service.ts": service(`${process}
  }

  async reset(id: string): Promise<void> {
    await this.store.mark(id, "nobody");`),
  },
  destructured: {
    "store.ts": store(mark),
    "service.ts": service(`    const found = await this.store.find(id);
    if (!found) return;
    const { status } = found;
    if (status !== "pending") return;
    await this.store.mark(id, worker);
    await mailer.send(id);`),
  },
};

/** No fix, for the reason that the test names. */
export const withheld: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  saved: {
    "store.ts": store(`  async mark(id: string, worker: string): Promise<void> {
    await this.jobs.save({ id, status: "running", worker });
  }`),
    "service.ts": service(process),
  },
  early: {
    "store.ts": store(mark),
    "service.ts": service(`    const job = await this.store.find(id);
    if (job?.status !== "pending") return;
    await mailer.send(id);
    await this.store.mark(job.id, worker);`),
  },
  time: {
    "store.ts": store(`  async postpone(id: string): Promise<void> {
    await this.jobs.update({ id }, { dueAt: new Date(Date.now() + 60_000) });
  }`),
    "service.ts": service(`    const job = await this.store.find(id);
    if (job === null || job.dueAt > new Date()) return;
    await this.store.postpone(id);
    await mailer.send(worker);`),
  },
  used: {
    "store.ts": store(`  async mark(id: string, worker: string): Promise<number> {
    await this.jobs.update({ id }, { status: "running", worker });
    return 1;
  }`),
    "service.ts": service(`    const job = await this.store.find(id);
    if (job?.status !== "pending") return;
    const marked = await this.store.mark(job.id, worker);
    await mailer.send(String(marked));`),
  },
  thrown: {
    "store.ts": store(mark),
    "service.ts": service(
      `    const job = await this.store.find(id);
    assertPending(job);
    await this.store.mark(id, worker);
    await mailer.send(id);`,
      {
        head: `
function assertPending(job: { status: string } | null): void {
  if (job?.status !== "pending") throw new Error("not pending");
}`,
      },
    ),
  },
  transaction: {
    "store.ts": store(`  async mark(id: string, worker: string): Promise<void> {
    await this.jobs.manager.transaction(async (manager) => {
      await manager.update(Job, { id }, { status: "running", worker });
    });
  }`),
    "service.ts": service(process),
  },
  caught: {
    "store.ts": store(mark),
    "service.ts": service(`    const job = await this.store.find(id);
    if (job?.status !== "pending") throw new Error("not pending");
    try {
      await this.store.mark(job.id, worker);
      await mailer.send(id);
    } catch (error) {
      await mailer.send(String(error));
    }`),
  },
  promised: {
    "store.ts": `${store(mark)}
export const marked = (store: JobStore, ids: readonly string[]): readonly Promise<void>[] => ids.map((id) => store.mark(id, "nobody"));
`,
    "service.ts": service(process),
  },
  ambiguous: {
    "store.ts": store(mark),
    "service.ts": service(`    const [job, other] = [await this.store.find(id), await this.store.find(worker)];
    if (job?.status !== "pending" || other?.status !== "done") return;
    await this.store.mark(job.id, worker);
    await mailer.send(id);`),
  },
};
