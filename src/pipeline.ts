/** The engine's entry: the stages in order, and the issues of a program's files. */
import type ts from "typescript";
import { Analysis } from "./analysis/analysis.js";
import type { Issue } from "./analysis/issue.js";
import { createCounters } from "./debug.js";
import { dataLayerPackages, models } from "./models/registry.js";
import { lowerFile } from "./ir/lower/lowerFile.js";
import { createProgramFacts } from "./program/programFacts.js";
import type { Settings } from "./settings.js";

export interface Engine {
  /** Findings whose anchor is in the file (an absolute path as the program names it), in source order. */
  issues(file: string): readonly Issue[];
}

const engines = new WeakMap<ts.Program, Map<Settings, Engine>>();
const counters = createCounters();

/** One engine for each program and settings: what it learns about one file serves the others. */
export function engineFor(program: ts.Program, settings: Settings): Engine {
  const known = engines.get(program) ?? new Map<Settings, Engine>();
  engines.set(program, known);
  const engine = known.get(settings) ?? createEngine(program, settings);
  known.set(settings, engine);
  return engine;
}

function createEngine(program: ts.Program, settings: Settings): Engine {
  counters.count("programs seen");
  const facts = counters.time("program", () => createProgramFacts(program, { packages: dataLayerPackages, lower: lowerFile }));
  const analysis = new Analysis(facts, models, settings, counters);
  const files = new Set(counters.time("import graph", () => facts.files));
  return {
    issues: (file) => (files.has(file) ? counters.time("issues", () => analysis.issues(file)) : []),
  };
}
