import { expect, test } from "vitest";

import { classId, Project, typeormStub, type Files } from "./harness.js";

const files: Files = {
  "status.ts": `export enum Status { Pending = "pending" }`,
  "base.ts": `import { Entity, Column } from "typeorm"; export abstract class Base { @Column() id!: string; touch() {} }`,
  "job.ts": `
    import { Entity as E, Column, ManyToOne } from "typeorm";
    import * as orm from "typeorm";
    import { Status } from "./status";
    import { Base } from "./base";
    @E("jobs")
    @orm.Index(["status", "ownerId"], { unique: true })
    export class Job extends Base {
      @Column({ type: "enum", default: Status.Pending, nullable: true }) status?: Status  |  null;
      @ManyToOne(() => Job, (job) => job.children) parent!: Job;
      @ManyToOne((type) => Other) other!: import("./other").Other;
      count = 0;
      inferred = make();
      static readonly table = "jobs";
      constructor(readonly owner: string) { super(); }
      get running() { return true; }
      start() {}
      stop = () => {};
    }
    declare function make(): unresolvedName;
    declare class Other {}`,
  "types.ts": `export interface Row extends Other { id: string; run?(): void } interface Other {} export type Input = { status: string };`,
};

const projects = [
  { title: "installed", project: new Project({ ...typeormStub, ...files }) },
  { title: "not installed", project: new Project(files) },
];

test.each(projects)("an entity's decorators and members, typeorm $title", ({ project }) => {
  const info = project.facts.classInfo(classId("job.ts", "Job"));
  expect(info?.decorators).toEqual([
    { package: "typeorm", name: "Entity", arguments: [{ kind: "literal", value: "jobs" }] },
    {
      package: "typeorm",
      name: "Index",
      arguments: [
        {
          kind: "list",
          elements: [
            { kind: "literal", value: "status" },
            { kind: "literal", value: "ownerId" },
          ],
        },
        { kind: "object", properties: { unique: { kind: "literal", value: true } } },
      ],
    },
  ]);
  expect(info?.extends).toEqual({ kind: "class", id: classId("base.ts", "Base"), name: "Base" });
  const member = (name: string): unknown => info?.members.find((m) => m.name === name);
  expect(member("status")).toMatchObject({ kind: "field", type: "Status | null", optional: true, static: false });
  expect(member("status")).toMatchObject({
    decorators: [{ name: "Column", arguments: [{ properties: { default: { value: "pending" } } }] }],
  });
  expect(member("parent")).toMatchObject({
    decorators: [
      {
        arguments: [
          { kind: "class", type: { kind: "class", name: "Job" } },
          { kind: "literal", value: "children" },
        ],
      },
    ],
  });
  expect(member("other")).toMatchObject({ decorators: [{ arguments: [{ kind: "class", type: { name: "Other" } }] }] });
  expect(member("count")).toMatchObject({ type: "number" });
  expect(member("inferred")).toMatchObject({ type: undefined });
  expect(member("table")).toMatchObject({ static: true });
  expect(member("owner")).toMatchObject({ kind: "field", type: "string" });
  expect(member("running")).toMatchObject({ kind: "accessor" });
  expect(member("start")).toMatchObject({ kind: "method", function: project.function("job.ts", "Job.start") });
  expect(member("stop")).toMatchObject({ kind: "field", function: project.function("job.ts", "Job.stop") });
  expect(member("constructor")).toMatchObject({ kind: "constructor" });
});

test.each(projects)("classes by decorator, typeorm $title", ({ project }) => {
  expect(project.facts.decorated("typeorm", "Entity")).toEqual([classId("job.ts", "Job")]);
  expect(project.facts.decorated("typeorm-extension", "Entity")).toEqual([]);
});

test("methods, own and inherited", () => {
  const project = new Project(files);
  expect(project.facts.method(classId("job.ts", "Job"), "start")).toBe(project.function("job.ts", "Job.start"));
  expect(project.facts.method(classId("job.ts", "Job"), "touch")).toBe(project.function("base.ts", "Base.touch"));
  expect(project.facts.method(classId("job.ts", "Job"), "missing")).toBeUndefined();
});

test("interfaces and aliases", () => {
  const { facts } = new Project(files);
  expect(facts.classInfo(classId("types.ts", "Row"))).toMatchObject({
    name: "Row",
    extends: { kind: "class", id: classId("types.ts", "Other") },
    members: [
      { name: "id", type: "string" },
      { name: "run", kind: "method", optional: true },
    ],
  });
  expect(facts.classInfo(classId("types.ts", "Input"))?.members).toMatchObject([{ name: "status", type: "string" }]);
  expect(facts.classInfo(classId("types.ts", "Missing"))).toBeUndefined();
});

test("decorators of a method; the program's own by the path of their file", () => {
  const project = new Project({
    "tx.ts": `export function Transactional() { return (t: object, k: string) => {}; }`,
    "a.ts": `import { Transactional } from "./tx"; import { Cron } from "@nestjs/schedule"; export class A { @Transactional() @Cron("* * * * *") run() {} }`,
  });
  expect(project.facts.decoratorsOf(project.function("a.ts", "A.run"))).toEqual([
    { package: "/app/tx", name: "Transactional", arguments: [] },
    { package: "@nestjs/schedule", name: "Cron", arguments: [{ kind: "literal", value: "* * * * *" }] },
  ]);
});
