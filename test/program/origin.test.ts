import { describe, expect, test } from "vitest";

import type { Origin } from "../../src/program/facts.js";
import { absolute, classId, type Files, prismaStub, Project, typeormStub } from "./harness.js";

interface Case {
  readonly name: string;
  readonly files: Files;
  /** The expression in `a.ts`. */
  readonly text: string;
  /** `role package path<arguments>`, with ` via A, B`. */
  readonly expected: string | undefined;
}

const job = `import { Entity, BaseEntity } from "typeorm"; @Entity() export class Job { id!: string; status!: string; }
  export class ActiveJob extends BaseEntity { status!: string; }`;

/** Each case must give the same answer whether the packages are installed or not. */
const cases: readonly Case[] = [
  {
    name: "parameter property annotated with a generic class",
    files: {
      "a.ts": `import { Repository } from "typeorm"; import { Job } from "./job";
        export class S { constructor(private readonly repo: Repository<Job>) {} run() { return this.repo.findOneBy({}); } }`,
    },
    text: "this.repo",
    expected: "instance typeorm Repository<Job>",
  },
  {
    name: "a name that an import renames",
    files: {
      "a.ts": `import { Repository as R } from "typeorm"; import { Job } from "./job"; export function f(repo: R<Job>) { return repo.save(new Job()); }`,
    },
    text: "repo",
    expected: "instance typeorm Repository<Job>",
  },
  {
    name: "namespace import",
    files: {
      "a.ts": `import * as orm from "typeorm"; import { Job } from "./job"; export function f(repo: orm.Repository<Job>) { return repo.save(new Job()); }`,
    },
    text: "repo",
    expected: "instance typeorm Repository<Job>",
  },
  {
    name: "new expression of a module constant",
    files: { "a.ts": `import { PrismaClient } from "@prisma/client"; const db = new PrismaClient(); export const f = () => db.job;` },
    text: "db",
    expected: "instance @prisma/client PrismaClient",
  },
  {
    name: "constant exported by another file, through a re-export",
    files: {
      "db.ts": `import { PrismaClient } from "@prisma/client"; const make = () => new PrismaClient(); const g = globalThis as unknown as { db?: PrismaClient };
        export const prisma = g.db ?? make(); export default prisma;`,
      "index.ts": `export { prisma as db } from "./db"; export * as ns from "./db";`,
      "a.ts": `import { db } from "./index"; export const f = () => db.job;`,
    },
    text: "db",
    expected: "instance @prisma/client PrismaClient",
  },
  {
    name: "kept in the global object",
    files: {
      "a.ts": `import { PrismaClient } from "@prisma/client"; declare const global: any;
        const db = global.prisma || new PrismaClient(); export const f = () => db.job;`,
    },
    text: "db",
    expected: "instance @prisma/client PrismaClient",
  },
  {
    name: "proxy that makes the client on first use",
    files: {
      "a.ts": `import { PrismaClient } from "@prisma/client";
        const db = new Proxy({} as PrismaClient, { get: () => 1 }); export const f = () => db.job;`,
    },
    text: "db",
    expected: "instance @prisma/client PrismaClient",
  },
  {
    name: "default export",
    files: {
      "db.ts": `import { PrismaClient } from "@prisma/client"; const prisma = new PrismaClient(); export default prisma;`,
      "a.ts": `import db from "./db"; export const f = () => db.job;`,
    },
    text: "db",
    expected: "instance @prisma/client PrismaClient",
  },
  {
    name: "member of a namespace of the package",
    files: { "a.ts": `import { Prisma } from "@prisma/client"; export const f = (tx: Prisma.TransactionClient) => tx.job;` },
    text: "tx",
    expected: "instance @prisma/client Prisma.TransactionClient",
  },
  {
    name: "alias of a mapped type in the program",
    files: {
      "a.ts": `import { PrismaClient } from "@prisma/client"; type Tx = Omit<PrismaClient, "$connect" | "$on">; export const f = (tx: Tx) => tx.job;`,
    },
    text: "tx",
    expected: "instance @prisma/client PrismaClient",
  },
  {
    name: "union with null, optional promise",
    files: {
      "a.ts": `import { EntityManager } from "typeorm"; export async function f(m: Promise<EntityManager | null> | undefined) { (await m)?.save({}); }`,
    },
    text: "await m",
    expected: "instance typeorm EntityManager",
  },
  {
    name: "alternatives",
    files: {
      "a.ts": `import { EntityManager, DataSource } from "typeorm"; export function f(ds: DataSource, m?: EntityManager) { const x = m ?? ds.manager; return x.save({}); }`,
    },
    text: "x",
    expected: "instance typeorm EntityManager",
  },
  {
    name: "subclass of the client",
    files: {
      "service.ts": `import { PrismaClient } from "@prisma/client"; export class PrismaService extends PrismaClient {}`,
      "a.ts": `import { PrismaService } from "./service"; export class S { constructor(private db: PrismaService) {} f() { return this.db.job; } }`,
    },
    text: "this.db",
    expected: "instance @prisma/client PrismaClient via PrismaService",
  },
  {
    name: "this of a class that extends a repository",
    files: {
      "a.ts": `import { Repository } from "typeorm"; import { Job } from "./job"; export class JobRepo extends Repository<Job> { f() { return this.findOneBy({}); } }`,
    },
    text: "this",
    expected: "instance typeorm Repository<Job> via JobRepo",
  },
  {
    name: "generic base class of the program, in its own terms",
    files: {
      "a.ts": `import { Repository } from "typeorm"; export abstract class Base<T> { protected repo!: Repository<T>; f() { return this.repo.findOneBy({}); } }`,
    },
    text: "this.repo",
    expected: "instance typeorm Repository<T of Base>",
  },
  {
    name: "generic base class of the program, in its subclass's terms, over two levels",
    files: {
      "base.ts": `import { Repository } from "typeorm"; export class Base<T> { protected repo!: Repository<T>; } export class Mid<U> extends Base<U> {}`,
      "a.ts": `import { Mid } from "./base"; import { Job } from "./job"; export class Jobs extends Mid<Job> { f() { return this.repo.findOneBy({}); } }`,
    },
    text: "this.repo",
    expected: "instance typeorm Repository<Job>",
  },
  {
    name: "generic subclass of a repository",
    files: {
      "base.ts": `import { Repository } from "typeorm"; export class Base<T> extends Repository<T> {}`,
      "a.ts": `import { Base } from "./base"; import { Job } from "./job"; export class Jobs extends Base<Job> { f() { return this.findOneBy({}); } }`,
    },
    text: "this",
    expected: "instance typeorm Repository<Job> via Jobs, Base",
  },
  {
    name: "property assigned in the constructor",
    files: {
      "a.ts": `import { DataSource, Repository } from "typeorm"; import { Job } from "./job";
        export class S { private repo; constructor(repo: Repository<Job>) { this.repo = repo; } f() { return this.repo.findOneBy({}); } }`,
    },
    text: "this.repo",
    expected: "instance typeorm Repository<Job>",
  },
  {
    name: "getter",
    files: {
      "a.ts": `import { Repository } from "typeorm"; import { Job } from "./job"; export class S { private r!: Repository<Job>; get repo() { return this.r; } f() { return this.repo.findOneBy({}); } }`,
    },
    text: "this.repo",
    expected: "instance typeorm Repository<Job>",
  },
  {
    name: "result of a method with a return annotation",
    files: {
      "a.ts": `import { Repository } from "typeorm"; import { Job } from "./job"; export class S { repo(): Repository<Job> { return null!; } f() { return this.repo().findOneBy({}); } }`,
    },
    text: "this.repo()",
    expected: "instance typeorm Repository<Job>",
  },
  {
    name: "result of an exported factory, the entity as its argument",
    files: {
      "a.ts": `import { getRepository } from "typeorm"; import { Job } from "./job"; export const f = () => getRepository(Job).findOneBy({});`,
    },
    text: "getRepository(Job)",
    expected: "instance typeorm getRepository<Job>",
  },
  {
    name: "the export itself",
    files: {
      "a.ts": `import { getRepository } from "typeorm"; import { Job } from "./job"; export const f = () => getRepository(Job).findOneBy({});`,
    },
    text: "getRepository",
    expected: "export typeorm getRepository",
  },
  {
    name: "an entity class as a value",
    files: { "a.ts": `import { ActiveJob } from "./job"; export const f = () => ActiveJob.findOneBy({});` },
    text: "ActiveJob",
    expected: "export typeorm BaseEntity via ActiveJob",
  },
  {
    name: "parameter of a callback, by the annotation it is passed for",
    files: {
      "tx.ts": `import { EntityManager } from "typeorm"; type Work<T> = (manager: EntityManager) => Promise<T>; export async function inTx<T>(work: Work<T>): Promise<T> { return work(null!); }`,
      "a.ts": `import { inTx } from "./tx"; export const f = () => inTx(async (m) => { await m.save({}); });`,
    },
    text: "m",
    expected: "instance typeorm EntityManager",
  },
  {
    name: "property of a destructured object",
    files: {
      "a.ts": `import { EntityManager } from "typeorm"; interface Ctx { em: EntityManager } export function f({ em }: Ctx) { return em.save({}); }`,
    },
    text: "em",
    expected: "instance typeorm EntityManager",
  },
  {
    name: "type imported by an import type",
    files: { "a.ts": `export const f = (m: import("typeorm").EntityManager) => m.save({});` },
    text: "m",
    expected: "instance typeorm EntityManager",
  },
  {
    name: "typeof a constant",
    files: {
      "a.ts": `import { PrismaClient } from "@prisma/client"; const db = new PrismaClient(); export const f = (x: typeof db) => x.job;`,
    },
    text: "x",
    expected: "instance @prisma/client PrismaClient",
  },
  { name: "nothing of a package", files: { "a.ts": `export const f = (x: { job: string }) => x.job;` }, text: "x", expected: undefined },
];

