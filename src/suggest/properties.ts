/** Properties of object literals. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";
import type { Source } from "./source.js";
import type { Reason, TextEdit } from "./suggestion.js";

/** The name of a property that is written as a plain name. */
export function nameOf(property: TSESTree.ObjectLiteralElement): string | undefined {
  if (property.type !== AST_NODE_TYPES.Property || property.computed) return undefined;
  return property.key.type === AST_NODE_TYPES.Identifier ? property.key.name : undefined;
}

export function propertyNamed(object: TSESTree.ObjectExpression, name: string): TSESTree.Property | undefined {
  const found = object.properties.find((p) => nameOf(p) === name);
  return found?.type === AST_NODE_TYPES.Property ? found : undefined;
}

/** Adds properties behind the last one; one of a name that is there already would replace it. */
export function withFields(object: TSESTree.ObjectExpression, fields: readonly string[], source: Source): readonly TextEdit[] | Reason {
  const last = object.properties.at(-1);
  const names = object.properties.map(nameOf);
  if (last === undefined || names.some((n) => n === undefined || fields.some((f) => f.startsWith(`${n}:`))))
    return "write cannot be rewritten";
  return [{ file: source.file, range: [last.range[1], last.range[1]], text: `, ${fields.join(", ")}` }];
}
