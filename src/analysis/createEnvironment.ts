/** Puts together what the stages of one program's analysis share. The parts refer to each other, so they find one another through it. */
import { ValueFactory, type EntityId, type Value } from "../ir/value.js";
import type { EntitySchema, Model } from "../models/model.js";
import type { ProgramFacts } from "../program/facts.js";
import type { AnalysisSettings, Counters, Environment } from "./environment.js";
import { Evaluator } from "./evaluate.js";
import { Globals } from "./globals.js";
import { Handles } from "./handles.js";
import { Operations } from "./operations.js";

export function createEnvironment(
  facts: ProgramFacts,
  models: readonly Model[],
  settings: AnalysisSettings,
  counters: Counters,
): Environment {
  const values = new ValueFactory();
  const schemas = new Map<EntityId, EntitySchema | undefined>();
  const schema = (entity: Value | undefined): EntitySchema | undefined => {
    if (entity?.kind !== "class") return undefined;
    if (!schemas.has(entity.id)) schemas.set(entity.id, schemaOf(entity.id, models, facts));
    return schemas.get(entity.id);
  };
  const environment: Environment = {
    facts,
    values,
    operations: new Operations(values),
    models,
    settings,
    counters,
    methods: new Set(models.flatMap((m) => [...m.methods])),
    get handles() {
      return handles;
    },
    evaluation: (id) => evaluator.evaluation(id),
    global: (at, name) => globals.name(at, name),
    globalMember: (at) => globals.member(at),
    schema,
  };
  const evaluator = new Evaluator(environment);
  const globals = new Globals(environment, evaluator);
  const handles = new Handles(environment);
  return environment;
}

function schemaOf(entity: EntityId, models: readonly Model[], facts: ProgramFacts): EntitySchema | undefined {
  return models.map((m) => m.schema(entity, facts)).find((s) => s !== undefined);
}