describe.each([
  { title: "packages installed", installed: { ...typeormStub, ...prismaStub } },
  { title: "packages not installed", installed: {} },
])("$title", ({ installed }) => {
  test.each(cases)("$name", ({ files, text, expected }) => {
    const project = new Project({ ...installed, "job.ts": job, ...files });
    expect(show(project.facts.origin(project.at("a.ts", text)))).toBe(expected);
  });
});

describe("only what a type says", () => {
  test("inferred type of a destructured array element", () => {
    const project = new Project({
      ...typeormStub,
      "a.ts": `import { EntityManager } from "typeorm"; declare const all: EntityManager[]; export function f() { const [m] = all; return m!.save({}); }`,
    });
    expect(show(project.facts.origin(project.at("a.ts", "m")))).toBe("instance typeorm EntityManager");
  });

  test("result of a data layer's own method is answered from its declaration", () => {
    const project = new Project({
      ...typeormStub,
      "job.ts": job,
      "a.ts": `import { DataSource } from "typeorm"; import { Job } from "./job"; export const f = (ds: DataSource) => ds.getRepository(Job).findOneBy({});`,
    });
    expect(show(project.facts.origin(project.at("a.ts", "ds.getRepository(Job)")))).toBe("instance typeorm Repository<Job>");
  });

  test("an unannotated callback parameter of a package's method", () => {
    const project = new Project({
      ...prismaStub,
      "a.ts": `import { PrismaClient } from "@prisma/client"; const db = new PrismaClient(); export const f = () => db.$transaction(async (tx) => { await tx.job.update({}); });`,
    });
    expect(show(project.facts.origin(project.at("a.ts", "tx")))).toBe("instance @prisma/client PrismaClient");
  });
});

