/** The files of a feature that know the database, or call those that do. */
import type { Feature } from "./application.js";

const states = ["pending", "running", "done", "failed"] as const;
const columns = ["priority", "attempts", "size", "weight", "amount", "position"] as const;

export function entity({ name, type, random }: Feature): string {
  const extra = columns
    .filter(() => random.below(2) === 0)
    .map((column) => `  @Column("integer", { default: 0 })\n  ${column}!: number;\n`);
  return `import { Column, Entity, Index, PrimaryGeneratedColumn } from "typeorm";
import type { ${type}Status } from "./${name}.types.js";

@Entity("${name}")
@Index(["status", "createdAt"])
export class ${type} {
  @PrimaryGeneratedColumn("uuid")
  id!: string;

  @Column("text", { default: "${states[0]}" })
  status!: ${type}Status;

  @Column("text")
  label!: string;

  @Column("text", { nullable: true })
  owner!: string | null;

  @Column("timestamptz", { name: "created_at" })
  createdAt!: Date;

  @Column("timestamptz", { name: "started_at", nullable: true })
  startedAt!: Date | null;

${extra.join("\n")}}
`;
}

export function repository({ name, type, random }: Feature): string {
  const limit = 10 + random.below(90);
  return `import { type DataSource, In, LessThan, type Repository } from "typeorm";
import { ${type} } from "./${name}.entity.js";
import type { ${type}Status } from "./${name}.types.js";

export class ${type}Repository {
  private readonly rows: Repository<${type}>;

  constructor(dataSource: DataSource) {
    this.rows = dataSource.getRepository(${type});
  }

  findById(id: string): Promise<${type} | null> {
    return this.rows.findOneBy({ id });
  }

  getById(id: string): Promise<${type}> {
    return this.rows.findOneByOrFail({ id });
  }

  findByStatus(statuses: readonly ${type}Status[], before: Date): Promise<${type}[]> {
    return this.rows.find({ where: { status: In(statuses), createdAt: LessThan(before) }, order: { createdAt: "ASC" }, take: ${limit} });
  }

  async create(label: string, owner: string | null): Promise<${type}> {
    return this.rows.save(this.rows.create({ label, owner, createdAt: new Date() }));
  }

  async rename(id: string, label: string): Promise<void> {
    await this.rows.update({ id }, { label });
  }

  /** Whether the row was still pending. */
  async claim(id: string, owner: string): Promise<boolean> {
    const { affected } = await this.rows.update({ id, status: "pending" }, { status: "running", owner, startedAt: new Date() });
    return affected === 1;
  }

  async setStatus(id: string, status: ${type}Status): Promise<void> {
    await this.rows.update({ id }, { status });
  }
}
`;
}

/** Every eighth service checks and then acts. */
export function service({ name, type, random, uses }: Feature): string {
  const racy = random.below(8) === 0;
  const imports = uses.map((used) => `import type { ${used.type}Service } from "../${used.name}/${used.name}.service.js";\n`);
  const members = uses.map((used) => `    private readonly ${used.name}: ${used.type}Service,\n`);
  const calls = uses.map((used) => `    if (await this.${used.name}.isOpen(id)) return false;\n`);
  const start = racy
    ? `    if (!isOpen(row)) return false;
    await this.rows.setStatus(row.id, "running");`
    : `    if (!isOpen(row) || !(await this.rows.claim(row.id, owner))) return false;`;
  return `${imports.join("")}import type { ${type} } from "./${name}.entity.js";
import type { ${type}Client } from "./${name}.client.js";
import { isOpen, assertNamed } from "./${name}.guard.js";
import type { ${type}Repository } from "./${name}.repository.js";
import { to${type}View, type ${type}View } from "./${name}.mapper.js";

export class ${type}Service {
  constructor(
    private readonly rows: ${type}Repository,
    private readonly client: ${type}Client,
${members.join("")}  ) {}

  async show(id: string): Promise<${type}View | undefined> {
    const row = await this.rows.findById(id);
    return row === null ? undefined : to${type}View(row);
  }

  async isOpen(id: string): Promise<boolean> {
    const row = await this.rows.findById(id);
    return row !== null && isOpen(row);
  }

  async create(label: string, owner: string | null): Promise<${type}View> {
    assertNamed(label);
    return to${type}View(await this.rows.create(label, owner));
  }

  async start(id: string, owner: string): Promise<boolean> {
    const row = await this.rows.getById(id);
${start}
    await this.client.announce(row.label);
    return true;
  }

  async startAll(before: Date, owner: string): Promise<readonly string[]> {
    const started: string[] = [];
    for (const row of await this.rows.findByStatus(["pending"], before)) {
      if (await this.start(row.id, owner)) started.push(row.id);
    }
    return started;
  }

  async rename(id: string, label: string): Promise<boolean> {
    assertNamed(label);
${calls.join("")}    const row: ${type} | null = await this.rows.findById(id);
    if (row === null) throw new Error(\`there is no ${name} \${id}\`);
    await this.rows.rename(row.id, label);
    return true;
  }
}
`;
}

export function controller({ name, type }: Feature): string {
  return `import { parse${type}Create } from "./${name}.create.dto.js";
import { parse${type} } from "./${name}.dto.js";
import { may } from "./${name}.policy.js";
import type { ${type}Service } from "./${name}.service.js";

export interface Request {
  readonly user: { readonly id: string; readonly roles: readonly string[] };
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface Response {
  readonly status: number;
  readonly body?: unknown;
}

export class ${type}Controller {
  constructor(private readonly service: ${type}Service) {}

  async get({ params }: Request): Promise<Response> {
    const found = await this.service.show(params["id"] ?? "");
    return found === undefined ? { status: 404 } : { status: 200, body: found };
  }

  async post({ user, body }: Request): Promise<Response> {
    if (!may(user.roles, "create")) return { status: 403 };
    const { label } = parse${type}Create(body);
    return { status: 201, body: await this.service.create(label, user.id) };
  }

  async patch({ user, params, body }: Request): Promise<Response> {
    if (!may(user.roles, "change")) return { status: 403 };
    const { label } = parse${type}(body);
    const renamed = await this.service.rename(params["id"] ?? "", label);
    return { status: renamed ? 204 : 409 };
  }

  async start({ user, params }: Request): Promise<Response> {
    if (!may(user.roles, "start")) return { status: 403 };
    const started = await this.service.start(params["id"] ?? "", user.id);
    return { status: started ? 202 : 409 };
  }
}
`;
}

export function worker({ name, type, random, uses }: Feature): string {
  const [used] = uses;
  const other = used && `import { dueIn${used.type}Dates } from "../${used.name}/${used.name}.dates.helper.js";\n`;
  const pause = used === undefined ? "1000" : `dueIn${used.type}Dates(started.length) * 1000`;
  return `${other ?? ""}import type { ${type}Service } from "./${name}.service.js";

export class ${type}Worker {
  private stopped = false;

  constructor(
    private readonly service: ${type}Service,
    private readonly id: string,
  ) {}

  async run(sleep: (milliseconds: number) => Promise<void>): Promise<number> {
    let count = 0;
    while (!this.stopped) {
      const before = new Date(Date.now() - ${1 + random.below(60)} * 1000);
      const started = await this.service.startAll(before, this.id);
      count += started.length;
      if (started.length === 0) await sleep(${pause});
    }
    return count;
  }

  stop(): void {
    this.stopped = true;
  }
}
`;
}
