/** What column a reference in a builder's text means. */
import type { Handle, Value } from "../../ir/value.js";
import { stringOf } from "../fields.js";
import type { EntitySchema } from "../model.js";
import { camelCase } from "./schema.js";

/** Steps that name the main table, and where in their arguments the alias stands. */
const aliasArgument: Readonly<Record<string, number>> = { createQueryBuilder: 0, from: 1, select: 1 };

/**
 * A path starting with the builder's own alias (or with none) is a property of the entity; one that starts with a joined alias keeps the
 * relation in front: `p.status` of `leftJoin("j.project", "p")` is `project.status`.
 */
export function columnNamer(handle: Handle, schema: EntitySchema | undefined): (path: readonly string[]) => string {
  const relations = joinedRelations(handle);
  const own = ownAliases(handle);
  return (path) => {
    const [first = "", ...rest] = path;
    if (rest.length === 0 || own.has(first)) return propertyNamed(rest.length === 0 ? path : rest, schema);
    const relation = relations.get(first);
    return [relation ?? first, ...rest].join(".");
  };
}

function ownAliases(handle: Handle): ReadonlySet<string> {
  const aliases = handle.steps.map((s) => stringOf(s.arguments[aliasArgument[s.name] ?? -1]));
  const name = handle.entity?.kind === "class" ? [handle.entity.name, handle.entity.name.toLowerCase()] : [];
  return new Set([...aliases.filter((a) => a !== undefined), ...name]);
}

/** Texts may use the database's name of a column: `locked_by` for `lockedBy`. */
function propertyNamed(path: readonly string[], schema: EntitySchema | undefined): string {
  const name = path.join(".");
  if (schema === undefined || schema.columns.has(name)) return name;
  const [relation = "", key] = path;
  const foreignKey = key === undefined || key === "id" ? schema.relations.get(relation)?.foreignKey[0] : undefined;
  const property = camelCase(name);
  return foreignKey ?? (schema.columns.has(property) ? property : name);
}

function joinedRelations(handle: Handle): ReadonlyMap<string, string> {
  const joins = handle.steps.filter((s) => s.name.startsWith("leftJoin") || s.name.startsWith("innerJoin"));
  return new Map(
    joins.flatMap((s): readonly (readonly [string, string])[] => {
      const offset = s.name.includes("Map") ? 1 : 0;
      const relation = relationPath(s.arguments[offset]);
      const alias = stringOf(s.arguments[offset + 1]);
      return relation === undefined || alias === undefined ? [] : [[alias, relation]];
    }),
  );
}

function relationPath(path: Value | undefined): string | undefined {
  const text = stringOf(path);
  const dot = text?.indexOf(".") ?? -1;
  return text === undefined || dot === -1 ? undefined : text.slice(dot + 1);
}