describe("identity", () => {
  test.each([
    [
      "a package whose name only begins alike",
      `import { Repository } from "typeorm-extension"; export const f = (r: Repository) => r.save();`,
      "instance typeorm-extension Repository",
    ],
    [
      "a subpath",
      `import { Pool } from "drizzle-orm/node-postgres"; export const f = (r: Pool) => r.save();`,
      "instance drizzle-orm/node-postgres Pool",
    ],
    [
      "a generated client that is not there",
      `import { PrismaClient } from "../generated/prisma/index.js"; export const f = (r: PrismaClient) => r.save();`,
      "instance /app/generated/prisma PrismaClient",
    ],
    [
      "a path alias that does not resolve",
      `import { PrismaClient } from "@gen/client"; export const f = (r: PrismaClient) => r.save();`,
      "instance /app/src/gen/client PrismaClient",
    ],
    [
      "a package that paths pin to one of its copies, which is not there",
      `import { PgDatabase } from "drizzle-orm/pg-core"; export const f = (r: PgDatabase) => r.save();`,
      "instance drizzle-orm/pg-core PgDatabase",
    ],
    [
      "a re-export from a module that does not resolve",
      `import { Db } from "./reexport"; export const f = (r: Db) => r.save();`,
      "instance some-db Db",
    ],
    [
      "all exports of a module that does not resolve",
      `import { Client } from "./stars"; export const f = (r: Client) => r.save();`,
      "instance some-client Client",
    ],
  ])("%s", (_, text, expected) => {
    const project = new Project(
      {
        "src/a.ts": text,
        "src/reexport.ts": `export { Db } from "some-db";`,
        "src/stars.ts": `export * from "some-client"; export const own = 1;`,
      },
      {
        paths: { "@gen/*": ["./src/gen/*"], "drizzle-orm/*": ["../node_modules/drizzle-orm/*"] },
        configFilePath: absolute("tsconfig.json"),
      },
    );
    expect(show(project.facts.origin(project.at("src/a.ts", "r")))).toBe(expected);
  });

  test("a package in a pnpm store", () => {
    const store = "/app/node_modules/.pnpm/typeorm@1.0.0/node_modules/typeorm";
    const project = new Project({
      [`${store}/index.d.ts`]: `export declare class EntityManager { save(x: object): Promise<void> }`,
      "a.ts": `import { make } from "${store}/index"; export const f = () => make.save({});`,
      "make.ts": `import { EntityManager } from "${store}/index"; export const make: EntityManager = null!;`,
      "b.ts": `import { make } from "./make"; export const f = () => make.save({});`,
    });
    expect(show(project.facts.origin(project.at("b.ts", "make")))).toBe("instance typeorm EntityManager");
  });

  test("an alias of a package that is defined by itself", () => {
    const project = new Project({
      "node_modules/lib/index.d.ts": `export declare const Level: Level; export type Level = typeof Level;`,
      "a.ts": `import { Level } from "lib"; export const f = (l: Level) => [l.a, Level.b, Level.c()];`,
    });
    expect(show(project.facts.origin(project.at("a.ts", "l.a")))).toBeUndefined();
    expect(project.targets("a.ts", "Level.c()")).toBe("external lib Level.c");
  });

  test("endless definitions end", () => {
    const project = new Project({
      "a.ts": `import { b } from "./b"; export const a: typeof b = b; export const f = () => a.save(); type T = T[]; export const g = (t: T) => t.x; class A extends A {} export const h = (t: A) => t.y;`,
      "b.ts": `import { a } from "./a"; export const b: typeof a = a;`,
    });
    expect(project.facts.origin(project.at("a.ts", "a"))).toBeUndefined();
    expect(show(project.facts.origin(project.at("a.ts", "t", 0)))).toBeUndefined();
    expect(show(project.facts.origin(project.at("a.ts", "t")))).toBe("instance /app/a.ts A");
  });

  test("a class or interface of the program that is no package's is an origin itself", () => {
    const project = new Project({
      "store.ts": `export interface Store { get(): void; } export class Jobs { static all(): void {} find(): void {} } export class Old extends Jobs {}`,
      "a.ts": `import { Jobs, Old, type Store } from "./store"; export const f = <S extends Store>(s: Store, j: Jobs, o: Old, g: S, l: { x: 1 }) => [s.get(), j.find(), o.find(), g.get(), Jobs.all(), l.x];`,
    });
    const found = ["s", "j", "o", "g", "Jobs", "l"].map((text) => show(project.facts.origin(project.at("a.ts", text))));
    expect(found).toEqual([
      "instance /app/store.ts Store",
      "instance /app/store.ts Jobs",
      "instance /app/store.ts Old",
      "instance /app/store.ts Store",
      "export /app/store.ts Jobs",
      undefined,
    ]);
  });
});

