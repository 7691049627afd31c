import ts from "typescript";

import type { ClassId, ProgramFacts } from "../../src/program/facts.js";
import { lowerFile } from "../../src/ir/lower/lowerFile.js";
import type { NodeRef } from "../../src/ir/ir.js";
import { createProgramFacts } from "../../src/program/programFacts.js";

export type Files = Readonly<Record<string, string>>;

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2022.d.ts"],
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  strict: true,
  noEmit: true,
  allowJs: true,
  experimentalDecorators: true,
  types: [],
};

const packages: ReadonlySet<string> = new Set(["typeorm", "@nestjs/typeorm", "@prisma/client", "drizzle-orm", "pg", "pg-pool"]);
const libraries = new Map<string, ts.SourceFile | undefined>();

/** A program of files that exist in memory only, under `/app`; a file with an absolute name is taken as it is. */
export class Project {
  readonly program: ts.Program;
  readonly facts: ProgramFacts;

  constructor(files: Files, extra: ts.CompilerOptions = {}) {
    const texts = new Map(Object.entries(files).map(([name, text]) => [absolute(name), text]));
    const roots = [...texts.keys()].filter((name) => !name.includes("/node_modules/") && !name.endsWith(".map"));
    this.program = ts.createProgram(
      roots.filter((name) => !name.includes("/dist/")),
      { ...options, ...extra },
      host(texts),
    );
    this.facts = createProgramFacts(this.program, { packages, lower: lowerFile });
  }

  /** The lowered node with this text: the last one in the file, whose declaration comes before, or the `nth`. */
  at(file: string, text: string, nth = -1): NodeRef {
    const lowered = lowerFile(this.source(file));
    const matches = [...lowered.nodes.entries()].filter(([, node]) => !ts.isSourceFile(node) && node.getText() === text);
    const found = matches.sort(([, a], [, b]) => a.getStart() - b.getStart()).at(nth);
    if (found === undefined) throw new Error(`no node "${text}" in ${file}`);
    return { file: absolute(file), node: found[0] };
  }

  /** The call with this text. */
  call(file: string, text: string): NodeRef {
    const lowered = lowerFile(this.source(file));
    const found = [...lowered.nodes.entries()].find(
      ([, node]) =>
        (ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node)) && node.getText() === text,
    );
    if (found === undefined) throw new Error(`no call "${text}" in ${file}`);
    return { file: absolute(file), node: found[0] };
  }

  /** The names of the functions that a call may run, or the kind of the answer with what it names. */
  targets(file: string, text: string): readonly string[] | string {
    const found = this.facts.targets(this.call(file, text));
    switch (found.kind) {
      case "functions":
        return found.targets.map((target) => this.functionName(target.function)).sort();
      case "external":
        return `external ${found.package} ${found.path.join(".")}`;
      case "builtin":
        return `builtin ${found.owner}.${found.name}`;
      case "unknown":
        return "unknown";
    }
  }

  functionName(id: string): string {
    return this.facts.function(id)?.name ?? id;
  }

  /** The id of the function with this name in the IR. */
  function(file: string, name: string): string {
    const found = this.facts.ir(absolute(file))?.functions.find((fn) => fn.name === name && fn.kind !== "initialiser");
    if (found === undefined) throw new Error(`no function ${name} in ${file}`);
    return found.id;
  }

  /** The text of a function's callers' calls, with the file's name. */
  callers(file: string, name: string): readonly string[] {
    return this.facts.callers(this.function(file, name)).map(({ call, caller }) => {
      const node = lowerFile(this.source(call.file)).nodes[call.node];
      return `${call.file.replace("/app/", "")} ${this.functionName(caller)}: ${node?.getText() ?? ""}`;
    });
  }

  source(file: string): ts.SourceFile {
    const found = this.program.getSourceFile(absolute(file));
    if (found === undefined) throw new Error(`no file ${file}`);
    return found;
  }
}

export function absolute(name: string): string {
  return name.startsWith("/") ? name : `/app/${name}`;
}

export function classId(file: string, name: string): ClassId {
  return `${absolute(file)}#${name}`;
}

