/** Repositories that the settings describe, because their bodies cannot be seen, as a data layer of their own. */
import type { EntityId } from "../../ir/value.js";
import type { EntitySchema, Model } from "../model.js";
import { connectionIn, entityOf, handleOf, isOverridden, keyOf, modelName, ownEntityId } from "./handles.js";
import { callMethod } from "./method.js";
import type { Repository } from "./repository.js";

/** `layers` are asked for the entities that the repositories name and for the transactions that they are given. */
export function customModel(repositories: readonly Repository[], layers: readonly Model[]): Model {
  return {
    name: modelName,
    packages: [...new Set(repositories.flatMap((r) => r.package ?? []))],
    methods: new Set(repositories.flatMap((r) => Object.keys(r.methods))),
    handle: (origin, receiver, context) => handleOf(repositories, layers, origin, receiver, context),
    property: () => undefined,
    call(handle, name, context) {
      const repository = repositories.find((r) => keyOf(r) === handle.type && Object.hasOwn(r.methods, name));
      const method = repository?.methods[name];
      if (repository === undefined || method === undefined || isOverridden(handle, name, context.facts)) return undefined;
      const connection = connectionIn(context.arguments, layers, context) ?? handle.connection;
      const bound = { ...handle, entity: entityOf(method.entity, layers, context), connection };
      return callMethod({ method, keyColumn: repository.keyColumn, context }, bound, name);
    },
    schema: (entity) => schemaOf(entity, repositories),
  };
}

/** Of an entity that no data layer knows, the key column is all that is known. */
function schemaOf(entity: EntityId, repositories: readonly Repository[]): EntitySchema | undefined {
  for (const { entity: own, methods, keyColumn } of repositories) {
    const name = [own, ...Object.values(methods).map((m) => m.entity)].find((n) => ownEntityId(n) === entity);
    if (name !== undefined) return { id: entity, name, columns: new Map(), primaryKey: [keyColumn], uniques: [], relations: new Map() };
  }
  return undefined;
}
