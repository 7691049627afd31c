/** Properties of object literals. */
import { AST_NODE_TYPES, type TSESTree } from "@typescript-eslint/utils";

/** The name of a property that is written as a plain name. */
export function nameOf(property: TSESTree.ObjectLiteralElement): string | undefined {
  if (property.type !== AST_NODE_TYPES.Property || property.computed) return undefined;
  return property.key.type === AST_NODE_TYPES.Identifier ? property.key.name : undefined;
}

export function propertyNamed(object: TSESTree.ObjectExpression, name: string): TSESTree.Property | undefined {
  const found = object.properties.find((p) => nameOf(p) === name);
  return found?.type === AST_NODE_TYPES.Property ? found : undefined;
}