function host(texts: ReadonlyMap<string, string>): ts.CompilerHost {
  const real = ts.createCompilerHost(options);
  const library = (name: string): ts.SourceFile | undefined => {
    if (!libraries.has(name)) libraries.set(name, real.getSourceFile(name, ts.ScriptTarget.ES2022));
    return libraries.get(name);
  };
  const isLibrary = (name: string): boolean => /\/typescript\/lib\/lib\.[\w.]*d\.ts$/.test(name);
  return {
    ...real,
    getCurrentDirectory: () => "/app",
    fileExists: (name) => texts.has(name) || (isLibrary(name) && real.fileExists(name)),
    readFile: (name) => texts.get(name),
    directoryExists: (name) => [...texts.keys()].some((file) => file.startsWith(`${name}/`)),
    getDirectories: () => [],
    realpath: (name) => name,
    getSourceFile: (name, target) => {
      const text = texts.get(name);
      if (text === undefined) return isLibrary(name) ? library(name) : undefined;
      return ts.createSourceFile(name, text, target, true);
    },
  };
}

/** Declarations as small as tests need, in the shape of the real ones. */
export const typeormStub: Files = {
  "node_modules/typeorm/package.json": `{ "name": "typeorm", "version": "1.0.0", "types": "index.d.ts" }`,
  "node_modules/typeorm/index.d.ts": `
    export * from "./repository/Repository";
    export * from "./entity-manager/EntityManager";
    export declare class BaseEntity { save(): Promise<this>; static findOneBy<T>(where: object): Promise<T | null>; }
    export declare class DataSource {
      readonly manager: EntityManager;
      getRepository<Entity>(target: EntityTarget<Entity>): Repository<Entity>;
      transaction<T>(run: (manager: EntityManager) => Promise<T>): Promise<T>;
    }
    import { EntityManager } from "./entity-manager/EntityManager";
    import { EntityTarget, Repository } from "./repository/Repository";
    export declare function getRepository<Entity>(target: EntityTarget<Entity>): Repository<Entity>;
    export declare function Entity(name?: string): ClassDecorator;
    export declare function Column(options?: object): PropertyDecorator;`,
  "node_modules/typeorm/repository/Repository.d.ts": `
    export type EntityTarget<T> = (new () => T) | string;
    export declare class Repository<Entity> {
      findOneBy(where: object): Promise<Entity | null>;
      save(entity: Entity): Promise<Entity>;
    }`,
  "node_modules/typeorm/entity-manager/EntityManager.d.ts": `
    import { EntityTarget, Repository } from "../repository/Repository";
    export declare class EntityManager {
      getRepository<Entity>(target: EntityTarget<Entity>): Repository<Entity>;
      save<T>(entity: T): Promise<T>;
    }`,
};

/** The real package re-exports a client generated beside it. */
export const prismaStub: Files = {
  "node_modules/@prisma/client/package.json": `{ "name": "@prisma/client", "version": "6.0.0", "types": "index.d.ts" }`,
  "node_modules/@prisma/client/index.d.ts": `export * from ".prisma/client";`,
  "node_modules/.prisma/client/package.json": `{ "name": ".prisma/client", "types": "index.d.ts" }`,
  "node_modules/.prisma/client/index.d.ts": `
    export declare namespace $Enums { export const Status: { PENDING: "PENDING"; RUNNING: "RUNNING" }; }
    export declare const Status: { PENDING: "PENDING"; RUNNING: "RUNNING" };
    export type Status = "PENDING" | "RUNNING";
    export declare class PrismaClient {
      get job(): Prisma.JobDelegate;
      $transaction<R>(run: (tx: Omit<PrismaClient, "$transaction">) => Promise<R>): Promise<R>;
    }
    export declare namespace Prisma {
      export type TransactionClient = Omit<PrismaClient, "$transaction">;
      export interface PrismaPromise<T> extends Promise<T> { [Symbol.toStringTag]: "PrismaPromise" }
      export interface JobDelegate { update(args: object): PrismaPromise<{ id: string }>; findMany(args?: object): PrismaPromise<string[]>; }
      export const TransactionIsolationLevel: { Serializable: "Serializable" };
      export function sql(strings: readonly string[], ...values: unknown[]): object;
    }`,
};
