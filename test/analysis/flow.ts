/** Analyses TypeScript text that exists in memory only, and says what each stage found in plain words. */
import { Analysis } from "../../src/analysis/analysis.js";
import { dropOf, pairsOf } from "../../src/analysis/detect.js";
import type { AnalysisSettings, Counters } from "../../src/analysis/environment.js";
import type { Issue, Place } from "../../src/analysis/issue.js";
import type { Pair } from "../../src/analysis/pair.js";
import type { Evaluation } from "../../src/analysis/summary.js";
import { unitsOf, type Unit } from "../../src/analysis/unit.js";
import type { NodeRef } from "../../src/ir/ir.js";
import type { Model } from "../../src/models/model.js";
import { models } from "../../src/models/registry.js";
import type { ProgramFacts } from "../../src/program/facts.js";
import { absolute, Project, type Files } from "../program/harness.js";

/** What the flows use. None of the packages is installed: their names are all that is known of them. */
const prelude = [
  `import type { DataSource, EntityManager, QueryRunner, Repository } from "typeorm";`,
  `import { IsNull, In, Not } from "typeorm";`,
  `import type { Prisma, PrismaClient } from "@prisma/client";`,
  `import { Job, Task } from "./entities";`,
  `import { mailer, queue } from "./outside";`,
  "",
].join(" ");

const entities = `
import { Column, Entity, PrimaryColumn, VersionColumn } from "typeorm";
@Entity()
export class Job {
  @PrimaryColumn("text") id: string;
  @Column("text") status: "pending" | "running" | "done" | "cancelled";
  @Column("text", { nullable: true }) worker: string | null;
  @Column("int") attempts: number;
  @Column("text") projectId: string;
  @Column("timestamptz", { nullable: true }) startedAt: Date | null;
  canStart(): boolean {
    return this.status === "pending";
  }
  start(): void {
    if (this.status !== "pending") throw new Error("not pending");
    this.status = "running";
  }
}
@Entity()
export class Task {
  @PrimaryColumn("text") id: string;
  @Column("text") jobId: string;
  @Column("text") status: string;
}
`;

const outside = `export const mailer: { send(to: string): Promise<void> } = make(); export const queue: { add(name: string): Promise<void> } = make();
declare function make(): never;`;

export const plainSettings: AnalysisSettings = {
  lockFunctions: [],
  transactionDecorators: [],
  singleProcess: false,
  dialect: "postgresql",
  ignored: () => false,
};

/** An internal error fails the test that did not ask for one. */
export class TestCounters implements Counters {
  readonly counts = new Map<string, number>();

  count(name: string, by = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + by);
  }

  internalError(_file: string, _functionName: string, error: unknown): void {
    throw error;
  }
}

/** Text that has imports of its own gets no others. */
function isComplete(name: string, text: string): boolean {
  return name.startsWith("node_modules/") || /^\s*import /.test(text);
}

/** One analysed program. Files are given by name; a text without imports has the usual ones in front, on its first line. */
export class Flow {
  readonly counters: TestCounters;
  readonly analysis: Analysis;
  readonly project: Project;

  constructor(files: string | Files, settings: Partial<AnalysisSettings> = {}, counters: TestCounters = new TestCounters()) {
    const given = typeof files === "string" ? { "file.ts": files } : files;
    const texts = Object.entries(given).map(([name, text]) => [name, isComplete(name, text) ? text : prelude + text] as const);
    this.counters = counters;
    this.project = new Project({ "entities.ts": entities, "outside.ts": outside, ...Object.fromEntries(texts) });
    this.analysis = new Analysis(this.facts, this.models, { ...plainSettings, ...settings }, this.counters);
  }

  get facts(): ProgramFacts {
    return this.project.facts;
  }

  get models(): readonly Model[] {
    return models;
  }

  evaluation(name: string, file = "file.ts"): Evaluation {
    const evaluation = this.analysis.environment.evaluation(this.project.function(file, name));
    if (evaluation === undefined) throw new Error(`${name} has no evaluation`);
    return evaluation;
  }

  /** The flows of a function: itself first, then the closures detached from it. */
  units(name: string, file = "file.ts"): readonly Unit[] {
    return unitsOf(this.evaluation(name, file));
  }

  /** Every pair of a function's flows. */
  pairs(name: string, file = "file.ts"): readonly Pair[] {
    return this.units(name, file).flatMap((unit) => pairsOf(unit, this.analysis.toolContext));
  }

  /** Each pair of the function's flows as `columns: verdict`, where the verdict is why it is no finding, or `race`. */
  verdicts(name = "f", file = "file.ts"): readonly string[] {
    return this.pairs(name, file).map((p) => `${p.columns.join(",")}: ${dropOf(p, this.analysis.toolContext) ?? "race"}`);
  }

  issues(file = "file.ts"): readonly Issue[] {
    return this.analysis.issues(absolute(file));
  }

  /** The source text of a place. */
  text({ file, loc }: Place): string {
    const lines = this.project
      .source(file)
      .text.split("\n")
      .slice(loc.line - 1, loc.endLine);
    const whole = lines.join("\n");
    const after = (lines.at(-1)?.length ?? 0) - loc.endColumn;
    return whole.slice(loc.column, whole.length - after);
  }

  /** `text:line`: tells apart what is written twice. */
  at(place: Place): string {
    return `${this.text(place)}:${String(place.loc.line)}`;
  }

  node(ref: NodeRef): string {
    return this.text({ file: ref.file, loc: this.facts.loc(ref) });
  }

  private transitions(file: string): readonly Issue[] {
    return this.issues(file).filter((i) => i.kind === "racy-transition");
  }

  /** The racy transitions in few words. */
  report(file = "file.ts"): readonly string[] {
    return this.transitions(file).map(
      (i) =>
        `${i.entity}.${i.columns.join(",")} read ${this.at(i.read)} check ${this.at(i.check)} write ${this.at(i.write)} anchor ${this.at(i.anchor)}`,
    );
  }

  /** What makes each racy transition matter. */
  consequences(file = "file.ts"): readonly string[] {
    return this.transitions(file).map(({ consequence: c }) => {
      switch (c.kind) {
        case "effect":
          return `effect ${c.name} at ${this.at(c.at)}${c.early ? ", early" : ""}`;
        case "partner":
          return `partner ${c.column} = ${c.value ?? "?"} at ${this.at(c.at)}, overwritten by ${c.own ?? "?"}`;
        case "outcome":
          return `outcome at ${this.at(c.at)}, losing at ${this.at(c.losing)}`;
        case "overwrite":
          return `overwrite ${c.column ?? "?"}`;
        case "repeated":
        case "stale-value":
          return `${c.kind} ${c.column}`;
        case "idempotent":
          return "idempotent";
      }
    });
  }
}