function show(origin: Origin | undefined): string | undefined {
  if (origin === undefined) return undefined;
  const args = origin.typeArguments.map((a) =>
    a.kind === "parameter" ? `${a.name} of ${a.owner.split("#")[1] ?? ""}` : a.kind === "unknown" ? "?" : a.name,
  );
  const module = origin.subpath === "" ? origin.package : `${origin.package}/${origin.subpath}`;
  const via = origin.via.length === 0 ? "" : ` via ${origin.via.map((id) => id.split("#")[1] ?? "").join(", ")}`;
  return `${origin.role} ${module} ${origin.path.join(".")}${args.length === 0 ? "" : `<${args.join(", ")}>`}${via}`;
}

test("type references", () => {
  const project = new Project({
    ...typeormStub,
    "job.ts": job,
    "a.ts": `import { Job } from "./job"; import { Missing } from "nowhere"; export const f = (j: Job, m: Missing, n: { id: string }) => [Job, j.id, m.id, n.id];
      export class Box<T> { get(v: T) { return v; } }`,
  });
  expect(project.facts.typeOf(project.at("a.ts", "Job"))).toEqual({ kind: "class", id: classId("job.ts", "Job"), name: "Job" });
  expect(project.facts.typeOf(project.at("a.ts", "j"))).toEqual({ kind: "class", id: classId("job.ts", "Job"), name: "Job" });
  expect(project.facts.typeOf(project.at("a.ts", "m"))).toEqual({ kind: "external", package: "nowhere", name: "Missing" });
  expect(project.facts.typeOf(project.at("a.ts", "n"))).toBeUndefined();
  expect(project.facts.typeOf(project.at("a.ts", "v"))).toEqual({ kind: "parameter", owner: classId("a.ts", "Box"), name: "T" });
});

test("`this` outside of functions, which is the file", () => {
  const project = new Project({ "a.ts": `import { Pool } from "pg"; await this.pool.query("SELECT 1"); export { Pool };` });
  const file = absolute("a.ts");
  const module = project.facts.ir(file)?.functions[0];
  expect(module?.kind).toBe("module");
  expect(project.facts.origin({ file, node: module?.node ?? -1 })).toBeUndefined();
});
