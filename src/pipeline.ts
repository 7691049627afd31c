/** The engine's entry: the stages in order, and the issues of a program's files. */
import type ts from "typescript";
import { Analysis } from "./analysis/analysis.js";
import type { Issue, IssueKind } from "./analysis/issue.js";
import { createCounters } from "./debug.js";
import { customModel } from "./models/custom/customModel.js";
import type { Model } from "./models/model.js";
import { dataLayerPackages, models } from "./models/registry.js";
import { lowerFile } from "./ir/lower/lowerFile.js";
import { createProgramFacts } from "./program/programFacts.js";
import type { Settings } from "./settings.js";

export interface Engine {
  /**
   * Findings whose anchor is in the file (an absolute path as the program names it), in source order; of these kinds only, since what nobody
   * asks for need not be looked for.
   */
  issues(file: string, kinds?: ReadonlySet<IssueKind>): readonly Issue[];
}

const engines = new WeakMap<ts.Program, Map<Settings, Engine>>();
const counters = createCounters();

/** One engine for each program and settings: what it learns about one file serves the others. */
export function engineFor(program: ts.Program, settings: Settings): Engine {
  const ofProgram = engines.get(program) ?? new Map<Settings, Engine>();
  engines.set(program, ofProgram);
  const engine = ofProgram.get(settings) ?? createEngine(program, settings);
  ofProgram.set(settings, engine);
  return engine;
}

function createEngine(program: ts.Program, settings: Settings): Engine {
  counters.count("programs seen");
  const layers = layersOf(settings);
  const { packages, classes } = layers;
  const facts = counters.time("program", () => createProgramFacts(program, { packages, classes, lower: lowerFile }));
  const analysis = new Analysis(facts, layers.models, settings, counters);
  const files = new Set(counters.time("import graph", () => facts.files));
  return {
    issues: (file, kinds) => (files.has(file) ? counters.time("issues", () => analysis.issues(file, kinds)) : []),
  };
}

/** What counts as a data layer. */
interface Layers {
  /** Whose description the user wrote comes first: it says more than what its base class may be. */
  readonly models: readonly Model[];
  /** One set for each settings: the program's answers are cached by it. */
  readonly packages: ReadonlySet<string>;
  /** Classes of the program that the settings describe. */
  readonly classes: ReadonlySet<string>;
}

const known: Layers = { models, packages: dataLayerPackages, classes: new Set() };
const bySettings = new WeakMap<Settings, Layers>();

function layersOf(settings: Settings): Layers {
  const { repositories } = settings;
  if (repositories.length === 0) return known;
  const found = bySettings.get(settings) ?? withRepositories(repositories);
  bySettings.set(settings, found);
  return found;
}

function withRepositories(repositories: Settings["repositories"]): Layers {
  const custom = customModel(repositories, models);
  return {
    models: [custom, ...models],
    packages: new Set([...dataLayerPackages, ...custom.packages]),
    classes: new Set(repositories.flatMap((r) => (r.package === undefined ? [r.name] : []))),
  };
}
